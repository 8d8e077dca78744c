#include "store/private_tables.hpp"

#include <fmt/format.h>

#include <utility>

#include "store/sql.hpp"

namespace tamga::store {

namespace {

/// The steps of the schema that made the tables.
constexpr std::int64_t kMade = 8, kFollowsMade = 11, kIdentitiesMade = 12, kPasskeysMade = 13;

/// A value as its column holds it. What is bound stays where it is until the statement is carried out.
struct Bytes {
    std::string_view bytes;
};

void bind_one(Query& query, int parameter, std::string_view text) {
    query->bind(parameter, text);
}
void bind_one(Query& query, int parameter, Bytes value) {
    query->bind_blob(parameter, value.bytes);
}
void bind_one(Query& query, int parameter, std::int64_t number) {
    query->bind(parameter, number);
}

/// Sets the parameters $1, $2, ….
template <class... Value>
auto values(const Value&... value) {
    return [=](Query& query) {
        int parameter = 0;
        (bind_one(query, ++parameter, value), ...);
    };
}
void nothing(Query&) {}

/// Reads the columns of a row, one after the other.
class Columns {
  public:
    explicit Columns(Query& row) : row_(row) {}
    Columns& text(std::string& into) {
        into = std::string(row_->text(next_++));
        return *this;
    }
    Columns& number(std::int64_t& into) {
        into = row_->integer(next_++);
        return *this;
    }
    Columns& truth(bool& into) {
        into = row_->integer(next_++) != 0;
        return *this;
    }
    /// A kind and an id; a kind that is not known is one of a newer Tamga, which does not open here.
    Columns& record(RecordId& into) {
        into.kind = kind_named(row_->text(next_++)).value_or(Kind::source);
        return text(into.id);
    }

  private:
    Query& row_;
    int next_ = 0;
};

std::string read_text(Query& row) {
    return std::string(row->text(0));
}

AccountRow read_account(Query& row) {
    AccountRow read;
    Columns(row)
        .text(read.id)
        .text(read.name)
        .text(read.email)
        .text(read.email_hash)
        .text(read.password)
        .text(read.totp)
        .number(read.totp_step)
        .text(read.language)
        .number(read.made)
        .number(read.disabled);
    return read;
}

RoleRow read_role(Query& row) {
    RoleRow read;
    Columns(row).text(read.account).text(read.mechanism).text(read.role).text(read.subject);
    return read;
}

SessionRow read_session(Query& row) {
    SessionRow read;
    Columns(row)
        .text(read.hash)
        .text(read.account)
        .number(read.made)
        .number(read.seen)
        .number(read.ends)
        .truth(read.stale)
        .text(read.agent);
    return read;
}

TokenRow read_token(Query& row) {
    TokenRow read;
    Columns(row)
        .text(read.hash)
        .text(read.account)
        .text(read.name)
        .text(read.scope)
        .text(read.mechanism)
        .number(read.made)
        .number(read.expires);
    return read;
}

IdentityRow read_identity(Query& row) {
    IdentityRow read;
    Columns(row).text(read.issuer).text(read.subject).text(read.account).number(read.made);
    return read;
}

PasskeyRow read_passkey(Query& row) {
    PasskeyRow read;
    Columns(row)
        .text(read.id)
        .text(read.account)
        .text(read.handle)
        .text(read.name)
        .number(read.algorithm)
        .text(read.key)
        .number(read.counter)
        .number(read.made)
        .number(read.used);
    return read;
}

InvitationRow read_invitation(Query& row) {
    InvitationRow read;
    Columns(row)
        .text(read.hash)
        .text(read.purpose)
        .text(read.account)
        .text(read.name)
        .text(read.email)
        .text(read.language)
        .text(read.roles)
        .number(read.made)
        .number(read.expires);
    return read;
}

DraftRow read_draft(Query& row) {
    DraftRow read;
    Columns(row).text(read.account).record(read.record).text(read.body).number(read.base).number(read.time);
    return read;
}

ReplyRow read_reply(Query& row) {
    ReplyRow read;
    Columns(row)
        .number(read.id)
        .record(read.record)
        .text(read.party)
        .text(read.name)
        .text(read.body)
        .text(read.email)
        .text(read.state)
        .number(read.time)
        .text(read.moderated_by)
        .text(read.reason);
    return read;
}

EventRow read_event(Query& row) {
    EventRow read;
    Columns(row)
        .number(read.id)
        .number(read.time)
        .text(read.account)
        .text(read.what)
        .text(read.detail)
        .text(read.address);
    return read;
}

FollowRow read_follow(Query& row) {
    FollowRow read;
    Columns(row)
        .text(read.id)
        .text(read.what)
        .text(read.frequency)
        .text(read.language)
        .text(read.email)
        .text(read.email_hash)
        .text(read.state)
        .number(read.told)
        .number(read.sure)
        .number(read.due)
        .number(read.made);
    return read;
}

MailRow read_mail(Query& row) {
    MailRow read;
    Columns(row)
        .number(read.id)
        .text(read.follow)
        .text(read.purpose)
        .number(read.since)
        .number(read.until)
        .text(read.state)
        .number(read.attempts)
        .number(read.due)
        .number(read.made);
    return read;
}

ThrottleRow read_throttle(Query& row) {
    ThrottleRow read;
    Columns(row).number(read.failures).number(read.until);
    return read;
}

std::string_view kind_text(const RecordId& record) {
    return info(record.kind).name;
}

/// What a copy of a table needs, column by column the same.
struct Whole {
    const char *erase, *select, *insert;
    int columns;
    std::int64_t made = kMade;
};
constexpr Whole kTables[] = {
    {"DELETE FROM private_key", "SELECT fingerprint FROM private_key",
     "INSERT INTO private_key (fingerprint) VALUES ($1)", 1},
    {"DELETE FROM accounts",
     "SELECT id, name, email, email_hash, password, totp, totp_step, language, made, disabled FROM accounts "
     "ORDER BY id",
     "INSERT INTO accounts (id, name, email, email_hash, password, totp, totp_step, language, made, "
     "disabled) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
     10},
    {"DELETE FROM recovery_codes", "SELECT account, hash FROM recovery_codes ORDER BY account, hash",
     "INSERT INTO recovery_codes (account, hash) VALUES ($1, $2)", 2},
    {"DELETE FROM roles",
     "SELECT account, mechanism, role, subject FROM roles ORDER BY account, mechanism, role, subject",
     "INSERT INTO roles (account, mechanism, role, subject) VALUES ($1, $2, $3, $4)", 4},
    {"DELETE FROM sessions",
     "SELECT hash, account, made, seen, ends, stale, agent FROM sessions ORDER BY hash",
     "INSERT INTO sessions (hash, account, made, seen, ends, stale, agent) VALUES ($1, $2, $3, $4, $5, $6, "
     "$7)",
     7},
    {"DELETE FROM tokens",
     "SELECT hash, account, name, scope, mechanism, made, expires FROM tokens ORDER BY hash",
     "INSERT INTO tokens (hash, account, name, scope, mechanism, made, expires) VALUES ($1, $2, $3, $4, $5, "
     "$6, $7)",
     7},
    {"DELETE FROM invitations",
     "SELECT hash, purpose, account, name, email, language, roles, made, expires FROM invitations ORDER BY "
     "hash",
     "INSERT INTO invitations (hash, purpose, account, name, email, language, roles, made, expires) VALUES "
     "($1, $2, $3, $4, $5, $6, $7, $8, $9)",
     9},
    {"DELETE FROM drafts",
     "SELECT account, kind, id, body, base, time FROM drafts ORDER BY account, kind, id",
     "INSERT INTO drafts (account, kind, id, body, base, time) VALUES ($1, $2, $3, $4, $5, $6)", 6},
    {"DELETE FROM replies",
     "SELECT id, kind, record, party, name, body, email, state, time, moderated_by, reason FROM replies "
     "ORDER BY id",
     "INSERT INTO replies (id, kind, record, party, name, body, email, state, time, moderated_by, reason) "
     "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
     11},
    {"DELETE FROM events", "SELECT id, time, account, what, detail, address FROM events ORDER BY id",
     "INSERT INTO events (id, time, account, what, detail, address) VALUES ($1, $2, $3, $4, $5, $6)", 6},
    {"DELETE FROM throttle", "SELECT hash, failures, until FROM throttle ORDER BY hash",
     "INSERT INTO throttle (hash, failures, until) VALUES ($1, $2, $3)", 3},
    {"DELETE FROM follows",
     "SELECT id, what, frequency, language, email, email_hash, state, told, sure, due, made FROM follows "
     "ORDER BY id",
     "INSERT INTO follows (id, what, frequency, language, email, email_hash, state, told, sure, due, made) "
     "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
     11, kFollowsMade},
    {"DELETE FROM mails",
     "SELECT id, follow, purpose, since, until, state, attempts, due, made FROM mails ORDER BY id",
     "INSERT INTO mails (id, follow, purpose, since, until, state, attempts, due, made) VALUES ($1, $2, $3, "
     "$4, $5, $6, $7, $8, $9)",
     9, kFollowsMade},
    {"DELETE FROM identities",
     "SELECT issuer, subject, account, made FROM identities ORDER BY issuer, subject",
     "INSERT INTO identities (issuer, subject, account, made) VALUES ($1, $2, $3, $4)", 4, kIdentitiesMade},
    {"DELETE FROM passkeys",
     "SELECT id, account, handle, name, algorithm, key, counter, made, used FROM passkeys ORDER BY id",
     "INSERT INTO passkeys (id, account, handle, name, algorithm, key, counter, made, used) VALUES ($1, $2, "
     "$3, $4, $5, $6, $7, $8, $9)",
     9, kPasskeysMade},
    {"DELETE FROM answered", "SELECT hash, until FROM answered ORDER BY hash",
     "INSERT INTO answered (hash, until) VALUES ($1, $2)", 2, kPasskeysMade},
};

}  // namespace

Result<Query> PrivateTables::query(const char* sql) {
    TAMGA_TRY(check_step(kMade));
    return store_->query(sql);
}

Result<void> PrivateTables::check_step(std::int64_t made) {
    if (ready_ >= made) return {};
    TAMGA_ASSIGN(const std::int64_t step, store_->schema_step());
    if (step < made)
        return fail(ErrorCode::conflict, "read what is private",
                    "the database is of an older Tamga, which did not keep this",
                    "let a command write to it, such as: tamga rebuild");
    ready_ = step;
    return {};
}

template <class Row>
Result<std::vector<Row>> PrivateTables::rows(const char* sql, const std::function<void(Query&)>& bind,
                                             Row (*read)(Query&)) {
    TAMGA_ASSIGN(Query select, query(sql));
    bind(select);
    std::vector<Row> found;
    for (;;) {
        TAMGA_ASSIGN(const bool there, select->step());
        if (!there) return found;
        found.push_back(read(select));
    }
}

template <class Row>
Result<std::optional<Row>> PrivateTables::row(const char* sql, const std::function<void(Query&)>& bind,
                                              Row (*read)(Query&)) {
    TAMGA_ASSIGN(Query select, query(sql));
    bind(select);
    TAMGA_ASSIGN(const bool there, select->step());
    if (!there) return std::nullopt;
    return read(select);
}

Result<void> PrivateTables::run(const char* sql, const std::function<void(Query&)>& bind) {
    TAMGA_ASSIGN(Query change, query(sql));
    bind(change);
    TAMGA_TRY(change->step());
    return {};
}

Result<std::int64_t> PrivateTables::number(const char* sql, const std::function<void(Query&)>& bind) {
    TAMGA_ASSIGN(Query select, query(sql));
    bind(select);
    TAMGA_TRY(select->step());
    return select->integer(0);
}

// -- the key

Result<std::optional<std::string>> PrivateTables::key_fingerprint() {
    return row<std::string>("SELECT fingerprint FROM private_key", nothing, read_text);
}

Result<void> PrivateTables::put_key_fingerprint(std::string_view fingerprint) {
    TAMGA_TRY(run("DELETE FROM private_key", nothing));
    return run("INSERT INTO private_key (fingerprint) VALUES ($1)", values(Bytes{fingerprint}));
}

// -- accounts. A row is set by taking away what was there: both databases know that, and PostgreSQL's way of
// sending many rows at once then needs no care for a row that comes twice.

Result<std::optional<AccountRow>> PrivateTables::account(std::string_view id) {
    return row<AccountRow>(
        "SELECT id, name, email, email_hash, password, totp, totp_step, language, made, disabled FROM "
        "accounts "
        "WHERE id = $1",
        values(id), read_account);
}

Result<std::optional<AccountRow>> PrivateTables::account_by_email(std::string_view email_hash) {
    return row<AccountRow>(
        "SELECT id, name, email, email_hash, password, totp, totp_step, language, made, disabled FROM "
        "accounts "
        "WHERE email_hash = $1 ORDER BY id LIMIT 1",
        values(Bytes{email_hash}), read_account);
}

Result<std::vector<AccountRow>> PrivateTables::accounts() {
    return rows<AccountRow>(
        "SELECT id, name, email, email_hash, password, totp, totp_step, language, made, disabled FROM "
        "accounts "
        "ORDER BY id",
        nothing, read_account);
}

Result<void> PrivateTables::put_account(const AccountRow& row) {
    TAMGA_TRY(run("DELETE FROM accounts WHERE id = $1", values(std::string_view(row.id))));
    return run(
        "INSERT INTO accounts (id, name, email, email_hash, password, totp, totp_step, language, made, "
        "disabled) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        values(std::string_view(row.id), std::string_view(row.name), Bytes{row.email}, Bytes{row.email_hash},
               std::string_view(row.password), Bytes{row.totp}, row.totp_step, std::string_view(row.language),
               row.made, row.disabled));
}

Result<std::vector<RoleRow>> PrivateTables::roles(std::string_view account) {
    return rows<RoleRow>(
        "SELECT account, mechanism, role, subject FROM roles WHERE account = $1 ORDER BY mechanism, role, "
        "subject",
        values(account), read_role);
}

Result<std::vector<std::string>> PrivateTables::subjects_of_role(std::string_view role) {
    return rows<std::string>("SELECT DISTINCT subject FROM roles WHERE role = $1 ORDER BY subject",
                             values(role), [](Query& row) {
                                 std::string subject;
                                 Columns(row).text(subject);
                                 return subject;
                             });
}

Result<void> PrivateTables::put_role(const RoleRow& row) {
    TAMGA_TRY(erase_role(row));
    return run("INSERT INTO roles (account, mechanism, role, subject) VALUES ($1, $2, $3, $4)",
               values(std::string_view(row.account), std::string_view(row.mechanism),
                      std::string_view(row.role), std::string_view(row.subject)));
}

Result<void> PrivateTables::erase_role(const RoleRow& row) {
    return run("DELETE FROM roles WHERE account = $1 AND mechanism = $2 AND role = $3 AND subject = $4",
               values(std::string_view(row.account), std::string_view(row.mechanism),
                      std::string_view(row.role), std::string_view(row.subject)));
}

Result<std::int64_t> PrivateTables::count_recovery_codes(std::string_view account) {
    return number("SELECT count(*) FROM recovery_codes WHERE account = $1", values(account));
}

Result<bool> PrivateTables::has_recovery_code(std::string_view account, std::string_view hash) {
    TAMGA_ASSIGN(const std::int64_t count,
                 number("SELECT count(*) FROM recovery_codes WHERE account = $1 AND hash = $2",
                        values(account, Bytes{hash})));
    return count > 0;
}

Result<void> PrivateTables::put_recovery_code(std::string_view account, std::string_view hash) {
    TAMGA_TRY(erase_recovery_code(account, hash));
    return run("INSERT INTO recovery_codes (account, hash) VALUES ($1, $2)", values(account, Bytes{hash}));
}

Result<void> PrivateTables::erase_recovery_code(std::string_view account, std::string_view hash) {
    return run("DELETE FROM recovery_codes WHERE account = $1 AND hash = $2", values(account, Bytes{hash}));
}

Result<void> PrivateTables::erase_recovery_codes(std::string_view account) {
    return run("DELETE FROM recovery_codes WHERE account = $1", values(account));
}

// -- sessions, tokens, invitations: found by the hash of what their owner holds

Result<std::optional<SessionRow>> PrivateTables::session(std::string_view hash) {
    return row<SessionRow>(
        "SELECT hash, account, made, seen, ends, stale, agent FROM sessions WHERE hash = $1",
        values(Bytes{hash}), read_session);
}

Result<std::vector<SessionRow>> PrivateTables::sessions(std::string_view account) {
    return rows<SessionRow>(
        "SELECT hash, account, made, seen, ends, stale, agent FROM sessions WHERE account = $1 ORDER BY hash",
        values(account), read_session);
}

Result<void> PrivateTables::put_session(const SessionRow& row) {
    TAMGA_TRY(erase_session(row.hash));
    return run(
        "INSERT INTO sessions (hash, account, made, seen, ends, stale, agent) VALUES ($1, $2, $3, $4, $5, "
        "$6, $7)",
        values(Bytes{row.hash}, std::string_view(row.account), row.made, row.seen, row.ends,
               std::int64_t{row.stale}, std::string_view(row.agent)));
}

Result<void> PrivateTables::erase_session(std::string_view hash) {
    return run("DELETE FROM sessions WHERE hash = $1", values(Bytes{hash}));
}

Result<void> PrivateTables::erase_sessions(std::string_view account) {
    return run("DELETE FROM sessions WHERE account = $1", values(account));
}

Result<std::optional<TokenRow>> PrivateTables::token(std::string_view hash) {
    return row<TokenRow>(
        "SELECT hash, account, name, scope, mechanism, made, expires FROM tokens WHERE hash = $1",
        values(Bytes{hash}), read_token);
}

Result<std::vector<TokenRow>> PrivateTables::tokens(std::string_view account) {
    return rows<TokenRow>(
        "SELECT hash, account, name, scope, mechanism, made, expires FROM tokens WHERE account = $1 ORDER BY "
        "hash",
        values(account), read_token);
}

Result<void> PrivateTables::put_token(const TokenRow& row) {
    TAMGA_TRY(erase_token(row.hash));
    return run(
        "INSERT INTO tokens (hash, account, name, scope, mechanism, made, expires) VALUES ($1, $2, $3, $4, "
        "$5, $6, "
        "$7)",
        values(Bytes{row.hash}, std::string_view(row.account), std::string_view(row.name),
               std::string_view(row.scope), std::string_view(row.mechanism), row.made, row.expires));
}

Result<void> PrivateTables::erase_token(std::string_view hash) {
    return run("DELETE FROM tokens WHERE hash = $1", values(Bytes{hash}));
}

Result<void> PrivateTables::erase_tokens(std::string_view account) {
    return run("DELETE FROM tokens WHERE account = $1", values(account));
}

Result<std::optional<IdentityRow>> PrivateTables::identity(std::string_view issuer,
                                                           std::string_view subject) {
    TAMGA_TRY(check_step(kIdentitiesMade));
    return row<IdentityRow>(
        "SELECT issuer, subject, account, made FROM identities WHERE issuer = $1 AND subject = $2",
        values(issuer, subject), read_identity);
}

Result<std::vector<IdentityRow>> PrivateTables::identities(std::string_view account) {
    TAMGA_TRY(check_step(kIdentitiesMade));
    return rows<IdentityRow>(
        "SELECT issuer, subject, account, made FROM identities WHERE account = $1 ORDER BY issuer, subject",
        values(account), read_identity);
}

Result<void> PrivateTables::put_identity(const IdentityRow& row) {
    TAMGA_TRY(erase_identity(row.issuer, row.subject));
    return run("INSERT INTO identities (issuer, subject, account, made) VALUES ($1, $2, $3, $4)",
               values(std::string_view(row.issuer), std::string_view(row.subject),
                      std::string_view(row.account), row.made));
}

Result<void> PrivateTables::erase_identity(std::string_view issuer, std::string_view subject) {
    TAMGA_TRY(check_step(kIdentitiesMade));
    return run("DELETE FROM identities WHERE issuer = $1 AND subject = $2", values(issuer, subject));
}

Result<std::optional<PasskeyRow>> PrivateTables::passkey(std::string_view id) {
    TAMGA_TRY(check_step(kPasskeysMade));
    return row<PasskeyRow>(
        "SELECT id, account, handle, name, algorithm, key, counter, made, used FROM passkeys WHERE id = $1",
        values(Bytes{id}), read_passkey);
}

Result<std::vector<PasskeyRow>> PrivateTables::passkeys(std::string_view account) {
    TAMGA_TRY(check_step(kPasskeysMade));
    return rows<PasskeyRow>(
        "SELECT id, account, handle, name, algorithm, key, counter, made, used FROM passkeys WHERE account = "
        "$1 ORDER BY made, id",
        values(account), read_passkey);
}

Result<void> PrivateTables::put_passkey(const PasskeyRow& row) {
    TAMGA_TRY(erase_passkey(row.id));
    return run(
        "INSERT INTO passkeys (id, account, handle, name, algorithm, key, counter, made, used) VALUES ($1, "
        "$2, $3, $4, $5, $6, $7, $8, $9)",
        values(Bytes{row.id}, std::string_view(row.account), Bytes{row.handle}, std::string_view(row.name),
               row.algorithm, Bytes{row.key}, row.counter, row.made, row.used));
}

Result<void> PrivateTables::erase_passkey(std::string_view id) {
    TAMGA_TRY(check_step(kPasskeysMade));
    return run("DELETE FROM passkeys WHERE id = $1", values(Bytes{id}));
}

Result<void> PrivateTables::erase_passkeys(std::string_view account) {
    TAMGA_TRY(check_step(kPasskeysMade));
    return run("DELETE FROM passkeys WHERE account = $1", values(account));
}

Result<bool> PrivateTables::was_answered(std::string_view hash) {
    TAMGA_TRY(check_step(kPasskeysMade));
    TAMGA_ASSIGN(const std::int64_t count,
                 number("SELECT count(*) FROM answered WHERE hash = $1", values(Bytes{hash})));
    return count > 0;
}

Result<void> PrivateTables::put_answered(std::string_view hash, std::int64_t until) {
    TAMGA_TRY(check_step(kPasskeysMade));
    TAMGA_TRY(run("DELETE FROM answered WHERE hash = $1", values(Bytes{hash})));
    return run("INSERT INTO answered (hash, until) VALUES ($1, $2)", values(Bytes{hash}, until));
}

Result<std::optional<InvitationRow>> PrivateTables::invitation(std::string_view hash) {
    return row<InvitationRow>(
        "SELECT hash, purpose, account, name, email, language, roles, made, expires FROM invitations WHERE "
        "hash = "
        "$1",
        values(Bytes{hash}), read_invitation);
}

Result<std::vector<InvitationRow>> PrivateTables::invitations() {
    return rows<InvitationRow>(
        "SELECT hash, purpose, account, name, email, language, roles, made, expires FROM invitations ORDER "
        "BY hash",
        nothing, read_invitation);
}

Result<void> PrivateTables::put_invitation(const InvitationRow& row) {
    TAMGA_TRY(erase_invitation(row.hash));
    return run(
        "INSERT INTO invitations (hash, purpose, account, name, email, language, roles, made, expires) "
        "VALUES ($1, "
        "$2, $3, $4, $5, $6, $7, $8, $9)",
        values(Bytes{row.hash}, std::string_view(row.purpose), std::string_view(row.account),
               std::string_view(row.name), Bytes{row.email}, std::string_view(row.language),
               std::string_view(row.roles), row.made, row.expires));
}

Result<void> PrivateTables::erase_invitation(std::string_view hash) {
    return run("DELETE FROM invitations WHERE hash = $1", values(Bytes{hash}));
}

Result<void> PrivateTables::erase_invitations(std::string_view account, std::string_view purpose) {
    return run("DELETE FROM invitations WHERE account = $1 AND purpose = $2", values(account, purpose));
}

// -- drafts and replies

Result<std::optional<DraftRow>> PrivateTables::draft(std::string_view account, const RecordId& record) {
    return row<DraftRow>(
        "SELECT account, kind, id, body, base, time FROM drafts WHERE account = $1 AND kind = $2 AND id = $3",
        values(account, kind_text(record), std::string_view(record.id)), read_draft);
}

Result<std::vector<DraftRow>> PrivateTables::drafts(std::string_view account) {
    return rows<DraftRow>(
        "SELECT account, kind, id, body, base, time FROM drafts WHERE account = $1 ORDER BY kind, id",
        values(account), read_draft);
}

Result<void> PrivateTables::put_draft(const DraftRow& row) {
    TAMGA_TRY(erase_draft(row.account, row.record));
    return run("INSERT INTO drafts (account, kind, id, body, base, time) VALUES ($1, $2, $3, $4, $5, $6)",
               values(std::string_view(row.account), kind_text(row.record), std::string_view(row.record.id),
                      std::string_view(row.body), row.base, row.time));
}

Result<void> PrivateTables::erase_draft(std::string_view account, const RecordId& record) {
    return run("DELETE FROM drafts WHERE account = $1 AND kind = $2 AND id = $3",
               values(account, kind_text(record), std::string_view(record.id)));
}

Result<std::int64_t> PrivateTables::add_reply(const ReplyRow& row) {
    TAMGA_ASSIGN(const std::int64_t last, number("SELECT coalesce(max(id), 0) FROM replies", nothing));
    ReplyRow added = row;
    added.id = last + 1;
    TAMGA_TRY(put_reply(added));
    return added.id;
}

Result<std::optional<ReplyRow>> PrivateTables::reply(std::int64_t id) {
    return row<ReplyRow>(
        "SELECT id, kind, record, party, name, body, email, state, time, moderated_by, reason FROM replies "
        "WHERE id "
        "= $1",
        values(id), read_reply);
}

Result<std::vector<ReplyRow>> PrivateTables::replies(const RecordId& record) {
    return rows<ReplyRow>(
        "SELECT id, kind, record, party, name, body, email, state, time, moderated_by, reason FROM replies "
        "WHERE "
        "kind = $1 AND record = $2 ORDER BY id",
        values(kind_text(record), std::string_view(record.id)), read_reply);
}

Result<std::vector<ReplyRow>> PrivateTables::replies_in(std::string_view state, std::int64_t after,
                                                        std::int64_t most) {
    return rows<ReplyRow>(
        "SELECT id, kind, record, party, name, body, email, state, time, moderated_by, reason FROM replies "
        "WHERE "
        "state = $1 AND id > $2 ORDER BY id LIMIT $3",
        values(state, after, most), read_reply);
}

Result<void> PrivateTables::put_reply(const ReplyRow& row) {
    TAMGA_TRY(run("DELETE FROM replies WHERE id = $1", values(row.id)));
    return run(
        "INSERT INTO replies (id, kind, record, party, name, body, email, state, time, moderated_by, reason) "
        "VALUES "
        "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        values(row.id, kind_text(row.record), std::string_view(row.record.id), std::string_view(row.party),
               std::string_view(row.name), std::string_view(row.body), Bytes{row.email},
               std::string_view(row.state), row.time, std::string_view(row.moderated_by),
               std::string_view(row.reason)));
}

// -- events and throttles

Result<void> PrivateTables::add_event(const EventRow& row) {
    TAMGA_ASSIGN(const std::int64_t last, number("SELECT coalesce(max(id), 0) FROM events", nothing));
    return run(
        "INSERT INTO events (id, time, account, what, detail, address) VALUES ($1, $2, $3, $4, $5, $6)",
        values(last + 1, row.time, std::string_view(row.account), std::string_view(row.what),
               std::string_view(row.detail), std::string_view(row.address)));
}

Result<std::vector<EventRow>> PrivateTables::events(std::string_view account, std::int64_t before,
                                                    std::int64_t most) {
    if (account.empty())
        return rows<EventRow>(
            "SELECT id, time, account, what, detail, address FROM events WHERE id < $1 ORDER BY id DESC "
            "LIMIT $2",
            values(before, most), read_event);
    return rows<EventRow>(
        "SELECT id, time, account, what, detail, address FROM events WHERE account = $1 AND id < $2 ORDER BY "
        "id "
        "DESC LIMIT $3",
        values(account, before, most), read_event);
}

Result<void> PrivateTables::erase_events_before(std::int64_t time) {
    return run("DELETE FROM events WHERE time < $1", values(time));
}

Result<ThrottleRow> PrivateTables::throttle(std::string_view hash) {
    TAMGA_ASSIGN(const auto found, row<ThrottleRow>("SELECT failures, until FROM throttle WHERE hash = $1",
                                                    values(Bytes{hash}), read_throttle));
    return found.value_or(ThrottleRow{});
}

Result<void> PrivateTables::put_throttle(std::string_view hash, const ThrottleRow& row) {
    TAMGA_TRY(erase_throttle(hash));
    return run("INSERT INTO throttle (hash, failures, until) VALUES ($1, $2, $3)",
               values(Bytes{hash}, row.failures, row.until));
}

Result<void> PrivateTables::erase_throttle(std::string_view hash) {
    return run("DELETE FROM throttle WHERE hash = $1", values(Bytes{hash}));
}

Result<void> PrivateTables::erase_expired(std::int64_t now, std::int64_t idle_since,
                                          std::int64_t throttle_until) {
    TAMGA_TRY(run("DELETE FROM sessions WHERE ends <= $1 OR seen <= $2", values(now, idle_since)));
    TAMGA_TRY(run("DELETE FROM tokens WHERE expires <= $1", values(now)));
    TAMGA_TRY(run("DELETE FROM invitations WHERE expires <= $1", values(now)));
    TAMGA_TRY(check_step(kPasskeysMade));
    TAMGA_TRY(run("DELETE FROM answered WHERE until <= $1", values(now)));
    return run("DELETE FROM throttle WHERE until <= $1", values(throttle_until));
}

// -- what is followed

Result<std::optional<FollowRow>> PrivateTables::follow(std::string_view id) {
    TAMGA_TRY(check_step(kFollowsMade));
    return row<FollowRow>(
        "SELECT id, what, frequency, language, email, email_hash, state, told, sure, due, made FROM follows "
        "WHERE id = $1",
        values(id), read_follow);
}

Result<std::vector<FollowRow>> PrivateTables::follows_of(std::string_view email_hash) {
    TAMGA_TRY(check_step(kFollowsMade));
    return rows<FollowRow>(
        "SELECT id, what, frequency, language, email, email_hash, state, told, sure, due, made FROM follows "
        "WHERE email_hash = $1 ORDER BY id",
        values(Bytes{email_hash}), read_follow);
}

Result<std::vector<FollowRow>> PrivateTables::follows_due(std::string_view state, std::int64_t now,
                                                          std::int64_t head, std::int64_t most) {
    TAMGA_TRY(check_step(kFollowsMade));
    return rows<FollowRow>(
        "SELECT id, what, frequency, language, email, email_hash, state, told, sure, due, made FROM follows "
        "WHERE state = $1 AND due <= $2 AND told < $3 ORDER BY due, id LIMIT $4",
        values(state, now, head, most), read_follow);
}

Result<std::int64_t> PrivateTables::count_follows(std::string_view state) {
    TAMGA_TRY(check_step(kFollowsMade));
    return number("SELECT count(*) FROM follows WHERE state = $1", values(state));
}

Result<void> PrivateTables::put_follow(const FollowRow& row) {
    TAMGA_TRY(check_step(kFollowsMade));
    TAMGA_TRY(run("DELETE FROM follows WHERE id = $1", values(std::string_view(row.id))));
    return run(
        "INSERT INTO follows (id, what, frequency, language, email, email_hash, state, told, sure, due, "
        "made) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        values(std::string_view(row.id), std::string_view(row.what), std::string_view(row.frequency),
               std::string_view(row.language), Bytes{row.email}, Bytes{row.email_hash},
               std::string_view(row.state), row.told, row.sure, row.due, row.made));
}

Result<void> PrivateTables::erase_follow(std::string_view id) {
    TAMGA_TRY(check_step(kFollowsMade));
    TAMGA_TRY(run("DELETE FROM mails WHERE follow = $1", values(id)));
    return run("DELETE FROM follows WHERE id = $1", values(id));
}

Result<void> PrivateTables::erase_follows_before(std::string_view state, std::int64_t time) {
    TAMGA_TRY(check_step(kFollowsMade));
    TAMGA_TRY(run("DELETE FROM mails WHERE follow IN (SELECT id FROM follows WHERE state = $1 AND made < $2)",
                  values(state, time)));
    return run("DELETE FROM follows WHERE state = $1 AND made < $2", values(state, time));
}

Result<std::int64_t> PrivateTables::add_mail(const MailRow& row) {
    TAMGA_TRY(check_step(kFollowsMade));
    TAMGA_ASSIGN(const std::int64_t last, number("SELECT coalesce(max(id), 0) FROM mails", nothing));
    MailRow added = row;
    added.id = last + 1;
    TAMGA_TRY(put_mail(added));
    return added.id;
}

Result<std::optional<MailRow>> PrivateTables::mail(std::int64_t id) {
    TAMGA_TRY(check_step(kFollowsMade));
    return row<MailRow>(
        "SELECT id, follow, purpose, since, until, state, attempts, due, made FROM mails WHERE id = $1",
        values(id), read_mail);
}

Result<std::vector<MailRow>> PrivateTables::mails_in(std::string_view state, std::int64_t now,
                                                     std::int64_t most) {
    TAMGA_TRY(check_step(kFollowsMade));
    return rows<MailRow>(
        "SELECT id, follow, purpose, since, until, state, attempts, due, made FROM mails WHERE state = $1 "
        "AND due <= $2 ORDER BY due, id LIMIT $3",
        values(state, now, most), read_mail);
}

Result<std::int64_t> PrivateTables::count_mails(std::string_view state, std::string_view follow) {
    TAMGA_TRY(check_step(kFollowsMade));
    if (!follow.empty())
        return number("SELECT count(*) FROM mails WHERE follow = $1 AND state = $2", values(follow, state));
    return number("SELECT count(*) FROM mails WHERE state = $1", values(state));
}

Result<void> PrivateTables::put_mail(const MailRow& row) {
    TAMGA_TRY(erase_mail(row.id));
    return run(
        "INSERT INTO mails (id, follow, purpose, since, until, state, attempts, due, made) VALUES ($1, $2, "
        "$3, $4, $5, $6, $7, $8, $9)",
        values(row.id, std::string_view(row.follow), std::string_view(row.purpose), row.since, row.until,
               std::string_view(row.state), row.attempts, row.due, row.made));
}

Result<void> PrivateTables::erase_mail(std::int64_t id) {
    TAMGA_TRY(check_step(kFollowsMade));
    return run("DELETE FROM mails WHERE id = $1", values(id));
}

Result<void> PrivateTables::erase_mails_before(std::string_view state, std::int64_t time) {
    TAMGA_TRY(check_step(kFollowsMade));
    return run("DELETE FROM mails WHERE state = $1 AND made < $2", values(state, time));
}

// -- from one database into another

Result<void> PrivateTables::copy_from(Store& other) {
    PrivateTables source(other);
    TAMGA_ASSIGN(const std::int64_t step, other.schema_step());
    for (const Whole& table : kTables) {
        TAMGA_TRY(run(table.erase, nothing));
        if (step < table.made) continue;
        TAMGA_ASSIGN(Query select, source.query(table.select));
        for (;;) {
            TAMGA_ASSIGN(const bool there, select->step());
            if (!there) break;
            TAMGA_TRY(run(table.insert, [&](Query& insert) {
                for (int column = 0; column < table.columns; ++column) switch (select->type(column)) {
                        case Type::integer:
                            insert->bind(column + 1, select->integer(column));
                            break;
                        case Type::blob:
                            insert->bind_blob(column + 1, select->text(column));
                            break;
                        default:
                            insert->bind(column + 1, select->text(column));
                    }
            }));
        }
    }
    return {};
}

Result<void> copy_private(Store& from, Store& to) {
    TAMGA_TRY(from.begin_read());
    // A crash on the way leaves nothing of it; one after it leaves all of it and no journal, so that the copy
    // is made again.
    auto copied = to.written([&]() -> Result<void> {
        TAMGA_ASSIGN(const JournalPos there, to.head());
        if (there.value > 0)
            return fail(ErrorCode::conflict, "copy the register",
                        fmt::format("there is one already, of {} entries", there.value),
                        "name a place where there is none");
        // What is there is of a copy that was killed, or somebody's.
        TAMGA_ASSIGN(const auto key_there, PrivateTables(to).key_fingerprint());
        if (key_there) {
            TAMGA_ASSIGN(const auto key, PrivateTables(from).key_fingerprint());
            if (key != key_there)
                return fail(ErrorCode::conflict, "copy the register",
                            "there are accounts of another register", "name a place where there are none");
        }
        return PrivateTables(to).copy_from(from);
    });
    from.roll_back();
    return copied;
}

}  // namespace tamga::store
