#pragma once

#include <string>
#include <vector>

#include "query/listing.hpp"
#include "status/status.hpp"
#include "web/pages/drawn.hpp"
#include "web/pages/table.hpp"
#include "web/parts/page.hpp"

namespace tamga::web {

/// What a commitment's number asks for: "70 billion USD", "at most 80 t", "a decrease by 20%".
std::string target_text(const Page& page, const query::Snapshot& commitment);

/// What it is measured from: "100 t (2020)", "each reporter's own figure (2020)"; empty: not stated.
std::string base_text(Page& page, const query::Snapshot& commitment);

/// Each claimant's figure towards the target, newest first: {"claimant","base","goal","figure","figure_href",
/// "share","when"}; a claimant that is null is this register, which counts.
Json account_rows(Page& page, const query::Snapshot& commitment, const std::vector<Progress>& accounts);

/// Context of the `targets` template: the commitments with a number of a mechanism or a sector, drawn too, or
/// those that have one of the series as a result, each with base, target, what came of it and who says so.
/// Null if there are none.
Json targets_context(Page& page, const query::Snapshot& of);
/// The drawing by itself; and what it shows as a table, a row an account.
Drawn targets_drawn(Page& page, const query::Snapshot& of);
Table targets_table(Page& page, const query::Snapshot& of);
Json targets_context(Page& page, const std::vector<query::SnapshotPtr>& series);

/// The same as data: [{"commitment","by","target","unit","aim","target_form","base","base_period","due",
/// "progress"}]: fields as the record has them, and each claimant's figure as the commitment's own data tell.
Json targets_data(Page& page, const std::string& filter, const std::string& value);
Json targets_data(Page& page, const std::vector<query::SnapshotPtr>& series);

}  // namespace tamga::web
