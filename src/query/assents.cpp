#include "query/assents.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "journal/assent.hpp"
#include "journal/fold.hpp"
#include "query/register.hpp"

namespace tamga::query {

using journal::Answer;

const Word* Assents::of(std::string_view party) const {
    const auto found = std::ranges::find(given, party, &Word::party);
    return found == given.end() ? nullptr : &*found;
}

std::string_view name(Assents::State state) {
    switch (state) {
        case Assents::State::recorded:
            return "recorded";
        case Assents::State::waiting:
            return "waiting";
        case Assents::State::agreed:
            return "agreed";
        case Assents::State::objected:
            return "objected";
    }
    std::unreachable();
}

void settle(Assents& assents) {
    std::size_t objecting = 0;
    assents.agreed = 0;
    for (const std::string& party : assents.needed) {
        const Word* const word = assents.of(party);
        if (!word) continue;
        ++(word->answer == Answer::no ? objecting : assents.agreed);
    }
    if (assents.needed.empty())
        assents.state = Assents::State::recorded;
    else if (assents.agreed >= assents.enough)
        assents.state = Assents::State::agreed;
    else if (assents.needed.size() - objecting < assents.enough)
        assents.state = Assents::State::objected;
    else
        assents.state = Assents::State::waiting;
}

Result<std::vector<Word>> View::said_of(JournalPos version) const {
    TAMGA_ASSIGN(const auto given, reader_->assents(version, as_of_));
    std::vector<Word> words;
    for (const store::Assent& one : given) {
        TAMGA_ASSIGN(const journal::Header header, journal::header_at(*reader_, one.pos));
        if (public_by_ && Date::of_unix_time(header.time) > *public_by_) continue;
        TAMGA_ASSIGN(RecordId party, journal::resolve(*reader_, {Kind::party, one.party}, as_of_));
        Word word{.party = std::move(party.id),
                  .answer = header.answer,
                  .pos = one.pos,
                  .time = header.time,
                  .author = header.author.text()};
        if (!header.payload_hash.empty()) {
            TAMGA_ASSIGN(const auto payload, reader_->payload(one.pos));
            word.erased = !payload;
            if (payload) {
                TAMGA_ASSIGN(const Json body, journal::body_of(one.pos, header, *payload));
                word.words = journal::assent_words(body);
            }
        }
        // The party's later word takes the place of this one; by a day the later may not yet have been said.
        for (Word& before : words)
            if (before.party == word.party) before.holds = false;
        words.push_back(std::move(word));
    }
    return words;
}

Result<Assents> View::assents(const RecordId& name) const {
    Assents assents;
    TAMGA_ASSIGN(const journal::Asked asked, journal::asked_of(*reader_, name, as_of_));
    if (asked.parties.empty()) return assents;
    // A register of one who only watches asks nobody. That is told by the journal alone, so that a page stays
    // a function of it: by the mechanism's rule, or by anybody's word.
    if (!asked.stated) {
        TAMGA_ASSIGN(const bool ever, reader_->has_assents(as_of_));
        if (!ever) return assents;
    }
    TAMGA_ASSIGN(const auto version, reader_->version(name, as_of_));
    if (!version) return assents;
    assents.version = version->payload;
    assents.needed = asked.parties;
    assents.enough = asked.enough;
    TAMGA_ASSIGN(assents.given, said_of(version->payload));
    std::erase_if(assents.given, [](const Word& word) { return !word.holds; });
    settle(assents);
    return assents;
}

}  // namespace tamga::query
