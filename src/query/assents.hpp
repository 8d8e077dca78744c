#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "journal/entry.hpp"

namespace tamga::query {

/// What a party said of one version of a shared record.
struct Word {
    std::string party;  ///< By the id that it has now.
    journal::Answer answer = {};
    std::string words = {};  ///< What it said with it; empty if nothing, or if that was erased.
    bool erased = false;
    store::JournalPos pos = {};  ///< The entry that says it.
    std::int64_t time = 0;       ///< When, in seconds since 1970.
    std::string author = {};
    bool holds = true;  ///< False: it said another word about the version since.
};

/// Who has agreed to the newest version of a shared record, and who is still asked.
struct Assents {
    enum class State {
        recorded,  ///< Nobody's word is asked: no more is said of it.
        waiting,   ///< As many as are needed may still agree.
        agreed,    ///< As many as are needed have.
        objected,  ///< So many object that it cannot be agreed as it stands.
    };
    State state = State::recorded;
    store::JournalPos version = {};        ///< The entry whose payload the version is.
    std::vector<std::string> needed = {};  ///< Ids of those whose word is asked, sorted.
    std::size_t enough = 0;                ///< How many of them must agree.
    std::size_t agreed = 0;                ///< How many of them do, those with a reservation among them.
    std::vector<Word> given = {};          ///< What holds, oldest first; of parties not asked any more too.

    /// The party's word that holds; null if it has said none.
    const Word* of(std::string_view party) const;
};

/// "recorded", "waiting", "agreed", "objected".
std::string_view name(Assents::State state);

/// Counts the words that were given; the other members are told.
void settle(Assents& assents);

}  // namespace tamga::query
