#pragma once

#include "web/page.hpp"

namespace tamga::web {

/// Context of the `map` template: a point for each record that has coordinates, in the base map's projection.
Json map_context(Page& page, const std::vector<query::SnapshotPtr>& records);

/// A place that is no record: degrees as decimals, "exact" or "approximate", what it is called.
struct Place {
    std::string latitude, longitude, precision, called;
};
/// The same for places; their points lead nowhere.
Json place_map(Page& page, const std::vector<Place>& places);

}  // namespace tamga::web
