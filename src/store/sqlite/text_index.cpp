#include "store/sqlite/text_index.hpp"

namespace tamga::store {

namespace {

std::string expression(const i18n::Sought& sought, TextIndex::Where where) {
    // Words are letters and digits, so that nothing in them means anything to FTS5.
    std::string all;
    for (const i18n::Sought::Term& term : sought.terms) {
        all += all.empty() ? "\"" : " AND \"";
        for (const std::string& word : term.words) {
            if (&word != &term.words.front()) all += ' ';
            all += word;
        }
        all += term.is_prefix ? "\" *" : "\"";
    }
    switch (where) {
        case TextIndex::Where::anywhere:
            break;
        case TextIndex::Where::in_title:
            return "title : (" + all + ")";
        case TextIndex::Where::not_all_in_title:
            return "(" + all + ") NOT (title : (" + all + "))";
    }
    return all;
}

}  // namespace

const TextIndex& sqlite_text_index() {
    // CROSS JOIN: the words first, whatever the planner thinks; each text is then one look-up by its number.
    // Every row is told and counted by who reads them: SQLite would sort for GROUP BY, which takes longer
    // than all the rest. $3 and $4 stand there so that they may be bound.
    static constexpr TextIndex kIndex{
        .add = "INSERT INTO text_index (rowid, title, words) VALUES ($1, $2, $3)",
        .clear = "INSERT INTO text_index (text_index) VALUES ('delete-all')",
        .newest =
            "SELECT t.kind, w.rowid, 1 FROM text_index w CROSS JOIN texts t ON t.pos = w.rowid "
            "WHERE text_index MATCH $1 AND w.rowid <= $2 AND t.valid_until > $2 AND $3 >= 0 AND $4 >= 0 "
            "ORDER BY w.rowid DESC",
        .ids =
            "SELECT t.id FROM text_index w CROSS JOIN texts t ON t.pos = w.rowid WHERE text_index MATCH $1 "
            "AND w.rowid <= $2 AND t.valid_until > $2 AND t.kind = $3",
        .all = "SELECT term, doc, col, offset FROM text_index_words",
        .expression = expression,
    };
    return kIndex;
}

}  // namespace tamga::store
