#include "access/accounts.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <utility>

#include "access/openid.hpp"
#include "access/sodium.hpp"
#include "access/totp.hpp"
#include "base/utf8.hpp"
#include "crypto/ed25519.hpp"
#include "crypto/sha256.hpp"
#include "json/json.hpp"

namespace tamga::access {

namespace {

using store::AccountRow;

constexpr std::string_view kTokenPrefix = "tamga_";
constexpr std::string_view kForAccount = "account", kForPassword = "password";
constexpr std::size_t kMostName = 200, kMostEmail = 254, kMostAgent = 120;
constexpr int kRecoveryCodes = 10;
/// A failure is forgotten after so long a calm.
constexpr std::int64_t kForgotten = 86400;

constexpr std::string_view kEventNames[] = {
    "account-made",
    "account-described",
    "account-invited",
    "invitation-accepted",
    "account-disabled",
    "account-enabled",
    "role-given",
    "role-taken",
    "password-changed",
    "password-reset",
    "second-factor-set",
    "second-factor-reset",
    "reply-approved",
    "reply-refused",
    "reply-erased",
    "follow-asked",
    "follow-confirmed",
    "follow-ended",
    "follow-given-up",
    "recovery-codes-made",
    "recovery-code-used",
    "identity-linked",
    "identity-unlinked",
    "passkey-added",
    "passkey-removed",
    "passkey-refused",
    "passkeys-reset",
    "login",
    "login-failed",
    "logout",
    "session-revoked",
    "all-revoked",
    "token-made",
    "token-revoked",
    "private-data-exported",
};

std::unexpected<Error> not_as_it_should_be(std::string cause, std::string hint = {}) {
    return fail(ErrorCode::invalid_input, "manage accounts", std::move(cause), std::move(hint));
}

std::unexpected<Error> no_account(const std::string& id) {
    return fail(ErrorCode::not_found, "manage accounts", fmt::format("there is no account {}", id),
                "list them with: tamga account list");
}

std::string hashed(std::string_view token) {
    return std::string(crypto::bytes(crypto::sha256(token)));
}

/// What a session or a token is called where it is listed: the beginning of its hash tells nothing of it.
std::string short_name(std::string_view hash) {
    return crypto::hex_text(hash.substr(0, 8));
}

std::string new_token() {
    return base64url(crypto::random_bytes(32));
}

std::string done_by(const std::string& by) {
    return by.empty() ? "by the command line" : "by " + by;
}

bool is_line(std::string_view text) {
    return utf8::is_valid(text) && std::ranges::none_of(text, [](char c) {
               return static_cast<unsigned char>(c) < ' ' || c == 0x7f;
           });
}

/// An identity, for events.
std::string shown(const Identity& identity) {
    return fmt::format("{} of {}", identity.subject, identity.issuer);
}

/// Where an account's e-mail address is sealed.
Cell email_cell(const std::string& account) {
    return {"accounts", account, "email"};
}
Cell totp_cell(const std::string& account) {
    return {"accounts", account, "totp"};
}

/// An address as bytes: 4 or 16; none if it is none. One of IPv4 in an IPv6 address is that.
std::string address_bytes(std::string_view address) {
    const std::string text(address.substr(0, address.find('%')));
    std::array<unsigned char, 16> bytes{};
    if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) return {bytes.begin(), bytes.begin() + 4};
    if (inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) return {};
    constexpr std::array<unsigned char, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    if (std::equal(kMapped.begin(), kMapped.end(), bytes.begin())) return {bytes.begin() + 12, bytes.end()};
    return {bytes.begin(), bytes.end()};
}

/// What failures are counted by: an IPv4 address, the first 64 bits of an IPv6 one; anything else as it is.
std::string throttled_by(std::string_view address) {
    std::string bytes = address_bytes(address);
    if (bytes.empty()) return std::string(address);
    if (bytes.size() == 16) bytes.resize(8);
    return bytes;
}

/// A hash of no password, at that cost: made once.
std::string hash_of_nobody(const PasswordCost& cost) {
    static std::mutex guard;
    static std::map<std::pair<unsigned long long, std::size_t>, std::string> known;
    const std::scoped_lock lock(guard);
    std::string& hash = known[{cost.passes, cost.memory_bytes}];
    if (hash.empty())
        if (auto made = hash_password(crypto::random_bytes(32), cost)) hash = *std::move(made);
    return hash;
}

/// A code as people type it: without what stands between its letters, and in capitals.
std::string typed(std::string_view code) {
    std::string plain;
    for (const char c : code)
        if (c != ' ' && c != '-') plain += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return plain;
}

template <class List, class Value>
bool contains(const List& list, const Value& value) {
    return std::ranges::find(list, value) != std::ranges::end(list);
}

Session session_of(const store::SessionRow& row) {
    return {short_name(row.hash), row.account, row.made, row.seen, row.ends, row.agent, row.stale};
}

bool goes_on(const store::SessionRow& row, std::int64_t now) {
    return row.ends > now && row.seen + kSessionIdle > now;
}

store::RoleRow role_row(const std::string& account, const Grant& grant) {
    return {account, grant.mechanism, std::string(name(grant.role)), grant.of};
}

}  // namespace

bool is_email(std::string_view text) {
    const std::size_t at = text.find('@');
    return text.size() <= kMostEmail && utf8::is_valid(text) && at != std::string_view::npos && at > 0 &&
           at + 1 < text.size() && text.find('@', at + 1) == std::string_view::npos &&
           std::ranges::all_of(text,
                               [](char c) { return static_cast<unsigned char>(c) > ' ' && c != 0x7f; }) &&
           text.find_first_of("<>,;:\"\\") == std::string_view::npos;
}

std::span<const std::string_view> event_names() {
    return kEventNames;
}

std::string link_path(std::string_view token) {
    return fmt::format("/account/link/{}", token);
}

std::string shortened_address(std::string_view address) {
    const std::string bytes = address_bytes(address);
    const auto byte = [&](std::size_t index) { return static_cast<unsigned char>(bytes[index]); };
    if (bytes.size() == 4) return fmt::format("{}.{}.{}.0", byte(0), byte(1), byte(2));
    if (bytes.size() != 16) return {};
    std::array<unsigned char, 16> beginning{};
    std::copy_n(bytes.begin(), 6, beginning.begin());
    std::array<char, INET6_ADDRSTRLEN> text{};
    inet_ntop(AF_INET6, beginning.data(), text.data(), text.size());
    return text.data();
}

Result<void> check_grants(std::span<const Grant> grants) {
    bool operates = false, speaks = false, assesses = false, watches = false;
    std::string party;
    for (const Grant& grant : grants) {
        const Owner owner = owner_of(grant.role);
        if (grant.role == Role::public_) return not_as_it_should_be("everybody has the role public");
        if (owner == Owner::nobody && !grant.of.empty())
            return not_as_it_should_be(fmt::format("the role {} is of no party or centre", name(grant.role)));
        if (owner != Owner::nobody && grant.of.empty())
            return not_as_it_should_be(fmt::format("the role {} needs {}", name(grant.role),
                                                   owner == Owner::party ? "its party"
                                                   : owner == Owner::centre
                                                       ? "its centre"
                                                       : "the name under which it assesses"));
        if ((owner == Owner::party || owner == Owner::centre) && !is_id(grant.of))
            return not_as_it_should_be(fmt::format("'{}' is no record's id", grant.of));
        if (!is_line(grant.of) || grant.of.size() > 1000)
            return not_as_it_should_be("the name under which it assesses is not one line of text");
        if (!grant.mechanism.empty() && !is_id(grant.mechanism))
            return not_as_it_should_be(fmt::format("'{}' is no record's id", grant.mechanism));
        if (grant.role == Role::operator_ && !grant.mechanism.empty())
            return not_as_it_should_be("the operator is one of the whole register", "name no mechanism");
        if (owner == Owner::party) {
            if (!party.empty() && party != grant.of)
                return not_as_it_should_be(
                    fmt::format("nobody acts for two parties: {} and {}", party, grant.of),
                    "make an account for each");
            party = grant.of;
        }
        operates = operates || grant.role == Role::operator_;
        assesses = assesses || grant.role == Role::assessor;
        watches = watches || grant.role == Role::watcher;
        speaks = speaks || grant.role != Role::operator_;
    }
    if (operates && speaks)
        return not_as_it_should_be("the operator writes no content, and so has no other role",
                                   "make an account for the other role");
    if (watches && !party.empty())
        return not_as_it_should_be("a watcher records what others say, and speaks for no party",
                                   "make an account for the other role");
    if (assesses && !party.empty())
        return not_as_it_should_be("an assessor is independent of the parties",
                                   "make an account for the other role");
    return {};
}

Json grants_json(std::span<const Grant> grants) {
    Json json = Json::array();
    for (const Grant& grant : grants) {
        Json one{{"role", name(grant.role)}};
        if (!grant.mechanism.empty()) one["mechanism"] = grant.mechanism;
        if (!grant.of.empty()) one["of"] = grant.of;
        json.push_back(std::move(one));
    }
    return json;
}

Result<std::vector<Grant>> parse_grants(const Json& json) {
    std::vector<Grant> grants;
    if (!json.is_array()) return not_as_it_should_be("roles are a list");
    const auto member = [](const Json& one, const char* key) {
        const auto found = one.find(key);
        return found != one.end() && found->is_string() ? found->get<std::string>() : std::string();
    };
    for (const Json& one : json) {
        const std::string told = one.is_object() ? member(one, "role") : std::string();
        const auto role = role_named(told);
        if (!role) return not_as_it_should_be(fmt::format("there is no role '{}'", told));
        grants.push_back({*role, member(one, "mechanism"), member(one, "of")});
    }
    return grants;
}

Accounts::Accounts(store::Store& store, Vault vault, Clock clock, PasswordCost cost)
    : store_(store), tables_(store), vault_(std::move(vault)), clock_(std::move(clock)), cost_(cost) {
    start_sodium();
}

Result<void> Accounts::note(const std::string& account, std::string_view what, const std::string& detail,
                            const std::string& address) {
    return tables_.add_event({0, clock_(), account, std::string(what), detail, shortened_address(address)});
}

std::string Accounts::email_hash(std::string_view email) const {
    return vault_.digest("email", utf8::lower_ascii(email));
}

std::string Accounts::recovery_hash(std::string_view id, std::string_view code) const {
    return vault_.digest("recovery code of " + std::string(id), typed(code));
}

Result<std::optional<AccountRow>> Accounts::row_of(const std::string& id_or_email) {
    if (id_or_email.find('@') == std::string::npos) return tables_.account(id_or_email);
    return tables_.account_by_email(email_hash(id_or_email));
}

Result<AccountRow> Accounts::existing(const std::string& id) {
    TAMGA_ASSIGN(auto row, tables_.account(id));
    if (!row) return no_account(id);
    return *std::move(row);
}

Result<std::vector<Grant>> Accounts::grants(const std::string& id) {
    TAMGA_ASSIGN(const auto rows, tables_.roles(id));
    std::vector<Grant> found;
    for (const store::RoleRow& row : rows)
        // A role that is not known is one of a newer Tamga: it allows nothing here.
        if (const auto role = role_named(row.role)) found.push_back({*role, row.mechanism, row.subject});
    return found;
}

Result<AccountInfo> Accounts::info_of(const AccountRow& row) {
    AccountInfo info{row.id,
                     row.name,
                     {},
                     row.language,
                     row.made,
                     row.disabled != 0,
                     !row.password.empty(),
                     !row.totp.empty(),
                     0,
                     {}};
    if (!row.email.empty()) {
        TAMGA_ASSIGN(info.email, vault_.unseal(email_cell(row.id), row.email));
    }
    TAMGA_ASSIGN(info.recovery_codes, tables_.count_recovery_codes(row.id));
    TAMGA_ASSIGN(info.grants, grants(row.id));
    return info;
}

// -- making accounts

/// The row of an account that may be made: without a password.
Result<AccountRow> Accounts::new_row(const NewAccount& account) {
    if (!is_id(account.id))
        return not_as_it_should_be(fmt::format("'{}' is no id of an account", account.id),
                                   "write lower-case letters, digits and hyphens, at most 100");
    TAMGA_TRY(check_grants(account.grants));
    TAMGA_ASSIGN(const auto there, tables_.account(account.id));
    if (there)
        return fail(ErrorCode::conflict, "manage accounts",
                    fmt::format("there is an account {} already", account.id), "choose another id");
    AccountRow row;
    row.id = account.id;
    row.made = clock_();
    TAMGA_TRY(set_description(row, account.name, account.email, account.language));
    return row;
}

Result<void> Accounts::set_description(AccountRow& row, const std::string& name, const std::string& email,
                                       const std::string& language) {
    if (name.empty() || name.size() > kMostName || !is_line(name))
        return not_as_it_should_be("an account needs a name: one line of at most 200 bytes");
    if (!email.empty() && !is_email(email))
        return not_as_it_should_be(fmt::format("'{}' is no e-mail address", email));
    if (!language.empty() && !is_language_tag(language))
        return not_as_it_should_be(fmt::format("'{}' is no language tag", language));
    row.name = name;
    row.language = language.empty() ? "en" : language;
    row.email.clear();
    row.email_hash.clear();
    if (email.empty()) return {};
    row.email = vault_.seal(email_cell(row.id), email);
    row.email_hash = email_hash(email);
    TAMGA_ASSIGN(const auto same, tables_.account_by_email(row.email_hash));
    if (!same || same->id == row.id) return {};
    return fail(ErrorCode::conflict, "manage accounts",
                fmt::format("the account {} has that e-mail address", same->id), "name another");
}

Result<void> Accounts::put_new(const NewAccount& account, const std::string& password_hash) {
    TAMGA_ASSIGN(AccountRow row, new_row(account));
    row.password = password_hash;
    TAMGA_TRY(tables_.put_account(row));
    for (const Grant& grant : account.grants) TAMGA_TRY(tables_.put_role(role_row(row.id, grant)));
    return {};
}

Result<void> Accounts::add(const NewAccount& account, const std::string& password, const std::string& by) {
    TAMGA_ASSIGN(const std::string normal, normal_password(password));
    TAMGA_ASSIGN(const std::string hash, hash_password(normal, cost_));
    return store_.written([&]() -> Result<void> {
        TAMGA_TRY(put_new(account, hash));
        TAMGA_TRY(note(account.id, "account-made", done_by(by), {}));
        for (const Grant& grant : account.grants)
            TAMGA_TRY(note(account.id, "role-given", grant.text() + ", " + done_by(by), {}));
        return {};
    });
}

Result<std::string> Accounts::invite(const NewAccount& account, const std::string& by) {
    return store_.written([&]() -> Result<std::string> {
        TAMGA_ASSIGN(const AccountRow row, new_row(account));
        std::string token = new_token();
        store::InvitationRow invitation;
        invitation.hash = hashed(token);
        invitation.purpose = kForAccount;
        invitation.account = row.id;
        invitation.name = row.name;
        if (!account.email.empty())
            invitation.email =
                vault_.seal({"invitations", crypto::hex_text(invitation.hash), "email"}, account.email);
        invitation.language = row.language;
        TAMGA_ASSIGN(invitation.roles, canonical(grants_json(account.grants)));
        invitation.made = clock_();
        invitation.expires = invitation.made + kInvitationLasts;
        // A second invitation takes the place of the first.
        TAMGA_TRY(tables_.erase_invitations(row.id, kForAccount));
        TAMGA_TRY(tables_.put_invitation(invitation));
        TAMGA_TRY(note(row.id, "account-invited", done_by(by), {}));
        return token;
    });
}

Result<std::string> Accounts::reset_password(const std::string& id, const std::string& by) {
    return store_.written([&]() -> Result<std::string> {
        TAMGA_ASSIGN(const AccountRow row, existing(id));
        std::string token = new_token();
        store::InvitationRow invitation;
        invitation.hash = hashed(token);
        invitation.purpose = kForPassword;
        invitation.account = row.id;
        invitation.name = row.name;
        invitation.language = row.language;
        invitation.roles = "[]";
        invitation.made = clock_();
        invitation.expires = invitation.made + kResetLasts;
        TAMGA_TRY(tables_.erase_invitations(row.id, kForPassword));
        TAMGA_TRY(tables_.put_invitation(invitation));
        TAMGA_TRY(note(row.id, "password-reset", done_by(by), {}));
        return token;
    });
}

Result<std::optional<Invitation>> Accounts::invitation(std::string_view token) {
    TAMGA_ASSIGN(const auto row, tables_.invitation(hashed(token)));
    if (!row || row->expires <= clock_()) return std::nullopt;
    Invitation found{
        row->purpose == kForAccount ? Invitation::Purpose::account : Invitation::Purpose::password,
        row->account,
        row->name,
        {},
        row->language,
        {},
        row->expires};
    if (!row->email.empty()) {
        TAMGA_ASSIGN(found.email,
                     vault_.unseal({"invitations", crypto::hex_text(row->hash), "email"}, row->email));
    }
    TAMGA_ASSIGN(const Json roles, parse_json(row->roles));
    TAMGA_ASSIGN(found.grants, parse_grants(roles));
    return found;
}

Result<std::vector<Invitation>> Accounts::invitations() {
    TAMGA_ASSIGN(const auto rows, tables_.invitations());
    std::vector<Invitation> open;
    for (const store::InvitationRow& row : rows) {
        if (row.expires <= clock_()) continue;
        Invitation one{
            row.purpose == kForAccount ? Invitation::Purpose::account : Invitation::Purpose::password,
            row.account,
            row.name,
            {},
            row.language,
            {},
            row.expires};
        if (!row.email.empty()) {
            TAMGA_ASSIGN(one.email,
                         vault_.unseal({"invitations", crypto::hex_text(row.hash), "email"}, row.email));
        }
        TAMGA_ASSIGN(const Json roles, parse_json(row.roles));
        TAMGA_ASSIGN(one.grants, parse_grants(roles));
        open.push_back(std::move(one));
    }
    std::ranges::sort(open, {}, &Invitation::account);
    return open;
}

Result<std::string> Accounts::accept(std::string_view token, const std::string& password,
                                     const Client& client) {
    TAMGA_ASSIGN(const std::string normal, normal_password(password));
    TAMGA_ASSIGN(const std::string hash, hash_password(normal, cost_));
    return store_.written([&]() -> Result<std::string> {
        TAMGA_ASSIGN(const auto found, invitation(token));
        if (!found)
            return fail(ErrorCode::not_found, "open a link", "this link was used, or its time is over",
                        "ask for another");
        TAMGA_TRY(tables_.erase_invitation(hashed(token)));
        if (found->purpose == Invitation::Purpose::account) {
            TAMGA_TRY(
                put_new({found->account, found->name, found->email, found->language, found->grants}, hash));
            TAMGA_TRY(note(found->account, "invitation-accepted", {}, client.address));
            for (const Grant& grant : found->grants)
                TAMGA_TRY(
                    note(found->account, "role-given", grant.text() + ", by invitation", client.address));
            return found->account;
        }
        TAMGA_ASSIGN(AccountRow row, existing(found->account));
        row.password = hash;
        TAMGA_TRY(tables_.put_account(row));
        TAMGA_TRY(tables_.erase_sessions(row.id));
        TAMGA_ASSIGN(const bool had_passkeys, erase_passkeys(row.id));
        if (had_passkeys) TAMGA_TRY(note(row.id, "passkeys-reset", "by a link", client.address));
        TAMGA_TRY(note(row.id, "password-changed", "by a link", client.address));
        return row.id;
    });
}

// -- what they are and may do

Result<std::vector<AccountInfo>> Accounts::list() {
    TAMGA_ASSIGN(const auto rows, tables_.accounts());
    std::vector<AccountInfo> found;
    for (const AccountRow& row : rows) {
        TAMGA_ASSIGN(auto info, info_of(row));
        found.push_back(std::move(info));
    }
    return found;
}

Result<std::optional<AccountInfo>> Accounts::find(const std::string& id_or_email) {
    TAMGA_ASSIGN(const auto row, row_of(id_or_email));
    if (!row) return std::nullopt;
    TAMGA_ASSIGN(auto info, info_of(*row));
    return info;
}

/// The account's rights are others: whoever holds one of its tokens since before is given another.
Result<void> Accounts::make_stale(const std::string& id) {
    TAMGA_ASSIGN(auto sessions, tables_.sessions(id));
    for (store::SessionRow& row : sessions) {
        row.stale = true;
        TAMGA_TRY(tables_.put_session(row));
    }
    return {};
}

Result<void> Accounts::give(const std::string& id, const Grant& grant, const std::string& by) {
    return store_.written([&]() -> Result<void> {
        TAMGA_TRY(existing(id));
        TAMGA_ASSIGN(std::vector<Grant> has, grants(id));
        if (contains(has, grant)) return {};
        has.push_back(grant);
        TAMGA_TRY(check_grants(has));
        TAMGA_TRY(tables_.put_role(role_row(id, grant)));
        TAMGA_TRY(make_stale(id));
        return note(id, "role-given", grant.text() + ", " + done_by(by), {});
    });
}

Result<void> Accounts::take(const std::string& id, const Grant& grant, const std::string& by) {
    return store_.written([&]() -> Result<void> {
        TAMGA_TRY(existing(id));
        TAMGA_ASSIGN(const std::vector<Grant> has, grants(id));
        if (!contains(has, grant))
            return fail(ErrorCode::not_found, "manage accounts",
                        fmt::format("{} is not {}", id, grant.text()), "see: tamga account list");
        TAMGA_TRY(tables_.erase_role(role_row(id, grant)));
        TAMGA_TRY(make_stale(id));
        return note(id, "role-taken", grant.text() + ", " + done_by(by), {});
    });
}

Result<void> Accounts::disable(const std::string& id, const std::string& by) {
    return store_.written([&]() -> Result<void> {
        TAMGA_ASSIGN(AccountRow row, existing(id));
        if (row.disabled == 0) row.disabled = clock_();
        TAMGA_TRY(tables_.put_account(row));
        TAMGA_TRY(tables_.erase_sessions(id));
        return note(id, "account-disabled", done_by(by), {});
    });
}

Result<void> Accounts::enable(const std::string& id, const std::string& by) {
    return store_.written([&]() -> Result<void> {
        TAMGA_ASSIGN(AccountRow row, existing(id));
        row.disabled = 0;
        TAMGA_TRY(tables_.put_account(row));
        return note(id, "account-enabled", done_by(by), {});
    });
}

Result<void> Accounts::describe(const std::string& id, const std::string& name, const std::string& email,
                                const std::string& language, const std::string& by) {
    return store_.written([&]() -> Result<void> {
        TAMGA_ASSIGN(AccountRow row, existing(id));
        TAMGA_TRY(set_description(row, name, email, language));
        TAMGA_TRY(tables_.put_account(row));
        return note(id, "account-described", done_by(by), {});
    });
}

Result<void> Accounts::change_password(const std::string& id, const std::string& old,
                                       const std::string& fresh, std::string_view session,
                                       const Client& client) {
    const std::int64_t now = clock_();
    const std::string key = vault_.digest("failures to change a password", id);
    TAMGA_ASSIGN(const std::int64_t wait, wait_of(key, now));
    if (wait > 0)
        return fail(ErrorCode::conflict, "change a password", "the old password was wrong too often",
                    fmt::format("try again in {} s", wait));
    TAMGA_ASSIGN(const AccountRow row, existing(id));
    const auto normal_old = normal_password(old);
    if (!normal_old || row.password.empty() || !password_holds(row.password, *normal_old)) {
        TAMGA_TRY(store_.written([&] { return count_failure(key, kFreeFailures, now); }));
        return not_as_it_should_be("the old password is another one");
    }
    TAMGA_ASSIGN(const std::string normal, normal_password(fresh));
    TAMGA_ASSIGN(const std::string hash, hash_password(normal, cost_));
    return store_.written([&]() -> Result<void> {
        // What was compared is what is replaced.
        TAMGA_ASSIGN(AccountRow current, existing(id));
        if (current.password != row.password) return not_as_it_should_be("the old password is another one");
        current.password = hash;
        TAMGA_TRY(tables_.put_account(current));
        TAMGA_TRY(tables_.erase_throttle(key));
        TAMGA_ASSIGN(const auto sessions, tables_.sessions(id));
        for (const store::SessionRow& other : sessions)
            if (other.hash != hashed(session)) TAMGA_TRY(tables_.erase_session(other.hash));
        return note(id, "password-changed", "by its owner", client.address);
    });
}

// -- the second factor

NewTotp Accounts::new_totp(const std::string& issuer, const std::string& id) {
    std::string secret = make_totp_secret();
    std::string text = totp_text(secret), address = totp_address(secret, issuer, id);
    return {std::move(secret), std::move(text), std::move(address)};
}

Result<std::vector<std::string>> Accounts::put_recovery_codes(const std::string& id) {
    TAMGA_TRY(tables_.erase_recovery_codes(id));
    std::vector<std::string> codes;
    for (int i = 0; i < kRecoveryCodes; ++i) {
        // Eighty bits: sixteen letters and digits of base32, in groups of four.
        std::string code = totp_text(crypto::random_bytes(10));
        for (const std::size_t at : {12, 8, 4}) code.insert(at, "-");
        TAMGA_TRY(tables_.put_recovery_code(id, recovery_hash(id, code)));
        codes.push_back(std::move(code));
    }
    return codes;
}

Result<std::vector<std::string>> Accounts::confirm_totp(const std::string& id, const std::string& secret,
                                                        const std::string& code, const Client& client) {
    const auto step = totp_step(secret, code, clock_(), -1);
    if (!step)
        return not_as_it_should_be("this is not the code of this moment",
                                   "check the clock of the device, and type the code that it shows now");
    return store_.written([&]() -> Result<std::vector<std::string>> {
        TAMGA_ASSIGN(AccountRow row, existing(id));
        row.totp = vault_.seal(totp_cell(id), secret);
        row.totp_step = *step;
        TAMGA_TRY(tables_.put_account(row));
        TAMGA_TRY(note(id, "second-factor-set", {}, client.address));
        return put_recovery_codes(id);
    });
}

Result<std::vector<std::string>> Accounts::new_recovery_codes(const std::string& id, const Client& client) {
    return store_.written([&]() -> Result<std::vector<std::string>> {
        TAMGA_ASSIGN(const AccountRow row, existing(id));
        if (row.totp.empty())
            return fail(ErrorCode::conflict, "make recovery codes", "the account has no second factor",
                        "set it first");
        TAMGA_TRY(note(id, "recovery-codes-made", {}, client.address));
        return put_recovery_codes(id);
    });
}

Result<void> Accounts::reset_totp(const std::string& id, const std::string& by) {
    return store_.written([&]() -> Result<void> {
        TAMGA_ASSIGN(AccountRow row, existing(id));
        row.totp.clear();
        row.totp_step = 0;
        TAMGA_TRY(tables_.put_account(row));
        TAMGA_TRY(tables_.erase_recovery_codes(id));
        TAMGA_TRY(tables_.erase_sessions(id));
        return note(id, "second-factor-reset", done_by(by), {});
    });
}

// -- who they are elsewhere

Result<void> Accounts::link(const std::string& id, const Identity& identity, const std::string& by) {
    constexpr std::size_t kMostIssuer = 1000;
    if (!openid::is_subject(identity.subject))
        return not_as_it_should_be("a provider calls somebody by 1 to 255 characters of ASCII");
    if (!identity.issuer.starts_with("http") || !is_line(identity.issuer) ||
        identity.issuer.size() > kMostIssuer)
        return not_as_it_should_be(fmt::format("'{}' is no provider's address", identity.issuer),
                                   "write it as in https://id.example.org");
    return store_.written([&]() -> Result<void> {
        TAMGA_TRY(existing(id));
        TAMGA_ASSIGN(const auto there, tables_.identity(identity.issuer, identity.subject));
        if (there && there->account == id) return {};
        if (there)
            return fail(ErrorCode::conflict, "manage accounts",
                        fmt::format("{} comes in as {}", shown(identity), there->account),
                        "unlink it there first");
        TAMGA_TRY(tables_.put_identity({identity.issuer, identity.subject, id, clock_()}));
        return note(id, "identity-linked", fmt::format("{}, {}", shown(identity), done_by(by)), {});
    });
}

Result<void> Accounts::unlink(const std::string& id, const Identity& identity, const std::string& by) {
    return store_.written([&]() -> Result<void> {
        TAMGA_ASSIGN(const auto there, tables_.identity(identity.issuer, identity.subject));
        if (!there || there->account != id)
            return fail(ErrorCode::not_found, "manage accounts",
                        fmt::format("{} does not come in as {}", shown(identity), id),
                        "list them with: tamga account list");
        TAMGA_TRY(tables_.erase_identity(identity.issuer, identity.subject));
        return note(id, "identity-unlinked", fmt::format("{}, {}", shown(identity), done_by(by)), {});
    });
}

Result<std::vector<Identity>> Accounts::identities(const std::string& id) {
    TAMGA_ASSIGN(const auto rows, tables_.identities(id));
    std::vector<Identity> found;
    for (const store::IdentityRow& row : rows) found.push_back({row.issuer, row.subject});
    return found;
}

// -- passkeys

Result<std::vector<Passkey>> Accounts::passkeys(const std::string& id) {
    TAMGA_ASSIGN(const auto rows, tables_.passkeys(id));
    std::vector<Passkey> found;
    for (const store::PasskeyRow& row : rows)
        found.push_back({short_name(hashed(row.id)), row.id, row.name, row.made, row.used});
    return found;
}

Result<std::string> Accounts::passkey_handle(const std::string& id) {
    TAMGA_ASSIGN(const auto rows, tables_.passkeys(id));
    return rows.empty() ? crypto::random_bytes(64) : rows.front().handle;
}

/// Within a transaction; false where the challenge was answered before.
Result<bool> Accounts::answer_once(const std::string& challenge, std::int64_t now) {
    TAMGA_ASSIGN(const bool was, tables_.was_answered(hashed(challenge)));
    if (was) return false;
    TAMGA_TRY(tables_.put_answered(hashed(challenge), now + kChallengeLasts));
    return true;
}

Result<bool> Accounts::comes_first(const std::string& attempt) {
    static_assert(openid::kAttemptLasts <= kChallengeLasts);
    return store_.written([&] { return answer_once(attempt, clock_()); });
}

Result<void> Accounts::add_passkey(const std::string& id, const std::string& title, const RelyingParty& site,
                                   const std::string& challenge, const std::string& handle,
                                   const Registration& registration, const Client& client) {
    if (title.empty() || title.size() > kMostName || !is_line(title))
        return not_as_it_should_be("a passkey needs a name: one line of at most 200 bytes");
    TAMGA_ASSIGN(const RegisteredKey made, check_registration(site, challenge, registration));
    const auto conflict = [](const char* cause, const char* hint) {
        return fail(ErrorCode::conflict, "add a passkey", cause, hint);
    };
    return store_.written([&]() -> Result<void> {
        TAMGA_TRY(existing(id));
        const std::int64_t now = clock_();
        TAMGA_ASSIGN(const bool first_answer, answer_once(challenge, now));
        if (!first_answer) return conflict("this was sent already", "begin again");
        // 7.1, step 22.
        TAMGA_ASSIGN(const auto same, tables_.passkey(made.id));
        if (same) return conflict("this passkey is there already", "make another one");
        TAMGA_ASSIGN(const auto others, tables_.passkeys(id));
        if (others.size() >= kMostPasskeys)
            return conflict("the account has as many passkeys as it may", "remove one first");
        TAMGA_TRY(tables_.put_passkey(
            {made.id, id, handle, title, made.algorithm, made.key, made.counter, now, 0}));
        return note(id, "passkey-added", title, client.address);
    });
}

Result<void> Accounts::remove_passkey(const std::string& id, const std::string& passkey_name,
                                      const Client& client) {
    return store_.written([&]() -> Result<void> {
        TAMGA_ASSIGN(const auto rows, tables_.passkeys(id));
        for (const store::PasskeyRow& row : rows) {
            if (short_name(hashed(row.id)) != passkey_name) continue;
            TAMGA_TRY(tables_.erase_passkey(row.id));
            return note(id, "passkey-removed", row.name, client.address);
        }
        return fail(ErrorCode::not_found, "remove a passkey",
                    fmt::format("{} has no passkey {}", id, passkey_name));
    });
}

/// Within a transaction; false where there were none.
Result<bool> Accounts::erase_passkeys(const std::string& id) {
    TAMGA_ASSIGN(const auto rows, tables_.passkeys(id));
    TAMGA_TRY(tables_.erase_passkeys(id));
    return !rows.empty();
}

Result<void> Accounts::reset_passkeys(const std::string& id, const std::string& by) {
    return store_.written([&]() -> Result<void> {
        TAMGA_TRY(existing(id));
        TAMGA_TRY(erase_passkeys(id));
        TAMGA_TRY(tables_.erase_sessions(id));
        return note(id, "passkeys-reset", done_by(by), {});
    });
}

Result<LoginResult> Accounts::log_in_by_passkey(const PasskeyShown& shown, const Client& client) {
    const std::int64_t now = clock_();
    TAMGA_ASSIGN(const auto known, tables_.passkey(shown.assertion.id));
    const std::string id = known ? known->account : std::string();
    const std::string account_key = vault_.digest("failures of an account's passkeys", id);
    const std::string address = address_key(client);
    TAMGA_ASSIGN(const auto before, tables_.session(hashed(shown.session)));
    if (!known || !before || before->account != id || !goes_on(*before, now)) {
        TAMGA_ASSIGN(const std::int64_t account_wait, wait_of(account_key, now));
        TAMGA_ASSIGN(const std::int64_t address_wait, wait_of(address, now));
        const std::int64_t wait = std::max(known ? account_wait : 0, address_wait);
        if (wait > 0) return LoginResult{LoginResult::Outcome::throttled, {}, wait};
    }
    Result<std::int64_t> counter =
        !known ? fail(ErrorCode::not_found, "take a passkey", "nobody has it")
        // 7.2, step 6.
        : known->handle != shown.assertion.handle
            ? fail(ErrorCode::invalid_input, "take a passkey", "it is of another account")
            : check_assertion(shown.site, shown.challenge, shown.assertion, known->algorithm, known->key);
    return store_.written([&]() -> Result<LoginResult> {
        const auto refused = [&](std::string_view what, const std::string& why) -> Result<LoginResult> {
            if (known) TAMGA_TRY(count_failure(account_key, kFreeFailures, now));
            TAMGA_TRY(count_failure(address, kFreeFailuresOfAddress, now));
            TAMGA_TRY(note(id, what, why, client.address));
            return LoginResult{};
        };
        TAMGA_ASSIGN(const bool first_answer, answer_once(shown.challenge, now));
        if (!first_answer) return refused("login-failed", "by a passkey: this was sent already");
        if (!counter) return refused("login-failed", "by a passkey: " + counter.error().cause);
        // What was looked at is what lets in, and each answer of an authenticator once.
        TAMGA_ASSIGN(auto current, tables_.passkey(shown.assertion.id));
        TAMGA_ASSIGN(const auto account, tables_.account(id));
        if (!current || current->key != known->key || current->account != id || !account)
            return refused("login-failed", "by a passkey: it was removed");
        if (account->disabled != 0) return refused("login-failed", "by a passkey: the account is disabled");
        if (is_counter_back(current->counter, *counter))
            return refused("passkey-refused", current->name + ": its counter went back, there may be a copy");
        current->counter = *counter;
        current->used = now;
        TAMGA_TRY(tables_.put_passkey(*current));
        TAMGA_TRY(tables_.erase_throttle(account_key));
        return begin_session(id, before, "by the passkey " + current->name, client);
    });
}

// -- sessions

std::string Accounts::address_key(const Client& client) const {
    return vault_.digest("failures of an address", throttled_by(client.address));
}

Result<std::int64_t> Accounts::wait_for(const Client& client) {
    return wait_of(address_key(client), clock_());
}

Result<void> Accounts::tell_failure(const std::string& detail, const Client& client) {
    return store_.written([&]() -> Result<void> {
        TAMGA_TRY(count_failure(address_key(client), kFreeFailuresOfAddress, clock_()));
        return note({}, "login-failed", detail, client.address);
    });
}

Result<std::int64_t> Accounts::wait_of(std::string_view key, std::int64_t now) {
    TAMGA_ASSIGN(const store::ThrottleRow row, tables_.throttle(key));
    return std::max<std::int64_t>(0, row.until - now);
}

Result<void> Accounts::count_failure(std::string_view key, std::int64_t free, std::int64_t now) {
    TAMGA_ASSIGN(store::ThrottleRow row, tables_.throttle(key));
    if (row.until + kForgotten <= now) row.failures = 0;
    ++row.failures;
    const std::int64_t beyond = row.failures - free;
    const std::int64_t wait = beyond <= 0   ? 0
                              : beyond > 20 ? kLongestWait
                                            : std::min(kLongestWait, std::int64_t{1} << (beyond - 1));
    row.until = now + wait;
    return tables_.put_throttle(key, row);
}

/// Who wants in, and whether they have to wait.
struct Accounts::Knock {
    std::optional<AccountRow> row;
    std::string account, account_key, address_key, code_hash;
    bool recovers = false;
    std::optional<store::SessionRow> before;
    std::int64_t wait = 0;

    bool can() const { return row && !row->password.empty() && row->disabled == 0; }
};

Result<Accounts::Knock> Accounts::knock(const Credentials& credentials, const Client& client) {
    const std::int64_t now = clock_();
    Knock out;
    TAMGA_ASSIGN(out.row, row_of(credentials.account));
    if (out.row) out.account = out.row->id;
    out.account_key = vault_.digest("failures of an account",
                                    out.row ? out.account : utf8::lower_ascii(credentials.account));
    out.address_key = address_key(client);
    // Looked up whether there is such an account or not: it costs the same.
    out.code_hash = recovery_hash(out.account, credentials.code);
    TAMGA_ASSIGN(out.recovers, tables_.has_recovery_code(out.account, out.code_hash));
    TAMGA_ASSIGN(out.before, tables_.session(hashed(credentials.session)));
    TAMGA_ASSIGN(const std::int64_t account_wait, wait_of(out.account_key, now));
    TAMGA_ASSIGN(const std::int64_t address_wait, wait_of(out.address_key, now));
    const bool is_owner = out.recovers || (out.before && out.row && out.before->account == out.account &&
                                           goes_on(*out.before, now));
    out.wait = is_owner ? 0 : std::max(account_wait, address_wait);
    return out;
}

Result<PasswordProof> Accounts::prove(const Credentials& credentials, const Client& client) {
    TAMGA_ASSIGN(const Knock who, knock(credentials, client));
    if (who.wait > 0) return PasswordProof{};
    static std::mutex one_at_a_time;
    const std::lock_guard lock(one_at_a_time);
    const std::string hash = who.can() ? who.row->password : hash_of_nobody(cost_);
    // What cannot be a password is hashed too, as far as it is looked at.
    const std::string normal =
        normal_password(credentials.password).value_or(credentials.password.substr(0, 1000));
    PasswordProof proof{hash, password_holds(hash, normal) && who.can(), {}};
    if (proof.holds && costs_otherwise(hash, cost_)) {
        TAMGA_ASSIGN(proof.kept, hash_password(normal, cost_));
    }
    return proof;
}

Result<LoginResult> Accounts::log_in(const Credentials& credentials, const Client& client) {
    TAMGA_ASSIGN(const PasswordProof proof, prove(credentials, client));
    return log_in(credentials, proof, client);
}

Result<LoginResult> Accounts::log_in(const Credentials& credentials, const PasswordProof& proof,
                                     const Client& client) {
    TAMGA_ASSIGN(const Knock who, knock(credentials, client));
    const bool right = proof.holds && who.can() && who.row->password == proof.against;
    const auto still = [&](AccountRow& current) -> Result<bool> {
        if (current.password != who.row->password) return false;
        if (!proof.kept.empty()) current.password = proof.kept;
        return true;
    };
    return let_in(who, credentials.code, right, still, {}, client);
}

Result<LoginResult> Accounts::log_in(const Identity& identity, const Credentials& shown_too,
                                     const Client& client) {
    const auto account_of = [&] { return tables_.identity(identity.issuer, identity.subject); };
    TAMGA_ASSIGN(const auto linked, account_of());
    // Who comes in as nobody is counted by who they are.
    Credentials as = shown_too;
    as.account = linked ? linked->account : shown(identity);
    TAMGA_ASSIGN(const Knock who, knock(as, client));
    const auto still = [&](AccountRow& current) -> Result<bool> {
        TAMGA_ASSIGN(const auto now, account_of());
        return now && now->account == current.id;
    };
    return let_in(who, as.code, linked && who.row && who.row->disabled == 0, still, shown(identity), client);
}

/// What every way in ends with. `right`: what was shown holds. `still` looks again, at the row as it is when
/// it is written, and may set what is to be kept in it. `way`: what events tell of it.
Result<LoginResult> Accounts::let_in(const Knock& who, const std::string& code, bool right,
                                     const std::function<Result<bool>(AccountRow&)>& still,
                                     const std::string& way, const Client& client) {
    const std::int64_t now = clock_();
    const auto& [row, account, account_key, address_key, code_hash, recovers, before, wait] = who;
    if (wait > 0) return LoginResult{LoginResult::Outcome::throttled, {}, wait};
    std::optional<std::int64_t> step;
    if (right && !row->totp.empty()) {
        if (code.empty()) return LoginResult{LoginResult::Outcome::code_wanted};
        TAMGA_ASSIGN(const std::string secret, vault_.unseal(totp_cell(account), row->totp));
        step = totp_step(secret, code, now, row->totp_step);
        right = step || recovers;
    }
    if (!right)
        return store_.written([&]() -> Result<LoginResult> {
            TAMGA_TRY(count_failure(account_key, kFreeFailures, now));
            TAMGA_TRY(count_failure(address_key, kFreeFailuresOfAddress, now));
            TAMGA_TRY(note(account, "login-failed", way, client.address));
            return LoginResult{};
        });

    return store_.written([&]() -> Result<LoginResult> {
        // What was looked at is what lets in: a code is taken once, whoever else comes in meanwhile.
        TAMGA_ASSIGN(AccountRow current, existing(account));
        TAMGA_ASSIGN(const bool holds, still(current));
        if (!holds || current.totp != row->totp || current.disabled != 0 ||
            current.totp_step != row->totp_step)
            return LoginResult{};
        if (step) current.totp_step = *step;
        if (step || current.password != row->password) TAMGA_TRY(tables_.put_account(current));
        if (!step && recovers && !row->totp.empty()) {
            TAMGA_TRY(tables_.erase_recovery_code(account, code_hash));
            TAMGA_TRY(note(account, "recovery-code-used", {}, client.address));
        }
        TAMGA_TRY(tables_.erase_throttle(account_key));
        return begin_session(account, before, way, client);
    });
}

/// A session of its own under a name of its own; `before` is the browser's of until now.
Result<LoginResult> Accounts::begin_session(const std::string& id,
                                            const std::optional<store::SessionRow>& before,
                                            const std::string& detail, const Client& client) {
    // Whoever set the browser's cookie before gets nothing of what begins here.
    if (before) TAMGA_TRY(tables_.erase_session(before->hash));
    LoginResult result{LoginResult::Outcome::signed_in, new_token()};
    const std::string agent = utf8::repaired(client.agent);
    const std::int64_t now = clock_();
    TAMGA_TRY(tables_.put_session({hashed(result.token), id, now, now, now + kSessionLasts, false,
                                   std::string(utf8::beginning(agent, kMostAgent))}));
    TAMGA_TRY(note(id, "login", detail, client.address));
    return result;
}

Result<std::optional<SignedIn>> Accounts::session(std::string_view token) {
    if (token.empty()) return std::nullopt;
    TAMGA_ASSIGN(const auto row, tables_.session(hashed(token)));
    if (!row || !goes_on(*row, clock_())) return std::nullopt;
    TAMGA_ASSIGN(const auto account, tables_.account(row->account));
    if (!account || account->disabled != 0) return std::nullopt;
    SignedIn found;
    TAMGA_ASSIGN(found.info, info_of(*account));
    found.account = {account->id, found.info.grants};
    TAMGA_ASSIGN(found.account.speaking, tables_.subjects_of_role(name(Role::party_editor)));
    found.session = session_of(*row);
    return found;
}

bool Accounts::wants_touch(const Session& session, std::int64_t now) {
    return now - session.seen >= kSessionSeenEvery;
}

Result<void> Accounts::touch(std::string_view token) {
    return store_.written([&]() -> Result<void> {
        TAMGA_ASSIGN(auto row, tables_.session(hashed(token)));
        const std::int64_t now = clock_();
        if (!row || !goes_on(*row, now) || !wants_touch(session_of(*row), now)) return {};
        row->seen = now;
        return tables_.put_session(*row);
    });
}

Result<std::string> Accounts::rotate(std::string_view token) {
    return store_.written([&]() -> Result<std::string> {
        TAMGA_ASSIGN(auto row, tables_.session(hashed(token)));
        const std::int64_t now = clock_();
        if (!row || !goes_on(*row, now))
            return fail(ErrorCode::not_found, "go on with a session", "it is over", "log in again");
        TAMGA_TRY(tables_.erase_session(row->hash));
        std::string fresh = new_token();
        row->hash = hashed(fresh);
        row->seen = now;
        row->stale = false;
        TAMGA_TRY(tables_.put_session(*row));
        return fresh;
    });
}

Result<void> Accounts::log_out(std::string_view token, const Client& client) {
    return store_.written([&]() -> Result<void> {
        TAMGA_ASSIGN(const auto row, tables_.session(hashed(token)));
        if (!row) return {};
        TAMGA_TRY(tables_.erase_session(row->hash));
        return note(row->account, "logout", {}, client.address);
    });
}

Result<std::vector<Session>> Accounts::sessions(const std::string& id) {
    TAMGA_ASSIGN(const auto rows, tables_.sessions(id));
    std::vector<Session> found;
    for (const store::SessionRow& row : rows)
        if (goes_on(row, clock_())) found.push_back(session_of(row));
    std::ranges::stable_sort(found, std::greater{}, &Session::seen);
    return found;
}

Result<void> Accounts::revoke(const std::string& id, const std::string& session_name, const std::string& by) {
    return store_.written([&]() -> Result<void> {
        TAMGA_ASSIGN(const auto rows, tables_.sessions(id));
        for (const store::SessionRow& row : rows) {
            if (short_name(row.hash) != session_name) continue;
            TAMGA_TRY(tables_.erase_session(row.hash));
            return note(id, "session-revoked", session_name + ", " + done_by(by), {});
        }
        return fail(ErrorCode::not_found, "end a session",
                    fmt::format("{} has no session {}", id, session_name));
    });
}

Result<void> Accounts::revoke_all(const std::string& id, const std::string& by) {
    return store_.written([&]() -> Result<void> {
        TAMGA_TRY(existing(id));
        TAMGA_TRY(tables_.erase_sessions(id));
        TAMGA_TRY(tables_.erase_tokens(id));
        return note(id, "all-revoked", done_by(by), {});
    });
}

std::string Accounts::form_token(std::string_view session_token) const {
    return base64url(vault_.authenticate("form " + hashed(session_token)));
}

bool Accounts::is_form_token(std::string_view session_token, std::string_view form_token) const {
    return vault_.is_authentic("form " + hashed(session_token), from_base64url(form_token));
}

// -- tokens of programs

Result<std::string> Accounts::make_token(const std::string& id, const std::string& title, Token::Scope scope,
                                         const std::string& mechanism, std::int64_t lasts_seconds,
                                         const Client& client) {
    if (title.empty() || title.size() > kMostName || !is_line(title))
        return not_as_it_should_be("a token needs a title: one line of at most 200 bytes");
    if (lasts_seconds <= 0 || lasts_seconds > kLongestToken)
        return not_as_it_should_be("a token lasts a year at most", "name a shorter time");
    if (!mechanism.empty() && !is_id(mechanism))
        return not_as_it_should_be(fmt::format("'{}' is no record's id", mechanism));
    return store_.written([&]() -> Result<std::string> {
        TAMGA_TRY(existing(id));
        std::string token = std::string(kTokenPrefix) + new_token();
        const std::int64_t now = clock_();
        const char* const told = scope == Token::Scope::read ? "read" : "write";
        TAMGA_TRY(tables_.put_token({hashed(token), id, title, told, mechanism, now, now + lasts_seconds}));
        TAMGA_TRY(
            note(id, "token-made", fmt::format("{} ({})", short_name(hashed(token)), told), client.address));
        return token;
    });
}

Result<std::optional<Account>> Accounts::token(std::string_view token) {
    if (!token.starts_with(kTokenPrefix)) return std::nullopt;
    TAMGA_ASSIGN(const auto row, tables_.token(hashed(token)));
    if (!row || row->expires <= clock_()) return std::nullopt;
    TAMGA_ASSIGN(const auto account, tables_.account(row->account));
    if (!account || account->disabled != 0) return std::nullopt;
    TAMGA_ASSIGN(std::vector<Grant> has, grants(row->account));
    if (!row->mechanism.empty()) {
        // A role in every mechanism is one in this one; of the whole register, such as the operator's,
        // nothing is left.
        std::erase_if(has, [&](const Grant& grant) {
            return grant.role == Role::operator_ ||
                   (!grant.mechanism.empty() && grant.mechanism != row->mechanism);
        });
        for (Grant& grant : has) grant.mechanism = row->mechanism;
    }
    TAMGA_ASSIGN(auto speaking, tables_.subjects_of_role(name(Role::party_editor)));
    return Account{row->account, std::move(has), row->scope != "write", std::move(speaking)};
}

Result<std::vector<Token>> Accounts::tokens(const std::string& id) {
    TAMGA_ASSIGN(const auto rows, tables_.tokens(id));
    std::vector<Token> found;
    for (const store::TokenRow& row : rows)
        if (row.expires > clock_())
            found.push_back({short_name(row.hash), row.account, row.name,
                             row.scope == "write" ? Token::Scope::write : Token::Scope::read, row.mechanism,
                             row.made, row.expires});
    std::ranges::stable_sort(found, std::greater{}, &Token::made);
    return found;
}

Result<void> Accounts::revoke_token(const std::string& id, const std::string& token_name,
                                    const std::string& by) {
    return store_.written([&]() -> Result<void> {
        TAMGA_ASSIGN(const auto rows, tables_.tokens(id));
        for (const store::TokenRow& row : rows) {
            if (short_name(row.hash) != token_name) continue;
            TAMGA_TRY(tables_.erase_token(row.hash));
            return note(id, "token-revoked", token_name + ", " + done_by(by), {});
        }
        return fail(ErrorCode::not_found, "end a token", fmt::format("{} has no token {}", id, token_name));
    });
}

// -- what happened

Result<std::vector<Event>> Accounts::events(const std::string& account, std::int64_t before,
                                            std::int64_t most) {
    TAMGA_ASSIGN(
        const auto rows,
        tables_.events(account, before > 0 ? before : std::numeric_limits<std::int64_t>::max(), most));
    std::vector<Event> found;
    for (const store::EventRow& row : rows)
        found.push_back({row.id, row.time, row.account, row.what, row.detail, row.address});
    return found;
}

Result<void> Accounts::tell(const std::string& account, std::string_view what, const std::string& detail,
                            const Client& client) {
    if (!contains(kEventNames, what)) return not_as_it_should_be(fmt::format("'{}' is no event", what));
    return store_.written([&] { return note(account, what, detail, client.address); });
}

Result<void> Accounts::tidy_up(std::int64_t events_last) {
    return store_.written([&]() -> Result<void> {
        const std::int64_t now = clock_();
        TAMGA_TRY(tables_.erase_expired(now, now - kSessionIdle, now - kForgotten));
        return tables_.erase_events_before(now - events_last);
    });
}

}  // namespace tamga::access
