#include "store/postgres/postgres.hpp"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "store/postgres/connection.hpp"

namespace tamga::store {

namespace {

// The lock of the one that writes: "tamg" and 1, in each database its own.
#define TAMGA_LOCK "1952542055, 1"
constexpr const char* kTry = "SELECT pg_try_advisory_lock(" TAMGA_LOCK ")";
constexpr const char* kWait = "SELECT pg_advisory_lock(" TAMGA_LOCK ")";
#undef TAMGA_LOCK
constexpr const char* kHolder =
    "SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid WHERE l.locktype = "
    "'advisory' AND l.classid = 1952542055 AND l.objid = 1 AND l.granted AND l.database = "
    "(SELECT oid FROM pg_database WHERE datname = current_database())";
constexpr const char* kIsThere = "SELECT to_regclass('tamga.entries') IS NOT NULL";

/// Takes the lock of the one that writes; it is the session's.
Result<void> take_turn(Session& session, const Waiting& waiting) {
    TAMGA_ASSIGN(const std::string taken, session.ask(kTry));
    if (taken == "t") return {};
    TAMGA_ASSIGN(std::string holder, session.ask(kHolder));
    if (holder.starts_with("tamga: ")) holder.erase(0, std::string_view("tamga: ").size());
    const std::string cause =
        fmt::format("{} is in use by {}", session.shown(), holder.empty() ? "another process" : holder);
    // Who waits for itself waits for ever.
    if (!waiting || holder == Session::own_name())
        return fail(ErrorCode::conflict, "open " + session.shown(), cause, "stop that one first");
    waiting(cause);
    TAMGA_TRY(session.run(kWait));
    return {};
}

}  // namespace

Result<std::unique_ptr<Connection>> open_postgres(const std::string& address, Mode mode,
                                                  const Waiting& waiting) {
    const Session::Use use = mode == Mode::read ? Session::Use::read : Session::Use::write;
    TAMGA_ASSIGN(Session session, Session::open(address, use));
    if (mode == Mode::read) {
        TAMGA_ASSIGN(const std::string there, session.ask(kIsThere));
        if (there != "t")
            return fail(ErrorCode::not_found, "open " + session.shown(),
                        "there is no register at " + session.shown(), "make one with: tamga import FOLDER");
    } else {
        TAMGA_ASSIGN(const std::string standby, session.ask("SELECT pg_is_in_recovery()"));
        if (standby == "t")
            return fail(ErrorCode::io, "open " + session.shown(), "the server is a standby, which only reads",
                        "name the primary server, or let it be found: target_session_attrs=read-write");
        TAMGA_TRY(take_turn(session, waiting));
        TAMGA_ASSIGN(const std::string made, session.ask("SELECT to_regnamespace('tamga') IS NOT NULL"));
        if (made != "t") TAMGA_TRY(session.run("CREATE SCHEMA tamga"));
    }
    return std::make_unique<PostgresConnection>(std::move(session), address, use);
}

Result<bool> exists_postgres(const std::string& address) {
    TAMGA_ASSIGN(Session session, Session::open(address, Session::Use::read));
    TAMGA_ASSIGN(const std::string there, session.ask(kIsThere));
    return there == "t";
}

}  // namespace tamga::store
