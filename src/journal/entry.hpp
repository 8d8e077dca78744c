#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "model/record.hpp"
#include "store/store.hpp"

// One entry's header. Format: docs/formats/journal.md.

namespace tamga::journal {

using store::JournalPos;

/// What an entry does.
enum class Verb { put, withdraw, rename, redact, assent, key, revoke, sign };
/// Whether an entry of that verb makes the record another: the others say something of it.
constexpr bool changes_record(Verb verb) {
    return verb < Verb::assent;
}

/// A party's word about a version of what is shared. A reservation is a yes that says something besides.
enum class Answer { yes, no, reservation };
/// "yes", "no", "reservation".
std::string_view name(Answer answer);
std::optional<Answer> answer_named(std::string_view name);

/// Who wrote an entry.
struct Author {
    enum class Kind {
        name,     ///< Whatever was said on a command line; nobody vouches for it.
        account,  ///< An account of this register, which may act for a party.
        party,    ///< A party itself, by its key.
    };
    Kind kind = Kind::name;
    std::string id = {};         ///< Of the account or the party; for a name the name itself.
    std::string for_party = {};  ///< For an account: the party's id; empty if it acts for none.

    /// "import", "account:ana", "account:ana for party:kz", "party:kz".
    std::string text() const;
    /// The reverse. What is none of the other forms is a name.
    static Author parse(std::string_view text);
    /// The id of the party for which it is written; empty where it is for none.
    const std::string& party() const { return kind == Kind::party ? id : for_party; }
};

/// An entry's header.
struct Header {
    std::int64_t time;  ///< Seconds since 1970-01-01T00:00:00Z.
    Author author;
    Verb verb;
    RecordId name;
    std::string payload_hash;    ///< 64 hexadecimal digits; empty where there is no payload.
    std::string to;              ///< For rename: the new id.
    std::string reason;          ///< For withdraw and redact.
    JournalPos redacts;          ///< For redact: the entry whose payload was erased.
    Answer answer = {};          ///< For assent.
    JournalPos of = {};          ///< For assent: the `put` whose payload is the version that it speaks of;
                                 ///< for sign: the entry whose header is signed.
    std::string key = {};        ///< For key, revoke and sign: the public key, 64 hexadecimal digits.
    std::string signature = {};  ///< For sign: of that header's text by that key, 128 digits.

    /// The canonical text, which is the Merkle leaf.
    std::string text() const;
};

/// Reads a header. It need not be in canonical form: who wants to know compares with text(). Errors: corrupt
/// if it is not JSON, or a member is missing or wrong; invalid_input as parse_json(). Any number of threads.
Result<Header> parse_header(std::string_view json_text);

}  // namespace tamga::journal
