#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "store/store.hpp"

// The tables of accounts and of what people leave (steps 8 and 11 to 13 of the schema). No journal holds them
// and no projection is made of them; backups and copies carry them. What is secret is bytes here:
// access/vault.hpp seals it. Times are seconds since 1970-01-01T00:00:00Z; 0 where there is none.

namespace tamga::store {

struct AccountRow {
    std::string id, name;
    std::string email, email_hash;  ///< Sealed; what it is found by. Empty: none.
    std::string password;           ///< As Argon2id tells it; empty: none yet.
    std::string totp;               ///< The secret, sealed; empty: none.
    std::int64_t totp_step = 0;     ///< Of the last code that was used.
    std::string language;
    std::int64_t made = 0, disabled = 0;
};
struct RoleRow {
    std::string account, mechanism, role, subject;
};
struct SessionRow {
    std::string hash, account;
    std::int64_t made = 0, seen = 0, ends = 0;
    bool stale = false;  ///< Its token is to be changed at the next occasion.
    std::string agent;
};
struct TokenRow {
    std::string hash, account, name, scope, mechanism;
    std::int64_t made = 0, expires = 0;
};
/// Who an account is at a provider of log-ins.
struct IdentityRow {
    std::string issuer, subject, account;
    std::int64_t made = 0;
};
/// What somebody signs in with in the place of a password (access/passkeys.hpp).
struct PasskeyRow {
    std::string id;  ///< By which its authenticator knows it.
    std::string account;
    std::string handle;  ///< Of the account, by chance: what authenticators know it by.
    std::string name;    ///< What its owner calls it.
    std::int64_t algorithm = 0;
    std::string key;           ///< The public one.
    std::int64_t counter = 0;  ///< Of what it signed; 0: it does not count.
    std::int64_t made = 0, used = 0;
};
struct InvitationRow {
    std::string hash, purpose, account, name;
    std::string email;  ///< Sealed.
    std::string language;
    std::string roles;  ///< JSON.
    std::int64_t made = 0, expires = 0;
};
struct DraftRow {
    std::string account;
    RecordId record;
    std::string body;       ///< JSON.
    std::int64_t base = 0;  ///< The position of the version that it was begun on; 0: of none.
    std::int64_t time = 0;
};
struct ReplyRow {
    std::int64_t id = 0;  ///< From 1; given by add_reply().
    RecordId record;      ///< Under which it stands.
    std::string party;    ///< In whose name it is given; empty: the writer's own.
    std::string name, body;
    std::string email;  ///< Sealed.
    std::string state;
    std::int64_t time = 0;
    std::string moderated_by, reason;
};
struct EventRow {
    std::int64_t id = 0;  ///< From 1; given by add_event().
    std::int64_t time = 0;
    std::string account, what, detail, address;
};
/// Somebody follows something by e-mail.
struct FollowRow {
    std::string id;    ///< 32 hexadecimal digits, by chance.
    std::string what;  ///< An address of the register, without language: "/commitments?by=cn".
    std::string frequency;
    std::string language;
    std::string email, email_hash;  ///< Sealed; what it is found by.
    std::string state;
    std::int64_t told = 0;  ///< The journal position up to which a message was made.
    std::int64_t sure = 0;  ///< The one up to which a message was taken for delivery.
    std::int64_t due = 0;   ///< No message is made before.
    std::int64_t made = 0;
};
/// A message of what somebody follows.
struct MailRow {
    std::int64_t id = 0;  ///< From 1; given by add_mail().
    std::string follow;   ///< By its id.
    std::string purpose;
    std::int64_t since = 0, until = 0;  ///< Positions: what came between them is told.
    std::string state;
    std::int64_t attempts = 0;
    std::int64_t due = 0;  ///< It is not sent before.
    std::int64_t made = 0;
};
struct ThrottleRow {
    std::int64_t failures = 0, until = 0;
};

/// The private tables of a store. A value over the store, which outlives it.
///
/// Transactions are the caller's: whatever changes anything stands between the store's begin_write() and
/// commit(). `put_…` sets a row, whether it was there or not; `erase_…` of what is not there does nothing.
/// Lists are sorted by their key, unless another order is told. Threads: as of the store. Errors: the
/// store's; conflict in a database of an older Tamga that was not yet opened for writing.
class PrivateTables {
  public:
    explicit PrivateTables(Store& store) : store_(&store) {}

    /// Of the key that seals them; nothing if nothing was ever sealed.
    Result<std::optional<std::string>> key_fingerprint();
    Result<void> put_key_fingerprint(std::string_view fingerprint);

    Result<std::optional<AccountRow>> account(std::string_view id);
    Result<std::optional<AccountRow>> account_by_email(std::string_view email_hash);
    Result<std::vector<AccountRow>> accounts();
    Result<void> put_account(const AccountRow& row);

    Result<std::vector<RoleRow>> roles(std::string_view account);
    /// What accounts with the role have it of, each once.
    Result<std::vector<std::string>> subjects_of_role(std::string_view role);
    Result<void> put_role(const RoleRow& row);
    Result<void> erase_role(const RoleRow& row);

    Result<std::int64_t> count_recovery_codes(std::string_view account);
    Result<bool> has_recovery_code(std::string_view account, std::string_view hash);
    Result<void> put_recovery_code(std::string_view account, std::string_view hash);
    Result<void> erase_recovery_code(std::string_view account, std::string_view hash);
    Result<void> erase_recovery_codes(std::string_view account);

    Result<std::optional<SessionRow>> session(std::string_view hash);
    Result<std::vector<SessionRow>> sessions(std::string_view account);
    Result<void> put_session(const SessionRow& row);
    Result<void> erase_session(std::string_view hash);
    Result<void> erase_sessions(std::string_view account);

    Result<std::optional<TokenRow>> token(std::string_view hash);
    Result<std::vector<TokenRow>> tokens(std::string_view account);
    Result<void> put_token(const TokenRow& row);
    Result<void> erase_token(std::string_view hash);
    Result<void> erase_tokens(std::string_view account);

    // Errors, too: conflict in a database without step 12.
    Result<std::optional<IdentityRow>> identity(std::string_view issuer, std::string_view subject);
    Result<std::vector<IdentityRow>> identities(std::string_view account);
    Result<void> put_identity(const IdentityRow& row);
    Result<void> erase_identity(std::string_view issuer, std::string_view subject);

    // Errors, too: conflict in a database without step 13.
    Result<std::optional<PasskeyRow>> passkey(std::string_view id);
    /// The first made first.
    Result<std::vector<PasskeyRow>> passkeys(std::string_view account);
    Result<void> put_passkey(const PasskeyRow& row);
    Result<void> erase_passkey(std::string_view id);
    Result<void> erase_passkeys(std::string_view account);
    /// Challenges that were answered, by their hashes, until they would be over.
    Result<bool> was_answered(std::string_view hash);
    Result<void> put_answered(std::string_view hash, std::int64_t until);

    Result<std::optional<InvitationRow>> invitation(std::string_view hash);
    Result<std::vector<InvitationRow>> invitations();
    Result<void> put_invitation(const InvitationRow& row);
    Result<void> erase_invitation(std::string_view hash);
    /// All of that account and purpose.
    Result<void> erase_invitations(std::string_view account, std::string_view purpose);

    Result<std::optional<DraftRow>> draft(std::string_view account, const RecordId& record);
    Result<std::vector<DraftRow>> drafts(std::string_view account);
    Result<void> put_draft(const DraftRow& row);
    Result<void> erase_draft(std::string_view account, const RecordId& record);

    /// Gives its number.
    Result<std::int64_t> add_reply(const ReplyRow& row);
    Result<std::optional<ReplyRow>> reply(std::int64_t id);
    /// Under a record, oldest first.
    Result<std::vector<ReplyRow>> replies(const RecordId& record);
    /// In a state, oldest first, after the number `after`, at most `most`.
    Result<std::vector<ReplyRow>> replies_in(std::string_view state, std::int64_t after, std::int64_t most);
    Result<void> put_reply(const ReplyRow& row);

    Result<void> add_event(const EventRow& row);
    /// Newest first, before the number `before`, at most `most`; of one account, unless it is empty.
    Result<std::vector<EventRow>> events(std::string_view account, std::int64_t before, std::int64_t most);
    /// Those from before that time go.
    Result<void> erase_events_before(std::int64_t time);

    Result<ThrottleRow> throttle(std::string_view hash);
    Result<void> put_throttle(std::string_view hash, const ThrottleRow& row);
    Result<void> erase_throttle(std::string_view hash);
    // What is followed, and its messages. Errors, too: conflict in a database without step 11.
    Result<std::optional<FollowRow>> follow(std::string_view id);
    Result<std::vector<FollowRow>> follows_of(std::string_view email_hash);
    /// Those in a state that are due by a time and were not told up to `head`, the first due first.
    Result<std::vector<FollowRow>> follows_due(std::string_view state, std::int64_t now, std::int64_t head,
                                               std::int64_t most);
    Result<std::int64_t> count_follows(std::string_view state);
    Result<void> put_follow(const FollowRow& row);
    /// With its messages.
    Result<void> erase_follow(std::string_view id);
    /// Those in a state that were made before a time, with their messages.
    Result<void> erase_follows_before(std::string_view state, std::int64_t time);
    /// Gives its number.
    Result<std::int64_t> add_mail(const MailRow& row);
    Result<std::optional<MailRow>> mail(std::int64_t id);
    /// In a state and due by a time, the first due first.
    Result<std::vector<MailRow>> mails_in(std::string_view state, std::int64_t now, std::int64_t most);
    /// In a state; of one that is followed, unless it is empty.
    Result<std::int64_t> count_mails(std::string_view state, std::string_view follow);
    Result<void> put_mail(const MailRow& row);
    Result<void> erase_mail(std::int64_t id);
    /// Those in a state that were made before a time.
    Result<void> erase_mails_before(std::string_view state, std::int64_t time);

    /// What is over by that time: sessions, tokens, invitations and answered challenges; throttles that ended
    /// before `throttle_until`.
    Result<void> erase_expired(std::int64_t now, std::int64_t idle_since, std::int64_t throttle_until);

    /// Sets every table to what another store has, which may be one of another database. Of a database of an
    /// older Tamga, nothing. Within a transaction of both.
    Result<void> copy_from(Store& other);

  private:
    Result<Query> query(const char* sql);
    /// That a step of the schema is made, which later readers' tables need. Errors: conflict.
    Result<void> check_step(std::int64_t made);
    /// The rows of a look-up, each as `read` makes it of a statement; `bind` sets the parameters.
    template <class Row>
    Result<std::vector<Row>> rows(const char* sql, const std::function<void(Query&)>& bind,
                                  Row (*read)(Query&));
    /// The first of them.
    template <class Row>
    Result<std::optional<Row>> row(const char* sql, const std::function<void(Query&)>& bind,
                                   Row (*read)(Query&));
    /// Carries out a statement that gives no rows.
    Result<void> run(const char* sql, const std::function<void(Query&)>& bind);
    Result<std::int64_t> number(const char* sql, const std::function<void(Query&)>& bind);

    Store* store_;
    std::int64_t ready_ = 0;  ///< The step up to which the tables are known to be there.
};

/// Copies the private tables of a register, as they are at one moment, into one whose journal is empty: in
/// one transaction, so that it may be done again after a crash. The key is in neither. Errors: the stores';
/// conflict if `to` has a journal, or accounts under another key.
Result<void> copy_private(Store& from, Store& to);

}  // namespace tamga::store
