#pragma once

#include "web/parts/page.hpp"

namespace tamga::web {

/// Context of the `series` template: the figures of one reporter, a plain chart, and what other reporters say
/// of the same indicator, side by side.
Json series_context(Page& page, const query::Snapshot& series);

/// Context of the `claim` template: the claim and the figures that it can be checked on.
Json claim_context(Page& page, const query::Snapshot& claim);

/// Who reports a series, as a link to it: {"text","tag","fallback","href"}.
Json reporter_link(Page& page, const query::Snapshot& series);

/// What a series' or a claim's comparison shows, as data: [{"period","differs","figures"}], newest first.
Json comparison_data(Page& page, const query::Snapshot& record);

/// Context of the `comparison` template: periods down, series across.
Json comparison(Page& page, const std::vector<query::SnapshotPtr>& series, const std::string& title);

}  // namespace tamga::web
