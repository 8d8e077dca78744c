// The journal, and the files that it names: appended to, never changed.

#include <fmt/format.h>

#include <algorithm>

#include "store/sql.hpp"
#include "store/store.hpp"

namespace tamga::store {

Result<JournalPos> Store::head() {
    TAMGA_ASSIGN(const std::int64_t last, single("SELECT coalesce(max(pos), 0) FROM entries"));
    return JournalPos{last};
}

Result<void> Store::append_entry(const Entry& entry, const Payload* payload) {
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

Result<std::optional<Entry>> Store::entry(JournalPos pos) {
    TAMGA_ASSIGN(Query select, query("SELECT time, header FROM entries WHERE pos = $1"));
    select->bind(1, pos.value);
    TAMGA_ASSIGN(const bool found, select->step());
    if (!found) return std::nullopt;
    return Entry{pos, select->integer(0), std::string(select->text(1))};
}

Result<std::optional<Payload>> Store::payload(JournalPos pos) {
    TAMGA_ASSIGN(Query select, query("SELECT salt, body FROM payloads WHERE pos = $1"));
    select->bind(1, pos.value);
    TAMGA_ASSIGN(const bool found, select->step());
    if (!found) return std::nullopt;
    return Payload{std::string(select->text(0)), std::string(select->text(1))};
}

Result<void> Store::entries(JournalPos first, JournalPos last,
                            const std::function<bool(const Entry&, const Payload*)>& take) {
    constexpr std::size_t kBlockBytes = 1 << 20;
    struct Row {
        Entry entry;
        std::optional<Payload> payload;
    };
    std::vector<Row> block;
    // A server sends all that was asked for, wanted or not: about as many as fit into a block are.
    std::int64_t most = 256;
    for (std::int64_t next = first.value; next <= last.value;) {
        block.clear();
        {
            TAMGA_ASSIGN(
                Query select,
                query(
                    "SELECT e.pos, e.time, e.header, p.pos, p.salt, p.body FROM entries e LEFT JOIN "
                    "payloads p ON p.pos = e.pos WHERE e.pos >= $1 AND e.pos <= $2 ORDER BY e.pos LIMIT $3"));
            select->bind(1, next);
            select->bind(2, last.value);
            select->bind(3, most);
            std::size_t bytes = 0;
            while (bytes < kBlockBytes) {
                TAMGA_ASSIGN(const bool there, select->step());
                if (!there) break;
                Row row{{{select->integer(0)}, select->integer(1), std::string(select->text(2))}, {}};
                if (select->type(3) != Type::null)
                    row.payload.emplace(std::string(select->text(4)), std::string(select->text(5)));
                bytes += sizeof row + row.entry.header.size() + (row.payload ? row.payload->body.size() : 0);
                block.push_back(std::move(row));
            }
            const auto read = static_cast<std::int64_t>(block.size());
            most = bytes < kBlockBytes ? std::min<std::int64_t>(most * 2, 8192)
                                       : std::max<std::int64_t>(read, 16);
        }
        if (block.empty()) return {};
        for (const Row& row : block)
            if (!take(row.entry, row.payload ? &*row.payload : nullptr)) return {};
        next = block.back().entry.pos.value + 1;
    }
    return {};
}

Result<JournalPos> Store::position_at(std::int64_t time) {
    // Times never fall along the journal, so that the last entry by (time, pos) is the last by position.
    TAMGA_ASSIGN(Query select,
                 query("SELECT pos FROM entries WHERE time <= $1 ORDER BY time DESC, pos DESC LIMIT 1"));
    select->bind(1, time);
    TAMGA_ASSIGN(const bool found, select->step());
    return JournalPos{found ? select->integer(0) : 0};
}

Result<void> Store::erase_payload(JournalPos pos) {
    TAMGA_ASSIGN(Query erase, query("DELETE FROM payloads WHERE pos = $1"));
    erase->bind(1, pos.value);
    TAMGA_TRY(erase->step());
    return {};
}

Result<void> Store::put_node(const merkle::Node& node) {
    TAMGA_ASSIGN(Query insert, query("INSERT INTO nodes (level, idx, hash) VALUES ($1, $2, $3)"));
    insert->bind(1, static_cast<std::int64_t>(node.level.value));
    insert->bind(2, node.index);
    insert->bind_blob(3, crypto::bytes(node.hash));
    TAMGA_TRY(insert->step());
    return {};
}

namespace {

Result<Hash> hash_of(std::string_view bytes, merkle::Level level, std::int64_t index) {
    Hash hash{};
    if (bytes.size() != hash.size())
        return fail(ErrorCode::corrupt, "read a Merkle node",
                    fmt::format("node {}/{} is not a SHA-256 digest", level.value, index));
    std::copy(bytes.begin(), bytes.end(), hash.begin());
    return hash;
}

}  // namespace

Result<std::optional<Hash>> Store::node(merkle::Level level, std::int64_t index) {
    TAMGA_ASSIGN(Query select, query("SELECT hash FROM nodes WHERE level = $1 AND idx = $2"));
    select->bind(1, static_cast<std::int64_t>(level.value));
    select->bind(2, index);
    TAMGA_ASSIGN(const bool found, select->step());
    if (!found) return std::nullopt;
    return hash_of(select->text(0), level, index);
}

Result<std::vector<Hash>> Store::nodes(merkle::Level level, std::int64_t first, std::int64_t most) {
    TAMGA_ASSIGN(Query select,
                 query("SELECT idx, hash FROM nodes WHERE level = $1 AND idx >= $2 AND idx < $3 "
                       "ORDER BY idx"));
    select->bind(1, static_cast<std::int64_t>(level.value));
    select->bind(2, first);
    select->bind(3, first + most);
    std::vector<Hash> found;
    for (std::int64_t index = first;; ++index) {
        TAMGA_ASSIGN(const bool row, select->step());
        if (!row || select->integer(0) != index) return found;
        TAMGA_ASSIGN(const Hash hash, hash_of(select->text(1), level, index));
        found.push_back(hash);
    }
}

Result<void> Store::put_file(const std::string& sha256, std::string_view content) {
    TAMGA_ASSIGN(
        Query insert,
        query("INSERT INTO files (sha256, content) VALUES ($1, $2) ON CONFLICT (sha256) DO NOTHING"));
    insert->bind(1, sha256);
    insert->bind_blob(2, content);
    TAMGA_TRY(insert->step());
    return {};
}

Result<std::optional<std::string>> Store::file(const std::string& sha256) {
    TAMGA_ASSIGN(Query select, query("SELECT content FROM files WHERE sha256 = $1"));
    select->bind(1, sha256);
    TAMGA_ASSIGN(const bool found, select->step());
    if (!found) return std::nullopt;
    return std::string(select->text(0));
}

Result<bool> Store::has_file(const std::string& sha256) {
    TAMGA_ASSIGN(Query select, query("SELECT 1 FROM files WHERE sha256 = $1"));
    select->bind(1, sha256);
    return select->step();
}

Result<void> Store::erase_file_unless_named(const std::string& sha256) {
    TAMGA_ASSIGN(Query erase, query("DELETE FROM files WHERE sha256 = $1 AND NOT EXISTS (SELECT 1 FROM "
                                    "payloads WHERE body LIKE '%' || $1 || '%')"));
    erase->bind(1, sha256);
    TAMGA_TRY(erase->step());
    return {};
}

Result<void> Store::files(const std::function<void(std::string_view, std::string_view)>& take) {
    TAMGA_ASSIGN(Query select, query("SELECT sha256, content FROM files ORDER BY sha256"));
    for (;;) {
        TAMGA_ASSIGN(const bool row, select->step());
        if (!row) return {};
        take(select->text(0), select->text(1));
    }
}

}  // namespace tamga::store
