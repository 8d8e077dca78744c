#include "access/follows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "access/admission.hpp"
#include "access/reply_rules.hpp"
#include "access/sodium.hpp"
#include "base/utf8.hpp"
#include "crypto/ed25519.hpp"
#include "crypto/sha256.hpp"

namespace tamga::access {

namespace {

using store::FollowRow;
using store::MailRow;

constexpr std::string_view kAsked = "asked", kConfirmed = "confirmed";
constexpr std::string_view kWaits = "waiting", kSending = "sending", kTaken = "taken", kRefused = "refused",
                           kGivenUp = "given-up", kUnknown = "unknown";
constexpr std::string_view kPurposes[] = {"confirm", "digest"};
constexpr std::size_t kIdBytes = 16;
constexpr Limits kLimits{"used follow form",  "follows of a network",  "follows",  Follows::kMostOfNetwork,
                         Follows::kMostOfAll, Follows::kThrottleLasts, kOldestForm};
constexpr std::int64_t kDay = 86400, kHourOfDigests = 6 * 3600;
/// 1970-01-05 was a Monday.
constexpr std::int64_t kFirstMonday = 4 * kDay;

Cell email_cell(const std::string& id) {
    return {"follows", id, "email"};
}

Follow read(const FollowRow& row) {
    return {.id = row.id,
            .what = row.what,
            .frequency = frequency_named(row.frequency).value_or(Frequency::weekly),
            .language = row.language,
            .confirmed = row.state == kConfirmed,
            .told = row.told,
            .sure = row.sure,
            .made = row.made};
}

/// The first time after `now` that is `offset` after a multiple of `step`.
std::int64_t next_multiple(std::int64_t now, std::int64_t step, std::int64_t offset) {
    return (now - offset) / step * step + offset + step;
}

/// How long until the next attempt: 1, 4, 16 minutes, then each hour.
std::int64_t pause_after(std::int64_t attempts) {
    std::int64_t seconds = 60;
    for (std::int64_t i = 1; i < attempts && seconds < 3600; ++i) seconds *= 4;
    return std::min<std::int64_t>(seconds, 3600);
}

}  // namespace

std::optional<Frequency> frequency_named(std::string_view name) {
    const auto* const found = std::ranges::find(kFrequencies, name);
    if (found == std::end(kFrequencies)) return std::nullopt;
    return static_cast<Frequency>(found - std::begin(kFrequencies));
}

std::int64_t next_due(Frequency frequency, std::int64_t now, std::int64_t pause_seconds) {
    switch (frequency) {
        case Frequency::at_once:
            return now + pause_seconds;
        case Frequency::daily:
            return next_multiple(now, kDay, kHourOfDigests);
        case Frequency::weekly:
            return next_multiple(now, 7 * kDay, kFirstMonday + kHourOfDigests);
    }
    return now;
}

Follows::Follows(store::Store& store, Vault vault, Clock clock)
    : store_(store), tables_(store), vault_(std::move(vault)), clock_(std::move(clock)) {}

Result<bool> Follows::too_many(const std::string& email_hash) {
    TAMGA_ASSIGN(const auto rows, tables_.follows_of(email_hash));
    const auto in = [&](std::string_view state) {
        return static_cast<std::size_t>(std::ranges::count(rows, state, &FollowRow::state));
    };
    return in(kAsked) >= kMostAsked || in(kConfirmed) >= kMostFollowed;
}

Result<Follows::Asked> Follows::ask(const FollowAsked& asked, std::string_view token, const Client& client) {
    const std::int64_t now = clock_();
    return store_.written([&]() -> Result<Asked> {
        TAMGA_ASSIGN(const Admission admission,
                     admit(tables_, vault_, kLimits, token, shortened_address(client.address), now));
        if (admission.outcome == Admission::Outcome::used) return Asked{Outcome::used};
        if (admission.outcome == Admission::Outcome::throttled)
            return Asked{Outcome::throttled, admission.wait_seconds};
        TAMGA_TRY(tables_.add_event({0, now, {}, "follow-asked", asked.what, {}}));
        FollowRow row;
        row.email_hash = vault_.digest("follow", utf8::lower_ascii(asked.email));
        TAMGA_ASSIGN(const bool enough, too_many(row.email_hash));
        if (enough) return Asked{};
        row.id = crypto::hex_text(crypto::random_bytes(kIdBytes));
        row.what = asked.what;
        row.frequency = name(asked.frequency);
        row.language = asked.language;
        row.email = vault_.seal(email_cell(row.id), asked.email);
        row.state = kAsked;
        row.made = now;
        TAMGA_TRY(tables_.put_follow(row));
        MailRow mail;
        mail.follow = row.id;
        mail.purpose = kPurposes[static_cast<std::size_t>(Mail::Purpose::confirm)];
        mail.state = kWaits;
        mail.due = mail.made = now;
        TAMGA_TRY(tables_.add_mail(mail));
        return Asked{};
    });
}

std::string Follows::token_of(std::string_view id) const {
    return base64url(crypto::from_hex(id) + vault_.digest("follow link", id).substr(0, kIdBytes));
}

/// Empty for what is no token of ours.
std::string Follows::id_of(std::string_view token) const {
    const std::string bytes = from_base64url(token);
    if (bytes.size() != 2 * kIdBytes) return {};
    std::string id = crypto::hex_text(std::string_view(bytes).substr(0, kIdBytes));
    return same_in_constant_time(token_of(id), token) ? id : std::string();
}

Result<std::optional<Follow>> Follows::find(std::string_view token) {
    const std::string id = id_of(token);
    if (id.empty()) return std::optional<Follow>();
    TAMGA_ASSIGN(const auto row, tables_.follow(id));
    if (!row || (row->state == kAsked && row->made + kAskedLasts <= clock_())) return std::optional<Follow>();
    return std::optional(read(*row));
}

Result<bool> Follows::confirm(std::string_view token, std::int64_t head) {
    return store_.written([&]() -> Result<bool> {
        TAMGA_ASSIGN(const auto found, find(token));
        if (!found) return false;
        if (found->confirmed) return true;
        const std::int64_t now = clock_();
        TAMGA_ASSIGN(auto row, tables_.follow(found->id));
        row->state = kConfirmed;
        row->told = row->sure = head;  // Of what there is nobody is told but who asks.
        TAMGA_ASSIGN(const auto others, tables_.follows_of(row->email_hash));
        for (const FollowRow& other : others) {
            if (other.id == row->id || other.what != row->what || other.state != kConfirmed) continue;
            // Told twice is worse than late: where its messages still wait, the next one says what may be
            // missing.
            row->told = std::min(row->told, other.told);
            row->sure = std::min(row->sure, other.sure);
            TAMGA_TRY(tables_.erase_follow(other.id));
        }
        const Frequency frequency = found->frequency;
        row->due = frequency == Frequency::at_once ? now : next_due(frequency, now, 0);
        TAMGA_TRY(tables_.put_follow(*row));
        TAMGA_TRY(tables_.add_event({0, now, {}, "follow-confirmed", row->what, {}}));
        return true;
    });
}

Result<void> Follows::end(std::string_view token) {
    const std::string id = id_of(token);
    if (id.empty()) return {};
    return store_.written([&]() -> Result<void> {
        TAMGA_ASSIGN(const auto row, tables_.follow(id));
        if (!row) return {};
        TAMGA_TRY(tables_.erase_follow(id));
        return tables_.add_event({0, clock_(), {}, "follow-ended", row->what, {}});
    });
}

Result<std::vector<Follow>> Follows::due(std::int64_t head, std::size_t most) {
    TAMGA_ASSIGN(const auto rows,
                 tables_.follows_due(kConfirmed, clock_(), head, static_cast<std::int64_t>(most)));
    std::vector<Follow> out;
    for (const FollowRow& row : rows) out.push_back(read(row));
    return out;
}

Result<void> Follows::tell(const std::vector<Looked>& looked, std::int64_t head, std::int64_t pause_seconds) {
    const std::int64_t now = clock_();
    return store_.written([&]() -> Result<void> {
        for (const Looked& one : looked) {
            TAMGA_ASSIGN(auto row, tables_.follow(one.id));
            // Ended meanwhile, or told already.
            if (!row || row->state != kConfirmed || row->told >= head) continue;
            if (one.has_news) {
                MailRow mail;
                mail.follow = row->id;
                mail.purpose = kPurposes[static_cast<std::size_t>(Mail::Purpose::digest)];
                mail.since = row->told;
                mail.until = head;
                mail.state = kWaits;
                mail.due = mail.made = now;
                TAMGA_TRY(tables_.add_mail(mail));
            } else if (row->sure == row->told) {
                row->sure = head;
            }
            row->told = head;
            // What has no news yet may have some at the next moment.
            const Frequency frequency = read(*row).frequency;
            if (one.has_news || frequency != Frequency::at_once)
                row->due = next_due(frequency, now, pause_seconds);
            TAMGA_TRY(tables_.put_follow(*row));
        }
        return {};
    });
}

Result<Mail> Follows::mail_of(const MailRow& row, const FollowRow& follow) const {
    Mail mail;
    mail.number = row.id;
    mail.purpose = row.purpose == kPurposes[0] ? Mail::Purpose::confirm : Mail::Purpose::digest;
    mail.since = row.since;
    mail.until = row.until;
    mail.made = row.made;
    mail.attempts = row.attempts;
    mail.follow = read(follow);
    TAMGA_ASSIGN(mail.email, vault_.unseal(email_cell(follow.id), follow.email));
    return mail;
}

Result<bool> Follows::has_waiting() {
    TAMGA_ASSIGN(const auto rows, tables_.mails_in(kWaits, clock_(), 1));
    return !rows.empty();
}

Result<std::optional<Mail>> Follows::claim() {
    return store_.written([&]() -> Result<std::optional<Mail>> {
        for (;;) {
            TAMGA_ASSIGN(auto rows, tables_.mails_in(kWaits, clock_(), 1));
            if (rows.empty()) return std::optional<Mail>();
            MailRow& row = rows.front();
            TAMGA_ASSIGN(const auto follow, tables_.follow(row.follow));
            if (!follow) {
                TAMGA_TRY(tables_.erase_mail(row.id));
                continue;
            }
            row.state = kSending;
            ++row.attempts;
            TAMGA_TRY(tables_.put_mail(row));
            TAMGA_ASSIGN(Mail mail, mail_of(row, *follow));
            return std::optional(std::move(mail));
        }
    });
}

Result<bool> Follows::settle(const Mail& mail, Posted posted) {
    const std::int64_t now = clock_();
    return store_.written([&]() -> Result<bool> {
        TAMGA_ASSIGN(auto row, tables_.mail(mail.number));
        TAMGA_ASSIGN(auto follow, tables_.follow(mail.follow.id));
        if (!row || !follow) return true;  // Ended meanwhile.
        const bool tried_enough = posted == Posted::later && row->made + kTriedFor <= now;
        row->state = posted == Posted::taken     ? kTaken
                     : posted == Posted::refused ? kRefused
                     : posted == Posted::unknown ? kUnknown
                     : tried_enough              ? kGivenUp
                                                 : kWaits;
        row->due = now + pause_after(row->attempts);
        TAMGA_TRY(tables_.put_mail(*row));
        if (posted == Posted::taken && mail.purpose == Mail::Purpose::digest) {
            follow->sure = std::max(follow->sure, mail.until);
            TAMGA_TRY(tables_.put_follow(*follow));
        }
        if (posted == Posted::refused) {
            TAMGA_ASSIGN(const std::int64_t refused, tables_.count_mails(kRefused, follow->id));
            TAMGA_ASSIGN(const std::int64_t taken, tables_.count_mails(kTaken, follow->id));
            if (refused >= kMostRefused && taken <= 1) {
                TAMGA_TRY(tables_.erase_follow(follow->id));
                TAMGA_TRY(tables_.add_event({0, now, {}, "follow-given-up", follow->what, {}}));
            }
        }
        return !tried_enough;
    });
}

Result<std::vector<Mail>> Follows::recover() {
    return store_.written([&]() -> Result<std::vector<Mail>> {
        std::vector<Mail> out;
        constexpr std::int64_t kMost = 10'000, kAnyTime = std::int64_t{1} << 60;
        TAMGA_ASSIGN(auto rows, tables_.mails_in(kSending, kAnyTime, kMost));
        for (MailRow& row : rows) {
            row.state = kUnknown;
            TAMGA_TRY(tables_.put_mail(row));
            TAMGA_ASSIGN(const auto follow, tables_.follow(row.follow));
            if (!follow) continue;
            TAMGA_ASSIGN(Mail mail, mail_of(row, *follow));
            out.push_back(std::move(mail));
        }
        return out;
    });
}

Result<void> Follows::clean() {
    const std::int64_t now = clock_();
    return store_.written([&]() -> Result<void> {
        TAMGA_TRY(tables_.erase_follows_before(kAsked, now - kAskedLasts));
        for (const std::string_view state : {kTaken, kRefused, kGivenUp, kUnknown})
            TAMGA_TRY(tables_.erase_mails_before(state, now - kKeptFor));
        return {};
    });
}

Result<Follows::Figures> Follows::figures() {
    Figures out;
    TAMGA_ASSIGN(out.confirmed, tables_.count_follows(kConfirmed));
    TAMGA_ASSIGN(out.asked, tables_.count_follows(kAsked));
    TAMGA_ASSIGN(out.waiting, tables_.count_mails(kWaits, {}));
    TAMGA_ASSIGN(out.refused, tables_.count_mails(kRefused, {}));
    TAMGA_ASSIGN(out.given_up, tables_.count_mails(kGivenUp, {}));
    TAMGA_ASSIGN(out.unknown, tables_.count_mails(kUnknown, {}));
    return out;
}

}  // namespace tamga::access
