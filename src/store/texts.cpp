// The words by which records are found: a projection as the others are, with an index that each database
// keeps in its own way.

#include <algorithm>
#include <limits>
#include <utility>

#include "crypto/sha256.hpp"
#include "store/sql.hpp"
#include "store/store.hpp"

namespace tamga::store {

namespace {

/// The step of the schema that made `texts`.
constexpr std::int64_t kTextsMade = 7;

constexpr std::int64_t kOpen = std::numeric_limits<std::int64_t>::max();

/// Tells whether a text is the one before, which is kept as an index only.
std::string digest_of(const Text& text) {
    constexpr std::size_t kDigestBytes = 16;
    const Hash hash = crypto::sha256(text.title + "\n", text.words);
    return std::string(crypto::bytes(hash).substr(0, kDigestBytes));
}

}  // namespace

Result<void> Store::put_text(const RecordId& name, JournalPos from, const Text& text, bool is_first) {
    if (is_first && text.empty()) return {};
    const std::string_view kind = info(name.kind).name;
    const std::string digest = digest_of(text);
    if (!is_first) {
        TAMGA_ASSIGN(Query last,
                     query("SELECT pos, valid_until, digest FROM texts WHERE kind = $1 AND id = $2 "
                           "ORDER BY pos DESC LIMIT 1"));
        last->bind(1, kind);
        last->bind(2, name.id);
        TAMGA_ASSIGN(const bool found, last->step());
        if (found && last->integer(1) == kOpen) {
            if (last->text(2) == digest) return {};
            TAMGA_ASSIGN(Query end, query("UPDATE texts SET valid_until = $2 WHERE pos = $1"));
            end->bind(1, last->integer(0));
            end->bind(2, from.value);
            TAMGA_TRY(end->step());
        }
    }
    if (text.empty()) return {};
    TAMGA_ASSIGN(Query insert,
                 query("INSERT INTO texts (pos, kind, id, valid_until, digest) VALUES ($1, $2, $3, $4, $5)"));
    insert->bind(1, from.value);
    insert->bind(2, kind);
    insert->bind(3, name.id);
    insert->bind(4, kOpen);
    insert->bind_blob(5, digest);
    TAMGA_TRY(insert->step());
    TAMGA_ASSIGN(Query add, query(connection_->text_index().add));
    add->bind(1, from.value);
    add->bind(2, text.title);
    add->bind(3, text.words);
    TAMGA_TRY(add->step());
    return {};
}

Result<void> Store::check_has_texts() {
    TAMGA_ASSIGN(const std::int64_t step, folded_step());
    if (step >= kTextsMade) return {};
    return fail(ErrorCode::conflict, "search", "the database is of an older Tamga, which kept no words",
                "let a command write to it, such as: tamga rebuild");
}

Result<std::vector<Store::FoundTexts>> Store::find_texts(const i18n::Sought& sought, bool in_title,
                                                         JournalPos as_of, JournalPos before,
                                                         std::size_t most) {
    TAMGA_TRY(check_has_texts());
    const TextIndex& index = connection_->text_index();
    const std::string expression =
        index.expression(sought, in_title ? TextIndex::Where::in_title : TextIndex::Where::not_all_in_title);
    TAMGA_ASSIGN(Query select, query(index.newest));
    select->bind(1, expression);
    select->bind(2, as_of.value);
    select->bind(3, static_cast<std::int64_t>(most));
    select->bind(4, before.value);
    std::vector<FoundTexts> found;
    FoundTexts* last = nullptr;
    for (;;) {
        TAMGA_ASSIGN(const bool row, select->step());
        if (!row) break;
        const std::string_view name = select->text(0);
        if (!last || info(last->kind).name != name) {
            const auto kind = kind_named(name);
            if (!kind) return fail(ErrorCode::corrupt, "search", "a text is of a kind that is not known");
            auto known = std::ranges::find(found, *kind, &FoundTexts::kind);
            if (known == found.end()) known = found.insert(known, {*kind, 0, {}});
            last = &*known;
        }
        last->count += select->integer(2);
        if (const JournalPos pos{select->integer(1)}; pos < before && last->newest.size() < most)
            last->newest.push_back(pos);
    }
    std::ranges::sort(found, {}, &FoundTexts::kind);
    return found;
}

Result<void> Store::ids_with(const i18n::Sought& sought, Kind kind, JournalPos as_of,
                             const std::function<void(std::string_view id)>& take) {
    TAMGA_TRY(check_has_texts());
    const TextIndex& index = connection_->text_index();
    const std::string expression = index.expression(sought, TextIndex::Where::anywhere);
    TAMGA_ASSIGN(Query select, query(index.ids));
    select->bind(1, expression);
    select->bind(2, as_of.value);
    select->bind(3, info(kind).name);
    for (;;) {
        TAMGA_ASSIGN(const bool row, select->step());
        if (!row) return {};
        take(select->text(0));
    }
}

Result<std::optional<RecordId>> Store::text_of(JournalPos pos) {
    TAMGA_ASSIGN(Query select, query("SELECT kind, id FROM texts WHERE pos = $1"));
    select->bind(1, pos.value);
    TAMGA_ASSIGN(const bool found, select->step());
    if (!found) return std::nullopt;
    const auto kind = kind_named(select->text(0));
    if (!kind) return fail(ErrorCode::corrupt, "search", "a text is of a kind that is not known");
    return RecordId{*kind, std::string(select->text(1))};
}

}  // namespace tamga::store
