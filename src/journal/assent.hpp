#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "model/record.hpp"
#include "store/store.hpp"

// Whose word a shared record needs: the published rule, in one place for those who write and those who read.

namespace tamga::journal {

/// Whose word is asked of a shared record, and how many are enough.
struct Asked {
    std::vector<std::string> parties;  ///< Ids, sorted, each once.
    std::size_t enough = 0;            ///< How many of them must agree; 0 where none is asked.
    bool stated = false;               ///< The mechanism says how many: its records are proposals.
};

/// Of the record as it stands at `as_of`. The parties are those of its mechanism, but an instrument's own
/// where it names them (a provision's are its instrument's), and those that a commitment is by and to. How
/// many of them must agree the mechanism's `assent_rule` says; without one all must, and to the mechanism
/// itself always. A record that is not shared, or not there, asks for nobody's. Errors: the store's.
Result<Asked> asked_of(store::Store& store, const RecordId& name, store::JournalPos as_of);

/// How many of so many parties must agree by the rule in a mechanism's body.
std::size_t enough_by(const Json& mechanism, std::size_t parties);

/// The body of the payload that holds what is said with an assent, and the reverse (empty if there is none).
/// Errors: invalid_input where it is no UTF-8.
Result<std::string> assent_body(const std::string& words);
std::string assent_words(const Json& body);

}  // namespace tamga::journal
