#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "access/passkeys.hpp"
#include "access/password.hpp"
#include "access/policy.hpp"
#include "access/vault.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/private_tables.hpp"
#include "store/store.hpp"

namespace tamga::access {

/// How long things last, in seconds.
inline constexpr std::int64_t kInvitationLasts = 7 * 86400, kResetLasts = 86400;
inline constexpr std::int64_t kSessionIdle = 12 * 3600, kSessionLasts = 7 * 86400;
/// A session's last use is kept no more exactly than this, so that reading pages seldom writes.
inline constexpr std::int64_t kSessionSeenEvery = 300;
inline constexpr std::int64_t kLongestToken = 366 * 86400;
/// So long a challenge may be answered by a passkey, and an attempt by a provider, once.
inline constexpr std::int64_t kChallengeLasts = 600;

/// Where a request comes from.
struct Client {
    std::string address = {};  ///< IPv4 or IPv6; empty: this machine's command line.
    std::string agent = {};    ///< What the program calls itself; 120 bytes of it are kept.
};

/// What somebody must tell of a new account.
struct NewAccount {
    std::string id = {};        ///< As records' ids are: lower-case letters, digits, hyphens.
    std::string name = {};      ///< How pages call it; at most 200 bytes.
    std::string email = {};     ///< May be empty; at most 254 bytes.
    std::string language = {};  ///< Of the interface, such as "en".
    std::vector<Grant> grants = {};
};

/// An account as its owner and operators see it.
struct AccountInfo {
    std::string id, name, email, language;
    std::int64_t made = 0;
    bool disabled = false, has_password = false, has_totp = false;
    std::int64_t recovery_codes = 0;  ///< Those that are left.
    std::vector<Grant> grants;
};

/// An invitation, or the link by which a password is set anew.
struct Invitation {
    enum class Purpose { account, password };
    Purpose purpose;
    std::string account, name, email, language;
    std::vector<Grant> grants;
    std::int64_t expires = 0;
};

struct Session {
    std::string name;  ///< By which it is listed and revoked; tells nothing of its token.
    std::string account;
    std::int64_t made = 0, seen = 0;
    std::int64_t ends = 0;  ///< When it is over in any case.
    std::string agent;
    /// What the account may do changed since: change the token with the next answer, by rotate().
    bool wants_rotation = false;
};

/// Who somebody is at a provider of log-ins (openid.hpp).
struct Identity {
    std::string issuer;   ///< What the provider calls itself.
    std::string subject;  ///< What it calls them.
};

/// A session that goes on, and who acts in it.
struct SignedIn {
    Account account;
    AccountInfo info;
    Session session;
};

/// What somebody shows who wants in.
struct Credentials {
    std::string account = {};  ///< Its id, or its e-mail address.
    std::string password = {};
    std::string code = {};  ///< Of the second factor, or a recovery code; may be empty.
    /// The token of a session that goes on, of whatever account: who has one of the same account is not
    /// throttled.
    std::string session = {};
};

/// Whether a password holds, looked at before anything is written: that takes long on purpose.
struct PasswordProof {
    std::string against;  ///< The hash that it was compared with; empty: none was.
    bool holds = false;
    std::string kept = {};  ///< The hash to keep from now on, where the costs have changed.
};

/// What somebody shows who wants in by a passkey.
struct PasskeyShown {
    RelyingParty site;
    std::string challenge;  ///< As it was sent, base64url, to whoever answers; not longer ago than it lasts.
    Assertion assertion;
    std::string session = {};  ///< As of Credentials.
};

/// A passkey, as its owner sees it.
struct Passkey {
    std::string name;   ///< By which it is listed and removed.
    std::string id;     ///< By which its authenticator knows it.
    std::string title;  ///< What its owner calls it.
    std::int64_t made = 0, used = 0;
};

struct LoginResult {
    enum class Outcome {
        signed_in,
        code_wanted,  ///< The password is right; the same again, with a code.
        refused,      ///< Which part is wrong is not told.
        throttled,    ///< Nothing was looked at: again in `wait_seconds`.
    };
    Outcome outcome = Outcome::refused;
    std::string token = {};  ///< Of the new session, for the cookie.
    std::int64_t wait_seconds = 0;
};

/// A token of a program.
struct Token {
    enum class Scope { read, write };
    std::string name;     ///< By which it is listed and revoked; tells nothing of the token.
    std::string account;  ///< Whose rights it has.
    std::string title;    ///< What its owner calls it.
    Scope scope = Scope::read;
    std::string mechanism;  ///< To which it is limited; empty: none.
    std::int64_t made = 0, expires = 0;
};

/// What happened to an account.
struct Event {
    std::int64_t id = 0, time = 0;
    std::string account;  ///< Id; what somebody typed who could not come in is not kept: empty.
    std::string what;     ///< "login", "login-failed", "role-given", …: event_names().
    std::string detail;   ///< Never a secret.
    std::string address;  ///< 24 bits of an IPv4 address, 48 of an IPv6 one; empty: the command line.
};
/// Every `what` of an event. Static data.
std::span<const std::string_view> event_names();

/// What a second factor begins with. Nothing is kept until a code of it was shown.
struct NewTotp {
    std::string secret;   ///< Bytes.
    std::string text;     ///< As people type it (base32).
    std::string address;  ///< otpauth://…
};

/// The path of the page that a link's token opens: "/account/link/TOKEN".
std::string link_path(std::string_view token);

/// Whether one account may have these roles. Errors: invalid_input: a role lacks its party, centre or name,
/// or has one that it does not take; the operator writes no content and so has no other role; an assessor is
/// independent of the parties; nobody acts for two parties.
Result<void> check_grants(std::span<const Grant> grants);
/// Roles as JSON, for invitations and interfaces, and the reverse. Errors: invalid_input.
Json grants_json(std::span<const Grant> grants);
Result<std::vector<Grant>> parse_grants(const Json& json);

/// Whether a text has the shape of an e-mail address: one @, nothing that ends a header's line or address.
bool is_email(std::string_view text);

/// "192.0.2.0", "2001:db8:1::": what events keep of an address; empty for what is none.
std::string shortened_address(std::string_view address);

/// Who has an account, and how they come in.
///
/// Threads: one at a time, as the store. Each method is one transaction of the store, which is then in none:
/// what writes needs a store that is open for writing; the others do with a reader, and say so. Errors: those
/// of the store and the vault; and invalid_input, not_found, conflict as told. Whether somebody may do what
/// is asked is not asked here: that is may(account, Verb::manage_accounts).
///
/// Every change, each login and each failure leaves an event. `by` says who did it: an account's id, or
/// nothing for the command line.
///
/// A token (of a session, a link, a program) is 32 random bytes, told once; kept is its SHA-256. Nothing is
/// ever locked for good: too many failures cost time, by account and by address (kFreeFailures and on, each
/// the double of the one before up to kLongestWait); the owner who shows a recovery code, or has a session,
/// need not wait. Failures with an account's passkeys are counted apart from those with its password: who
/// guesses a password keeps nobody's passkey out.
class Accounts {
  public:
    static constexpr std::int64_t kFreeFailures = 5, kFreeFailuresOfAddress = 20;
    static constexpr std::int64_t kLongestWait = 900;
    static constexpr std::size_t kMostPasskeys = 20;  ///< Of an account.

    Accounts(store::Store& store, Vault vault, Clock clock, PasswordCost cost = {});

    // -- making accounts
    /// With a password, as the command line does. Errors: conflict: there is one of that id or address.
    Result<void> add(const NewAccount& account, const std::string& password, const std::string& by);
    /// Gives the token of a link by which somebody makes the account, choosing its password, within
    /// kInvitationLasts.
    Result<std::string> invite(const NewAccount& account, const std::string& by);
    /// The same for the password of an account that is there, within kResetLasts. Until then the old one
    /// holds.
    Result<std::string> reset_password(const std::string& id, const std::string& by);
    /// What a link's token stands for; nothing if it is over, was used, or never was. Reader.
    Result<std::optional<Invitation>> invitation(std::string_view token);
    /// Sets the password that a link is for; the account's sessions end and its passkeys go: what let in
    /// before lets in no more. Gives the account's id. Errors: not_found.
    Result<std::string> accept(std::string_view token, const std::string& password, const Client& client);
    /// Those that are open, without their tokens. Reader.
    Result<std::vector<Invitation>> invitations();

    // -- what they are and may do
    /// Reader.
    Result<std::vector<AccountInfo>> list();
    /// By id or e-mail address. Reader.
    Result<std::optional<AccountInfo>> find(const std::string& id_or_email);
    /// Errors: not_found; invalid_input as check_grants(). Its sessions want rotation.
    Result<void> give(const std::string& id, const Grant& grant, const std::string& by);
    Result<void> take(const std::string& id, const Grant& grant, const std::string& by);
    /// Ends its sessions and, until it is enabled, its tokens.
    Result<void> disable(const std::string& id, const std::string& by);
    Result<void> enable(const std::string& id, const std::string& by);
    /// What pages call it, its address and language; the address as NewAccount has it. Errors: as of add().
    Result<void> describe(const std::string& id, const std::string& name, const std::string& email,
                          const std::string& language, const std::string& by);
    /// By the owner, who shows the old one; the other sessions than `session` end. Errors: invalid_input;
    /// conflict: it was wrong too often, with the seconds to wait; that holds for this alone, not for coming
    /// in.
    Result<void> change_password(const std::string& id, const std::string& old, const std::string& fresh,
                                 std::string_view session, const Client& client);

    // -- the second factor
    /// Pure: for an account of that id.
    static NewTotp new_totp(const std::string& issuer, const std::string& id);
    /// Keeps the secret once a code of it was shown, in the place of one that was there: whoever offers that
    /// asks for the password first, and for a code of the one that goes. Gives ten recovery codes, told once.
    /// Errors: invalid_input.
    Result<std::vector<std::string>> confirm_totp(const std::string& id, const std::string& secret,
                                                  const std::string& code, const Client& client);
    /// Ten others; those of before are no more.
    Result<std::vector<std::string>> new_recovery_codes(const std::string& id, const Client& client);
    /// Takes the second factor and its recovery codes away; the account's sessions end.
    Result<void> reset_totp(const std::string& id, const std::string& by);

    // -- who they are elsewhere
    /// From now on that identity comes in as the account. Errors: not_found; conflict: it comes in as
    /// another; invalid_input.
    Result<void> link(const std::string& id, const Identity& identity, const std::string& by);
    /// Sessions go on. Errors: not_found: it does not come in as that account.
    Result<void> unlink(const std::string& id, const Identity& identity, const std::string& by);
    /// Reader.
    Result<std::vector<Identity>> identities(const std::string& id);

    // -- passkeys, each of which stands in the place of password and second factor
    /// The first made first. Reader.
    Result<std::vector<Passkey>> passkeys(const std::string& id);
    /// By what authenticators are to know the account: 64 random bytes, the same for all its passkeys; others
    /// where it has none. Reader.
    Result<std::string> passkey_handle(const std::string& id);
    /// Keeps what an authenticator made for that challenge and handle: whoever offers that asks for the
    /// password first. Web Authentication (Level 2), 7.1. Errors: invalid_input: the title is no line, or it
    /// does not hold; conflict: the challenge was answered, somebody has that passkey, or there are
    /// kMostPasskeys.
    Result<void> add_passkey(const std::string& id, const std::string& title, const RelyingParty& site,
                             const std::string& challenge, const std::string& handle,
                             const Registration& registration, const Client& client);
    /// By its owner, as Passkey has its name. Errors: not_found.
    Result<void> remove_passkey(const std::string& id, const std::string& passkey_name, const Client& client);
    /// Takes them all; the account's sessions end.
    Result<void> reset_passkeys(const std::string& id, const std::string& by);
    /// Begins a session for whoever's passkey answers the challenge: refused or throttled as by password, and
    /// where the authenticator's counter went back, which leaves an event of its own. Web Authentication
    /// (Level 2), 7.2.
    Result<LoginResult> log_in_by_passkey(const PasskeyShown& shown, const Client& client);

    // -- sessions
    /// What log_in() takes. Takes about the same time whether there is such an account or not, and none of
    /// who is throttled; one at a time in the process, for its memory. Reader.
    Result<PasswordProof> prove(const Credentials& credentials, const Client& client);
    Result<LoginResult> log_in(const Credentials& credentials, const PasswordProof& proof,
                               const Client& client);
    /// Both.
    Result<LoginResult> log_in(const Credentials& credentials, const Client& client);
    /// By an identity that its provider vouches for, in place of a password: the second factor, the wait
    /// after failures and what is kept of it are the same. Refused, too: it comes in as nobody. Of `shown`
    /// the code and the session count.
    Result<LoginResult> log_in(const Identity& identity, const Credentials& shown, const Client& client);
    /// How many seconds whoever comes from there has to wait. Reader.
    Result<std::int64_t> wait_for(const Client& client);
    /// Whether an answer to that attempt to sign in through a provider comes the first time, to whichever
    /// server.
    Result<bool> comes_first(const std::string& attempt);
    /// A provider vouched for nobody: a failure as a wrong password is, of the address alone.
    Result<void> tell_failure(const std::string& detail, const Client& client);
    /// Who acts in a session; nothing if it is over or never was. The account's rights are those of this
    /// moment. Reader.
    Result<std::optional<SignedIn>> session(std::string_view token);
    /// Tells that it was used; writes at most every kSessionSeenEvery. True if it would write: for who asks
    /// first with a reader.
    static bool wants_touch(const Session& session, std::int64_t now);
    Result<void> touch(std::string_view token);
    /// Another token for the same session; the old one is no more. Errors: not_found.
    Result<std::string> rotate(std::string_view token);
    Result<void> log_out(std::string_view token, const Client& client);
    /// Of an account, the one last used first. Reader.
    Result<std::vector<Session>> sessions(const std::string& id);
    /// Ends one by its name. Errors: not_found.
    Result<void> revoke(const std::string& id, const std::string& session_name, const std::string& by);
    /// Ends all its sessions and tokens.
    Result<void> revoke_all(const std::string& id, const std::string& by);

    /// What a form carries so that no other site can send it: of a session, or of whatever else a page is
    /// bound to.
    std::string form_token(std::string_view session_token) const;
    bool is_form_token(std::string_view session_token, std::string_view form_token) const;

    // -- tokens of programs
    /// Gives the token, told once. Errors: invalid_input: no title, or it lasts longer than kLongestToken.
    Result<std::string> make_token(const std::string& id, const std::string& title, Token::Scope scope,
                                   const std::string& mechanism, std::int64_t lasts_seconds,
                                   const Client& client);
    /// Who acts by it, with no more rights than it has; nothing if it is over or never was. Reader.
    Result<std::optional<Account>> token(std::string_view token);
    /// Reader.
    Result<std::vector<Token>> tokens(const std::string& id);
    Result<void> revoke_token(const std::string& id, const std::string& token_name, const std::string& by);

    // -- what happened
    /// Newest first, before the event `before` (0: from the newest), at most `most`; of one account unless it
    /// is empty. Reader.
    Result<std::vector<Event>> events(const std::string& account, std::int64_t before, std::int64_t most);
    /// One that happened elsewhere, such as an export of private data: `what` is one of event_names().
    Result<void> tell(const std::string& account, std::string_view what, const std::string& detail,
                      const Client& client);
    /// Takes away what is over, and events older than `events_last` seconds.
    Result<void> tidy_up(std::int64_t events_last);

  private:
    Result<void> note(const std::string& account, std::string_view what, const std::string& detail,
                      const std::string& address);
    Result<store::AccountRow> existing(const std::string& id);
    Result<std::optional<store::AccountRow>> row_of(const std::string& id_or_email);
    Result<std::vector<Grant>> grants(const std::string& id);
    Result<AccountInfo> info_of(const store::AccountRow& row);
    Result<store::AccountRow> new_row(const NewAccount& account);
    Result<void> set_description(store::AccountRow& row, const std::string& name, const std::string& email,
                                 const std::string& language);
    Result<void> put_new(const NewAccount& account, const std::string& password_hash);
    Result<std::vector<std::string>> put_recovery_codes(const std::string& id);
    Result<void> make_stale(const std::string& id);
    Result<bool> erase_passkeys(const std::string& id);
    Result<bool> answer_once(const std::string& challenge, std::int64_t now);
    Result<LoginResult> begin_session(const std::string& id, const std::optional<store::SessionRow>& before,
                                      const std::string& detail, const Client& client);
    struct Knock;
    Result<Knock> knock(const Credentials& credentials, const Client& client);
    Result<LoginResult> let_in(const Knock& who, const std::string& code, bool right,
                               const std::function<Result<bool>(store::AccountRow&)>& still,
                               const std::string& way, const Client& client);
    std::string address_key(const Client& client) const;
    Result<std::int64_t> wait_of(std::string_view key, std::int64_t now);
    Result<void> count_failure(std::string_view key, std::int64_t free, std::int64_t now);
    std::string email_hash(std::string_view email) const;
    std::string recovery_hash(std::string_view id, std::string_view code) const;

    store::Store& store_;
    store::PrivateTables tables_;
    const Vault vault_;
    const Clock clock_;
    const PasswordCost cost_;
    std::string nobodys_hash_;  ///< Of no password: what is compared with where there is no account.
};

}  // namespace tamga::access
