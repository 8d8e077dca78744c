#pragma once

#include "query/listing.hpp"
#include "web/parts/page.hpp"

namespace tamga::web {

/// Context of the `map` template: a point for each place that a listing tells, in a window that fits them;
/// null if it tells none.
Json map_context(Page& page, Kind kind, const query::Listing& listing);

/// A place that is no record: degrees as decimals, "exact" or "approximate", what it is called, and the tag
/// of that name's language where it is not the page's.
struct Place {
    std::string latitude, longitude, precision, called, tag;
};
/// The same for places; their points lead nowhere.
Json place_map(Page& page, const std::vector<Place>& places);

}  // namespace tamga::web
