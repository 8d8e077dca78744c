#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "journal/entry.hpp"
#include "store/store.hpp"

// Keys and seals of parties.

namespace tamga::journal {

/// The id that the party now has whose key it is at `as_of`; empty if it is nobody's, or was revoked. Errors:
/// the store's.
Result<std::string> holder_of(store::Store& store, const std::string& key, store::JournalPos as_of);

/// An entry that a party wrote and that has no seal of it.
struct Unsealed {
    JournalPos pos;
    Header header;
    std::string text = {};  ///< The header as it stands in the tree: what is signed.
};

/// What a party wrote and has not sealed, in the order of the journal: among the entries from `from` on, at
/// most `most` of them. `next` is where to go on looking; 0 where all were looked at. Errors: the store's.
struct Pending {
    std::vector<Unsealed> entries;
    JournalPos next = {};
};
Result<Pending> pending_of(store::Store& store, const std::string& party, JournalPos from, std::int64_t most);

}  // namespace tamga::journal
