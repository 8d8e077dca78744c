// Whether what is kept agrees with itself.

#include <fmt/format.h>

#include "store/digests.hpp"
#include "store/sql.hpp"
#include "store/store.hpp"

namespace tamga::store {

namespace {

/// A table of the fold, its key first and in the key's order.
struct Table {
    const char* name;
    const char* sql;  ///< Null: the connection's, for the index of words.
    int key_columns, columns;
    int step = 1;     ///< Of the schema, that made it.
    int digest = -1;  ///< Which of the digests is of it; none.
    const char* sql_of(const Connection& connection) const { return sql ? sql : connection.text_index().all; }
};
constexpr Table kProjections[] = {
    {"records", "SELECT kind, id, first_pos FROM records ORDER BY kind, id", 2, 3, 1, 0},
    {"versions",
     "SELECT kind, id, valid_from, valid_until, payload, withdrawn FROM versions ORDER BY kind, id, "
     "valid_from",
     3, 6, 1, 1},
    {"links",
     "SELECT to_kind, to_id, from_kind, from_id, field, valid_from, valid_until FROM links "
     "ORDER BY to_kind, to_id, from_kind, from_id, field, valid_from",
     6, 7, 1, 2},
    {"redirects", "SELECT kind, old_id, valid_from, new_id FROM redirects ORDER BY kind, old_id, valid_from",
     3, 4},
    {"redactions", "SELECT erased, pos FROM redactions ORDER BY erased, pos", 2, 2, 3},
    {"assents",
     "SELECT version, party, valid_from, valid_until, answer FROM assents ORDER BY version, party, "
     "valid_from",
     3, 5, 9},
    {"keys", "SELECT key, party, valid_from, valid_until FROM keys ORDER BY key", 1, 4, 10},
    {"seals", "SELECT signed, pos, key FROM seals ORDER BY signed, pos", 2, 3, 10},
    {"judged", "SELECT id, valid_from, valid_until, days FROM judged ORDER BY id, valid_from", 2, 4, 4},
    {"listed", "SELECT kind, id, valid_from, valid_until, row FROM listed ORDER BY kind, id, valid_from", 3,
     5, 5, 3},
    {"tallies",
     "SELECT kind, field, valid_until, value, valid_from, n FROM tallies ORDER BY kind, field, valid_until, "
     "value",
     4, 6, 6},
    {"texts", "SELECT pos, kind, id, valid_until, digest FROM texts ORDER BY pos", 1, 5, 7},
    // Word by word, and not by FTS5's own check, which would have to write.
    {"text_index", nullptr, 4, 4, 7},
};

/// Reports the first few faults of each table, and then how many more there are.
class Few {
  public:
    explicit Few(const Report& report) : report_(report) {}
    template <class Sentence>
    void tell(const Sentence& sentence) {
        if (++count_ <= kMost) report_(sentence());
    }
    void next_table(std::string_view name) {
        if (count_ > kMost) report_(fmt::format("table {}: {} more rows", name, count_ - kMost));
        count_ = 0;
    }

  private:
    static constexpr std::size_t kMost = 20;
    const Report& report_;
    std::size_t count_ = 0;
};

void add_row(Query& row, int columns, RowBytes& bytes) {
    for (int column = 0; column < columns; ++column) {
        const Type type = row->type(column);
        type == Type::integer ? bytes.add(row->integer(column)) : bytes.add(type, row->text(column));
    }
}

/// Compares columns of two rows as the database sorts them: less than 0, 0, more than 0. What has another
/// type is another value.
int compare(Query& a, Query& b, int first, int end) {
    const auto sign = [](auto order) { return order < 0 ? -1 : order > 0 ? 1 : 0; };
    for (int column = first; column < end; ++column) {
        const Type type = a->type(column);
        int order = sign(type <=> b->type(column));
        if (order == 0)
            order = type == Type::integer ? sign(a->integer(column) <=> b->integer(column))
                                          : sign(a->text(column).compare(b->text(column)));
        if (order != 0) return order;
    }
    return 0;
}

}  // namespace

Result<void> Store::dump_projections(const std::function<void(std::string_view row)>& take) {
    TAMGA_ASSIGN(const std::int64_t step, folded_step());
    for (const Table& table : kProjections) {
        if (step < table.step) continue;
        TAMGA_ASSIGN(Query select, query(table.sql_of(*connection_)));
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

Result<void> Store::check_structure(const Report& report) {
    TAMGA_TRY(connection_->check_integrity(
        [&](std::string_view fault) { report(fmt::format("the database file: {}", fault)); }));
    TAMGA_TRY(check_schema(report));
    TAMGA_ASSIGN(const std::int64_t version, schema_step());
    TAMGA_ASSIGN(const std::int64_t steps,
                 single("SELECT count(DISTINCT version) FROM schema WHERE version > 0"));
    if (steps != version) report("the table schema is not as Tamga made it");
    if (version < 2) return {};
    TAMGA_ASSIGN(const std::int64_t counts, single("SELECT count(*) FROM journal"));
    if (counts != 1) report("the table journal is not as Tamga made it");
    if (version < 4) return {};
    TAMGA_ASSIGN(const std::int64_t told,
                 single("SELECT CASE WHEN count(*) = 1 AND min(step) >= 3 AND max(step) <= (SELECT "
                        "max(version) FROM schema) THEN 1 ELSE 0 END FROM folded"));
    if (told != 1) report("the table folded is not as Tamga made it");
    return {};
}

Result<void> Store::check_strays(JournalPos head, const Report& report) {
    Few few(report);
    TAMGA_ASSIGN(Query payloads, query("SELECT pos FROM payloads p WHERE NOT EXISTS "
                                       "(SELECT 1 FROM entries e WHERE e.pos = p.pos) ORDER BY pos"));
    for (;;) {
        TAMGA_ASSIGN(const bool row, payloads->step());
        if (!row) break;
        few.tell([&] { return fmt::format("there is a payload {} of no entry", payloads->text(0)); });
    }
    few.next_table("payloads");
    // A node is in the tree if all the leaves below it are.
    TAMGA_ASSIGN(Query nodes, query("SELECT level, idx FROM nodes WHERE level < 0 OR level > 61 OR idx < 0 "
                                    "OR idx >= ($1 >> level) ORDER BY level, idx"));
    nodes->bind(1, head.value);
    for (;;) {
        TAMGA_ASSIGN(const bool row, nodes->step());
        if (!row) break;
        few.tell([&] {
            return fmt::format("there is a Merkle node {}/{} beyond the journal's last entry", nodes->text(0),
                               nodes->text(1));
        });
    }
    few.next_table("nodes");
    return {};
}

Result<void> Store::compare_projections(Store& folded, const std::set<RecordId>& damaged,
                                        const Report& report, Compared tables) {
    Few few(report);
    TAMGA_ASSIGN(const JournalPos last, head());
    TAMGA_ASSIGN(const std::int64_t step, folded_step());
    std::set<std::int64_t> damaged_texts;
    // What is made of a body that was changed is another row, too.
    const auto follows_from_damage = [&](const Table& table, Query& row) {
        if (damaged.empty()) return false;
        const std::string_view name = table.name;
        if (name == "text_index") return damaged_texts.contains(row->integer(1));
        if (name != "listed" && name != "texts") return false;
        const int at = name == "texts" ? 1 : 0;
        const auto kind = kind_named(row->text(at));
        if (!kind || !damaged.contains({*kind, std::string(row->text(at + 1))})) return false;
        if (name == "texts") damaged_texts.insert(row->integer(0));
        return true;
    };
    for (const Table& table : kProjections) {
        if (step < table.step) continue;  // The next write makes it.
        if (table.digest >= 0 && tables == Compared::without_digests) continue;
        const bool listed = table.name == std::string_view("listed");
        if (listed && last.value > 0) {
            TAMGA_ASSIGN(const std::string by, folded_by());
            TAMGA_ASSIGN(const std::string by_now, folded.folded_by());
            if (by != by_now) {
                report("the rows of lists are of another version of Tamga: run tamga rebuild");
                break;  // So are the words, which stand after them.
            }
        }
        TAMGA_ASSIGN(Query kept, query(table.sql_of(*connection_)));
        TAMGA_ASSIGN(Query made, folded.query(table.sql_of(*folded.connection_)));
        const auto tell = [&](Query& row, std::string_view what) {
            if (follows_from_damage(table, row)) return;
            few.tell([&] {
                std::string name;
                for (int column = 0; column < table.key_columns; ++column)
                    name += " " + std::string(row->text(column));
                return fmt::format("table {}, row{}: {}", table.name, name, what);
            });
        };
        // Both come in the order of their keys.
        TAMGA_ASSIGN(bool is_kept, kept->step());
        TAMGA_ASSIGN(bool is_made, made->step());
        while (is_kept || is_made) {
            const int order = !is_kept ? 1 : !is_made ? -1 : compare(kept, made, 0, table.key_columns);
            if (order < 0)
                tell(kept, "the journal makes no such row");
            else if (order > 0)
                tell(made, "it is missing");
            else if (compare(kept, made, table.key_columns, table.columns) != 0)
                tell(kept, "it is not what the journal makes");
            if (order <= 0) {
                TAMGA_ASSIGN(is_kept, kept->step());
            }
            if (order >= 0) {
                TAMGA_ASSIGN(is_made, made->step());
            }
        }
        few.next_table(table.name);
    }
    return {};
}

Result<void> Store::add_rows_to(Digests& digests) {
    for (const Table& table : kProjections) {
        if (table.digest < 0) continue;
        crypto::MultisetHash& hash = digests.tables_[static_cast<std::size_t>(table.digest)];
        TAMGA_ASSIGN(Query row, query(table.sql_of(*connection_)));
        for (;;) {
            TAMGA_ASSIGN(const bool there, row->step());
            if (!there) break;
            add_row(row, table.columns, digests.row_.clear());
            hash.add(digests.row_.bytes());
        }
    }
    return {};
}

Result<void> Store::check_schema(const Report& take) {
    TAMGA_ASSIGN(auto connection, connection_->scratch());
    if (!connection) return {};
    Store fresh(std::move(connection));
    TAMGA_ASSIGN(const std::int64_t step, schema_step());
    TAMGA_TRY(fresh.migrate(static_cast<std::size_t>(step)));
    TAMGA_ASSIGN(auto wanted, fresh.connection_->objects());
    TAMGA_ASSIGN(const auto found, connection_->objects());
    for (const auto& [name, text] : found) {
        const auto known = wanted.find(name);
        if (known == wanted.end())
            take(fmt::format("the schema holds a {} that is not Tamga's", name));
        else if (known->second != text)
            take(fmt::format("the {} is not as Tamga made it", name));
        wanted.erase(name);
    }
    for (const auto& [name, text] : wanted) take(fmt::format("the {} is missing", name));
    return {};
}

}  // namespace tamga::store
