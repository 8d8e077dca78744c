#include "store/postgres/connection.hpp"

#include <fmt/format.h>

#include <utility>

#include "store/postgres/postgres.hpp"
#include "store/postgres/text_index.hpp"
#include "store/schema.hpp"

namespace tamga::store {

namespace {

/// Statements, and bytes, that go ahead between two marks; two marks may be on their way.
constexpr std::size_t kMostAhead = 256, kMostBytesAhead = 4 << 20;

/// What stands in the session's schema, each object with all that says how it works. The schema's own name is
/// left out, so that a register's and a fresh one can be compared.
constexpr const char* kObjects = R"(
WITH ours AS (SELECT CASE WHEN current_setting('search_path') = 'pg_temp' THEN pg_my_temp_schema()
                          ELSE to_regnamespace('tamga')::oid END AS oid),
     tables AS (SELECT c.oid, c.relname, c.relkind, c.relrowsecurity FROM pg_class c JOIN ours ON c.relnamespace = ours.oid)
SELECT CASE relkind WHEN 'r' THEN 'table ' WHEN 'S' THEN 'sequence ' ELSE 'view ' END || relname,
       (SELECT coalesce(string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod) ||
                          coalesce(' COLLATE ' || (SELECT collname FROM pg_collation l WHERE l.oid = a.attcollation), '') ||
                          CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END || a.attgenerated::text || a.attidentity::text ||
                          coalesce(' DEFAULT ' || (SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d
                                                   WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum), ''), ', ' ORDER BY a.attnum), '')
        FROM pg_attribute a WHERE a.attrelid = tables.oid AND a.attnum > 0 AND NOT a.attisdropped) ||
       CASE WHEN relrowsecurity THEN ' with rows that are hidden' ELSE '' END ||
       CASE WHEN EXISTS (SELECT 1 FROM pg_inherits WHERE inhparent = tables.oid OR inhrelid = tables.oid)
            THEN ' with parts' ELSE '' END
  FROM tables WHERE relkind NOT IN ('i', 'I', 't', 'c')
UNION ALL
SELECT 'index ' || relname, replace(replace(pg_get_indexdef(oid), ' ON tamga.', ' ON '), ' ON pg_temp.', ' ON ')
  FROM tables WHERE relkind IN ('i', 'I')
UNION ALL
SELECT 'constraint ' || conname || ' of ' || relname, pg_get_constraintdef(k.oid) FROM pg_constraint k JOIN tables ON k.conrelid = tables.oid
UNION ALL
SELECT 'trigger ' || tgname || ' of ' || relname, tgtype::text FROM pg_trigger t JOIN tables ON t.tgrelid = tables.oid WHERE NOT tgisinternal
UNION ALL
SELECT 'rule ' || rulename || ' of ' || relname, ev_type::text FROM pg_rewrite r JOIN tables ON r.ev_class = tables.oid
UNION ALL
SELECT 'function ' || proname, md5(prosrc) FROM pg_proc JOIN ours ON pronamespace = ours.oid
)";

}  // namespace

Result<void> PostgresConnection::execute(const char* sql) {
    TAMGA_TRY(so_far());
    TAMGA_TRY(settle());
    TAMGA_TRY(session_.run(sql));
    return {};
}

Result<Statement*> PostgresConnection::prepared(const char* sql) {
    auto& known = statements_[sql];
    if (!known) known = std::make_unique<PostgresStatement>(*this, sql, static_cast<int>(statements_.size()));
    return known.get();
}

Result<void> PostgresConnection::begin() {
    TAMGA_TRY(execute("BEGIN"));
    writing_ = true;
    return {};
}

Result<void> PostgresConnection::commit() {
    // Up to here nothing is decided: what failed of what went ahead has failed the transaction.
    TAMGA_TRY(so_far());
    TAMGA_TRY(settle());
    const auto unknown = [](std::string cause) {
        return fail(ErrorCode::state_unknown, "commit", std::move(cause),
                    "start the program again: it checks what the database holds");
    };
    const int warnings = session_.warnings();
    const Answer answer(PQexec(session_.get(), kAnnounceAndCommit), PQclear);
    if (session_.is_lost(answer.get()))
        return unknown("the connection to " + session_.shown() + " was lost before the commit was answered");
    if (PQresultStatus(answer.get()) != PGRES_COMMAND_OK) return session_.failure("commit", answer.get());
    writing_ = false;
    if (std::string_view(PQcmdStatus(answer.get())) != "COMMIT")
        return fail(ErrorCode::io, "commit", "the database undid the transaction");
    // The server warns if it stopped waiting for its standby: committed here, perhaps not there.
    if (session_.warnings() != warnings)
        return unknown("the server does not know whether its standby has the commit");
    return {};
}

/// The server ends a session some time after it is told to: who writes next must not find its lock taken.
PostgresConnection::~PostgresConnection() {
    if (use_ != Session::Use::write || session_.is_lost()) return;
    roll_back();
    if (!session_.is_lost()) static_cast<void>(session_.run("SELECT pg_advisory_unlock_all()"));
}

void PostgresConnection::forget_what_failed() {
    for (PostgresStatement* const statement : std::exchange(keeping_, {})) statement->forget_rows();
    if (reading_) reading_->take_in();
    stop_running_ahead();
    // What was to be prepared after the failure is not.
    if (std::exchange(failure_, std::nullopt)) ++generation_;
}

void PostgresConnection::undo_part() {
    forget_what_failed();
    if (!session_.is_lost())
        static_cast<void>(session_.run("ROLLBACK TO SAVEPOINT part; RELEASE SAVEPOINT part"));
}

void PostgresConnection::roll_back() {
    writing_ = reading_one_state_ = false;
    forget_what_failed();
    if (!session_.is_lost() && PQtransactionStatus(session_.get()) != PQTRANS_IDLE)
        static_cast<void>(session_.run("ROLLBACK"));
}

Result<void> PostgresConnection::begin_read() {
    constexpr const char* kBegin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
    auto begun = execute(kBegin);
    if (!begun && reconnected()) begun = execute(kBegin);
    reading_one_state_ = begun.has_value();
    return begun;
}

Result<void> PostgresConnection::back_up(const std::string&) {
    return fail(ErrorCode::invalid_usage, "back up " + session_.shown(),
                "a database of PostgreSQL is not a file that can be copied as it is",
                "write the register to a file with: tamga copy");
}

const std::vector<std::string>& PostgresConnection::schema() const {
    return postgres_schema();
}

const TextIndex& PostgresConnection::text_index() const {
    return postgres_text_index();
}

Result<std::unique_ptr<Connection>> PostgresConnection::scratch() {
    TAMGA_ASSIGN(const std::string standby, session_.ask("SELECT pg_is_in_recovery()"));
    if (standby == "t") return nullptr;
    TAMGA_ASSIGN(Session session, Session::open(address_, Session::Use::scratch));
    return std::make_unique<PostgresConnection>(std::move(session), address_, Session::Use::scratch);
}

Result<void> PostgresConnection::check_integrity(const std::function<void(std::string_view)>& report) {
    TAMGA_ASSIGN(Statement* const statement,
                 prepared("SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE "
                          "c.relnamespace = to_regnamespace('tamga') AND NOT (i.indisvalid AND i.indisready) "
                          "ORDER BY c.relname LIMIT 100"));
    const Query query(*statement);
    for (;;) {
        TAMGA_ASSIGN(const bool row, statement->step());
        if (!row) return {};
        report(fmt::format("the index {} is not valid", statement->text(0)));
    }
}

Result<std::map<std::string, std::string>> PostgresConnection::objects() {
    TAMGA_TRY(settle());
    TAMGA_ASSIGN(const Answer rows, session_.run(kObjects));
    std::map<std::string, std::string> found;
    for (int row = 0; row < PQntuples(rows.get()); ++row)
        found.emplace(PQgetvalue(rows.get(), row, 0), PQgetvalue(rows.get(), row, 1));
    return found;
}

Result<void> PostgresConnection::so_far() const {
    if (failure_) return std::unexpected(*failure_);
    return {};
}

Result<void> PostgresConnection::send_rows() {
    if (keeping_.empty()) return {};
    TAMGA_TRY(run_ahead());
    for (PostgresStatement* const statement : std::exchange(keeping_, {})) {
        TAMGA_ASSIGN(const std::size_t sent, statement->send_rows());
        if (sent > 0) TAMGA_TRY(went_ahead(sent));
    }
    return {};
}

Result<void> PostgresConnection::run_ahead() {
    if (reading_) reading_->take_in();
    if (PQpipelineStatus(session_.get()) == PQ_PIPELINE_OFF && PQenterPipelineMode(session_.get()) == 0)
        return session_.failure("write to the database", nullptr);
    return {};
}

Result<void> PostgresConnection::went_ahead(std::size_t bytes) {
    ++ahead_;
    ahead_bytes_ += bytes;
    if (ahead_ < kMostAhead && ahead_bytes_ < kMostBytesAhead) return {};
    if (PQpipelineSync(session_.get()) == 0) return session_.failure("write to the database", nullptr);
    ahead_ = ahead_bytes_ = 0;
    // The server works on what was sent while more is made here, but is never far behind.
    for (++marks_; marks_ > 1;) TAMGA_TRY(take_answers());
    return {};
}

/// Takes the answers up to the next mark.
Result<void> PostgresConnection::take_answers() {
    for (bool between = false;;) {
        const Answer answer(PQgetResult(session_.get()), PQclear);
        const ExecStatusType status = PQresultStatus(answer.get());
        if (!answer && between) {  // There is no more to come: the connection ended.
            marks_ = 0;
            if (!failure_) failure_ = session_.failure("write to the database", nullptr).error();
            break;
        }
        between = !answer;
        if (!answer) continue;
        if (status == PGRES_PIPELINE_SYNC) {
            --marks_;
            break;
        }
        const bool failed = status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK &&
                            status != PGRES_SINGLE_TUPLE && status != PGRES_PIPELINE_ABORTED;
        if (failed && !failure_) failure_ = session_.failure("write to the database", answer.get()).error();
    }
    return so_far();
}

/// Sends and takes all that is left, whatever becomes of it.
void PostgresConnection::stop_running_ahead() {
    if (PQpipelineStatus(session_.get()) == PQ_PIPELINE_OFF) return;
    if (ahead_ > 0 && PQpipelineSync(session_.get()) == 1) ++marks_;
    ahead_ = ahead_bytes_ = 0;
    while (marks_ > 0) static_cast<void>(take_answers());
    PQexitPipelineMode(session_.get());
}

Result<void> PostgresConnection::settle() {
    if (reading_) reading_->take_in();
    TAMGA_TRY(send_rows());
    stop_running_ahead();
    return so_far();
}

bool PostgresConnection::reconnected() {
    // A transaction has gone with its session, and so have the writer's lock and a scratch's tables.
    const bool free = use_ == Session::Use::read && !reading_one_state_;
    if (!free || !session_.is_lost()) return false;
    auto session = Session::open(address_, use_);
    if (!session) return false;
    session_ = *std::move(session);
    ++generation_;
    reading_ = nullptr;
    return true;
}

}  // namespace tamga::store
