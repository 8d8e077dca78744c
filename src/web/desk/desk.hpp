#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "access/accounts.hpp"
#include "base/clock.hpp"
#include "http/form.hpp"
#include "http/message.hpp"
#include "web/desk/provider.hpp"
#include "web/desk/scribe.hpp"

namespace tamga::web {

struct DeskOptions {
    std::string database;
    std::string key_file = {};  ///< As Vault::file_for() takes it.
    Clock clock = system_clock_seconds;
    ScribeTimes times = {};
    access::PasswordCost cost = {};
    /// Through which people sign in, too; nothing: by passwords alone.
    std::optional<ProviderOptions> provider = {};
};

/// Whose form it was that was sent.
enum class Sent : unsigned char {
    none,     ///< None was.
    ours,     ///< A page of ours, to who asks now.
    stale,    ///< A page of ours, but to somebody else, or too long ago.
    foreign,  ///< Another site, as the browser says.
};

/// Who comes with a request.
struct Entry {
    /// False: there are no accounts, or not their key; then nothing else is told.
    bool open = false;
    std::optional<access::SignedIn> signed_in = {};
    std::string session = {};     ///< The token of that session.
    std::string form_token = {};  ///< Of the forms of the page that answers.
    Sent sent = Sent::none;
    http::Headers cookies = {};  ///< What is to be set with the answer, whatever that is.
};

/// Where people sign in and write. Each look-up has a reader of its own; what writes goes through the Scribe.
/// Any number of threads.
class Desk {
  public:
    /// `public_url`: "https://example.org", which tells whether cookies are Secure, what our own forms
    /// are sent from, and where passkeys are of use.
    Desk(DeskOptions options, std::string public_url);
    ~Desk();

    /// Where passkeys are of use; nothing: they are not offered.
    const std::optional<access::RelyingParty>& passkey_site() const { return passkey_site_; }
    Scribe& scribe() { return scribe_; }
    const Clock& clock() const { return options_.clock; }
    /// Null: there is none.
    Provider* provider() { return provider_.get(); }

    /// The key of what is private. Errors: not_found where there are no accounts yet, or it is missing;
    /// conflict: it is another one's. It is looked for until it is found, so that the first account can be
    /// made while the server runs.
    Result<access::Vault> vault();

    /// `work(accounts, store)` on a store that may only be read; gives what that gives, a Result. Errors:
    /// the work's, vault()'s, the store's.
    template <class Work>
    auto read(Work work) -> std::invoke_result_t<Work&, access::Accounts&, store::Store&> {
        TAMGA_ASSIGN(access::Vault key, vault());
        TAMGA_ASSIGN(std::unique_ptr<store::Store> reader, take_reader());
        auto given = [&] {
            access::Accounts accounts(*reader, std::move(key), options_.clock, options_.cost);
            return work(accounts, *reader);
        }();
        put_back(std::move(reader));
        return given;
    }
    /// The same on the one that may be written to (Scribe::run).
    template <class Work>
    auto write(Work work) -> std::invoke_result_t<Work&, access::Accounts&, store::Store&> {
        TAMGA_ASSIGN(const access::Vault key, vault());
        return scribe_.run([&](store::Store& store) {
            access::Accounts accounts(store, key, options_.clock, options_.cost);
            return work(accounts, store);
        });
    }

    /// Who comes with a request, by its cookie; `form` is what it brings, or null. A session's use is told,
    /// and its token changed where that is wanted, before the page is made. Errors: the store's.
    Result<Entry> enter(const http::Request& request, const http::Fields* form);
    /// Who acts by a request's `Authorization: Bearer …`, with no more rights than that token has; nothing
    /// if there is none, or it is over. For /api/…, whose routes know no session.
    Result<std::optional<access::Account>> bearer(const http::Request& request);

    /// Where a request comes from, for what accounts keep of it.
    static access::Client client_of(const http::Request& request);
    /// The Set-Cookie that begins a session, or ends one (an empty token).
    std::pair<std::string, std::string> session_cookie(std::string_view token) const;
    /// Another cookie, for so many seconds (0: it is taken away); and what a request brings under its name,
    /// empty where it brings none.
    std::pair<std::string, std::string> cookie(std::string_view name, std::string_view value,
                                               std::int64_t lasts_seconds) const;
    std::string cookie_of(const http::Request& request, std::string_view name) const;
    /// The same bytes for a page to carry and to get back, which only we can read, for `lasts_seconds`, under
    /// that form token and as `what` alone; nothing where they were changed or it is too late. What somebody
    /// can have sealed as they like is sealed as nothing else.
    Result<std::string> seal(std::string_view form_token, std::string_view text, std::int64_t lasts_seconds,
                             std::string_view what = "carried");
    Result<std::optional<std::string>> unseal(std::string_view form_token, std::string_view sealed,
                                              std::string_view what = "carried");

  private:
    Result<std::unique_ptr<store::Store>> take_reader();
    void put_back(std::unique_ptr<store::Store> reader);
    bool is_from_here(const http::Request& request) const;
    void go_on(Entry& entry, const http::Request& request);
    void tidy_up();

    const DeskOptions options_;
    const std::string public_url_;
    const bool secure_;
    const std::optional<access::RelyingParty> passkey_site_;
    Scribe scribe_;
    std::unique_ptr<Provider> provider_;
    std::mutex mutex_;
    std::optional<access::Vault> vault_;
    std::string trouble_;  ///< Why there is no key, as it was last told to the operator.
    std::vector<std::unique_ptr<store::Store>> readers_;
    std::atomic<std::int64_t> paused_until_ = 0;  ///< Sessions' uses are not told before.
    std::atomic<std::int64_t> tidy_from_ = 0;     ///< When what is over is to be taken away again.
};

/// A path on this server, for after a form was sent: as it was asked for if it is one, else `otherwise`. No
/// address leads elsewhere by it.
std::string local_path(std::string_view asked, std::string_view otherwise);

}  // namespace tamga::web
