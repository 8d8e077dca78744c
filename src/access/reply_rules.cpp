#include "access/reply_rules.hpp"

#include <fmt/format.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <charconv>
#include <iterator>

#include "access/accounts.hpp"
#include "base/utf8.hpp"
#include "crypto/ed25519.hpp"
#include "crypto/sha256.hpp"

namespace tamga::access {

namespace {

constexpr std::string_view kDoubts[] = {"no-work", "links", "mixed-scripts", "same-text"};
static_assert(std::size(kDoubts) == kReplyDoubtCount);
constexpr int kMostMarks = 3;

/// Calls `take` with each character of a text and its bytes.
template <class Take>
void each_character(std::string_view text, const Take& take) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t bytes = std::max<std::size_t>(1, utf8::length(text.substr(at)));
        UChar32 character = 0xfffd;
        if (utf8::length(text.substr(at)) > 0) {
            std::int32_t next = 0;
            U8_NEXT_UNSAFE(text.data() + at, next, character);
        }
        take(character, text.substr(at, bytes));
        at += bytes;
    }
}

bool is_mark(UChar32 character) {
    return (U_GET_GC_MASK(character) & (U_GC_MN_MASK | U_GC_ME_MASK)) != 0;
}

/// What is left out. The joiners U+200C and U+200D stay: Persian and emoji need them.
bool is_unwanted(UChar32 character) {
    if (character == 0x200c || character == 0x200d) return false;
    constexpr auto kUnwanted = U_GC_CC_MASK | U_GC_CF_MASK | U_GC_CS_MASK | U_GC_CO_MASK | U_GC_CN_MASK;
    return (U_GET_GC_MASK(character) & kUnwanted) != 0 || character == 0x2028 || character == 0x2029 ||
           (character >= 0xe0100 && character <= 0xe01ef);
}

/// Without what cannot be seen; line ends as '\n', any other white space as one space.
std::string without_unwanted(std::string_view text) {
    std::string out;
    int marks = 0;
    each_character(text, [&](UChar32 character, std::string_view bytes) {
        marks = is_mark(character) ? marks + 1 : 0;
        if (character == '\n')
            out += '\n';
        else if (character == '\t' || u_charType(character) == U_SPACE_SEPARATOR)
            out += ' ';
        else if (marks <= kMostMarks && !is_unwanted(character))
            out += bytes;
    });
    return out;
}

std::string one_line(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool space = c == ' ' || c == '\n';
        if (space && (out.empty() || out.back() == ' ')) continue;
        out += space ? ' ' : c;
    }
    while (out.ends_with(' ')) out.pop_back();
    return out;
}

std::string paragraphs(std::string_view text) {
    std::string out;
    int line_ends = 0;
    for (const char c : text) {
        if (c == '\n') {
            while (out.ends_with(' ')) out.pop_back();
            if (!out.empty() && ++line_ends <= 2) out += '\n';
            continue;
        }
        line_ends = c == ' ' && line_ends > 0 ? line_ends : 0;
        if (c != ' ' || !(out.empty() || out.ends_with('\n'))) out += c;
    }
    while (out.ends_with(' ') || out.ends_with('\n')) out.pop_back();
    return out;
}

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return !utf8::continues(c); }));
}

std::string authenticated(const RecordId& record, std::string_view when_and_salt) {
    return fmt::format("reply form\n{}\n{}", record.text(), when_and_salt);
}

}  // namespace

Reply cleaned(const Reply& reply) {
    return {one_line(without_unwanted(reply.name)), one_line(without_unwanted(reply.email)),
            paragraphs(without_unwanted(reply.text))};
}

std::vector<ReplyFault> faults_of(const Reply& reply) {
    std::vector<ReplyFault> faults;
    if (reply.name.empty()) faults.push_back(ReplyFault::no_name);
    if (characters(reply.name) > kMostNameCharacters) faults.push_back(ReplyFault::long_name);
    if (reply.email.empty())
        faults.push_back(ReplyFault::no_email);
    else if (!is_email(reply.email))
        faults.push_back(ReplyFault::bad_email);
    if (reply.text.empty()) faults.push_back(ReplyFault::no_text);
    if (characters(reply.text) > kMostReplyCharacters) faults.push_back(ReplyFault::long_text);
    if (links_in(reply.text) > kMostLinksInReply || links_in(reply.name) > 0)
        faults.push_back(ReplyFault::many_links);
    return faults;
}

std::size_t links_in(std::string_view text) {
    const std::string lower = utf8::lower_ascii(text);
    std::size_t count = 0;
    for (std::size_t at = 0; at < lower.size(); ++at) {
        const std::string_view rest = std::string_view(lower).substr(at);
        const bool after_scheme = at > 0 && lower[at - 1] == '/';
        if (rest.starts_with("://") || (rest.starts_with("www.") && !after_scheme)) ++count;
    }
    return count;
}

bool mixes_scripts(std::string_view text) {
    UScriptCode script = USCRIPT_COMMON;
    bool mixed = false;
    each_character(text, [&](UChar32 character, std::string_view) {
        if (!u_isalpha(character)) {
            script = USCRIPT_COMMON;
            return;
        }
        UErrorCode error = U_ZERO_ERROR;
        const UScriptCode own = uscript_getScript(character, &error);
        if (own != USCRIPT_LATIN && own != USCRIPT_CYRILLIC && own != USCRIPT_GREEK) return;
        mixed = mixed || (script != USCRIPT_COMMON && script != own);
        script = own;
    });
    return mixed;
}

std::vector<ReplyDoubt> doubts_of(const Reply& reply, bool worked) {
    std::vector<ReplyDoubt> doubts;
    if (!worked) doubts.push_back(ReplyDoubt::no_work);
    if (links_in(reply.text) > 0) doubts.push_back(ReplyDoubt::links);
    if (mixes_scripts(reply.name)) doubts.push_back(ReplyDoubt::mixed_scripts);
    return doubts;
}

std::string doubts_text(const std::vector<ReplyDoubt>& doubts) {
    std::string out;
    for (const ReplyDoubt doubt : doubts)
        out += fmt::format("{}{}", out.empty() ? "" : " ", kDoubts[static_cast<std::size_t>(doubt)]);
    return out;
}

std::vector<ReplyDoubt> parse_doubts(std::string_view text) {
    std::vector<ReplyDoubt> doubts;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        const auto* const found = std::ranges::find(kDoubts, text.substr(0, end));
        if (found != std::end(kDoubts))
            doubts.push_back(static_cast<ReplyDoubt>(found - std::begin(kDoubts)));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return doubts;
}

std::string reply_token(const Vault& vault, const RecordId& record, std::int64_t now) {
    const std::string told = fmt::format("{}-{}", now, crypto::hex_text(crypto::random_bytes(8)));
    return fmt::format("{}-{}", told, crypto::hex_text(vault.authenticate(authenticated(record, told))));
}

FormAge age_of_form(const Vault& vault, const RecordId& record, std::string_view token, std::int64_t now) {
    const std::size_t end = token.rfind('-');
    if (end == std::string_view::npos || token.size() > 200) return FormAge::foreign;
    const std::string_view told = token.substr(0, end), code = token.substr(end + 1);
    const std::string bytes = crypto::from_hex(code);
    // One spelling of each: a token is taken once.
    if (bytes.empty() || crypto::hex_text(bytes) != code ||
        !vault.is_authentic(authenticated(record, told), bytes))
        return FormAge::foreign;
    std::int64_t given = 0;
    std::from_chars(told.data(), told.data() + told.size(), given);
    if (now - given > kOldestForm) return FormAge::too_old;
    return now - given < kYoungestForm ? FormAge::too_young : FormAge::good;
}

bool has_work(std::string_view token, std::string_view nonce) {
    if (nonce.empty() || nonce.size() > 20) return false;
    const auto digest = crypto::sha256(fmt::format("{}:{}", token, nonce));
    int bits = 0;
    for (const unsigned char byte : digest) {
        for (int bit = 7; bit >= 0; --bit, ++bits)
            if ((byte >> bit & 1) != 0) return bits >= kWorkBits;
    }
    return true;
}

}  // namespace tamga::access
