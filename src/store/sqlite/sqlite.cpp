#include "store/sqlite/sqlite.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "crypto/sha256.hpp"
#include "store/schema.hpp"
#include "store/sqlite/aside.hpp"
#include "store/sqlite/behind.hpp"
#include "store/sqlite/lock.hpp"
#include "store/sqlite/text_index.hpp"

namespace tamga::store {

namespace {

constexpr int kBusyTimeoutMs = 5000;
/// So many statements of a transaction are carried out where they come: a thread pays for longer ones only.
constexpr std::size_t kFewWrites = 2000;
/// Bytes of a page of new databases. Of what a bulk import costs, much is a call for each page that is
/// written: with 4 KiB, as SQLite has it by itself, inserting took 1.3 times as long. Larger pages make one
/// small commit write more.
constexpr int kPageBytes = 8192;

/// What helps against what the operating system or SQLite says; empty if nothing is known to.
std::string hint_for(int code, int system_error) {
    if (code == SQLITE_FULL || system_error == ENOSPC || system_error == EDQUOT)
        return "make room on the disk";
    if (code == SQLITE_READONLY || system_error == EACCES || system_error == EPERM || system_error == EROFS)
        return "check that the file and its folder may be written to";
    if (code == SQLITE_BUSY) return "another process works on it: try again in a moment";
    if (code == SQLITE_IOERR)
        return "check the disk and the limit on the size of files (ulimit -f), and run: tamga verify";
    return "";
}

std::unexpected<Error> failure(sqlite3* database, const char* operation, bool damaged = false) {
    const int code = sqlite3_errcode(database) & 0xff;
    damaged = damaged || code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
    return fail(damaged ? ErrorCode::corrupt : ErrorCode::io, operation,
                fmt::format("the database says: {}", sqlite3_errmsg(database)),
                damaged ? "restore it from a backup" : hint_for(code, sqlite3_system_errno(database)));
}

class SqliteConnection;

class SqliteStatement final : public Statement {
  public:
    SqliteStatement(SqliteConnection& connection, sqlite3_stmt* statement)
        : connection_(connection),
          statement_(statement),
          values_(static_cast<std::size_t>(sqlite3_bind_parameter_count(statement))),
          gives_rows_(sqlite3_column_count(statement) > 0) {}
    ~SqliteStatement() override { sqlite3_finalize(statement_); }
    SqliteStatement(const SqliteStatement&) = delete;
    SqliteStatement& operator=(const SqliteStatement&) = delete;

    // Bound when it is carried out: up to then the database may be at work for another statement.
    void bind(int parameter, std::int64_t value) override {
        set(parameter, {.type = Type::integer, .number = value});
    }
    void bind(int parameter, std::string_view text) override {
        set(parameter, {.type = Type::text, .bytes = text});
    }
    void bind_blob(int parameter, std::string_view bytes) override {
        set(parameter, {.type = Type::blob, .bytes = bytes});
    }
    Result<bool> step() override;
    Type type(int column) override {
        switch (sqlite3_column_type(statement_, column)) {
            case SQLITE_INTEGER:
                return Type::integer;
            case SQLITE_FLOAT:
                return Type::real;
            case SQLITE_TEXT:
                return Type::text;
            case SQLITE_BLOB:
                return Type::blob;
            default:
                return Type::null;
        }
    }
    std::int64_t integer(int column) override { return sqlite3_column_int64(statement_, column); }
    std::string_view text(int column) override {
        const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
        return {bytes ? bytes : "", static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
    }
    void reset() override;

  private:
    void set(int parameter, Value value) {
        const auto index = static_cast<std::size_t>(parameter - 1);
        if (index >= values_.size()) values_.resize(index + 1);  // SQLite refuses it.
        values_[index] = value;
    }

    SqliteConnection& connection_;
    sqlite3_stmt* statement_;
    std::vector<Value> values_;
    const bool gives_rows_;
    bool reading_ = false;  ///< It has been stepped and not been reset.
};

/// Binds the values, which must stay as they are until the statement is reset.
Result<void> bind_all(sqlite3_stmt* statement, std::span<const Value> values) {
    int code = SQLITE_OK, parameter = 0;
    for (const Value& value : values) {
        ++parameter;
        // A null pointer would be NULL, and an empty view may have one.
        const char* const bytes = value.bytes.empty() ? "" : value.bytes.data();
        switch (value.type) {
            case Type::integer:
                code = sqlite3_bind_int64(statement, parameter, value.number);
                break;
            case Type::text:
                code = sqlite3_bind_text64(statement, parameter, bytes, value.bytes.size(), SQLITE_STATIC,
                                           SQLITE_UTF8);
                break;
            case Type::blob:
                code = sqlite3_bind_blob64(statement, parameter, bytes, value.bytes.size(), SQLITE_STATIC);
                break;
            default:
                code = sqlite3_bind_null(statement, parameter);
        }
        if (code != SQLITE_OK)
            return fail(ErrorCode::io, "read or write the database",
                        fmt::format("the database does not take a value: {}", sqlite3_errstr(code)));
    }
    return {};
}

/// What stands at fixed places in a database file (SQLite's file format, "The Database Header").
struct FileHeader {
    bool ours = false;            ///< It begins as SQLite's files do.
    std::int64_t bytes = 0;       ///< Of the file.
    std::int64_t page_bytes = 0;  ///< Of a page.
    std::int64_t whole = 0;       ///< Bytes that the file should have; 0 if it does not say.
    std::int64_t commits = 0;     ///< PRAGMA user_version: see SqliteConnection::commit().
};

std::int64_t big_endian(const unsigned char* bytes, int count) {
    std::int64_t value = 0;
    for (int i = 0; i < count; ++i) value = value << 8 | bytes[i];
    return value;
}

/// Reads through SQLite's own descriptor: closing another one would drop SQLite's locks in this process.
FileHeader read_header(sqlite3* database) {
    FileHeader header;
    sqlite3_file* file = nullptr;
    sqlite3_int64 bytes = 0;
    unsigned char start[100];
    if (sqlite3_file_control(database, "main", SQLITE_FCNTL_FILE_POINTER, static_cast<void*>(&file)) !=
            SQLITE_OK ||
        !file || !file->pMethods || file->pMethods->xFileSize(file, &bytes) != SQLITE_OK)
        return header;
    header.bytes = bytes;
    if (bytes < static_cast<sqlite3_int64>(sizeof start) ||
        file->pMethods->xRead(file, start, sizeof start, 0) != SQLITE_OK ||
        std::memcmp(start, "SQLite format 3", 16) != 0)
        return header;
    header.ours = true;
    header.page_bytes = big_endian(start + 16, 2);
    if (header.page_bytes == 1) header.page_bytes = 65536;
    // The number of pages counts only where these two agree: old versions of SQLite did not keep it.
    if (std::memcmp(start + 24, start + 92, 4) == 0)
        header.whole = big_endian(start + 28, 4) * header.page_bytes;
    header.commits = big_endian(start + 60, 4);
    return header;
}

/// How many commits wait in a write-ahead log (SQLite's file format, "The WAL File Format"): frames that end
/// a commit and carry the log's salt. Locks of SQLite are not on this file.
std::int64_t commits_in_log(const std::string& path) {
    std::ifstream log(path, std::ios::binary);
    unsigned char header[32], frame[24];
    if (!log.read(reinterpret_cast<char*>(header), sizeof header)) return 0;
    const std::int64_t page_bytes = big_endian(header + 8, 4);
    std::int64_t commits = 0;
    while (log.read(reinterpret_cast<char*>(frame), sizeof frame) &&
           std::memcmp(frame + 8, header + 16, 8) == 0) {
        if (big_endian(frame + 4, 4) != 0) ++commits;
        log.seekg(page_bytes, std::ios::cur);
    }
    return commits;
}

std::int64_t size_of(const std::string& path) {
    struct stat file{};
    return stat(path.c_str(), &file) == 0 ? file.st_size : 0;
}

ino_t inode_of(const std::string& path) {
    struct stat file{};
    return stat(path.c_str(), &file) == 0 ? file.st_ino : 0;
}

/// What tells one state of a file from another: which file it is, its length, when it was written last.
using FileState = std::array<std::int64_t, 4>;
FileState state_of(const std::string& path) {
    struct stat file{};
    if (stat(path.c_str(), &file) != 0) return {};
    return {static_cast<std::int64_t>(file.st_ino), file.st_size, file.st_mtim.tv_sec, file.st_mtim.tv_nsec};
}

/// SQL with one space where there was any white space: SQLite keeps it as it was written.
std::string one_line(std::string_view sql) {
    std::string text;
    for (const char c : sql)
        if (c != ' ' && c != '\n')
            text += c;
        else if (!text.ends_with(' '))
            text += ' ';
    return text;
}

/// Why a file could not be made; errno tells.
std::unexpected<Error> not_made(const std::string& path) {
    const int cause = errno;
    std::string hint = hint_for(SQLITE_OK, cause);
    if (cause == EEXIST) hint = "name a file that is not there yet";
    if (hint.empty()) hint = "check that the folder exists and may be written to";
    return fail(cause == EEXIST ? ErrorCode::conflict : ErrorCode::io, "make " + path,
                fmt::format("cannot make {}: {}", path, std::strerror(cause)), hint);
}

/// A file that is not yet whole: under another name beside its own, and gone again if it never gets there. A
/// crash leaves PATH.new-PROCESS, which nothing reads.
class Unfinished {
  public:
    explicit Unfinished(std::string path)
        : path_(std::move(path)), name_(fmt::format("{}.new-{}", path_, getpid())) {
        ::unlink(name_.c_str());  // Of a process that had this number and was killed here.
    }
    ~Unfinished() { ::unlink(name_.c_str()); }
    Unfinished(const Unfinished&) = delete;
    Unfinished& operator=(const Unfinished&) = delete;

    const std::string& name() const { return name_; }

    /// The content is whole and synced: gives it its name. Errors: conflict if somebody made the file first.
    Result<void> finish() {
        // A link, not a renaming, refuses where there is a file; some file systems have no links.
        if (::link(name_.c_str(), path_.c_str()) != 0 &&
            (errno == EEXIST || ::rename(name_.c_str(), path_.c_str()) != 0))
            return not_made(path_);
        sync_folder_of(path_);
        return {};
    }

  private:
    const std::string path_, name_;
};

/// Never null.
Result<sqlite3*> open_file(const std::string& name, int flags) {
    sqlite3* database = nullptr;
    const int code = sqlite3_open_v2(name.c_str(), &database, flags | SQLITE_OPEN_NOMUTEX, nullptr);
    if (code == SQLITE_OK) return database;
    const std::string cause = database ? sqlite3_errmsg(database) : "out of memory";
    const std::string hint = hint_for(code & 0xff, database ? sqlite3_system_errno(database) : 0);
    sqlite3_close(database);
    return fail(ErrorCode::io, "open " + name, fmt::format("cannot open {}: {}", name, cause), hint);
}

/// Copies one database over another, in one step, hence in one state; beside a writer it may have to wait for
/// its turn. The last write is a commit. False: `to` tells why.
bool copy_over(sqlite3* from, sqlite3* to) {
    sqlite3_backup* const backup = sqlite3_backup_init(to, "main", from, "main");
    for (int waited = 0; backup && waited < kBusyTimeoutMs; waited += 50) {
        const int code = sqlite3_backup_step(backup, -1);
        if (code != SQLITE_BUSY && code != SQLITE_LOCKED) break;
        sqlite3_sleep(50);
    }
    return backup && sqlite3_backup_finish(backup) == SQLITE_OK;
}

class SqliteConnection final : public Connection {
  public:
    explicit SqliteConnection(sqlite3* database) : database_(database) { set_up(database); }
    ~SqliteConnection() override {
        behind_.reset();
        statements_.clear();
        end_aside();
        // Whoever closes last leaves one file, unless entries wait in a log that is not ours to move, or is
        // another file's.
        if (!path_.empty() && inode_of(path_) == file_ && (writer_ || size_of(path_ + "-wal") == 0))
            sqlite3_db_config(database_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr);
        sqlite3_close(database_);
    }  // The lock is given back after this.
    SqliteConnection(const SqliteConnection&) = delete;
    SqliteConnection& operator=(const SqliteConnection&) = delete;

    sqlite3* handle() const { return database_; }

    static void set_up(sqlite3* database) {
        sqlite3_busy_timeout(database, kBusyTimeoutMs);
        // A database may come from anywhere: what stands in its schema must not act.
        sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
        sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
        sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
        sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
        // The log is moved into the file by commit(), not by whoever happens to close last: a reader would
        // write, and a log that is refused as foreign would be mixed in.
        sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    }

    /// It was opened as a file that nobody changes, so that SQLite does not look whether somebody does.
    void take_for_unchanging(const std::string& path) {
        frozen_path_ = path;
        frozen_ = state_of(path);
    }
    bool outdated() const override { return !frozen_path_.empty() && state_of(frozen_path_) != frozen_; }

    Result<void> execute(const char* sql) override {
        TAMGA_TRY(settle());
        if (sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
            return failure(database_, "change the database");
        return {};
    }

    Result<Statement*> prepared(const char* sql) override {
        if (outdated())
            return fail(ErrorCode::conflict, "read the database",
                        "somebody wrote to it while it was read from where nothing may be written",
                        "try again");
        auto& known = statements_[sql];
        if (!known) {
            TAMGA_TRY(settle());
            // SQLite numbers $1 by its first appearance, ?1 by its number.
            std::string numbered = sql;
            std::ranges::replace(numbered, '$', '?');
            sqlite3_stmt* statement = nullptr;
            if (sqlite3_prepare_v3(database_, numbered.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &statement,
                                   nullptr) != SQLITE_OK)
                // Our statements are right for our tables: those are not as they should be.
                return failure(database_, "prepare a statement", sqlite3_errcode(database_) == SQLITE_ERROR);
            known = std::make_unique<SqliteStatement>(*this, statement);
        }
        return known.get();
    }

    Result<void> begin() override {
        // Someone may have removed or replaced the files under the running program: what would be written
        // then would be in files without a name, and lost.
        if (writer_ && (!writer_->still_names(path_) || (log_ != 0 && inode_of(path_ + "-wal") != log_)))
            return fail(ErrorCode::conflict, "write to " + path_,
                        path_ + " or " + path_ + "-wal was removed or replaced while it was in use",
                        "put back what was there, or start the program again to use what is there now");
        written_ = 0;
        return execute("BEGIN IMMEDIATE");
    }

    Result<void> write_aside() override {
        if (!writer_ || replaced_ || readers_ > 0 || !Aside::is_replaceable(path_)) return {};
        const std::string name = Aside::name_beside(path_);
        TAMGA_TRY(back_up(name));
        aside_.emplace(path_);
        if (!aside_->take_rights()) {
            aside_.reset();
            return {};
        }
        TAMGA_ASSIGN(sqlite3* const opened, open_file(name, SQLITE_OPEN_READWRITE));
        set_up(opened);
        statements_.clear();
        replaced_ = std::exchange(database_, opened);
        // Of no transaction but this one anything is kept here, so that only its being undone needs a
        // journal: in memory, of the pages that were there before.
        return execute(
            "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF; "
            "PRAGMA secure_delete=ON; PRAGMA cache_size=-98304; PRAGMA temp_store=MEMORY;");
    }

    Result<void> commit() override {
        TAMGA_TRY(settle());
        behind_.reset();
        // A crash up to here leaves nothing of the transaction: SQLite passes over what the log holds without
        // a commit. Counting commits in the file's first page tells later to which state of the file a log
        // belongs.
        if (writer_) {
            TAMGA_ASSIGN(const std::int64_t commits, number("PRAGMA user_version"));
            TAMGA_TRY(execute(fmt::format("PRAGMA user_version = {}", commits + 1).c_str()));
        }
        if (sqlite3_exec(database_, "COMMIT", nullptr, nullptr, nullptr) != SQLITE_OK) {
            const std::string cause = sqlite3_errmsg(database_);
            const std::string hint =
                hint_for(sqlite3_errcode(database_) & 0xff, sqlite3_system_errno(database_));
            const bool was_aside = replaced_ != nullptr;
            roll_back();
            if (was_aside)
                return fail(ErrorCode::io, "commit", fmt::format("the commit failed: {}", cause),
                            (hint.empty() ? "" : hint + ": ") + "nothing was written");
            return fail(ErrorCode::state_unknown, "commit", fmt::format("the commit failed: {}", cause),
                        (hint.empty() ? "" : hint + ", and ") +
                            "start the program again: it checks what the database holds");
        }
        if (replaced_) return put_in_place();
        // From here on the transaction is in the log, synced: a crash leaves it there, and the next opening
        // finds it.
        empty_log();
        return {};
    }

    Result<void> begin_part() override {
        TAMGA_TRY(settle());
        // What it could not write has undone the whole: a savepoint now would be a transaction of its own.
        if (sqlite3_get_autocommit(database_))
            return fail(ErrorCode::io, "write to " + path_, "the transaction was undone");
        return Connection::begin_part();
    }
    void undo_part() override {
        // What was kept before is settled; what waits is of this part.
        behind_.reset();
        sqlite3_exec(database_, "ROLLBACK TO SAVEPOINT part; RELEASE SAVEPOINT part", nullptr, nullptr,
                     nullptr);
    }

    void roll_back() override {
        behind_.reset();
        if (replaced_) return end_aside();
        if (sqlite3_get_autocommit(database_)) return;
        sqlite3_exec(database_, "ROLLBACK", nullptr, nullptr, nullptr);
        empty_log();  // A large transaction leaves gigabytes there.
    }

    Result<void> begin_read() override { return execute("BEGIN"); }

    Result<void> check_integrity(const std::function<void(std::string_view)>& report) override {
        TAMGA_ASSIGN(Statement* const statement, prepared("PRAGMA integrity_check(100)"));
        const Query query(*statement);
        for (;;) {
            TAMGA_ASSIGN(const bool row, statement->step());
            if (!row) return {};
            if (statement->text(0) != "ok") report(statement->text(0));
        }
    }

    Result<std::map<std::string, std::string>> objects() override {
        // ANALYZE, which anybody may run, makes tables that change no answer.
        TAMGA_ASSIGN(Statement* const statement,
                     prepared("SELECT type || ' ' || name, coalesce(sql, '') || ' on ' || tbl_name FROM "
                              "sqlite_master WHERE name NOT IN ('sqlite_stat1', 'sqlite_stat4')"));
        const Query query(*statement);
        std::map<std::string, std::string> found;
        for (;;) {
            TAMGA_ASSIGN(const bool row, statement->step());
            if (!row) return found;
            found.emplace(statement->text(0), one_line(statement->text(1)));
        }
    }

    const std::vector<std::string>& schema() const override { return sqlite_schema(); }
    Result<std::unique_ptr<Connection>> scratch() override { return open_sqlite_memory(); }

    const TextIndex& text_index() const override { return sqlite_text_index(); }

    Result<void> back_up(const std::string& to) override {
        Unfinished copy(to);
        if (std::filesystem::exists(to)) {
            errno = EEXIST;
            return not_made(to);
        }
        TAMGA_TRY(settle());
        sqlite3* target = nullptr;
        const int opened = sqlite3_open_v2(copy.name().c_str(), &target,
                                           SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
        std::unique_ptr<sqlite3, decltype(&sqlite3_close)> closing(target, sqlite3_close);
        if (opened != SQLITE_OK) {
            errno = sqlite3_system_errno(target);
            return not_made(to);
        }
        if (!copy_over(database_, target)) return failure(target, "back up the database");
        closing.reset();
        return copy.finish();
    }

    /// The one number that a pragma or a query gives.
    Result<std::int64_t> number(const char* sql) {
        TAMGA_ASSIGN(Statement* const statement, prepared(sql));
        const Query query(*statement);
        TAMGA_TRY(statement->step());
        return statement->integer(0);
    }

    /// Waits for what was written behind. Whatever else is asked of the database comes after this.
    Result<void> settle() { return behind_ ? behind_->settle() : Result<void>(); }

    /// Carries out a statement that gives no rows; in a long transaction behind the caller's back, unless
    /// somebody is reading rows, whom that would disturb.
    Result<void> carry_out(sqlite3_stmt* statement, std::span<const Value> values) {
        const bool in_transaction = behind_ || sqlite3_get_autocommit(database_) == 0;
        if (readers_ > 0 || !in_transaction || ++written_ <= kFewWrites) {
            TAMGA_TRY(settle());
            return carry_out_now(statement, values);
        }
        if (!behind_)
            behind_.emplace(
                [this](sqlite3_stmt* one, std::span<const Value> its) { return carry_out_now(one, its); });
        return behind_->add(statement, values);
    }
    Result<void> begin_rows() {
        TAMGA_TRY(settle());
        ++readers_;
        return {};
    }
    void end_rows() { --readers_; }

    /// Makes this a reader of the file.
    Result<void> begin_reading(const std::string& path) {
        path_ = path;
        file_ = inode_of(path);
        return execute("PRAGMA query_only=ON; PRAGMA cache_size=-8192; PRAGMA mmap_size=0;");
    }

    /// Makes this the file's writer: durable commits, and the log moved into the file as far as readers let.
    Result<void> begin_writing(const std::string& path, FileLock lock) {
        TAMGA_TRY(
            execute("PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA wal_autocheckpoint=0; "
                    "PRAGMA cache_size=-98304; PRAGMA temp_store=MEMORY;"));
        {
            TAMGA_ASSIGN(Statement* const statement, prepared("PRAGMA journal_mode=WAL"));
            const Query query(*statement);
            TAMGA_TRY(statement->step());
            if (statement->text(0) != "wal")
                return fail(ErrorCode::io, "open " + path,
                            fmt::format("{} cannot have a write-ahead log here (journal mode {})", path,
                                        statement->text(0)),
                            "keep the register on a local file system");
        }
        TAMGA_TRY(number("SELECT count(*) FROM sqlite_master"));  // The first read opens the log.
        path_ = path;
        file_ = inode_of(path);
        writer_.emplace(std::move(lock));
        ::unlink(Aside::name_beside(path).c_str());  // Of one who was killed.
        log_ = inode_of(path + "-wal");
        empty_log();
        return {};
    }

  private:
    /// What was written aside becomes the register: its file, or, if somebody began to serve that meanwhile,
    /// what is in it.
    Result<void> put_in_place() {
        statements_.clear();
        const auto alone = FileLock::take(path_, FileLock::Right::replace);
        if (!alone) {
            const bool copied = copy_over(database_, replaced_);
            end_aside();
            if (!copied) return failure(database_, "commit");
            empty_log();
            return {};
        }
        sqlite3_close(std::exchange(database_, std::exchange(replaced_, nullptr)));
        auto lock = aside_->take_place();
        aside_.reset();
        if (!lock) return std::unexpected(std::move(lock).error());
        const auto opened = [&]() -> Result<void> {
            TAMGA_ASSIGN(sqlite3* const now, open_file(path_, SQLITE_OPEN_READWRITE));
            set_up(now);
            sqlite3_close(std::exchange(database_, now));
            return begin_writing(path_, std::move(*lock));
        }();
        if (opened) return {};
        return fail(ErrorCode::state_unknown, "commit",
                    "all is written, but cannot be opened again: " + opened.error().cause,
                    "start the program again");
    }

    /// Back to the register's own file; what was written aside is gone, unless it took its place.
    void end_aside() {
        if (replaced_) {
            statements_.clear();
            sqlite3_close(std::exchange(database_, std::exchange(replaced_, nullptr)));
        }
        aside_.reset();
    }

    Result<void> carry_out_now(sqlite3_stmt* statement, std::span<const Value> values) {
        TAMGA_TRY(bind_all(statement, values));
        Result<void> done;
        if (sqlite3_step(statement) != SQLITE_DONE) done = failure(database_, "read or write the database");
        sqlite3_reset(statement);
        return done;
    }

    /// Moves the log into the file, so that whoever copies or replaces the file while nobody writes finds all
    /// in it. Where a reader is in the way it is done after the next commit; a crash in between is mended by
    /// the next opening, which begins with the log.
    void empty_log() {
        if (!writer_) return;
        sqlite3_busy_timeout(database_, 0);
        sqlite3_wal_checkpoint_v2(database_, "main", SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
        sqlite3_busy_timeout(database_, kBusyTimeoutMs);
    }

    sqlite3* database_;
    std::unordered_map<const char*, std::unique_ptr<SqliteStatement>> statements_;
    int readers_ = 0;          ///< Statements whose rows are being read.
    std::size_t written_ = 0;  ///< Statements without rows since the transaction began.
    std::optional<WriteBehind> behind_;
    std::string path_;  ///< Of the file; empty if there is none, or it is not yet known to be whole.
    ino_t file_ = 0;    ///< That had this path.
    // Of one who reads a file that nobody changes only:
    std::string frozen_path_;
    FileState frozen_;
    // Of a writer only:
    std::optional<FileLock> writer_;
    ino_t log_ = 0;  ///< Of the file PATH-wal.
    std::optional<Aside> aside_;
    sqlite3* replaced_ = nullptr;  ///< While something is written aside: the register's own file.
};

Result<bool> SqliteStatement::step() {
    if (!gives_rows_) {
        TAMGA_TRY(connection_.carry_out(statement_, values_));
        return false;
    }
    if (!reading_) {
        TAMGA_TRY(connection_.begin_rows());
        reading_ = true;
        TAMGA_TRY(bind_all(statement_, values_));
    }
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    return failure(connection_.handle(), "read or write the database");
}

void SqliteStatement::reset() {
    if (std::exchange(reading_, false)) {
        sqlite3_reset(statement_);
        connection_.end_rows();
    }
    std::ranges::fill(values_, Value{});
}

/// "TMGA": tells our files from those of other programs (SQLite's PRAGMA application_id).
constexpr std::int64_t kApplicationId = 0x544d4741;

/// Refuses a file that is not whole, or not ours.
Result<void> check_file(SqliteConnection& connection, const std::string& path) {
    const std::string log = path + "-wal";
    const FileHeader header = read_header(connection.handle());
    if (header.bytes == 0)
        return fail(ErrorCode::corrupt, "open " + path, path + " is empty: no register is in it",
                    "restore it from a backup; to begin a new register there, remove the file first");
    if (!header.ours || header.page_bytes == 0)
        return fail(ErrorCode::corrupt, "open " + path, path + " is not a database",
                    "name the register's file with --db; if this was one, restore it from a backup");
    // A log may hold pages that the file does not yet have.
    const bool log_empty = size_of(log) == 0;
    const std::int64_t pages = (header.bytes + header.page_bytes - 1) / header.page_bytes;
    const std::int64_t whole = std::max(header.whole, pages * header.page_bytes);
    if (log_empty && header.bytes < whole)
        return fail(ErrorCode::corrupt, "open " + path,
                    fmt::format("{} is cut short: {} of {} bytes are there", path, header.bytes, whole),
                    "restore it from a backup");
    TAMGA_ASSIGN(const std::int64_t owner, connection.number("PRAGMA application_id"));
    if (owner != kApplicationId)
        return fail(ErrorCode::conflict, "open " + path,
                    path + " is a database of another program, or there is no register in it",
                    "name another file with --db");
    if (log_empty) return {};
    // The log's commits follow on a state of the file that it knows; a file put there from elsewhere (a
    // backup) is another. Where somebody is writing, the numbers move while they are read, and the writer has
    // checked them.
    TAMGA_ASSIGN(const std::int64_t newest, connection.number("PRAGMA user_version"));
    const std::int64_t waiting = commits_in_log(log);
    if (waiting == 0 || (header.commits <= newest && header.commits >= newest - waiting)) return {};
    return fail(
        ErrorCode::conflict, "open " + path,
        fmt::format("{} does not belong to {}: one of them was put there from elsewhere", log, path),
        fmt::format("if {} was restored from a backup, move {} and {}-shm away; else put back the file "
                    "that was there",
                    path, log, path));
}

/// A path as a URI that SQLite reads; `query` comes after it.
std::string uri(const std::string& path, std::string_view query) {
    std::string text = "file:";
    for (const char c : path)
        if (std::isalnum(static_cast<unsigned char>(c)) || std::strchr("/._-~", c))
            text += c;
        else
            text += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    return text.append(query);
}

Result<std::unique_ptr<SqliteConnection>> connect(const std::string& name, int flags) {
    TAMGA_ASSIGN(sqlite3* const database, open_file(name, flags));
    return std::make_unique<SqliteConnection>(database);
}

Result<std::unique_ptr<SqliteConnection>> connect_to_read(const std::string& path) {
    // A reader opens for writing too, because a WAL database keeps its readers' marks in shared memory;
    // query_only then refuses every change.
    TAMGA_ASSIGN(auto connection, connect(path, SQLITE_OPEN_READWRITE));
    if (connection->number("SELECT count(*) FROM sqlite_master")) return connection;
    const int code = sqlite3_errcode(connection->handle()) & 0xff;
    const int system_error = sqlite3_system_errno(connection->handle());
    const bool no_room = code == SQLITE_FULL || system_error == ENOSPC || system_error == EDQUOT;
    if (code != SQLITE_READONLY && code != SQLITE_CANTOPEN && !no_room) return connection;
    // The folder may not be written to, or the disk is full, so that no shared memory can be made there. If
    // nobody writes, the file will stay as it is, and needs none; should somebody write later, that is
    // noticed.
    if (FileLock::is_written(path) || size_of(path + "-wal") > 0)
        return fail(
            ErrorCode::io, "open " + path,
            fmt::format("newer entries are in {0}-wal, and reading them needs to write {0}-shm", path),
            fmt::format("{1}, or copy {0} and {0}-wal into a folder of your own while nobody writes, and "
                        "name that copy",
                        path,
                        no_room ? "make room on the disk" : "ask for the right to write in the folder"));
    TAMGA_ASSIGN(auto unchanging, connect(uri(path, "?immutable=1"), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI));
    unchanging->take_for_unchanging(path);
    return unchanging;
}

}  // namespace

namespace {

/// Opens a database of which back_up() can make the file of a new register.
Result<std::unique_ptr<SqliteConnection>> connect_to_new(const std::string& name) {
    TAMGA_ASSIGN(auto connection, connect(name, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
    // Commits are counted from a number of the file's own, so that logs of other registers can be told apart.
    std::uint32_t first = 0;
    std::memcpy(&first, crypto::random_bytes(sizeof first).data(), sizeof first);
    TAMGA_TRY(connection->execute(
        fmt::format("PRAGMA page_size = {}; PRAGMA application_id = {}; PRAGMA user_version = {}", kPageBytes,
                    kApplicationId, first >> 2)
            .c_str()));
    return connection;
}

}  // namespace

Result<std::unique_ptr<Connection>> open_sqlite_memory() {
    return connect_to_new(":memory:");
}

Result<std::unique_ptr<Connection>> open_sqlite_scratch() {
    TAMGA_ASSIGN(auto connection, connect_to_new(""));
    TAMGA_TRY(
        connection->execute("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-65536;"));
    return connection;
}

Result<std::unique_ptr<Connection>> open_sqlite(const std::string& path, Mode mode, const Waiting& waiting) {
    if (!std::filesystem::exists(path))
        return fail(ErrorCode::not_found, "open " + path, "there is no register at " + path,
                    "make one with: tamga import FOLDER");
    if (mode == Mode::write) {
        TAMGA_ASSIGN(FileLock lock, FileLock::take(path, FileLock::Right::write, waiting));
        TAMGA_ASSIGN(auto connection, connect(path, SQLITE_OPEN_READWRITE));
        TAMGA_TRY(check_file(*connection, path));
        TAMGA_TRY(connection->begin_writing(path, std::move(lock)));
        return connection;
    }
    TAMGA_ASSIGN(auto connection, connect_to_read(path));
    const bool is_written = FileLock::is_written(path);
    if (auto whole = check_file(*connection, path); !whole && !(is_written || FileLock::is_written(path)))
        return std::unexpected(std::move(whole).error());
    TAMGA_TRY(connection->begin_reading(path));
    return connection;
}

Result<std::string> replace_sqlite(const std::string& path, const std::string& copy) {
    const auto refused = [&](const std::string& file) {
        return fail(ErrorCode::io, "restore " + path,
                    fmt::format("{} cannot be put aside: {}", file, std::strerror(errno)),
                    "look at the folder's permissions; nothing was replaced");
    };
    std::string kept;
    std::optional<FileLock> alone, writer;
    if (std::filesystem::exists(path)) {
        TAMGA_ASSIGN(FileLock replacing, FileLock::take(path, FileLock::Right::replace));
        alone.emplace(std::move(replacing));
        TAMGA_ASSIGN(FileLock writing, FileLock::take(path, FileLock::Right::write));
        writer.emplace(std::move(writing));
        for (int number = 1; kept.empty() || std::filesystem::exists(kept); ++number)
            kept = fmt::format("{}.replaced-{}", path, number);
        // The log first: should this end here, what is left beside is a log without a file.
        for (const char* const part : {"-wal", ""})
            if (std::filesystem::exists(path + part) &&
                ::link((path + part).c_str(), (kept + part).c_str()) != 0) {
                auto why = refused(path + part);
                ::unlink((kept + "-wal").c_str());
                return why;
            }
    }
    if (::rename(copy.c_str(), path.c_str()) != 0) return refused(path);
    // Ended between these two, opening finds a log that belongs to another file and says so.
    for (const char* const part : {"-wal", "-shm"}) ::unlink((path + part).c_str());
    sync_folder_of(path);
    return kept;
}

}  // namespace tamga::store
