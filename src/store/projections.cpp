// The fold of the journal: versions, links and redirects, each valid over an interval of positions.

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "store/sql.hpp"
#include "store/store.hpp"

namespace tamga::store {

namespace {

/// The end of an interval that has not ended.
constexpr std::int64_t kOpen = std::numeric_limits<std::int64_t>::max();

/// Steps of the schema: the last that made a projection, the last for which an older journal must be folded
/// again, the one since which it is told how far they are made, and those that made some.
constexpr std::int64_t kLastProjection = 10, kLastFolded = 7, kFoldedTold = 4, kJudgedMade = 4,
                       kListedMade = 5, kAssentsMade = 9, kKeysMade = 10;

std::string_view kind_text(const RecordId& name) {
    return info(name.kind).name;
}

Version read_version(Statement& row, RecordId name, int first_column) {
    const std::int64_t until = row.integer(first_column + 1);
    Version version{std::move(name),
                    {row.integer(first_column)},
                    std::nullopt,
                    row.integer(first_column + 3) != 0,
                    {row.integer(first_column + 2)}};
    if (until != kOpen) version.until = JournalPos{until};
    return version;
}

void bind_link(Statement& statement, const RecordId& from_record, const Link& link) {
    statement.bind(1, kind_text(link.to));
    statement.bind(2, link.to.id);
    statement.bind(3, kind_text(from_record));
    statement.bind(4, from_record.id);
    statement.bind(5, link.field);
}

}  // namespace

Result<std::int64_t> Store::folded_step() {
    TAMGA_ASSIGN(const std::int64_t step, schema_step());
    if (step < kFoldedTold) return step;
    return single("SELECT coalesce(max(step), 0) FROM folded");
}

Result<bool> Store::is_folded() {
    TAMGA_ASSIGN(const std::int64_t step, folded_step());
    return step >= kLastFolded;
}

Result<void> Store::drop_projections() {
    TAMGA_TRY(connection_->execute(
        "DELETE FROM records; DELETE FROM versions; DELETE FROM links; DELETE FROM redirects; DELETE FROM "
        "redactions; DELETE FROM assents; DELETE FROM keys; DELETE FROM seals; DELETE FROM judged; DELETE "
        "FROM listed; DELETE FROM tallies; "
        "DELETE FROM texts;"));
    TAMGA_TRY(connection_->execute(connection_->text_index().clear));
    TAMGA_ASSIGN(Query update, query("UPDATE folded SET step = $1"));
    update->bind(1, kLastProjection);
    TAMGA_TRY(update->step());
    return {};
}

Result<void> Store::put_version(const Version& version, bool is_first) {
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

Result<void> Store::end_version(const RecordId& name, JournalPos at) {
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

Result<void> Store::put_links(const RecordId& name, JournalPos from, const std::vector<Link>& links,
                              const std::vector<Link>& current) {
    const std::set<Link> wanted(links.begin(), links.end()), had(current.begin(), current.end());
    for (const Link& link : had)
        if (!wanted.contains(link)) TAMGA_TRY(end_link(name, link, from));
    for (const Link& link : wanted)
        if (!had.contains(link)) TAMGA_TRY(start_link(name, link, from));
    return {};
}

Result<void> Store::move_links(const RecordId& old_name, const RecordId& new_name, JournalPos from) {
    TAMGA_ASSIGN(const std::vector<Backlink> moved, backlinks(old_name, from));
    for (const Backlink& backlink : moved) {
        TAMGA_TRY(end_link(backlink.from, {backlink.field, old_name}, from));
        TAMGA_TRY(start_link(backlink.from, {backlink.field, new_name}, from));
    }
    return {};
}

Result<void> Store::put_redirect(const RecordId& old_name, const std::string& new_id, JournalPos from) {
    TAMGA_ASSIGN(Query insert,
                 query("INSERT INTO redirects (kind, old_id, new_id, valid_from) VALUES ($1, $2, $3, $4)"));
    insert->bind(1, kind_text(old_name));
    insert->bind(2, old_name.id);
    insert->bind(3, new_id);
    insert->bind(4, from.value);
    TAMGA_TRY(insert->step());
    return {};
}

Result<std::optional<Version>> Store::version(const RecordId& name, JournalPos as_of) {
    TAMGA_ASSIGN(Query select,
                 query("SELECT valid_from, valid_until, payload, withdrawn FROM versions "
                       "WHERE kind = $1 AND id = $2 AND valid_from <= $3 ORDER BY valid_from DESC LIMIT 1"));
    select->bind(1, kind_text(name));
    select->bind(2, name.id);
    select->bind(3, as_of.value);
    TAMGA_ASSIGN(const bool found, select->step());
    if (!found) return std::nullopt;
    Version version = read_version(*select.operator->(), name, 0);
    if (version.until && *version.until <= as_of) return std::nullopt;  // Its id was given up by a rename.
    return version;
}

Result<void> Store::read_names(Query& select, const std::function<void(const RecordId& name)>& take) {
    for (RecordId name;;) {
        TAMGA_ASSIGN(const bool row, select->step());
        if (!row) return {};
        const auto kind = kind_named(select->text(0));
        if (!kind) return fail(ErrorCode::corrupt, "read names", "a record is of a kind that is not known");
        name.kind = *kind;
        name.id = select->text(1);
        take(name);
    }
}

Result<void> Store::names(const std::function<void(const RecordId& name)>& take) {
    TAMGA_ASSIGN(Query select, query("SELECT kind, id FROM records ORDER BY kind, id"));
    return read_names(select, take);
}

Result<void> Store::names_of_several(const std::function<void(const RecordId& name)>& take) {
    TAMGA_ASSIGN(
        Query select,
        query("SELECT kind, id FROM versions GROUP BY kind, id HAVING count(*) > 1 ORDER BY kind, id"));
    return read_names(select, take);
}

Result<std::vector<Version>> Store::versions(Kind kind, JournalPos as_of, std::string_view after,
                                             std::int64_t most) {
    TAMGA_ASSIGN(Query select,
                 query("SELECT v.id, v.valid_from, v.valid_until, v.payload, v.withdrawn FROM records r "
                       "JOIN versions v ON v.kind = r.kind AND v.id = r.id AND v.valid_from = "
                       "(SELECT max(w.valid_from) FROM versions w WHERE w.kind = r.kind AND w.id = r.id "
                       "AND w.valid_from <= $2) "
                       "WHERE r.kind = $1 AND r.first_pos <= $2 AND v.withdrawn = 0 AND v.valid_until > "
                       "$2 AND r.id > $3 ORDER BY r.id LIMIT $4"));
    select->bind(1, info(kind).name);
    select->bind(2, as_of.value);
    select->bind(3, after);
    select->bind(4, most);
    std::vector<Version> found;
    for (;;) {
        TAMGA_ASSIGN(const bool row, select->step());
        if (!row) return found;
        found.push_back(read_version(*select.operator->(), {kind, std::string(select->text(0))}, 1));
    }
}

Result<std::vector<Version>> Store::history(const RecordId& name, JournalPos as_of) {
    TAMGA_ASSIGN(Query select, query("SELECT valid_from, valid_until, payload, withdrawn FROM versions "
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

Result<std::vector<Backlink>> Store::backlinks(const RecordId& to, JournalPos as_of, std::optional<Kind> kind,
                                               std::size_t most) {
    TAMGA_ASSIGN(
        Query select,
        kind ? query("SELECT from_kind, from_id, field FROM links WHERE to_kind = $1 AND to_id = $2 "
                     "AND valid_from <= $3 AND valid_until > $3 AND from_kind = $4 ORDER BY from_id, field")
             : query("SELECT from_kind, from_id, field FROM links WHERE to_kind = $1 AND to_id = $2 "
                     "AND valid_from <= $3 AND valid_until > $3 ORDER BY from_kind, from_id, field"));
    select->bind(1, kind_text(to));
    select->bind(2, to.id);
    select->bind(3, as_of.value);
    if (kind) select->bind(4, info(*kind).name);
    std::vector<Backlink> found;
    for (;;) {
        TAMGA_ASSIGN(const bool row, select->step());
        if (!row || found.size() >= most) return found;
        const auto from = kind_named(select->text(0));
        if (!from)
            return fail(ErrorCode::corrupt, "read links", "a link comes from a kind that is not known");
        found.push_back({{*from, std::string(select->text(1))}, std::string(select->text(2))});
    }
}

Result<std::optional<std::string>> Store::redirect(const RecordId& old_name, JournalPos as_of) {
    TAMGA_ASSIGN(Query select, query("SELECT new_id FROM redirects WHERE kind = $1 AND old_id = $2 AND "
                                     "valid_from <= $3 ORDER BY valid_from DESC LIMIT 1"));
    select->bind(1, kind_text(old_name));
    select->bind(2, old_name.id);
    select->bind(3, as_of.value);
    TAMGA_ASSIGN(const bool found, select->step());
    if (!found) return std::nullopt;
    return std::string(select->text(0));
}

Result<std::vector<Store::Redirect>> Store::redirects(JournalPos as_of) {
    TAMGA_ASSIGN(Query select, query("SELECT kind, old_id, new_id FROM redirects WHERE valid_from <= $1 "
                                     "ORDER BY kind, old_id, valid_from"));
    select->bind(1, as_of.value);
    std::vector<Redirect> found;
    for (;;) {
        TAMGA_ASSIGN(const bool row, select->step());
        if (!row) return found;
        const auto kind = kind_named(select->text(0));
        if (!kind)
            return fail(ErrorCode::corrupt, "read redirects", "a redirect is of a kind that is not known");
        found.push_back({{*kind, std::string(select->text(1))}, std::string(select->text(2))});
    }
}

Result<void> Store::put_redaction(JournalPos erased, JournalPos pos) {
    TAMGA_ASSIGN(Query insert, query("INSERT INTO redactions (erased, pos) VALUES ($1, $2)"));
    insert->bind(1, erased.value);
    insert->bind(2, pos.value);
    TAMGA_TRY(insert->step());
    return {};
}

Result<void> Store::put_assent(const Assent& assent) {
    TAMGA_ASSIGN(Query insert, query("INSERT INTO assents (version, party, valid_from, valid_until, answer) "
                                     "VALUES ($1, $2, $3, $4, $5)"));
    insert->bind(1, assent.version.value);
    insert->bind(2, assent.party);
    insert->bind(3, assent.pos.value);
    insert->bind(4, assent.until ? assent.until->value : kOpen);
    insert->bind(5, assent.answer);
    TAMGA_TRY(insert->step());
    return {};
}

Result<void> Store::end_assent(JournalPos version, const std::string& party, JournalPos at) {
    TAMGA_ASSIGN(Query update, query("UPDATE assents SET valid_until = $3 WHERE version = $1 AND party = $2 "
                                     "AND valid_until = $4"));
    update->bind(1, version.value);
    update->bind(2, party);
    update->bind(3, at.value);
    update->bind(4, kOpen);
    TAMGA_TRY(update->step());
    return {};
}

Result<std::vector<Assent>> Store::assents(JournalPos version, JournalPos as_of) {
    std::vector<Assent> found;
    // No entry of an older Tamga is an assent.
    TAMGA_ASSIGN(const std::int64_t step, schema_step());
    if (step < kAssentsMade) return found;
    TAMGA_ASSIGN(Query select, query("SELECT party, answer, valid_from, valid_until FROM assents WHERE "
                                     "version = $1 AND valid_from <= $2 ORDER BY valid_from"));
    select->bind(1, version.value);
    select->bind(2, as_of.value);
    for (;;) {
        TAMGA_ASSIGN(const bool row, select->step());
        if (!row) return found;
        Assent assent{version,
                      std::string(select->text(0)),
                      std::string(select->text(1)),
                      {select->integer(2)},
                      std::nullopt};
        if (const std::int64_t until = select->integer(3); until <= as_of.value)
            assent.until = JournalPos{until};
        found.push_back(std::move(assent));
    }
}

Result<bool> Store::has_assents(JournalPos as_of) {
    TAMGA_ASSIGN(const std::int64_t step, schema_step());
    if (step < kAssentsMade) return false;
    TAMGA_ASSIGN(Query select, query("SELECT 1 FROM assents WHERE valid_from <= $1 LIMIT 1"));
    select->bind(1, as_of.value);
    return select->step();
}

Result<void> Store::put_key(const Key& key) {
    TAMGA_ASSIGN(Query insert, query("INSERT INTO keys (key, party, valid_from, valid_until) "
                                     "VALUES ($1, $2, $3, $4)"));
    insert->bind(1, key.key);
    insert->bind(2, key.party);
    insert->bind(3, key.from.value);
    insert->bind(4, key.until ? key.until->value : kOpen);
    TAMGA_TRY(insert->step());
    return {};
}

Result<void> Store::end_key(const std::string& key, JournalPos at) {
    TAMGA_ASSIGN(Query update, query("UPDATE keys SET valid_until = $2 WHERE key = $1 AND valid_until = $3"));
    update->bind(1, key);
    update->bind(2, at.value);
    update->bind(3, kOpen);
    TAMGA_TRY(update->step());
    return {};
}

Result<std::optional<Key>> Store::key(const std::string& key, JournalPos as_of) {
    TAMGA_ASSIGN(const std::int64_t step, schema_step());
    if (step < kKeysMade) return std::nullopt;
    TAMGA_ASSIGN(Query select, query("SELECT party, valid_from, valid_until FROM keys WHERE key = $1 AND "
                                     "valid_from <= $2"));
    select->bind(1, key);
    select->bind(2, as_of.value);
    TAMGA_ASSIGN(const bool found, select->step());
    if (!found) return std::nullopt;
    Key known{key, std::string(select->text(0)), {select->integer(1)}, std::nullopt};
    if (const std::int64_t until = select->integer(2); until <= as_of.value) known.until = JournalPos{until};
    return std::optional(std::move(known));
}

Result<void> Store::put_seal(const Seal& seal) {
    TAMGA_ASSIGN(Query insert, query("INSERT INTO seals (signed, pos, key) VALUES ($1, $2, $3)"));
    insert->bind(1, seal.of.value);
    insert->bind(2, seal.pos.value);
    insert->bind(3, seal.key);
    TAMGA_TRY(insert->step());
    return {};
}

Result<std::vector<Seal>> Store::seals(JournalPos of, JournalPos as_of) {
    std::vector<Seal> found;
    TAMGA_ASSIGN(const std::int64_t step, schema_step());
    if (step < kKeysMade) return found;
    TAMGA_ASSIGN(Query select,
                 query("SELECT pos, key FROM seals WHERE signed = $1 AND pos <= $2 ORDER BY pos"));
    select->bind(1, of.value);
    select->bind(2, as_of.value);
    for (;;) {
        TAMGA_ASSIGN(const bool row, select->step());
        if (!row) return found;
        found.push_back({of, {select->integer(0)}, std::string(select->text(1))});
    }
}

Result<void> Store::put_list_row(const RecordId& name, JournalPos from, std::string_view row, bool is_first) {
    if (!is_first) {
        TAMGA_ASSIGN(Query select,
                     query("SELECT row FROM listed WHERE kind = $1 AND id = $2 AND valid_until = $3 "
                           "ORDER BY valid_from DESC LIMIT 1"));
        select->bind(1, kind_text(name));
        select->bind(2, name.id);
        select->bind(3, kOpen);
        TAMGA_ASSIGN(const bool found, select->step());
        if (found && select->text(0) == row) return {};
    }
    if (!is_first) TAMGA_TRY(end_list_row(name, from));
    TAMGA_ASSIGN(Query insert, query("INSERT INTO listed (kind, id, valid_from, valid_until, row) "
                                     "VALUES ($1, $2, $3, $4, $5)"));
    insert->bind(1, kind_text(name));
    insert->bind(2, name.id);
    insert->bind(3, from.value);
    insert->bind(4, kOpen);
    insert->bind_blob(5, row);
    TAMGA_TRY(insert->step());
    return {};
}

Result<void> Store::end_list_row(const RecordId& name, JournalPos at) {
    TAMGA_ASSIGN(Query update, query("UPDATE listed SET valid_until = $3 WHERE kind = $1 AND id = $2 AND "
                                     "valid_until = $4"));
    update->bind(1, kind_text(name));
    update->bind(2, name.id);
    update->bind(3, at.value);
    update->bind(4, kOpen);
    TAMGA_TRY(update->step());
    return {};
}

Result<std::string> Store::folded_by() {
    TAMGA_ASSIGN(const std::int64_t step, schema_step());
    if (step < kListedMade) return std::string();
    TAMGA_ASSIGN(Query select, query("SELECT version FROM folded"));
    TAMGA_ASSIGN(const bool found, select->step());
    return found ? std::string(select->text(0)) : std::string();
}

Result<void> Store::set_folded_by(std::string_view version) {
    TAMGA_ASSIGN(Query update, query("UPDATE folded SET version = $1"));
    update->bind(1, version);
    TAMGA_TRY(update->step());
    return {};
}

Result<void> Store::list_rows(Kind kind, JournalPos as_of, std::string_view after,
                              const std::function<bool(std::string_view id, std::string_view row)>& take) {
    TAMGA_ASSIGN(Query select, query("SELECT id, row FROM listed WHERE kind = $1 AND id > $2 AND "
                                     "valid_from <= $3 AND valid_until > $3 ORDER BY id"));
    select->bind(1, info(kind).name);
    select->bind(2, after);
    select->bind(3, as_of.value);
    for (;;) {
        TAMGA_ASSIGN(const bool row, select->step());
        if (!row || !take(select->text(0), select->text(1))) return {};
    }
}

Result<std::optional<std::string>> Store::list_row(const RecordId& name, JournalPos as_of) {
    TAMGA_ASSIGN(Query select,
                 query("SELECT row FROM listed WHERE kind = $1 AND id = $2 AND valid_from <= $3 AND "
                       "valid_until > $3"));
    select->bind(1, kind_text(name));
    select->bind(2, name.id);
    select->bind(3, as_of.value);
    TAMGA_ASSIGN(const bool found, select->step());
    if (!found) return std::nullopt;
    return std::string(select->text(0));
}

Result<void> Store::linking_rows(const RecordId& to, Kind kind, std::string_view field, JournalPos as_of,
                                 std::size_t most,
                                 const std::function<bool(std::string_view id, std::string_view row)>& take) {
    TAMGA_ASSIGN(
        Query select,
        query("SELECT l.from_id, r.row FROM links l JOIN listed r ON r.kind = l.from_kind AND r.id = "
              "l.from_id AND r.valid_from <= $5 AND r.valid_until > $5 WHERE l.to_kind = $1 AND "
              "l.to_id = $2 AND l.from_kind = $3 AND l.field = $4 AND l.valid_from <= $5 AND "
              "l.valid_until > $5 ORDER BY l.from_id LIMIT $6"));
    select->bind(1, kind_text(to));
    select->bind(2, to.id);
    select->bind(3, info(kind).name);
    select->bind(4, field);
    select->bind(5, as_of.value);
    select->bind(6, static_cast<std::int64_t>(std::min<std::size_t>(most, kOpen)));
    for (;;) {
        TAMGA_ASSIGN(const bool row, select->step());
        if (!row || !take(select->text(0), select->text(1))) return {};
    }
}

Result<std::vector<Store::Redaction>> Store::redactions(std::optional<JournalPos> erased) {
    TAMGA_ASSIGN(const std::int64_t step, schema_step());
    if (step < 3)
        return fail(ErrorCode::conflict, "read what was erased", "the database is of an older Tamga",
                    "let a command write to it, such as: tamga rebuild");
    TAMGA_ASSIGN(Query select, query("SELECT erased, pos FROM redactions WHERE erased >= $1 AND erased <= $2 "
                                     "ORDER BY erased, pos"));
    select->bind(1, erased ? erased->value : 0);
    select->bind(2, erased ? erased->value : kOpen);
    std::vector<Redaction> found;
    for (;;) {
        TAMGA_ASSIGN(const bool row, select->step());
        if (!row) return found;
        found.push_back({{select->integer(0)}, {select->integer(1)}});
    }
}

Result<void> Store::put_judged(const std::string& commitment, JournalPos from,
                               const std::optional<std::string>& days) {
    TAMGA_ASSIGN(Query end, query("UPDATE judged SET valid_until = $3 WHERE id = $1 AND valid_until = $2"));
    end->bind(1, commitment);
    end->bind(2, kOpen);
    end->bind(3, from.value);
    TAMGA_TRY(end->step());
    if (!days) return {};
    TAMGA_ASSIGN(Query insert,
                 query("INSERT INTO judged (id, valid_from, valid_until, days) VALUES ($1, $2, $3, $4)"));
    insert->bind(1, commitment);
    insert->bind(2, from.value);
    insert->bind(3, kOpen);
    insert->bind(4, *days);
    TAMGA_TRY(insert->step());
    return {};
}

Result<void> Store::take_back_judged(const std::string& commitment, JournalPos from) {
    TAMGA_ASSIGN(Query remove,
                 query("DELETE FROM judged WHERE id = $1 AND valid_until = $2 AND valid_from = $3"));
    remove->bind(1, commitment);
    remove->bind(2, kOpen);
    remove->bind(3, from.value);
    TAMGA_TRY(remove->step());
    TAMGA_ASSIGN(Query go_on, query("UPDATE judged SET valid_until = $2 WHERE id = $1 AND valid_until = $3"));
    go_on->bind(1, commitment);
    go_on->bind(2, kOpen);
    go_on->bind(3, from.value);
    TAMGA_TRY(go_on->step());
    return {};
}

Result<void> Store::add_to_tallies(Kind kind, std::span<const TallyChange> changes, JournalPos from) {
    const auto bind = [&](Query& statement, const TallyChange& change) {
        statement->bind(1, info(kind).name);
        statement->bind(2, change.field);
        statement->bind(3, change.value);
        statement->bind(4, kOpen);
    };
    struct Now {
        std::int64_t n = 0, since = 0;
    };
    const auto read = [&](const TallyChange& change) -> Result<Now> {
        TAMGA_ASSIGN(Query select,
                     query("SELECT n, valid_from FROM tallies WHERE kind = $1 AND field = $2 AND "
                           "value = $3 AND valid_until = $4"));
        bind(select, change);
        TAMGA_ASSIGN(const bool found, select->step());
        return found ? Now{select->integer(0), select->integer(1)} : Now();
    };
    // All that is read before all that is written: see WriteBehind.
    std::vector<Now> before, held;
    for (const TallyChange& change : changes) {
        TAMGA_ASSIGN(const Now now, read(change));
        before.push_back(now);
    }
    // An earlier batch of the same time may have counted, and ended what held before it.
    const auto counted = [&](const Now& now) { return now.n == 0 || now.since == from.value; };
    for (std::size_t i = 0; i < changes.size(); ++i) {
        if (!counted(before[i])) continue;
        TAMGA_ASSIGN(Query remove,
                     query("DELETE FROM tallies WHERE kind = $1 AND field = $2 AND value = $3 AND "
                           "valid_until = $4"));
        bind(remove, changes[i]);
        TAMGA_TRY(remove->step());
        TAMGA_ASSIGN(Query go_on,
                     query("UPDATE tallies SET valid_until = $4 WHERE kind = $1 AND field = $2 AND "
                           "value = $3 AND valid_until = $5"));
        bind(go_on, changes[i]);
        go_on->bind(5, from.value);
        TAMGA_TRY(go_on->step());
    }
    held = before;
    for (std::size_t i = 0; i < changes.size(); ++i) {
        if (!counted(before[i])) continue;
        TAMGA_ASSIGN(held[i], read(changes[i]));
    }
    for (std::size_t i = 0; i < changes.size(); ++i) {
        const std::int64_t now = before[i].n + changes[i].more;
        if (held[i].n == now) continue;
        TAMGA_ASSIGN(Query end,
                     query("UPDATE tallies SET valid_until = $5 WHERE kind = $1 AND field = $2 AND "
                           "value = $3 AND valid_until = $4"));
        bind(end, changes[i]);
        end->bind(5, from.value);
        TAMGA_TRY(end->step());
        if (now == 0) continue;
        TAMGA_ASSIGN(Query insert,
                     query("INSERT INTO tallies (kind, field, value, valid_until, valid_from, n) "
                           "VALUES ($1, $2, $3, $4, $5, $6)"));
        bind(insert, changes[i]);
        insert->bind(5, from.value);
        insert->bind(6, now);
        TAMGA_TRY(insert->step());
    }
    return {};
}

Result<std::vector<std::pair<std::string, std::int64_t>>> Store::tallies(Kind kind, std::string_view field,
                                                                         JournalPos as_of) {
    TAMGA_ASSIGN(Query select, query("SELECT value, n FROM tallies WHERE kind = $1 AND field = $2 AND "
                                     "valid_until > $3 AND valid_from <= $3"));
    select->bind(1, info(kind).name);
    select->bind(2, field);
    select->bind(3, as_of.value);
    std::vector<std::pair<std::string, std::int64_t>> found;
    for (;;) {
        TAMGA_ASSIGN(const bool row, select->step());
        if (!row) return found;
        found.emplace_back(select->text(0), select->integer(1));
    }
}

Result<bool> Store::is_settled(JournalPos pos) {
    TAMGA_ASSIGN(const std::int64_t step, folded_step());
    if (step < kJudgedMade) return false;
    TAMGA_ASSIGN(Query select, query("SELECT count(*) FROM entries e JOIN entries n ON n.pos = e.pos + 1 "
                                     "AND n.time = e.time WHERE e.pos = $1"));
    select->bind(1, pos.value);
    TAMGA_TRY(select->step());
    return select->integer(0) == 0;
}

Result<std::optional<std::string>> Store::judged(const std::string& commitment, JournalPos as_of) {
    TAMGA_ASSIGN(Query select, query("SELECT days, valid_from FROM judged WHERE id = $1 AND valid_until > $2 "
                                     "ORDER BY valid_until LIMIT 1"));
    select->bind(1, commitment);
    select->bind(2, as_of.value);
    TAMGA_ASSIGN(const bool found, select->step());
    if (!found || select->integer(1) > as_of.value) return std::nullopt;
    return std::string(select->text(0));
}

Result<void> Store::each_judged(JournalPos as_of,
                                const std::function<void(std::string_view id, std::string_view days)>& take) {
    TAMGA_ASSIGN(const JournalPos newest, head());
    // What holds now stands together, and in order.
    TAMGA_ASSIGN(Query select, as_of == newest
                                   ? query("SELECT id, days FROM judged WHERE valid_until = $1 ORDER BY id")
                                   : query("SELECT id, days FROM judged WHERE valid_until > $1 AND "
                                           "valid_from <= $1 ORDER BY id"));
    select->bind(1, as_of == newest ? kOpen : as_of.value);
    for (;;) {
        TAMGA_ASSIGN(const bool row, select->step());
        if (!row) return {};
        take(select->text(0), select->text(1));
    }
}

Result<void> Store::end_link(const RecordId& from_record, const Link& link, JournalPos at) {
    TAMGA_ASSIGN(Query update, query("UPDATE links SET valid_until = $6 WHERE to_kind = $1 AND to_id = "
                                     "$2 AND from_kind = $3 AND from_id = $4 "
                                     "AND field = $5 AND valid_until = $7"));
    bind_link(*update.operator->(), from_record, link);
    update->bind(6, at.value);
    update->bind(7, kOpen);
    TAMGA_TRY(update->step());
    return {};
}

Result<void> Store::start_link(const RecordId& from_record, const Link& link, JournalPos at) {
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

}  // namespace tamga::store
