#include <fmt/format.h>

#include <filesystem>
#include <limits>
#include <set>
#include <utility>

#include "store/sql.hpp"
#include "store/sqlite/sqlite.hpp"
#include "store/store.hpp"

namespace tamga::store {

namespace {

/// The end of an interval that has not ended.
constexpr std::int64_t kOpen = std::numeric_limits<std::int64_t>::max();

// Rows of a /*clustered*/ table are wanted in the order of its primary key; a database that can keeps them
// so. One step a schema version, in order; a database tells its version in `schema`. Journal tables are only
// ever added to; projections may be dropped and made again.
constexpr const char* kMigrations[] = {
    R"(CREATE TABLE entries (pos BIGINT PRIMARY KEY, time BIGINT NOT NULL, header TEXT NOT NULL);
       CREATE INDEX entries_by_time ON entries (time, pos);
       CREATE TABLE payloads (pos BIGINT PRIMARY KEY, salt BLOB NOT NULL, body TEXT NOT NULL);
       CREATE TABLE nodes (level INTEGER NOT NULL, idx BIGINT NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (level, idx)) /*clustered*/;
       CREATE TABLE files (sha256 TEXT PRIMARY KEY, content BLOB NOT NULL);
       CREATE TABLE records (kind TEXT NOT NULL, id TEXT NOT NULL, first_pos BIGINT NOT NULL, PRIMARY KEY (kind, id)) /*clustered*/;
       CREATE TABLE versions (kind TEXT NOT NULL, id TEXT NOT NULL, valid_from BIGINT NOT NULL, valid_until BIGINT NOT NULL,
                              payload BIGINT NOT NULL, withdrawn INTEGER NOT NULL, PRIMARY KEY (kind, id, valid_from)) /*clustered*/;
       CREATE TABLE links (to_kind TEXT NOT NULL, to_id TEXT NOT NULL, from_kind TEXT NOT NULL, from_id TEXT NOT NULL,
                           field TEXT NOT NULL, valid_from BIGINT NOT NULL, valid_until BIGINT NOT NULL,
                           PRIMARY KEY (to_kind, to_id, from_kind, from_id, field, valid_from)) /*clustered*/;
       CREATE INDEX links_by_from ON links (from_kind, from_id, valid_until);
       CREATE TABLE redirects (kind TEXT NOT NULL, old_id TEXT NOT NULL, new_id TEXT NOT NULL, valid_from BIGINT NOT NULL,
                               PRIMARY KEY (kind, old_id, valid_from)) /*clustered*/;)",
};

std::string_view kind_text(const RecordId& name) {
    return info(name.kind).name;
}

class SqlStore final : public Store {
  public:
    explicit SqlStore(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}

    Result<void> migrate() {
        TAMGA_TRY(connection_->execute("CREATE TABLE IF NOT EXISTS schema (version INTEGER NOT NULL)"));
        TAMGA_ASSIGN(const std::int64_t version, single("SELECT coalesce(max(version), 0) FROM schema"));
        if (version > static_cast<std::int64_t>(std::size(kMigrations)))
            return fail(ErrorCode::conflict, "open the database",
                        fmt::format("it was made by a newer Tamga (schema {})", version), "run that one");
        for (std::size_t next = static_cast<std::size_t>(version); next < std::size(kMigrations); ++next) {
            TAMGA_TRY(connection_->begin());
            TAMGA_TRY(connection_->execute(kMigrations[next]));
            TAMGA_ASSIGN(Query insert, query("INSERT INTO schema (version) VALUES ($1)"));
            insert->bind(1, static_cast<std::int64_t>(next) + 1);
            TAMGA_TRY(insert->step());
            insert->reset();
            TAMGA_TRY(connection_->commit());
        }
        return {};
    }

    Result<void> begin_write() override {
        if (broken_)
            return fail(ErrorCode::state_unknown, "write",
                        "an earlier commit failed and nothing more is written", "start the program again");
        return connection_->begin();
    }
    Result<void> commit() override {
        auto done = connection_->commit();
        if (!done) broken_ = true;
        return done;
    }
    void roll_back() override { connection_->roll_back(); }

    Result<JournalPos> head() override {
        TAMGA_ASSIGN(const std::int64_t last, single("SELECT coalesce(max(pos), 0) FROM entries"));
        return JournalPos{last};
    }

    Result<void> append_entry(const Entry& entry, const Payload* payload) override {
        TAMGA_ASSIGN(Query insert, query("INSERT INTO entries (pos, time, header) VALUES ($1, $2, $3)"));
        insert->bind(1, entry.pos.value);
        insert->bind(2, entry.time);
        insert->bind(3, entry.header);
        TAMGA_TRY(insert->step());
        if (!payload) return {};
        TAMGA_ASSIGN(Query keep, query("INSERT INTO payloads (pos, salt, body) VALUES ($1, $2, $3)"));
        keep->bind(1, entry.pos.value);
        keep->bind_blob(2, payload->salt);
        keep->bind(3, payload->body);
        TAMGA_TRY(keep->step());
        return {};
    }

    Result<std::optional<Entry>> entry(JournalPos pos) override {
        TAMGA_ASSIGN(Query select, query("SELECT time, header FROM entries WHERE pos = $1"));
        select->bind(1, pos.value);
        TAMGA_ASSIGN(const bool found, select->step());
        if (!found) return std::nullopt;
        return Entry{pos, select->integer(0), std::string(select->text(1))};
    }

    Result<std::optional<Payload>> payload(JournalPos pos) override {
        TAMGA_ASSIGN(Query select, query("SELECT salt, body FROM payloads WHERE pos = $1"));
        select->bind(1, pos.value);
        TAMGA_ASSIGN(const bool found, select->step());
        if (!found) return std::nullopt;
        return Payload{std::string(select->text(0)), std::string(select->text(1))};
    }

    Result<void> entries(JournalPos first, JournalPos last,
                         const std::function<bool(const Entry&)>& take) override {
        // Read in blocks, so that `take` may use the store (and this statement) itself.
        constexpr std::int64_t kBlock = 1000;
        for (std::int64_t start = first.value; start <= last.value; start += kBlock) {
            std::vector<Entry> block;
            {
                TAMGA_ASSIGN(
                    Query select,
                    query("SELECT pos, time, header FROM entries WHERE pos BETWEEN $1 AND $2 ORDER BY pos"));
                select->bind(1, start);
                select->bind(2, std::min(start + kBlock - 1, last.value));
                for (;;) {
                    TAMGA_ASSIGN(const bool row, select->step());
                    if (!row) break;
                    block.push_back({{select->integer(0)}, select->integer(1), std::string(select->text(2))});
                }
            }
            for (const Entry& entry : block)
                if (!take(entry)) return {};
        }
        return {};
    }

    Result<JournalPos> position_at(std::int64_t time) override {
        // Times never fall along the journal, so that the last entry by (time, pos) is the last by position.
        TAMGA_ASSIGN(Query select,
                     query("SELECT pos FROM entries WHERE time <= $1 ORDER BY time DESC, pos DESC LIMIT 1"));
        select->bind(1, time);
        TAMGA_ASSIGN(const bool found, select->step());
        return JournalPos{found ? select->integer(0) : 0};
    }

    Result<void> erase_payload(JournalPos pos) override {
        TAMGA_ASSIGN(Query erase, query("DELETE FROM payloads WHERE pos = $1"));
        erase->bind(1, pos.value);
        TAMGA_TRY(erase->step());
        return {};
    }

    Result<void> put_node(int level, std::int64_t index, const Hash& hash) override {
        TAMGA_ASSIGN(Query insert, query("INSERT INTO nodes (level, idx, hash) VALUES ($1, $2, $3)"));
        insert->bind(1, static_cast<std::int64_t>(level));
        insert->bind(2, index);
        insert->bind_blob(3, crypto::bytes(hash));
        TAMGA_TRY(insert->step());
        return {};
    }

    Result<std::optional<Hash>> node(int level, std::int64_t index) override {
        TAMGA_ASSIGN(Query select, query("SELECT hash FROM nodes WHERE level = $1 AND idx = $2"));
        select->bind(1, static_cast<std::int64_t>(level));
        select->bind(2, index);
        TAMGA_ASSIGN(const bool found, select->step());
        if (!found) return std::nullopt;
        const std::string_view bytes = select->text(0);
        Hash hash{};
        if (bytes.size() != hash.size())
            return fail(ErrorCode::corrupt, "read a Merkle node",
                        fmt::format("node {}/{} is not a SHA-256 digest", level, index));
        std::copy(bytes.begin(), bytes.end(), hash.begin());
        return hash;
    }

    Result<void> put_file(const std::string& sha256, std::string_view content) override {
        TAMGA_ASSIGN(
            Query insert,
            query("INSERT INTO files (sha256, content) VALUES ($1, $2) ON CONFLICT (sha256) DO NOTHING"));
        insert->bind(1, sha256);
        insert->bind_blob(2, content);
        TAMGA_TRY(insert->step());
        return {};
    }

    Result<std::optional<std::string>> file(const std::string& sha256) override {
        TAMGA_ASSIGN(Query select, query("SELECT content FROM files WHERE sha256 = $1"));
        select->bind(1, sha256);
        TAMGA_ASSIGN(const bool found, select->step());
        if (!found) return std::nullopt;
        return std::string(select->text(0));
    }

    Result<void> drop_projections() override {
        return connection_->execute(
            "DELETE FROM records; DELETE FROM versions; DELETE FROM links; DELETE FROM redirects;");
    }

    Result<void> put_version(const Version& version, bool is_first) override {
        if (is_first) {
            TAMGA_ASSIGN(Query insert, query("INSERT INTO records (kind, id, first_pos) VALUES ($1, $2, $3) "
                                             "ON CONFLICT (kind, id) DO NOTHING"));
            insert->bind(1, kind_text(version.name));
            insert->bind(2, version.name.id);
            insert->bind(3, version.from.value);
            TAMGA_TRY(insert->step());
        } else {
            TAMGA_TRY(end_version(version.name, version.from));
        }
        TAMGA_ASSIGN(Query insert, query("INSERT INTO versions (kind, id, valid_from, valid_until, payload, "
                                         "withdrawn) VALUES ($1, $2, $3, $4, $5, $6)"));
        insert->bind(1, kind_text(version.name));
        insert->bind(2, version.name.id);
        insert->bind(3, version.from.value);
        insert->bind(4, kOpen);
        insert->bind(5, version.payload.value);
        insert->bind(6, static_cast<std::int64_t>(version.withdrawn));
        TAMGA_TRY(insert->step());
        return {};
    }

    Result<void> end_version(const RecordId& name, JournalPos at) override {
        TAMGA_ASSIGN(Query update,
                     query("UPDATE versions SET valid_until = $3 WHERE kind = $1 AND id = $2 AND valid_until "
                           "= $4 AND valid_from = "
                           "(SELECT max(valid_from) FROM versions WHERE kind = $1 AND id = $2)"));
        update->bind(1, kind_text(name));
        update->bind(2, name.id);
        update->bind(3, at.value);
        update->bind(4, kOpen);
        TAMGA_TRY(update->step());
        return {};
    }

    Result<void> put_links(const RecordId& name, JournalPos from, const std::vector<Link>& links,
                           bool is_first) override {
        std::set<Link> wanted(links.begin(), links.end());
        std::vector<Link> gone;
        if (!is_first) {
            TAMGA_ASSIGN(Query select, query("SELECT field, to_kind, to_id FROM links WHERE from_kind = $1 "
                                             "AND from_id = $2 AND valid_until = $3"));
            select->bind(1, kind_text(name));
            select->bind(2, name.id);
            select->bind(3, kOpen);
            for (;;) {
                TAMGA_ASSIGN(const bool row, select->step());
                if (!row) break;
                const auto kind = kind_named(select->text(1));
                if (!kind)
                    return fail(ErrorCode::corrupt, "read links",
                                "a link points to a kind that is not known");
                Link link{std::string(select->text(0)), {*kind, std::string(select->text(2))}};
                if (wanted.erase(link) == 0) gone.push_back(std::move(link));
            }
        }
        for (const Link& link : gone) TAMGA_TRY(end_link(name, link, from));
        for (const Link& link : wanted) TAMGA_TRY(start_link(name, link, from));
        return {};
    }

    Result<void> move_links(const RecordId& old_name, const RecordId& new_name, JournalPos from) override {
        TAMGA_ASSIGN(const std::vector<Backlink> moved, backlinks(old_name, from));
        for (const Backlink& backlink : moved) {
            TAMGA_TRY(end_link(backlink.from, {backlink.field, old_name}, from));
            TAMGA_TRY(start_link(backlink.from, {backlink.field, new_name}, from));
        }
        return {};
    }

    Result<void> put_redirect(const RecordId& old_name, const std::string& new_id, JournalPos from) override {
        TAMGA_ASSIGN(
            Query insert,
            query("INSERT INTO redirects (kind, old_id, new_id, valid_from) VALUES ($1, $2, $3, $4)"));
        insert->bind(1, kind_text(old_name));
        insert->bind(2, old_name.id);
        insert->bind(3, new_id);
        insert->bind(4, from.value);
        TAMGA_TRY(insert->step());
        return {};
    }

    Result<std::optional<Version>> version(const RecordId& name, JournalPos as_of) override {
        TAMGA_ASSIGN(
            Query select,
            query("SELECT valid_from, valid_until, payload, withdrawn FROM versions "
                  "WHERE kind = $1 AND id = $2 AND valid_from <= $3 ORDER BY valid_from DESC LIMIT 1"));
        select->bind(1, kind_text(name));
        select->bind(2, name.id);
        select->bind(3, as_of.value);
        TAMGA_ASSIGN(const bool found, select->step());
        if (!found) return std::nullopt;
        Version version = read_version(*select.operator->(), name, 0);
        if (version.until && *version.until <= as_of)
            return std::nullopt;  // Its id was given up by a rename.
        return version;
    }

    Result<std::vector<Version>> versions(Kind kind, JournalPos as_of) override {
        TAMGA_ASSIGN(Query select,
                     query("SELECT v.id, v.valid_from, v.valid_until, v.payload, v.withdrawn FROM records r "
                           "JOIN versions v ON v.kind = r.kind AND v.id = r.id AND v.valid_from = "
                           "(SELECT max(w.valid_from) FROM versions w WHERE w.kind = r.kind AND w.id = r.id "
                           "AND w.valid_from <= $2) "
                           "WHERE r.kind = $1 AND r.first_pos <= $2 AND v.withdrawn = 0 AND v.valid_until > "
                           "$2 ORDER BY r.id"));
        select->bind(1, info(kind).name);
        select->bind(2, as_of.value);
        std::vector<Version> found;
        for (;;) {
            TAMGA_ASSIGN(const bool row, select->step());
            if (!row) return found;
            found.push_back(read_version(*select.operator->(), {kind, std::string(select->text(0))}, 1));
        }
    }

    Result<std::vector<Version>> history(const RecordId& name, JournalPos as_of) override {
        TAMGA_ASSIGN(Query select,
                     query("SELECT valid_from, valid_until, payload, withdrawn FROM versions "
                           "WHERE kind = $1 AND id = $2 AND valid_from <= $3 ORDER BY valid_from"));
        select->bind(1, kind_text(name));
        select->bind(2, name.id);
        select->bind(3, as_of.value);
        std::vector<Version> found;
        for (;;) {
            TAMGA_ASSIGN(const bool row, select->step());
            if (!row) return found;
            found.push_back(read_version(*select.operator->(), name, 0));
        }
    }

    Result<std::vector<Backlink>> backlinks(const RecordId& to, JournalPos as_of) override {
        TAMGA_ASSIGN(Query select,
                     query("SELECT from_kind, from_id, field FROM links WHERE to_kind = $1 AND to_id = $2 "
                           "AND valid_from <= $3 AND valid_until > $3 ORDER BY from_kind, from_id, field"));
        select->bind(1, kind_text(to));
        select->bind(2, to.id);
        select->bind(3, as_of.value);
        std::vector<Backlink> found;
        for (;;) {
            TAMGA_ASSIGN(const bool row, select->step());
            if (!row) return found;
            const auto kind = kind_named(select->text(0));
            if (!kind)
                return fail(ErrorCode::corrupt, "read links", "a link comes from a kind that is not known");
            found.push_back({{*kind, std::string(select->text(1))}, std::string(select->text(2))});
        }
    }

    Result<std::optional<std::string>> redirect(const RecordId& old_name, JournalPos as_of) override {
        TAMGA_ASSIGN(Query select, query("SELECT new_id FROM redirects WHERE kind = $1 AND old_id = $2 AND "
                                         "valid_from <= $3 ORDER BY valid_from DESC LIMIT 1"));
        select->bind(1, kind_text(old_name));
        select->bind(2, old_name.id);
        select->bind(3, as_of.value);
        TAMGA_ASSIGN(const bool found, select->step());
        if (!found) return std::nullopt;
        return std::string(select->text(0));
    }

    Result<std::vector<Redirect>> redirects(JournalPos as_of) override {
        TAMGA_ASSIGN(Query select, query("SELECT kind, old_id, new_id FROM redirects WHERE valid_from <= $1 "
                                         "ORDER BY kind, old_id, valid_from"));
        select->bind(1, as_of.value);
        std::vector<Redirect> found;
        for (;;) {
            TAMGA_ASSIGN(const bool row, select->step());
            if (!row) return found;
            const auto kind = kind_named(select->text(0));
            if (!kind)
                return fail(ErrorCode::corrupt, "read redirects",
                            "a redirect is of a kind that is not known");
            found.push_back({{*kind, std::string(select->text(1))}, std::string(select->text(2))});
        }
    }

    Result<void> dump_projections(const std::function<void(std::string_view row)>& take) override {
        struct Table {
            const char* name;
            const char* sql;
            int columns;
        };
        static constexpr Table kTables[] = {
            {"records", "SELECT kind, id, first_pos FROM records ORDER BY kind, id", 3},
            {"versions",
             "SELECT kind, id, valid_from, valid_until, payload, withdrawn FROM versions ORDER BY kind, id, "
             "valid_from",
             6},
            {"links",
             "SELECT to_kind, to_id, from_kind, from_id, field, valid_from, valid_until FROM links "
             "ORDER BY to_kind, to_id, from_kind, from_id, field, valid_from",
             7},
            {"redirects",
             "SELECT kind, old_id, new_id, valid_from FROM redirects ORDER BY kind, old_id, valid_from", 4},
        };
        for (const Table& table : kTables) {
            TAMGA_ASSIGN(Query select, query(table.sql));
            for (;;) {
                TAMGA_ASSIGN(const bool row, select->step());
                if (!row) break;
                std::string line = table.name;
                for (int column = 0; column < table.columns; ++column)
                    line += "\t" + std::string(select->text(column));
                take(line);
            }
        }
        return {};
    }

  private:
    Result<Query> query(const char* sql) {
        TAMGA_ASSIGN(Statement * statement, connection_->prepared(sql));
        return Query(*statement);
    }

    Result<std::int64_t> single(const char* sql) {
        TAMGA_ASSIGN(Query select, query(sql));
        TAMGA_TRY(select->step());
        return select->integer(0);
    }

    static Version read_version(Statement& row, RecordId name, int first_column) {
        const std::int64_t until = row.integer(first_column + 1);
        Version version{std::move(name),
                        {row.integer(first_column)},
                        std::nullopt,
                        row.integer(first_column + 3) != 0,
                        {row.integer(first_column + 2)}};
        if (until != kOpen) version.until = JournalPos{until};
        return version;
    }

    Result<void> end_link(const RecordId& from_record, const Link& link, JournalPos at) {
        TAMGA_ASSIGN(Query update, query("UPDATE links SET valid_until = $6 WHERE to_kind = $1 AND to_id = "
                                         "$2 AND from_kind = $3 AND from_id = $4 "
                                         "AND field = $5 AND valid_until = $7"));
        bind_link(*update.operator->(), from_record, link);
        update->bind(6, at.value);
        update->bind(7, kOpen);
        TAMGA_TRY(update->step());
        return {};
    }

    Result<void> start_link(const RecordId& from_record, const Link& link, JournalPos at) {
        TAMGA_ASSIGN(
            Query insert,
            query("INSERT INTO links (to_kind, to_id, from_kind, from_id, field, valid_from, valid_until) "
                  "VALUES ($1, $2, $3, $4, $5, $6, $7)"));
        bind_link(*insert.operator->(), from_record, link);
        insert->bind(6, at.value);
        insert->bind(7, kOpen);
        TAMGA_TRY(insert->step());
        return {};
    }

    static void bind_link(Statement& statement, const RecordId& from_record, const Link& link) {
        statement.bind(1, kind_text(link.to));
        statement.bind(2, link.to.id);
        statement.bind(3, kind_text(from_record));
        statement.bind(4, from_record.id);
        statement.bind(5, link.field);
    }

    std::unique_ptr<Connection> connection_;
    bool broken_ = false;  ///< A commit failed: see Store's contract.
};

/// The path of an address for SQLite. Errors: invalid_usage.
Result<std::string> sqlite_path(const std::string& address) {
    for (const char* scheme : {"postgresql:", "postgres:"})
        if (address.starts_with(scheme))
            return fail(ErrorCode::invalid_usage, "open the database",
                        "this release stores registers in SQLite only",
                        "give the path of a file, such as tamga.db");
    const std::string path = address.starts_with("sqlite:") ? address.substr(7) : address;
    if (path.empty())
        return fail(ErrorCode::invalid_usage, "open the database", "the address is empty",
                    "give the path of a file, such as tamga.db");
    return path;
}

}  // namespace

Result<std::unique_ptr<Store>> open(const std::string& address, Mode mode) {
    TAMGA_ASSIGN(const std::string path, sqlite_path(address));
    TAMGA_ASSIGN(auto connection, open_sqlite(path, mode));
    auto store = std::make_unique<SqlStore>(std::move(connection));
    if (mode == Mode::write) TAMGA_TRY(store->migrate());
    return store;
}

bool exists(const std::string& address) {
    const auto path = sqlite_path(address);
    return path && std::filesystem::exists(*path);
}

}  // namespace tamga::store
