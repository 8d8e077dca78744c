#include "access/replies.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "access/admission.hpp"
#include "crypto/ed25519.hpp"
#include "crypto/sha256.hpp"

namespace tamga::access {

namespace {

/// In what the database keeps of a waiting reply's doubts: the language of its text.
constexpr std::string_view kIn = "in:";
constexpr std::int64_t kMostCompared = 200;
constexpr Limits kLimits{"used reply form",   "replies of a network",  "replies",  Replies::kMostOfNetwork,
                         Replies::kMostOfAll, Replies::kThrottleLasts, kOldestForm};

Cell email_cell(const std::string& number) {
    return {"replies", number, "email"};
}

Error not_so(ErrorCode code, std::string cause) {
    return {code, "keep a reply", {}, std::move(cause), "load the page again"};
}

}  // namespace

Replies::Replies(store::Store& store, Vault vault, Clock clock)
    : store_(store), tables_(store), vault_(std::move(vault)), clock_(std::move(clock)) {}

Result<SentReply> Replies::send(const RecordId& under, const Reply& reply, std::string_view language,
                                std::string_view token, bool worked, const Client& client) {
    const std::int64_t now = clock_();
    return store_.written([&]() -> Result<SentReply> {
        TAMGA_ASSIGN(const Admission admission,
                     admit(tables_, vault_, kLimits, token, shortened_address(client.address), now));
        if (admission.outcome == Admission::Outcome::used) return SentReply{SentReply::Outcome::used};
        if (admission.outcome == Admission::Outcome::throttled)
            return SentReply{SentReply::Outcome::throttled, 0, admission.wait_seconds};
        std::vector<ReplyDoubt> doubts = doubts_of(reply, worked);
        TAMGA_ASSIGN(const auto waiting, tables_.replies_in(kWaits, 0, kMostCompared));
        if (std::ranges::find(waiting, reply.text, &store::ReplyRow::body) != waiting.end())
            doubts.push_back(ReplyDoubt::same_text);
        store::ReplyRow row;
        row.record = under;
        row.name = reply.name;
        row.body = reply.text;
        row.state = kWaits;
        row.time = now;
        row.reason = fmt::format("{}{} {}", kIn, language, doubts_text(doubts));
        // Its number is part of what the address is sealed for.
        TAMGA_ASSIGN(row.id, tables_.add_reply(row));
        row.email = vault_.seal(email_cell(std::to_string(row.id)), reply.email);
        TAMGA_TRY(tables_.put_reply(row));
        return SentReply{SentReply::Outcome::waits, row.id};
    });
}

Result<KeptReply> Replies::read(const store::ReplyRow& row) const {
    KeptReply out{row.id, row.record, {row.name, {}, row.body}, row.state, row.time,
                  {},     {},         row.moderated_by,         {}};
    if (!row.email.empty()) {
        TAMGA_ASSIGN(out.reply.email, vault_.unseal(email_cell(std::to_string(row.id)), row.email));
    }
    if (row.state != kWaits) {
        out.reason = row.reason;
        return out;
    }
    out.doubts = parse_doubts(row.reason);
    if (row.reason.starts_with(kIn))
        out.language = row.reason.substr(kIn.size(), row.reason.find(' ') - kIn.size());
    return out;
}

Result<std::vector<KeptReply>> Replies::in_state(std::string_view state, std::int64_t after,
                                                 std::int64_t most) {
    std::vector<KeptReply> out;
    TAMGA_ASSIGN(const auto rows, tables_.replies_in(state, after, most));
    for (const store::ReplyRow& row : rows) {
        TAMGA_ASSIGN(KeptReply kept, read(row));
        out.push_back(std::move(kept));
    }
    return out;
}

Result<store::ReplyRow> Replies::row_of(std::int64_t number) {
    TAMGA_ASSIGN(auto row, tables_.reply(number));
    if (!row)
        return std::unexpected(not_so(ErrorCode::not_found, fmt::format("there is no reply {}", number)));
    return *std::move(row);
}

Result<KeptReply> Replies::find(std::int64_t number) {
    TAMGA_ASSIGN(const store::ReplyRow row, row_of(number));
    return read(row);
}

Result<std::optional<KeptReply>> Replies::appeared_as(const RecordId& under, const std::string& id) {
    TAMGA_ASSIGN(const auto rows, tables_.replies(under));
    for (const store::ReplyRow& row : rows)
        if (row.state == kAppeared && record_id(row.id, row.time) == id) {
            TAMGA_ASSIGN(KeptReply kept, read(row));
            return kept;
        }
    return std::nullopt;
}

std::string Replies::record_id(std::int64_t number, std::int64_t time) const {
    const std::string digest = vault_.digest("reply", std::to_string(number));
    return Date::of_unix_time(time).text() + "-" + crypto::hex_text(digest.substr(0, 6));
}

Json Replies::record_body(const KeptReply& kept) {
    return {{"under", Json::array({kept.under.text()})},
            {"name", kept.reply.name},
            {"date", Date::of_unix_time(kept.time).text()},
            {"text", {{kept.language, kept.reply.text}}}};
}

Result<void> Replies::empty(std::int64_t number, std::string_view state, const std::string& by,
                            const std::string& reason, std::string_view event) {
    TAMGA_ASSIGN(store::ReplyRow row, row_of(number));
    if (row.state == state) return {};
    row.state = state;
    row.name.clear();
    row.body.clear();
    if (state != kAppeared) row.email.clear();
    row.moderated_by = by;
    row.reason = reason;
    TAMGA_TRY(tables_.put_reply(row));
    return tables_.add_event({0,
                              clock_(),
                              by,
                              std::string(event),
                              fmt::format("reply {} under {}", number, row.record.text()),
                              {}});
}

Result<void> Replies::tell_appeared(std::int64_t number, const std::string& by) {
    return store_.written([&]() -> Result<void> {
        TAMGA_ASSIGN(const store::ReplyRow row, row_of(number));
        if (row.state == kRefused || row.state == kErased)
            return std::unexpected(
                not_so(ErrorCode::conflict, fmt::format("reply {} was {}", number, row.state)));
        return empty(number, kAppeared, by, {}, "reply-approved");
    });
}

Result<void> Replies::refuse(std::int64_t number, const std::string& by, const std::string& reason) {
    return store_.written([&]() -> Result<void> {
        TAMGA_ASSIGN(const store::ReplyRow row, row_of(number));
        if (row.state == kAppeared || row.state == kErased)
            return std::unexpected(
                not_so(ErrorCode::conflict, fmt::format("reply {} was {}", number, row.state)));
        return empty(number, kRefused, by, reason, "reply-refused");
    });
}

Result<void> Replies::tell_erased(std::int64_t number, const std::string& by, const std::string& reason) {
    return store_.written([&] { return empty(number, kErased, by, reason, "reply-erased"); });
}

}  // namespace tamga::access
