#include "web/map.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace tamga::web {

namespace {

// The base map's projection (ui/ draws the land in it): equirectangular with standard parallel 40° N (Snyder,
// Map Projections, 1987, chapter 12), ten units a degree of latitude, from 45° to 125° E and 28° to 58° N.
constexpr double kWest = 45, kEast = 125, kNorth = 58, kSouth = 28, kScale = 10, kCosine = 0.766044443118978;

}  // namespace

Json map_context(Page& page, const std::vector<query::SnapshotPtr>& records) {
    Json points = Json::array();
    std::size_t missing = 0;
    for (const query::SnapshotPtr& record : records) {
        const std::string latitude = text_of(record->body, "latitude"),
                          longitude = text_of(record->body, "longitude");
        const double north = std::strtod(latitude.c_str(), nullptr),
                     east = std::strtod(longitude.c_str(), nullptr);
        const bool inside = north >= kSouth && north <= kNorth && east >= kWest && east <= kEast;
        if (latitude.empty() || longitude.empty() || !inside) {
            ++missing;
            continue;
        }
        Json point = page.link(*record);
        const std::string precision = text_of(record->body, "precision");
        point["x"] = fmt::format("{:.1f}", (east - kWest) * kScale * kCosine);
        point["y"] = fmt::format("{:.1f}", (kNorth - north) * kScale);
        point["class"] = precision.empty() ? "exact" : precision;
        point["radius"] = "5";
        points.push_back(std::move(point));
    }
    const auto width = (kEast - kWest) * kScale * kCosine, height = (kNorth - kSouth) * kScale;
    return {{"points", std::move(points)},
            {"map_box", fmt::format("0 0 {:.1f} {:.1f}", width, height)},
            {"missing_text", missing == 0 ? ""
                                          : page.language().plural(
                                                "{1} record has no place on this map; the list shows it.",
                                                "{1} records have no place on this map; the list shows them.",
                                                static_cast<long>(missing))}};
}

}  // namespace tamga::web
