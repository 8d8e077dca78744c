#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "web/parts/map_window.hpp"

namespace tamga::web {

/// A piece of land within one border: its outline and its holes, in degrees; a ring's last point is joined to
/// its first.
struct Land {
    std::string state = {};  ///< ISO 3166-1 alpha-2; empty: unnamed.
    double west = 0, south = 0, east = 0, north = 0;
    std::vector<std::vector<Point>> rings = {};
};

/// What maps are drawn on.
struct Outlines {
    std::vector<Land> lands = {};
    std::string credit = {};  ///< Whose they are, in their publisher's words; empty: those of Natural Earth.
};

/// The world as ui/basemap.mjs wrote it, from Natural Earth; borders are as that has them. Static data.
const Outlines& shipped_outlines();

/// Other outlines, as an operator chooses them: a GeoJSON FeatureCollection (RFC 7946) of polygons, which are
/// named where "iso_a2", "ISO_A2_EH", "ISO_A2" or the like is a state's alpha-2 code. Errors: invalid_input.
Result<Outlines> read_outlines(std::string_view geojson, std::string credit);

}  // namespace tamga::web
