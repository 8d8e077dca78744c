#pragma once

#include "query/listing.hpp"
#include "web/pages/drawn.hpp"
#include "web/parts/chart.hpp"
#include "web/parts/page.hpp"

namespace tamga::web {

/// Context of the `series` template: what all reporters of the same indicator say, as a chart and a table.
Json series_context(Page& page, const query::Snapshot& series);

/// Context of the `claim` template: the claim and the figures that it can be checked on.
Json claim_context(Page& page, const query::Snapshot& claim);

/// The chart of a series' page; and that of these series, of what is called `subject`, without name and page.
Drawn series_drawn(Page& page, const query::Snapshot& series);
Drawn comparison_drawn(Page& page, const std::vector<query::SnapshotPtr>& series, const std::string& subject);

/// Context of the `comparison` template: what these series say, each of its own reporter; null where they
/// have no figures. `subject` is what they measure.
Json comparison_context(Page& page, const std::vector<query::SnapshotPtr>& series,
                        const std::string& subject);
/// What it shows, as data: [{"period","differs","figures"}], newest first.
Json comparison_data(Page& page, const std::vector<query::SnapshotPtr>& series);

/// What a series' or a claim's comparison shows, as data: [{"period","differs","figures"}], newest first.
Json comparison_data(Page& page, const query::Snapshot& record);

/// Rows of a list of series under what they measure, with the last figure and a small line of each:
/// [{"subject","rows"}]. For a list in which those that measure the same stand together.
Json series_groups(Page& page, const std::vector<query::SnapshotPtr>& series);

}  // namespace tamga::web
