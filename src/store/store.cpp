#include "store/store.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

#include "store/postgres/address.hpp"
#include "store/postgres/postgres.hpp"
#include "store/sql.hpp"
#include "store/sqlite/lock.hpp"
#include "store/sqlite/sqlite.hpp"

namespace tamga::store {

Store::Store(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
Store::~Store() = default;

Result<std::unique_ptr<Store>> Store::over(std::unique_ptr<Connection> connection, Mode mode) {
    std::unique_ptr<Store> store(new Store(std::move(connection)));
    if (mode == Mode::write) TAMGA_TRY(store->migrate(store->connection_->schema().size()));
    TAMGA_TRY(store->check_head());
    if (mode == Mode::read) return store;
    std::string foreign;
    TAMGA_TRY(store->check_schema(
        [&](const std::string& fault) { foreign += (foreign.empty() ? "" : "; ") + fault; }));
    if (foreign.empty()) return store;
    return fail(ErrorCode::corrupt, "open the database", foreign, "restore it from a backup");
}

Result<void> Store::begin_write() {
    if (grouped_) {
        TAMGA_TRY(connection_->begin_part());
        in_part_ = true;
        return {};
    }
    if (broken_)
        return fail(ErrorCode::state_unknown, "write", "an earlier commit failed and nothing more is written",
                    "start the program again");
    auto begun = connection_->begin();
    // It may have begun all the same.
    if (!begun) connection_->roll_back();
    return begun;
}

Result<void> Store::write_aside() {
    TAMGA_ASSIGN(const JournalPos last, head());
    return last.value > 0 ? Result<void>() : connection_->write_aside();
}

Result<void> Store::begin_group() {
    TAMGA_TRY(begin_write());
    grouped_ = true;
    return {};
}

Result<void> Store::commit_group() {
    grouped_ = in_part_ = false;
    return commit();
}

Result<void> Store::commit() {
    if (in_part_) {
        auto kept = connection_->keep_part();
        if (!kept) roll_back();
        in_part_ = false;
        return kept;
    }
    auto done = [&]() -> Result<void> {
        // A crash up to the end of the connection's commit leaves nothing of the transaction, this count
        // included; one after it leaves all. Neither needs mending.
        TAMGA_TRY(
            connection_->execute("UPDATE journal SET entries = (SELECT coalesce(max(pos), 0) FROM entries)"));
        return connection_->commit();
    }();
    if (!done) {
        connection_->roll_back();
        broken_ = done.error().code == ErrorCode::state_unknown;
    }
    return done;
}

void Store::roll_back() {
    if (std::exchange(in_part_, false)) return connection_->undo_part();
    if (!grouped_) connection_->roll_back();
}

void Store::roll_back_group() {
    grouped_ = in_part_ = false;
    connection_->roll_back();
}

Result<void> Store::begin_read() {
    // Within a group nobody else writes.
    return grouped_ ? Result<void>() : connection_->begin_read();
}

bool Store::outdated() const {
    return connection_->outdated();
}

Result<void> Store::back_up(const std::string& path) {
    return connection_->back_up(path);
}

Result<std::int64_t> Store::schema_step() {
    TAMGA_ASSIGN(const std::int64_t step, single("SELECT coalesce(max(version), 0) FROM schema"));
    if (step <= static_cast<std::int64_t>(connection_->schema().size())) return step;
    return fail(ErrorCode::conflict, "open the database",
                fmt::format("it was made by a newer Tamga (schema {})", step), "run that one");
}

Result<void> Store::migrate(std::size_t steps) {
    TAMGA_TRY(connection_->execute("CREATE TABLE IF NOT EXISTS schema (version INTEGER NOT NULL)"));
    TAMGA_ASSIGN(const std::int64_t had, schema_step());
    // Each step is a transaction of its own: after a crash the next opening goes on with the one that is
    // missing.
    for (auto next = static_cast<std::size_t>(had); next < steps; ++next) {
        TAMGA_TRY(connection_->begin());
        TAMGA_TRY(connection_->execute(connection_->schema()[next].c_str()));
        {
            TAMGA_ASSIGN(Query insert, query("INSERT INTO schema (version) VALUES ($1)"));
            insert->bind(1, static_cast<std::int64_t>(next) + 1);
            TAMGA_TRY(insert->step());
        }
        TAMGA_TRY(connection_->commit());
    }
    return {};
}

Result<void> Store::check_head() {
    TAMGA_ASSIGN(const std::int64_t step, schema_step());
    if (step < 2) return {};  // The count came with the second step.
    // In one statement: between two, another process may write.
    TAMGA_ASSIGN(Query select, query("SELECT coalesce(max(entries), -1), "
                                     "(SELECT coalesce(max(pos), 0) FROM entries) FROM journal"));
    TAMGA_TRY(select->step());
    const std::int64_t told = select->integer(0), last = select->integer(1);
    if (told == last) return {};
    return fail(ErrorCode::corrupt, "open the database",
                fmt::format("the journal's last entry is {}, but {} were written", last, told),
                "restore it from a backup");
}

Result<Query> Store::query(const char* sql) {
    TAMGA_ASSIGN(Statement* const statement, connection_->prepared(sql));
    return Query(*statement);
}

Result<std::int64_t> Store::single(const char* sql) {
    TAMGA_ASSIGN(Query select, query(sql));
    TAMGA_TRY(select->step());
    return select->integer(0);
}

namespace {

/// The path of an address for SQLite. Errors: invalid_usage.
Result<std::string> sqlite_path(const std::string& address) {
    std::string path = address.starts_with("sqlite:") ? address.substr(7) : address;
    if (path.empty())
        return fail(ErrorCode::invalid_usage, "open the database", "the address is empty",
                    "give the path of a file, such as tamga.db");
    return path;
}

/// Makes the file of a register that is empty: whole, or not at all.
Result<void> make(const std::string& path) {
    TAMGA_ASSIGN(auto memory, open_sqlite_memory());
    TAMGA_ASSIGN(const auto store, Store::over(std::move(memory), Mode::write));
    return store->back_up(path);
}

}  // namespace

Result<std::unique_ptr<Store>> open(const std::string& address, Mode mode, const Waiting& waiting) {
    if (is_postgres(address)) {
        TAMGA_ASSIGN(auto server, open_postgres(address, mode, waiting));
        return Store::over(std::move(server), mode);
    }
    TAMGA_ASSIGN(const std::string path, sqlite_path(address));
    if (path == ":memory:") {
        TAMGA_ASSIGN(auto memory, open_sqlite_memory());
        return Store::over(std::move(memory), Mode::write);
    }
    if (mode == Mode::write && !std::filesystem::exists(path))
        if (auto made = make(path); !made && !std::filesystem::exists(path))  // Else another made it first.
            return std::unexpected(std::move(made).error());
    TAMGA_ASSIGN(auto connection, open_sqlite(path, mode, waiting));
    return Store::over(std::move(connection), mode);
}

Result<std::unique_ptr<Store>> open_scratch() {
    TAMGA_ASSIGN(auto connection, open_sqlite_scratch());
    return Store::over(std::move(connection), Mode::write);
}

Result<std::shared_ptr<const void>> serving(const std::string& address) {
    if (is_postgres(address)) return nullptr;  // Nothing is ever put in its place.
    TAMGA_ASSIGN(const std::string path, sqlite_path(address));
    TAMGA_ASSIGN(FileLock lock, FileLock::take(path, FileLock::Right::serve));
    return std::make_shared<const FileLock>(std::move(lock));
}

Result<std::string> restore(Store& from, const std::string& address) {
    if (is_postgres(address))
        return fail(ErrorCode::invalid_usage, "restore the register",
                    "a database of PostgreSQL is not replaced by a file",
                    "copy the backup into an empty one: tamga copy FROM TO");
    TAMGA_ASSIGN(const std::string path, sqlite_path(address));
    const std::string copy = path + ".restored";
    std::error_code ignored;
    std::filesystem::remove(copy, ignored);  // Of a run that was killed here.
    TAMGA_TRY(from.back_up(copy));
    auto kept = replace_sqlite(path, copy);
    if (!kept) std::filesystem::remove(copy, ignored);
    return kept;
}

Result<bool> exists(const std::string& address) {
    if (is_postgres(address)) return exists_postgres(address);
    const auto path = sqlite_path(address);
    return path && std::filesystem::exists(*path);
}

std::string shown(const std::string& address) {
    return is_postgres(address) ? shown_postgres(address) : address;
}

}  // namespace tamga::store
