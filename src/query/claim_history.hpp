#pragma once

#include <vector>

#include "figures/claim.hpp"
#include "query/register.hpp"

namespace tamga::query {

/// What was judged of a claim from a position of the journal on.
struct PastVerdict {
    JournalPos position;
    std::int64_t time;  ///< Of the entry there.
    figures::Verdict verdict;
    figures::Reason reason;
};

/// How the verdict on a claim went, oldest first: one entry for each time that it became another, up to the
/// view's position. It is judged anew, by today's rules, on what the register held each time that the claim
/// or a figure that it rests on was written; of very many such times on the newest `most` of them. Errors: as
/// judged().
Result<std::vector<PastVerdict>> past_verdicts(Register& reg, const View& view, const Snapshot& claim,
                                               std::size_t most = 12);

}  // namespace tamga::query
