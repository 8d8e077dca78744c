#include "journal/entry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/date.hpp"

namespace tamga::journal {

namespace {

constexpr std::pair<Verb, std::string_view> kVerbs[] = {
    {Verb::put, "put"},       {Verb::withdraw, "withdraw"}, {Verb::rename, "rename"},
    {Verb::redact, "redact"}, {Verb::assent, "assent"},     {Verb::key, "key"},
    {Verb::revoke, "revoke"}, {Verb::sign, "sign"}};

constexpr std::pair<Answer, std::string_view> kAnswers[] = {
    {Answer::yes, "yes"}, {Answer::no, "no"}, {Answer::reservation, "reservation"}};

constexpr bool has_key(Verb verb) {
    return verb == Verb::key || verb == Verb::revoke || verb == Verb::sign;
}

/// Lower-case hexadecimal digits, so many.
bool is_hex(std::string_view text, std::size_t digits) {
    return text.size() == digits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// Bytes that most headers do not exceed.
constexpr std::size_t kUsualHeader = 320;

constexpr std::string_view kAccount = "account:", kParty = "party:", kFor = " for party:";

}  // namespace

std::string_view name(Answer answer) {
    return std::ranges::find(kAnswers, answer, &std::pair<Answer, std::string_view>::first)->second;
}

std::optional<Answer> answer_named(std::string_view name) {
    const auto* const found = std::ranges::find(kAnswers, name, &std::pair<Answer, std::string_view>::second);
    if (found == std::end(kAnswers)) return std::nullopt;
    return found->first;
}

std::string Author::text() const {
    switch (kind) {
        case Kind::name:
            return id;
        case Kind::account:
            return std::string(kAccount) + id + (for_party.empty() ? "" : std::string(kFor) + for_party);
        case Kind::party:
            return std::string(kParty) + id;
    }
    std::unreachable();
}

Author Author::parse(std::string_view text) {
    if (text.starts_with(kParty) && is_id(text.substr(kParty.size())))
        return {Kind::party, std::string(text.substr(kParty.size())), {}};
    if (text.starts_with(kAccount)) {
        const std::string_view rest = text.substr(kAccount.size());
        const std::size_t at = rest.find(kFor);
        if (at == std::string_view::npos && is_id(rest)) return {Kind::account, std::string(rest), {}};
        if (at != std::string_view::npos && is_id(rest.substr(0, at)) && is_id(rest.substr(at + kFor.size())))
            return {Kind::account, std::string(rest.substr(0, at)),
                    std::string(rest.substr(at + kFor.size()))};
    }
    return {Kind::name, std::string(text), {}};
}

std::string Header::text() const {
    // Written out rather than through a JSON value: members in byte order, each string in canonical form. At
    // a million entries an import this is what costs.
    std::string out;
    out.reserve(kUsualHeader + reason.size());
    const auto member = [&](std::string_view key_text, std::string_view value) {
        out += out.empty() ? "{\"" : ",\"";
        out.append(key_text).append("\":").append(value);
    };
    const auto plain = [&](std::string_view key_text, std::string_view value) {
        member(key_text, "\"");
        out.append(value) += '"';
    };
    if (verb == Verb::assent) plain("answer", journal::name(answer));
    member("author", Json(author.text()).dump());
    plain("id", name.id);
    if (has_key(verb)) plain("key", key);
    plain("kind", info(name.kind).name);
    if (verb == Verb::assent || verb == Verb::sign) member("of", std::to_string(of.value));
    if (!payload_hash.empty()) plain("payload", payload_hash);
    if (!reason.empty()) member("reason", Json(reason).dump());
    if (verb == Verb::redact) member("redacts", std::to_string(redacts.value));
    if (verb == Verb::sign) plain("signature", signature);
    plain("time", utc_text(time));
    if (verb == Verb::rename) plain("to", to);
    const auto* const written = std::ranges::find(kVerbs, verb, &std::pair<Verb, std::string_view>::first);
    member("v", "1");
    plain("verb", written->second);
    out += '}';
    return out;
}

namespace {

/// The members of a header: of one JSON object its texts and whole numbers.
class Members {
  public:
    Members(Members&&) = default;
    Members& operator=(Members&&) = default;

    /// Most headers are flat, of plain ASCII with nothing escaped, in canonical form: those are read where
    /// they stand, which `text` outlives. All others by way of a JSON value. Errors: corrupt.
    static Result<Members> read(std::string_view text) {
        Members members;
        if (members.read_plain(text)) return members;
        members.found_.clear();
        TAMGA_ASSIGN(members.json_, parse_json(text));
        if (!members.json_.is_object()) return fail(ErrorCode::corrupt, "", "it is no JSON object");
        for (const auto& [name, value] : members.json_.items()) {
            if (value.is_string()) members.found_.push_back({name, value.get_ref<const std::string&>(), {}});
            if (value.is_number_integer()) members.found_.push_back({name, {}, value.get<std::int64_t>()});
        }
        return members;
    }

    /// Empty where there is none.
    std::string_view text(std::string_view name) const {
        const auto found = std::ranges::find(found_, name, &Member::name);
        return found == found_.end() ? std::string_view() : found->text;
    }
    std::optional<std::int64_t> number(std::string_view name) const {
        const auto found = std::ranges::find(found_, name, &Member::name);
        return found == found_.end() ? std::nullopt : found->number;
    }

  private:
    Members() = default;

    struct Member {
        std::string_view name, text;
        std::optional<std::int64_t> number;
    };

    bool read_plain(std::string_view rest) {
        const auto skip = [&](char c) {
            const bool there = rest.starts_with(c);
            if (there) rest.remove_prefix(1);
            return there;
        };
        const auto plain = [&]() -> std::optional<std::string_view> {
            if (!skip('"')) return std::nullopt;
            const auto end = std::ranges::find_if(
                rest, [](char c) { return c < ' ' || c > '~' || c == '"' || c == '\\'; });
            const std::string_view found(rest.begin(), end);
            rest.remove_prefix(found.size());
            return skip('"') ? std::optional(found) : std::nullopt;
        };
        found_.reserve(kUsualMembers);
        if (!skip('{')) return false;
        do {
            const auto name = plain();
            // In canonical form names ascend, so that none is there twice.
            if (!name || !skip(':') || (!found_.empty() && *name <= found_.back().name)) return false;
            if (rest.starts_with('"')) {
                const auto value = plain();
                if (!value) return false;
                found_.push_back({*name, *value, std::nullopt});
                continue;
            }
            const std::size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
            constexpr std::size_t kMostDigits = 18;
            if (digits == 0 || digits > kMostDigits || (digits > 1 && rest.starts_with('0'))) return false;
            std::int64_t number = 0;
            for (const char c : rest.substr(0, digits)) number = number * 10 + (c - '0');
            rest.remove_prefix(digits);
            found_.push_back({*name, {}, number});
        } while (skip(','));
        return rest == "}";
    }

    static constexpr std::size_t kUsualMembers = 8;
    Json json_;
    std::vector<Member> found_;
};

}  // namespace

Result<Header> parse_header(std::string_view json_text) {
    const auto read = Members::read(json_text);
    if (!read)
        return fail(ErrorCode::corrupt, "read an entry's header", read.error().cause, "run: tamga verify");
    const auto bad = [](const char* what) {
        return fail(ErrorCode::corrupt, "read an entry's header", fmt::format("{} is missing or wrong", what),
                    "run: tamga verify");
    };
    const auto text = [&](const char* member) { return read->text(member); };
    if (read->number("v") != 1) return bad("v");
    Header header{};
    const auto time = parse_utc(text("time"));
    if (!time) return bad("time");
    header.time = *time;
    header.author = Author::parse(text("author"));
    if (header.author.id.empty()) return bad("author");
    const std::string_view verb = text("verb");
    const auto known = std::ranges::find(kVerbs, verb, &std::pair<Verb, std::string_view>::second);
    if (known == std::end(kVerbs)) return bad("verb");
    header.verb = known->first;
    const auto kind = kind_named(text("kind"));
    if (!kind) return bad("kind");
    header.name = {*kind, std::string(text("id"))};
    if (!is_id(header.name.id)) return bad("id");
    header.payload_hash = text("payload");
    header.to = text("to");
    header.reason = text("reason");
    const bool is_hash = is_hex(header.payload_hash, 64);
    if (!is_hash && (header.verb == Verb::put || !header.payload_hash.empty())) return bad("payload");
    if (header.verb == Verb::rename && !is_id(header.to)) return bad("to");
    if (header.verb == Verb::redact) {
        const auto redacts = read->number("redacts");
        if (!redacts) return bad("redacts");
        header.redacts = {*redacts};
    }
    if (header.verb == Verb::assent) {
        const auto answer = answer_named(text("answer"));
        if (!answer) return bad("answer");
        header.answer = *answer;
    }
    header.key = text("key");
    header.signature = text("signature");
    if (has_key(header.verb) && !is_hex(header.key, 64)) return bad("key");
    if (header.verb == Verb::sign && !is_hex(header.signature, 128)) return bad("signature");
    if (header.verb == Verb::assent || header.verb == Verb::sign) {
        const auto of = read->number("of");
        if (!of) return bad("of");
        header.of = {*of};
    }
    return header;
}

}  // namespace tamga::journal
