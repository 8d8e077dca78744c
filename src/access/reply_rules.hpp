#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "access/vault.hpp"
#include "model/record.hpp"

// What a reader's reply must be, and what makes a moderator look twice. Each rule is a pure function: any
// number of threads. No third party is asked.

namespace tamga::access {

/// What somebody wrote, as the form sent it or cleaned.
struct Reply {
    std::string name = {}, email = {}, text = {};
};

inline constexpr std::size_t kMostNameCharacters = 80, kMostReplyCharacters = 4000, kMostLinksInReply = 2;
/// How old a form is when it comes back, in seconds: nobody writes faster; and who waited longer loads it
/// again.
inline constexpr std::int64_t kYoungestForm = 4, kOldestForm = 86400;
/// The zero bits with which the digest of a form's work begins: some tenths of a second in a browser.
inline constexpr int kWorkBits = 16;

/// The reply as it is kept and shown: plain text without what cannot be seen or turns round what stands after
/// it (control characters, marks of direction, U+FEFF and its kind, more than three marks on a letter); a
/// name on one line; paragraphs parted by one empty line.
Reply cleaned(const Reply& reply);

/// What is wrong with a reply.
enum class ReplyFault : unsigned char {
    no_name,
    long_name,
    no_email,
    bad_email,
    no_text,
    long_text,
    many_links,
};
/// All of a cleaned reply, in the order of the form's fields.
std::vector<ReplyFault> faults_of(const Reply& reply);

/// How many web addresses stand in a text.
std::size_t links_in(std::string_view text);
/// Whether a word of it has letters of more than one of Latin, Cyrillic and Greek: Раura for Paura.
bool mixes_scripts(std::string_view text);

/// What makes a moderator look twice at a reply that is let wait.
enum class ReplyDoubt : unsigned char {
    no_work,        ///< The browser did not work for it: no scripts, or a program.
    links,          ///< It has web addresses.
    mixed_scripts,  ///< In its name.
    same_text,      ///< Another one that waits says the same.
};
inline constexpr int kReplyDoubtCount = 4;
std::vector<ReplyDoubt> doubts_of(const Reply& reply, bool worked);
/// "no-work links": as the database keeps them. What is no name of a doubt is passed over.
std::string doubts_text(const std::vector<ReplyDoubt>& doubts);
std::vector<ReplyDoubt> parse_doubts(std::string_view text);

/// What a form carries that nobody else can make: when and for which record it was given. "TIME-SALT-CODE".
std::string reply_token(const Vault& vault, const RecordId& record, std::int64_t now);
enum class FormAge : unsigned char { good, too_young, too_old, foreign };
/// Whether it is a token of this register and record, and how old.
FormAge age_of_form(const Vault& vault, const RecordId& record, std::string_view token, std::int64_t now);

/// Whether SHA-256 of "TOKEN:NONCE" begins with kWorkBits zero bits.
bool has_work(std::string_view token, std::string_view nonce);

}  // namespace tamga::access
