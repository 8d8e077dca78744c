#include "store/postgres/text_index.hpp"

#include "store/store.hpp"

namespace tamga::store {

namespace {

/// PostgreSQL keeps no longer words, and takes none in a search: who looks for one finds nothing, by what is
/// no word.
constexpr std::size_t kLongestWord = 2046;

/// One term as a tsquery: words that follow one another. Words are letters and digits, so that nothing in
/// them means anything to PostgreSQL.
std::string term_text(const i18n::Sought::Term& term, bool in_title) {
    std::string text;
    for (const std::string& word : term.words) {
        const bool prefix = term.is_prefix && &word == &term.words.back();
        text += (text.empty() ? "'" : " <-> '") +
                std::string(word.size() > kLongestWord ? kTextsPart : word) + "'";
        if (prefix || in_title) text += std::string(":") + (prefix ? "*" : "") + (in_title ? "A" : "");
    }
    return "(" + text + ")";
}

std::string expression(const i18n::Sought& sought, TextIndex::Where where) {
    const auto all = [&](bool in_title) {
        std::string text;
        for (const i18n::Sought::Term& term : sought.terms)
            text += (text.empty() ? "" : " & ") + term_text(term, in_title);
        return "(" + text + ")";
    };
    switch (where) {
        case TextIndex::Where::anywhere:
            break;
        case TextIndex::Where::in_title:
            return all(true);
        case TextIndex::Where::not_all_in_title:
            return all(false) + " & !" + all(true);
    }
    return all(false);
}

}  // namespace

const TextIndex& postgres_text_index() {
    static constexpr TextIndex kIndex{
        .add = "INSERT INTO text_index (pos, title, words) VALUES ($1, $2, $3)",
        .clear = "DELETE FROM text_index",
        .newest =
            "SELECT t.kind, t.pos, 1 FROM text_index w JOIN texts t ON t.pos = w.pos "
            "WHERE w.found @@ CAST($1 AS tsquery) AND w.pos <= $2 AND t.valid_until > $2 AND $3 >= 0 AND "
            "$4 >= 0 ORDER BY w.pos DESC",
        .ids =
            "SELECT t.id FROM text_index w JOIN texts t ON t.pos = w.pos WHERE w.found @@ CAST($1 AS "
            "tsquery) "
            "AND w.pos <= $2 AND t.valid_until > $2 AND t.kind = $3",
        // Of the texts themselves: what is searched is made of them by the table.
        .all =
            "SELECT a.word, w.pos, 'title', a.place - 1 FROM text_index w, unnest(string_to_array(w.title, "
            "' ')) WITH ORDINALITY a (word, place) UNION ALL SELECT a.word, w.pos, 'words', a.place - 1 FROM "
            "text_index w, unnest(string_to_array(w.words, ' ')) WITH ORDINALITY a (word, place) ORDER BY "
            "1, 2, 3, 4",
        .expression = expression,
    };
    return kIndex;
}

}  // namespace tamga::store
