#include "store/sqlite/sqlite.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <unordered_map>

namespace tamga::store {

namespace {

constexpr int kBusyTimeoutMs = 5000;

std::unexpected<Error> failure(sqlite3* database, const char* operation) {
    const int code = sqlite3_errcode(database) & 0xff;
    const bool damaged = code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
    return fail(damaged ? ErrorCode::corrupt : ErrorCode::io, operation,
                fmt::format("the database says: {}", sqlite3_errmsg(database)),
                damaged               ? "restore it from a backup"
                : code == SQLITE_FULL ? "make room on the disk"
                                      : "");
}

class SqliteStatement final : public Statement {
  public:
    SqliteStatement(sqlite3* database, sqlite3_stmt* statement)
        : database_(database), statement_(statement) {}
    ~SqliteStatement() override { sqlite3_finalize(statement_); }
    SqliteStatement(const SqliteStatement&) = delete;
    SqliteStatement& operator=(const SqliteStatement&) = delete;

    void bind(int parameter, std::int64_t value) override {
        sqlite3_bind_int64(statement_, parameter, value);
    }
    void bind(int parameter, std::string_view text) override {
        sqlite3_bind_text(statement_, parameter, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
    }
    void bind_blob(int parameter, std::string_view bytes) override {
        sqlite3_bind_blob64(statement_, parameter, bytes.data(), bytes.size(), SQLITE_STATIC);
    }
    Result<bool> step() override {
        const int code = sqlite3_step(statement_);
        if (code == SQLITE_ROW) return true;
        if (code == SQLITE_DONE) return false;
        return failure(database_, "read or write the database");
    }
    std::int64_t integer(int column) override { return sqlite3_column_int64(statement_, column); }
    std::string_view text(int column) override {
        const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
        return {bytes ? bytes : "", static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
    }
    void reset() override { sqlite3_reset(statement_); }

  private:
    sqlite3* database_;
    sqlite3_stmt* statement_;
};

void replace_all(std::string& text, std::string_view from, std::string_view to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

class SqliteConnection final : public Connection {
  public:
    SqliteConnection(sqlite3* database, int lock_file) : database_(database), lock_file_(lock_file) {}
    ~SqliteConnection() override {
        statements_.clear();
        sqlite3_close(database_);
        if (lock_file_ >= 0) ::close(lock_file_);  // Closing gives the lock back.
    }
    SqliteConnection(const SqliteConnection&) = delete;
    SqliteConnection& operator=(const SqliteConnection&) = delete;

    Result<void> execute(const char* sql) override {
        // Only so does SQLite keep a table in one B-tree, in the order of its key.
        std::string own = sql;
        replace_all(own, "/*clustered*/", "WITHOUT ROWID");
        replace_all(own, "BIGINT PRIMARY KEY", "INTEGER PRIMARY KEY");
        if (sqlite3_exec(database_, own.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
            return failure(database_, "change the database");
        return {};
    }

    Result<Statement*> prepared(const char* sql) override {
        auto& known = statements_[sql];
        if (!known) {
            // SQLite numbers $1 by its first appearance, ?1 by its number.
            std::string numbered = sql;
            std::ranges::replace(numbered, '$', '?');
            sqlite3_stmt* statement = nullptr;
            if (sqlite3_prepare_v3(database_, numbered.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &statement,
                                   nullptr) != SQLITE_OK)
                return failure(database_, "prepare a statement");
            known = std::make_unique<SqliteStatement>(database_, statement);
        }
        return known.get();
    }

    Result<void> begin() override { return execute("BEGIN IMMEDIATE"); }

    Result<void> commit() override {
        if (sqlite3_exec(database_, "COMMIT", nullptr, nullptr, nullptr) == SQLITE_OK) return {};
        const std::string cause = sqlite3_errmsg(database_);
        roll_back();
        return fail(ErrorCode::state_unknown, "commit", fmt::format("the commit failed: {}", cause),
                    "start the program again: it checks what the database holds");
    }

    void roll_back() override {
        if (!sqlite3_get_autocommit(database_))
            sqlite3_exec(database_, "ROLLBACK", nullptr, nullptr, nullptr);
    }

  private:
    sqlite3* database_;
    int lock_file_;
    std::unordered_map<const char*, std::unique_ptr<SqliteStatement>> statements_;
};

/// "TMGA": tells our files from those of other programs (SQLite's PRAGMA application_id).
constexpr std::int64_t kApplicationId = 0x544d4741;

/// Refuses a database that another program made; marks a new one as ours.
Result<void> check_owner(SqliteConnection& connection, const std::string& path, Mode mode) {
    const auto number = [&](const char* sql) -> Result<std::int64_t> {
        TAMGA_ASSIGN(Statement* const statement, connection.prepared(sql));
        const Query query(*statement);
        TAMGA_TRY(statement->step());
        return statement->integer(0);
    };
    TAMGA_ASSIGN(const std::int64_t owner, number("PRAGMA application_id"));
    if (owner == kApplicationId) return {};
    TAMGA_ASSIGN(const std::int64_t changes, number("PRAGMA schema_version"));
    if (owner != 0 || changes != 0 || mode == Mode::read)
        return fail(ErrorCode::conflict, "open " + path,
                    path + " is a database of another program, or there is no register in it",
                    "name another file with --db");
    return connection.execute("PRAGMA application_id = 1414350657");
}
static_assert(kApplicationId == 1414350657);

/// Takes the writer's lock: an open descriptor.
Result<int> take_lock(const std::string& path) {
    const std::string lock_path = path + ".lock";
    const int file = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (file < 0)
        return fail(ErrorCode::io, "open " + path,
                    fmt::format("cannot open {}: {}", lock_path, std::strerror(errno)),
                    "check that the folder exists and may be written to");
    if (flock(file, LOCK_EX | LOCK_NB) != 0) {
        char holder[32] = {};
        const ssize_t length = pread(file, holder, sizeof holder - 1, 0);
        ::close(file);
        std::string process(holder, length > 0 ? static_cast<std::size_t>(length) : 0);
        process.resize(std::min(process.find('\n'), process.size()));
        return fail(ErrorCode::conflict, "open " + path,
                    fmt::format("{} is in use by process {}", path, process.empty() ? "unknown" : process),
                    "one process at a time writes to a register: stop that one first");
    }
    const std::string own = fmt::format("{}\n", getpid());
    if (ftruncate(file, 0) != 0 || pwrite(file, own.data(), own.size(), 0) < 0) {
        ::close(file);
        return fail(ErrorCode::io, "open " + path, "cannot write " + lock_path, "make room on the disk");
    }
    return file;
}

}  // namespace

Result<std::unique_ptr<Connection>> open_sqlite(const std::string& path, Mode mode) {
    int lock_file = -1;
    if (path == ":memory:") {
        // Nobody else can reach it.
    } else if (mode == Mode::write) {
        TAMGA_ASSIGN(lock_file, take_lock(path));
    } else if (!std::filesystem::exists(path)) {
        return fail(ErrorCode::not_found, "open " + path, "there is no register at " + path,
                    "make one with: tamga import FOLDER");
    }
    sqlite3* database = nullptr;
    // A reader opens for writing too, because a WAL database keeps its readers' marks in shared memory;
    // query_only then refuses every change.
    const int flags =
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (mode == Mode::write ? SQLITE_OPEN_CREATE : 0);
    if (sqlite3_open_v2(path.c_str(), &database, flags, nullptr) != SQLITE_OK) {
        const std::string cause = database ? sqlite3_errmsg(database) : "out of memory";
        sqlite3_close(database);
        if (lock_file >= 0) ::close(lock_file);
        return fail(ErrorCode::io, "open " + path, fmt::format("cannot open {}: {}", path, cause));
    }
    auto connection = std::make_unique<SqliteConnection>(database, lock_file);
    sqlite3_busy_timeout(database, kBusyTimeoutMs);
    TAMGA_TRY(check_owner(*connection, path, mode));
    TAMGA_TRY(connection->execute(
        mode == Mode::write ? "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
                              "PRAGMA cache_size=-131072; PRAGMA temp_store=MEMORY;"
                            : "PRAGMA query_only=ON; PRAGMA cache_size=-4096; PRAGMA mmap_size=1073741824;"));
    return connection;
}

}  // namespace tamga::store
