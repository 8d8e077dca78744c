#pragma once

#include <functional>
#include <vector>

#include "model/record.hpp"
#include "store/store.hpp"

// Which records bear on a commitment: what its status is derived from. Told by links alone and in one place,
// so that those who read and those who fold judge by the same.

namespace tamga::journal {

/// A record's own links at `as_of`, none if it is not there or was withdrawn: those of its body, to records
/// as they are called then. Bodies are read from `journal`; what holds when is told by `known`, which may be
/// the same store. Errors: the stores'.
Result<std::vector<Link>> links_at(store::Store& journal, store::Store& known, const RecordId& record,
                                   store::JournalPos as_of);

/// All that bears on a commitment at `as_of`, each once, withdrawn records not among it: reports and
/// assessments of it, projects that serve it, updates and statements about it, its results, and the
/// observations of the series among these. The stores are those of links_at(). Errors: the stores'.
Result<std::vector<store::Version>> evidence_of(store::Store& journal, store::Store& known,
                                                const RecordId& commitment, store::JournalPos as_of);

/// The other way round: whether a record of the kind may bear on a commitment.
bool may_bear(Kind kind);

/// The commitments on which a record bears by its own links.
std::vector<RecordId> borne_by_links(const RecordId& record, const std::vector<Link>& links);

/// The series by which a record bears on commitments: an observation's.
std::vector<RecordId> series_of(const RecordId& record, const std::vector<Link>& links);

/// The commitments that have the record among their results. Errors: the store's.
Result<std::vector<RecordId>> having_as_result(store::Store& store, const RecordId& record,
                                               store::JournalPos as_of);

}  // namespace tamga::journal
