#include "web/desk/desk.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <charconv>

#include "access/sodium.hpp"
#include "crypto/sha256.hpp"
#include "http/cookie.hpp"
#include "http/target.hpp"

namespace tamga::web {

namespace {

constexpr const char* kSession = "session";
/// What a form is bound to before anybody is signed in.
constexpr const char* kBrowser = "browser";
/// After what could not be written pages wait for it no more, for so many seconds.
constexpr std::int64_t kPause = 60;
constexpr std::int64_t kTidyEvery = 86'400;
/// What happened to accounts is kept for two years.
constexpr std::int64_t kEventsLast = 2LL * 366 * 86'400;

std::string of_browser(std::string_view value) {
    return fmt::format("{} {}", kBrowser, value);
}

/// What a page carries stands nowhere, but each seal is of one place.
access::Cell carried_with(std::string_view form_token, std::string_view what) {
    return {.table = "pages", .row = form_token, .column = what};
}

}  // namespace

Desk::Desk(DeskOptions options, std::string public_url)
    : options_(std::move(options)),
      public_url_(std::move(public_url)),
      secure_(public_url_.starts_with("https://")),
      passkey_site_(access::relying_party(public_url_)),
      scribe_(options_.database, options_.times),
      provider_(options_.provider
                    ? std::make_unique<Provider>(*options_.provider, public_url_, options_.clock)
                    : nullptr) {}
Desk::~Desk() = default;

Result<std::unique_ptr<store::Store>> Desk::take_reader() {
    {
        const std::lock_guard lock(mutex_);
        while (!readers_.empty()) {
            std::unique_ptr<store::Store> reader = std::move(readers_.back());
            readers_.pop_back();
            if (!reader->outdated()) return reader;
        }
    }
    return store::open(options_.database, store::Mode::read);
}

void Desk::put_back(std::unique_ptr<store::Store> reader) {
    const std::lock_guard lock(mutex_);
    readers_.push_back(std::move(reader));
}

Result<access::Vault> Desk::vault() {
    {
        const std::lock_guard lock(mutex_);
        if (vault_) return *vault_;
    }
    const auto opened = [&]() -> Result<access::Vault> {
        TAMGA_ASSIGN(const std::string file, access::Vault::file_for(options_.database, options_.key_file));
        TAMGA_ASSIGN(std::unique_ptr<store::Store> reader, take_reader());
        auto found = access::Vault::open_existing(*reader, file);
        put_back(std::move(reader));
        return found;
    }();
    const std::lock_guard lock(mutex_);
    if (opened) {
        vault_ = *opened;
        return opened;
    }
    // Told once, not with every page.
    if (const std::string trouble = opened.error().message(); trouble_ != trouble) {
        trouble_ = trouble;
        spdlog::info("nobody can sign in: {}", trouble);
    }
    return opened;
}

access::Client Desk::client_of(const http::Request& request) {
    return {request.remote, std::string(request.header("User-Agent"))};
}

std::pair<std::string, std::string> Desk::session_cookie(std::string_view token) const {
    // As long as the session lasts at most: when it is over before, the server knows.
    return cookie(kSession, token, token.empty() ? 0 : access::kSessionLasts);
}

std::pair<std::string, std::string> Desk::cookie(std::string_view name, std::string_view value,
                                                 std::int64_t lasts_seconds) const {
    return {"Set-Cookie", http::set_cookie(name, value, {.secure = secure_, .lasts_seconds = lasts_seconds})};
}

std::string Desk::cookie_of(const http::Request& request, std::string_view name) const {
    return std::string(
        http::cookie_value(request.header("Cookie"), http::cookie_name(name, secure_)).value_or(""));
}

/// Whether the browser says that a page of this site sent the request; one that says nothing is believed, for
/// the form's token decides.
bool Desk::is_from_here(const http::Request& request) const {
    if (const std::string_view site = request.header("Sec-Fetch-Site"); !site.empty())
        return site == "same-origin" || site == "none";
    const std::string_view origin = request.header("Origin"), host = request.header("Host");
    return origin.empty() || origin == public_url_ || origin == fmt::format("http://{}", host) ||
           origin == fmt::format("https://{}", host);
}

Result<Entry> Desk::enter(const http::Request& request, const http::Fields* form) {
    Entry entry;
    if (!vault()) return entry;
    entry.open = true;
    entry.session = cookie_of(request, kSession);
    std::string browser = cookie_of(request, kBrowser);
    TAMGA_TRY(read([&](access::Accounts& accounts, store::Store&) -> Result<void> {
        if (!entry.session.empty()) {
            TAMGA_ASSIGN(entry.signed_in, accounts.session(entry.session));
        }
        if (!form) return {};
        const std::string bound = entry.signed_in   ? entry.session
                                  : browser.empty() ? ""
                                                    : of_browser(browser);
        entry.sent = !is_from_here(request) ? Sent::foreign
                     : !bound.empty() && accounts.is_form_token(bound, form->value("form_token"))
                         ? Sent::ours
                         : Sent::stale;
        return {};
    }));
    tidy_up();
    if (entry.signed_in)
        go_on(entry, request);
    else
        entry.session.clear();
    if (!entry.signed_in && browser.empty()) {
        browser = access::base64url(crypto::random_bytes(32));
        entry.cookies.emplace_back("Set-Cookie", http::set_cookie(kBrowser, browser, {.secure = secure_}));
    }
    TAMGA_TRY(read([&](access::Accounts& accounts, store::Store&) -> Result<void> {
        entry.form_token = accounts.form_token(entry.signed_in ? entry.session : of_browser(browser));
        return {};
    }));
    return entry;
}

/// Tells that a session is used, and gives it another token where that is wanted. Neither is worth a page: it
/// is made as well while somebody else writes for long.
void Desk::go_on(Entry& entry, const http::Request& request) {
    const access::Session& session = entry.signed_in->session;
    const std::int64_t now = options_.clock();
    // What is changed by another request at the same time finds the token of before gone.
    const bool rotates = session.wants_rotation && request.method == "GET";
    if ((!rotates && !access::Accounts::wants_touch(session, now)) || now < paused_until_) return;
    const auto done = write([&](access::Accounts& accounts, store::Store&) -> Result<void> {
        if (!rotates) return accounts.touch(entry.session);
        TAMGA_ASSIGN(entry.session, accounts.rotate(entry.session));
        entry.cookies.push_back(session_cookie(entry.session));
        return {};
    });
    if (done || done.error().code == ErrorCode::not_found) return;
    spdlog::warn("{}: {}", done.error().operation, done.error().message());
    paused_until_ = now + kPause;
}

/// Once a day, with whoever comes first: what is over goes, sessions, links, tokens and old events. As in
/// go_on(), it is not worth a page.
void Desk::tidy_up() {
    const std::int64_t now = options_.clock();
    std::int64_t due = tidy_from_.load();
    if (now < due || now < paused_until_ || !tidy_from_.compare_exchange_strong(due, now + kTidyEvery))
        return;
    const auto done =
        write([](access::Accounts& accounts, store::Store&) { return accounts.tidy_up(kEventsLast); });
    if (done) return;
    spdlog::warn("{}: {}", done.error().operation, done.error().message());
    paused_until_ = now + kPause;
}

Result<std::optional<access::Account>> Desk::bearer(const http::Request& request) {
    constexpr std::string_view kScheme = "Bearer ";
    const std::string_view told = request.header("Authorization");
    if (told.size() <= kScheme.size() ||
        !http::equals_ignoring_case(told.substr(0, kScheme.size()), kScheme) || !vault())
        return std::optional<access::Account>();
    return read([&](access::Accounts& accounts, store::Store&) {
        return accounts.token(told.substr(kScheme.size()));
    });
}

Result<std::string> Desk::seal(std::string_view form_token, std::string_view text, std::int64_t lasts_seconds,
                               std::string_view what) {
    TAMGA_ASSIGN(const access::Vault key, vault());
    return access::base64url(key.seal(carried_with(form_token, what),
                                      fmt::format("{}\n{}", options_.clock() + lasts_seconds, text)));
}

Result<std::optional<std::string>> Desk::unseal(std::string_view form_token, std::string_view sealed,
                                                std::string_view what) {
    TAMGA_ASSIGN(const access::Vault key, vault());
    const auto opened = key.unseal(carried_with(form_token, what), access::from_base64url(sealed));
    if (!opened) return std::optional<std::string>();
    const std::size_t line = opened->find('\n');
    std::int64_t until = 0;
    std::from_chars(opened->data(), opened->data() + std::min(line, opened->size()), until);
    if (line == std::string::npos || until < options_.clock()) return std::optional<std::string>();
    return std::optional(opened->substr(line + 1));
}

std::string local_path(std::string_view asked, std::string_view otherwise) {
    const auto target = http::parse_target(asked);
    if (!asked.starts_with('/') || !target) return std::string(otherwise);
    return http::uri_reference(target->path, target->raw_query);
}

}  // namespace tamga::web
