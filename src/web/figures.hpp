#pragma once

#include "web/page.hpp"

namespace tamga::web {

/// Context of the `series` template: the figures of one reporter, a plain chart, and what other reporters say
/// of the same indicator, side by side.
Json series_context(Page& page, const query::Snapshot& series);

/// Context of the `claim` template: the claim and the figures that it can be checked on.
Json claim_context(Page& page, const query::Snapshot& claim);

/// Context of the `comparison` template: periods down, series across.
Json comparison(Page& page, const std::vector<query::SnapshotPtr>& series, const std::string& title);

}  // namespace tamga::web
