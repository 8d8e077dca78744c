#pragma once

#include "query/claim_history.hpp"
#include "query/figures.hpp"
#include "web/frame/refusal.hpp"
#include "web/pages/drawn.hpp"
#include "web/pages/table.hpp"
#include "web/parts/page.hpp"

namespace tamga::web {

/// What the page "why two figures differ" is asked for, read from its address.
struct CompareRequest {
    std::string a, b, period;
    figures::Assumptions assumptions;
    /// Both series are named.
    bool whole() const { return !a.empty() && !b.empty(); }
};

/// Reads it. A value that cannot be is a refusal that names its parameter.
std::expected<CompareRequest, Refusal> compare_request(const Page& page);

/// Context of the `compare` template: the form, and what came out, if both series are named.
Json compare_context(Page& page, const CompareRequest& request, const query::Compared* compared);

/// The walk as a drawing that stands by itself; without a walk it says why there is none.
Drawn compare_drawn(Page& page, const CompareRequest& request, const query::Compared* compared);

/// What came out, as data. Of no series named, an empty form: {"parameters"}.
Json compare_data(Page& page, const CompareRequest& request, const query::Compared* compared);

/// The same as a table: a row an end of the walk or a step. `data` is that of compare_data().
Table compare_table(const Page& page, const Json& data);

/// "The figures bear it out."
std::string verdict_text(const Page& page, figures::Verdict verdict);

/// What a series says of a figure that lacks: "The figure of 2023 is stated as confidential."
std::string untold_text(const Page& page, const figures::Untold& untold);

/// How a claim's verdict went, for the `claim` template: {"claim_verdicts"}; null where it was never another.
Json past_verdicts_context(const Page& page, const std::vector<query::PastVerdict>& past);
/// The claim's data with how its verdict went.
Json with_verdicts_data(Json data, const std::vector<query::PastVerdict>& past);

/// A claim's verdict for the `claim` template: {"text","reason","rows"}; null if it could not be told.
Json verdict_context(Page& page, const query::Snapshot& claim);

}  // namespace tamga::web
