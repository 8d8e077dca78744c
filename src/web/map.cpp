#include "web/map.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace tamga::web {

namespace {

// The base map's projection (ui/ draws the land in it): equirectangular with standard parallel 40° N (Snyder,
// Map Projections, 1987, chapter 12), ten units a degree of latitude, from 45° to 125° E and 28° to 58° N.
constexpr double kWest = 45, kEast = 125, kNorth = 58, kSouth = 28, kScale = 10, kCosine = 0.766044443118978;

/// A point of the map; null outside it.
Json point_at(const std::string& latitude, const std::string& longitude, const std::string& precision) {
    const double north = std::strtod(latitude.c_str(), nullptr), east = std::strtod(longitude.c_str(), nullptr);
    const bool inside = north >= kSouth && north <= kNorth && east >= kWest && east <= kEast;
    if (latitude.empty() || longitude.empty() || !inside) return nullptr;
    return {{"x", fmt::format("{:.1f}", (east - kWest) * kScale * kCosine)},
            {"y", fmt::format("{:.1f}", (kNorth - north) * kScale)},
            {"class", precision.empty() ? "exact" : precision},
            {"radius", "5"}};
}

std::string box() {
    return fmt::format("0 0 {:.1f} {:.1f}", (kEast - kWest) * kScale * kCosine, (kNorth - kSouth) * kScale);
}

}  // namespace

Json map_context(Page& page, const std::vector<query::SnapshotPtr>& records) {
    Json points = Json::array();
    std::size_t missing = 0;
    for (const query::SnapshotPtr& record : records) {
        Json point = point_at(text_of(record->body, "latitude"), text_of(record->body, "longitude"), text_of(record->body, "precision"));
        if (point.is_null()) {
            ++missing;
            continue;
        }
        point.update(page.link(*record));
        points.push_back(std::move(point));
    }
    return {{"points", std::move(points)},
            {"map_box", box()},
            {"missing_text", missing == 0 ? ""
                                          : page.language().plural(
                                                "{1} record has no place on this map; the list shows it.",
                                                "{1} records have no place on this map; the list shows them.",
                                                static_cast<long>(missing))}};
}

Json place_map(Page& page, const std::vector<Place>& places) {
    Json points = Json::array();
    std::size_t missing = 0;
    for (const Place& place : places) {
        Json point = point_at(place.latitude, place.longitude, place.precision);
        if (point.is_null()) {
            ++missing;
            continue;
        }
        point["text"] = place.called;
        point["href"] = "";
        points.push_back(std::move(point));
    }
    if (points.empty()) return nullptr;
    return {{"points", std::move(points)},
            {"map_box", box()},
            {"missing_text", missing == 0 ? ""
                                          : page.language().plural("{1} place lies outside this map; the list shows it.",
                                                                   "{1} places lie outside this map; the list shows them.",
                                                                   static_cast<long>(missing))}};
}

}  // namespace tamga::web
