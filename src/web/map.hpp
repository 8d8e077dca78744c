#pragma once

#include "web/page.hpp"

namespace tamga::web {

/// Context of the `map` template: a point for each record that has coordinates, in the base map's projection.
Json map_context(Page& page, const std::vector<query::SnapshotPtr>& records);

}  // namespace tamga::web
