#include "web/pages/assent.hpp"

#include <utility>

#include "query/assents.hpp"
#include "web/pages/seal.hpp"

namespace tamga::web {

using journal::Answer;
using query::Assents;
using query::Snapshot;
using query::Word;

namespace {

const char* label(Answer answer) {
    switch (answer) {
        case Answer::yes:
            return TAMGA_MSG("agrees to this text");
        case Answer::no:
            return TAMGA_MSG("objects to this text");
        case Answer::reservation:
            return TAMGA_MSG("agrees to this text with a reservation");
    }
    std::unreachable();
}

/// It speaks of the register's own text alone: of a treaty that was signed long ago nobody is to read that it
/// is only proposed.
std::string headline(const Page& page, const Assents& assents) {
    const auto number = [&](std::size_t count) { return page.language().number(std::to_string(count)); };
    const std::vector<std::string> counts{number(assents.agreed), number(assents.needed.size())};
    if (assents.given.empty())
        return page.say("No party has yet given its word on the text of this record in this register.");
    if (assents.state == Assents::State::objected)
        return page.language().format(
            "The text of this record in this register: agreed by {1} of {2} parties. Because of "
            "objections it cannot be agreed as it stands.",
            counts);
    return page.language().format("The text of this record in this register: agreed by {1} of {2} parties.",
                                  counts);
}

/// A row without a word: the party is asked, and need not answer.
Json row_of(Page& page, const std::string& party) {
    return {{"said_by", page.link({Kind::party, party})},
            {"said_what", page.say("has not given its word on this text")},
            {"said_when", ""},
            {"said_words", nullptr},
            {"said_erased", false},
            {"said_at", ""},
            {"seals", Json::array()}};
}

Json row_of(Page& page, const Word& word) {
    Json row = row_of(page, word.party);
    row["said_what"] = page.say(label(word.answer));
    row["said_when"] = page.time_text(word.time);
    if (!word.words.empty()) row["said_words"] = page.as_written(word.words);
    row["said_erased"] = word.erased;
    row["seals"] = seals_context(page, word.pos);
    row["said_at"] = page.language().format("journal position {1}",
                                            {page.language().number(std::to_string(word.pos.value))});
    return row;
}

Json word_data(Page& page, const Word& word) {
    Json out{{"party", word.party},
             {"answer", journal::name(word.answer)},
             {"position", word.pos.value},
             {"time", utc_text(word.time)},
             {"author", word.author}};
    if (!word.words.empty()) out["words"] = word.words;
    if (word.erased) out["redacted"] = true;
    if (Json seals = seals_data(page, word.pos); !seals.empty()) out["seals"] = std::move(seals);
    return out;
}

/// What the register knows of it; recorded if that cannot be read, which the page then tells.
Assents assents_of(Page& page, const Snapshot& record) {
    auto assents = page.view().assents(record.name);
    if (assents) return *std::move(assents);
    page.failed(assents.error());
    return {};
}

std::vector<Word> said_of(Page& page, const Snapshot& version) {
    // A renaming is a version of the same text.
    if (version.withdrawn || version.payload != version.from) return {};
    auto said = page.view().said_of(version.payload);
    if (said) return *std::move(said);
    page.failed(said.error());
    return {};
}

}  // namespace

Json assent_context(Page& page, const Snapshot& record) {
    const Assents assents = assents_of(page, record);
    if (assents.state == Assents::State::recorded) return nullptr;
    const auto number = [&](std::size_t count) { return page.language().number(std::to_string(count)); };
    Json rows = Json::array();
    for (const std::string& party : assents.needed) {
        const Word* const word = assents.of(party);
        rows.push_back(word ? row_of(page, *word) : row_of(page, party));
    }
    page.sort_by_name(rows, "said_by");
    return {
        {"assent_text", headline(page, assents)},
        {"assent_rule", assents.enough < assents.needed.size()
                            ? page.language().format("By the mechanism's rule {1} of {2} parties are enough.",
                                                     {number(assents.enough), number(assents.needed.size())})
                            : std::string()},
        {"assent_href", page.href("/desk/assent" + page.record_path(record.name))},
        {"said", std::move(rows)}};
}

Json assent_data(Page& page, const Snapshot& record) {
    const Assents assents = assents_of(page, record);
    if (assents.state == Assents::State::recorded) return nullptr;
    Json given = Json::array();
    for (const Word& word : assents.given) given.push_back(word_data(page, word));
    return {{"state", query::name(assents.state)},
            {"version", assents.version.value},
            {"needed", assents.needed},
            {"enough", assents.enough},
            {"agreed", assents.agreed},
            {"given", std::move(given)}};
}

Json said_context(Page& page, const Snapshot& version) {
    Json rows = Json::array();
    for (const Word& word : said_of(page, version)) rows.push_back(row_of(page, word));
    return rows;
}

Json said_data(Page& page, const Snapshot& version) {
    Json rows = Json::array();
    for (const Word& word : said_of(page, version)) rows.push_back(word_data(page, word));
    return rows;
}

}  // namespace tamga::web
