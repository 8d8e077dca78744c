#include "web/site/postman.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <map>
#include <optional>
#include <utility>

#include "access/follows.hpp"
#include "web/site/followed.hpp"
#include "web/site/letters.hpp"

namespace tamga::web {

namespace {

using access::Follows;

constexpr std::size_t kAtATime = 200;
constexpr std::int64_t kCleanEvery = 3600;

access::Posted posted(mail::Fate fate) {
    switch (fate) {
        case mail::Fate::taken:
            return access::Posted::taken;
        case mail::Fate::later:
            return access::Posted::later;
        case mail::Fate::refused:
            return access::Posted::refused;
        case mail::Fate::unknown:
            return access::Posted::unknown;
    }
    return access::Posted::unknown;
}

std::string link_of(const Follows& follows, const access::Mail& mail) {
    return fmt::format("/{}/follow/{}", mail.follow.language, follows.token_of(mail.follow.id));
}

}  // namespace

Postman::Postman(Services& services, PostmanOptions options)
    : services_(services), options_(std::move(options)) {
    if (options_.look_every.count() > 0) thread_ = std::thread([this] { run(); });
}

Postman::~Postman() {
    {
        const std::lock_guard lock(mutex_);
        stops_ = true;
    }
    stop_.notify_all();
    if (thread_.joinable()) thread_.join();
}

bool Postman::stops() {
    const std::lock_guard lock(mutex_);
    return stops_;
}

bool Postman::wait(std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    return !stop_.wait_for(lock, time, [this] { return stops_; });
}

void Postman::run() {
    do {
        const auto done = look();
        const std::string trouble = done ? std::string() : done.error().message();
        // Told once, not with every look.
        if (!trouble.empty() && trouble != trouble_) spdlog::warn("e-mail waits: {}", trouble);
        trouble_ = trouble;
    } while (wait(options_.look_every));
}

Result<void> Postman::look() {
    if (!recovered_) TAMGA_TRY(recover());
    recovered_ = true;
    TAMGA_TRY(queue_news());
    for (;;) {
        TAMGA_ASSIGN(const bool more, send_next());
        if (!more || stops()) return {};
        if (options_.per_minute > 0 && !wait(std::chrono::milliseconds(60'000 / options_.per_minute)))
            return {};
    }
}

Result<void> Postman::recover() {
    TAMGA_ASSIGN(const access::Vault vault, services_.desk->vault());
    TAMGA_ASSIGN(const auto lost, services_.desk->write([&](access::Accounts&, store::Store& store) {
        return Follows(store, vault, services_.desk->clock()).recover();
    }));
    for (const access::Mail& mail : lost)
        spdlog::warn(
            "message {} was on its way when the server ended: it may have been taken, and is not sent again",
            mail.number);
    return {};
}

Result<bool> Postman::has_news(const std::string& what, std::int64_t told, const query::View& view) {
    const i18n::Language& language = i18n::language(languages().front());
    const auto followed_one = followed(language, what);
    if (!followed_one) return false;
    Page page(view, language, followed_one->address, services_.statuses);
    const auto found = followed_changes(page, *followed_one, {told}, 1);
    // A filter that names what is no more lets nothing pass.
    if (!found && found.error().code == ErrorCode::invalid_input) return false;
    if (!found) return std::unexpected(found.error());
    return !found->records.empty();
}

Result<void> Postman::queue_news() {
    Desk& desk = *services_.desk;
    TAMGA_ASSIGN(const access::Vault vault, desk.vault());
    if (const std::int64_t now = desk.clock()(); now >= cleaned_ + kCleanEvery) {
        TAMGA_TRY(desk.write([&](access::Accounts&, store::Store& store) {
            return Follows(store, vault, desk.clock()).clean();
        }));
        cleaned_ = now;
    }
    TAMGA_ASSIGN(const query::View view, services_.reg.now());
    const std::int64_t head = view.head().value;
    // Many follow the same.
    std::map<std::pair<std::string, std::int64_t>, bool> known;
    while (!stops()) {
        TAMGA_ASSIGN(const auto due, desk.read([&](access::Accounts&, store::Store& store) {
            return Follows(store, vault, desk.clock()).due(head, kAtATime);
        }));
        if (due.empty()) break;
        std::vector<Follows::Looked> looked;
        for (const access::Follow& one : due) {
            const auto [at, is_new] = known.try_emplace({one.what, one.told}, false);
            if (is_new) {
                TAMGA_ASSIGN(at->second, has_news(one.what, one.told, view));
            }
            looked.push_back({one.id, at->second});
        }
        TAMGA_TRY(desk.write([&](access::Accounts&, store::Store& store) {
            return Follows(store, vault, desk.clock()).tell(looked, head, options_.pause_seconds);
        }));
    }
    return {};
}

/// Sends the next message that waits. False: there is none.
Result<bool> Postman::send_next() {
    Desk& desk = *services_.desk;
    TAMGA_ASSIGN(const access::Vault vault, desk.vault());
    TAMGA_ASSIGN(const bool waits, desk.read([&](access::Accounts&, store::Store& store) {
        return Follows(store, vault, desk.clock()).has_waiting();
    }));
    if (!waits) return false;
    std::string link;
    // A crash before this leaves it waiting; one after it leaves it claimed, and nobody sends it again.
    TAMGA_ASSIGN(const auto mail, desk.write([&](access::Accounts&, store::Store& store) {
        Follows follows(store, vault, desk.clock());
        auto claimed = follows.claim();
        if (claimed && *claimed) link = link_of(follows, **claimed);
        return claimed;
    }));
    if (!mail) return false;
    mail::Sent sent;
    const auto written = letter(services_, *mail, link, options_.from);
    const auto composed = written ? mail::compose(*written) : std::unexpected(written.error());
    if (!composed)
        sent = {written ? mail::Fate::refused : mail::Fate::later, 0, composed.error().message()};
    else
        sent = options_.send(options_.from.address, mail->email, *composed, [this] { return stops(); });
    TAMGA_ASSIGN(const bool is_tried, desk.write([&](access::Accounts&, store::Store& store) {
        return Follows(store, vault, desk.clock()).settle(*mail, posted(sent.fate));
    }));
    // The address is in no log.
    if (sent.fate == mail::Fate::unknown)
        spdlog::warn("message {} may have been taken, and is not sent again: {}", mail->number, sent.what);
    else if (sent.fate != mail::Fate::taken)
        spdlog::warn("message {} was not taken{}: {}", mail->number,
                     sent.fate == mail::Fate::refused ? ", and is not tried again"
                     : is_tried                       ? ", and is tried again"
                                                      : " for days, and is given up",
                     sent.what);
    return true;
}

}  // namespace tamga::web
