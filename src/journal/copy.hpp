#pragma once

#include "journal/writer.hpp"
#include "store/store.hpp"

namespace tamga::journal {

/// What was copied.
struct Copied {
    JournalPos head;
    store::Hash root;  ///< Of the tree of all entries, the same in both.
};

/// Copies a register, as it is at one moment, into a store that is empty, of whatever database: the entries,
/// payloads and files as they are; the Merkle nodes and the tables made anew from them. The root must then be
/// the one that `from` tells. All in one transaction: whole or nothing. `progress` may stop it. Errors: the
/// stores'; conflict if `to` holds a register already, or it was stopped; corrupt where an entry or a payload
/// is not what the journal says.
Result<Copied> copy(store::Store& from, store::Store& to, const Progress& progress = {});

}  // namespace tamga::journal
