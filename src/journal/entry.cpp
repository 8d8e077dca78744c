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

Result<Header> parse_header(std::string_view json_text) {
    const auto read = parse_json(json_text);
    if (!read)
        return fail(ErrorCode::corrupt, "read an entry's header", read.error().cause, "run: tamga verify");
    const Json& json = *read;
    const auto bad = [](const char* what) {
        return fail(ErrorCode::corrupt, "read an entry's header", fmt::format("{} is missing or wrong", what),
                    "run: tamga verify");
    };
    const auto text = [&](const char* member) {
        return json.contains(member) && json[member].is_string() ? json[member].get<std::string>()
                                                                 : std::string();
    };
    if (!json.is_object() || !json.contains("v") || json["v"] != 1) return bad("v");
    Header header{};
    const auto time = parse_utc(text("time"));
    if (!time) return bad("time");
    header.time = *time;
    header.author = Author::parse(text("author"));
    if (header.author.id.empty()) return bad("author");
    const std::string verb = text("verb");
    const auto known = std::ranges::find(kVerbs, verb, &std::pair<Verb, std::string_view>::second);
    if (known == std::end(kVerbs)) return bad("verb");
    header.verb = known->first;
    const auto kind = kind_named(text("kind"));
    if (!kind) return bad("kind");
    header.name = {*kind, text("id")};
    if (!is_id(header.name.id)) return bad("id");
    header.payload_hash = text("payload");
    header.to = text("to");
    header.reason = text("reason");
    const bool is_hash = is_hex(header.payload_hash, 64);
    if (!is_hash && (header.verb == Verb::put || !header.payload_hash.empty())) return bad("payload");
    if (header.verb == Verb::rename && !is_id(header.to)) return bad("to");
    if (header.verb == Verb::redact) {
        if (!json.contains("redacts") || !json["redacts"].is_number_integer()) return bad("redacts");
        header.redacts = {json["redacts"].get<std::int64_t>()};
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
        if (!json.contains("of") || !json["of"].is_number_integer()) return bad("of");
        header.of = {json["of"].get<std::int64_t>()};
    }
    return header;
}

}  // namespace tamga::journal
