#pragma once

#include <string>

#include "store/store.hpp"

// Keys and seals of parties.

namespace tamga::journal {

/// The id that the party now has whose key it is at `as_of`; empty if it is nobody's, or was revoked. Errors:
/// the store's.
Result<std::string> holder_of(store::Store& store, const std::string& key, store::JournalPos as_of);

}  // namespace tamga::journal
