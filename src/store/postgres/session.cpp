#include "store/postgres/session.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <string_view>
#include <utility>

#include "store/postgres/address.hpp"

namespace tamga::store {

namespace {

constexpr int kOldestServer = 150000;
/// What a session names itself, before own_name().
constexpr std::string_view kProgram = "tamga: ";

/// How a session is set up. Every look-up is meant for an index: a plan that was made while a table was empty
/// must not go on to read it whole when it has grown. A server that notices soon that a client is gone gives
/// back that one's lock soon.
constexpr const char* kEverySession =
    "SET search_path TO tamga; SET client_min_messages TO warning; SET enable_seqscan TO off; SET jit TO "
    "off; "
    "SET statement_timeout TO 0; SET idle_session_timeout TO 0; SET idle_in_transaction_session_timeout TO "
    "0; "
    "SET client_connection_check_interval TO '2s'; SET tcp_keepalives_idle TO 5; "
    "SET tcp_keepalives_interval TO 2; SET tcp_keepalives_count TO 3; ";
constexpr const char* kReader = "SET default_transaction_read_only TO on; ";
/// A commit that was acknowledged is kept, whatever the server's default says.
constexpr const char* kWriter =
    "SET default_transaction_read_only TO off; SELECT set_config('synchronous_commit', 'on', false) WHERE "
    "current_setting('synchronous_commit') IN ('off', 'local'); ";
constexpr const char* kScratch = "SET default_transaction_read_only TO off; SET search_path TO pg_temp; ";

/// What helps against what the server says; empty if nothing is known to.
std::string hint_for(std::string_view state) {
    if (state == "53100") return "make room on the server's disk";
    if (state == "42501") return "grant the right to the user that the address names";
    if (state == "25006") return "name the primary server: this one only reads";
    if (state.starts_with("53")) return "look at the server's limits, and try again";
    return "";
}

void count_warnings(void* count, const PGresult*) {
    ++*static_cast<int*>(count);
}

}  // namespace

Session::Session(PGconn* connection, std::string shown)
    : connection_(connection, PQfinish), warnings_(std::make_unique<int>(0)), shown_(std::move(shown)) {
    PQsetNoticeReceiver(connection, count_warnings, warnings_.get());
}

std::string Session::own_name() {
    std::array<char, 256> host{};
    if (gethostname(host.data(), host.size() - 1) != 0) host.front() = '\0';
    // The server keeps 63 bytes of a session's name.
    return fmt::format("process {} on {}", getpid(), host.data()).substr(0, 63 - kProgram.size());
}

Result<Session> Session::open(const std::string& address, Use use) {
    const std::string shown = shown_postgres(address);
    if (shown == "postgresql:")
        return fail(ErrorCode::invalid_usage, "open the database", "the address cannot be read",
                    "write it as postgresql://USER@HOST/DATABASE; a password is better kept in ~/.pgpass");
    const std::string name = std::string(kProgram) + own_name();
    // What stands before the address is for want of a word in it; what stands behind is not left to it. A
    // server that has gone without a word is noticed within seconds.
    const char* const words[] = {"connect_timeout",  "keepalives_idle",  "keepalives_interval",
                                 "keepalives_count", "tcp_user_timeout", "dbname",
                                 "application_name", "client_encoding",  nullptr};
    const char* const values[] = {"10",         "5",    "2",    "3", "15000", address.c_str(),
                                  name.c_str(), "UTF8", nullptr};
    Session session(PQconnectdbParams(words, values, 1), shown);
    if (session.is_lost()) {
        std::string cause = session.get() ? PQerrorMessage(session.get()) : "out of memory";
        while (cause.ends_with('\n')) cause.pop_back();
        return fail(ErrorCode::io, "open " + shown, cause, "check the address, and that the server runs");
    }
    TAMGA_TRY(session.set_up(use));
    return session;
}

Result<void> Session::set_up(Use use) {
    const char* const encoding = PQparameterStatus(get(), "server_encoding");
    if (PQserverVersion(get()) < kOldestServer)
        return fail(ErrorCode::invalid_usage, "open " + shown_,
                    fmt::format("the server is PostgreSQL {}", PQserverVersion(get()) / 10000),
                    "use PostgreSQL 15 or a later one");
    if (!encoding || std::string_view(encoding) != "UTF8")
        return fail(ErrorCode::invalid_usage, "open " + shown_,
                    fmt::format("the database's encoding is {}", encoding ? encoding : "not known"),
                    "make one with: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0");
    const char* const own = use == Use::read ? kReader : use == Use::write ? kWriter : kScratch;
    TAMGA_TRY(run((std::string(kEverySession) + own).c_str()));
    return {};
}

Result<Answer> Session::run(const char* sql) {
    Answer answer(PQexec(get(), sql), PQclear);
    const ExecStatusType status = PQresultStatus(answer.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        return failure("change the database", answer.get());
    return answer;
}

Result<std::string> Session::ask(const char* sql) {
    TAMGA_ASSIGN(const Answer answer, run(sql));
    if (PQntuples(answer.get()) == 0) return std::string();
    return std::string(PQgetvalue(answer.get(), 0, 0));
}

bool Session::is_lost(const PGresult* answer) const {
    // The server's last word (57P01: it is told to stop; 57P02: it crashed) may come before the end is seen.
    const char* const state = PQresultErrorField(answer, PG_DIAG_SQLSTATE);
    return is_lost() || (state && std::string_view(state).starts_with("57P"));
}

std::unexpected<Error> Session::failure(const char* operation, const PGresult* answer) const {
    if (is_lost(answer))
        return fail(ErrorCode::io, operation, "the connection to " + shown_ + " was lost",
                    "check that the server runs, and try again");
    const char* const told = PQresultErrorField(answer, PG_DIAG_SQLSTATE);
    const std::string_view state = told ? told : "";
    const char* const said = PQresultErrorField(answer, PG_DIAG_MESSAGE_PRIMARY);
    std::string cause = said ? said : PQerrorMessage(get());
    while (cause.ends_with('\n')) cause.pop_back();
    // Damaged data, or tables that are not as they should be: our statements are right for ours.
    const bool damaged = state.starts_with("XX") || state == "42P01" || state == "42703" || state == "42883";
    return fail(damaged ? ErrorCode::corrupt : ErrorCode::io, operation, "the database says: " + cause,
                damaged ? "restore it from a backup" : hint_for(state));
}

}  // namespace tamga::store
