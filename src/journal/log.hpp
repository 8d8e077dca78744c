#pragma once

#include "journal/entry.hpp"
#include "merkle/tree.hpp"
#include "store/store.hpp"

// The journal as those see it who only read.

namespace tamga::journal {

/// Gives the complete nodes that a store keeps. Errors: the store's; corrupt if one is missing.
merkle::Reader node_reader(store::Store& store);

/// Root of the tree of the first `size` entries (RFC 6962 2.1); of no entries: SHA-256 of nothing. Errors:
/// the store's; corrupt.
Result<store::Hash> root(store::Store& store, JournalPos size);

/// Checks all that can be known from the database alone, and calls `report` for each disagreement: the
/// database's own structure and its schema; every leaf, node, header and payload hash; that a payload is
/// missing only where a later entry says that it was erased, and is missing there; every kept file against
/// its hash and the payloads that name it; every table against a fresh fold of the journal. Reads one state,
/// whoever writes meanwhile. Memory is bounded (see store::open_scratch()) but for the names of kept files.
/// `beside` is another connection to the same database, on which its structure is checked meanwhile on
/// another thread. Gives the number of entries checked. Errors: the store's, where it cannot go on.
Result<std::int64_t> verify(store::Store& store, const store::Report& report, store::Store* beside = nullptr);

/// What a header tells of its payload: SHA-256 over salt and body, in hexadecimal (docs/formats/journal.md).
std::string hash_of(const store::Payload& payload);

/// The header of an entry that is kept. Errors: corrupt, with the position.
Result<Header> header_of(const store::Entry& entry);

/// The header of the entry at `pos`. Errors: the store's; corrupt where there is none, or it cannot be read.
Result<Header> header_at(store::Store& store, JournalPos pos);

/// The body that is kept for the entry at `pos`, if it is the one that its header tells: what was changed
/// behind the journal is not shown as if it were the record's. Errors: corrupt, with the position.
Result<Json> body_of(JournalPos pos, const Header& header, const store::Payload& payload);

}  // namespace tamga::journal
