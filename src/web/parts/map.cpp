#include "web/parts/map.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <optional>

#include "web/parts/assets.hpp"
#include "web/parts/map_window.hpp"

namespace tamga::web {

namespace {

/// A polygon of the base map: what it reaches, in degrees, and its path.
struct Land {
    double west, south, east, north;
    std::string_view path;
};

/// The base map as ui/basemap.mjs wrote it, read once.
const std::vector<Land>& world() {
    static const std::vector<Land> kWorld = [] {
        std::vector<Land> out;
        for (std::string_view rest = ui_file("basemap.txt"); !rest.empty();) {
            const std::size_t end = std::min(rest.find('\n'), rest.size());
            const std::string_view line = rest.substr(0, end);
            const std::string bounds(line.substr(0, line.find('\t')));
            char* at = const_cast<char*>(bounds.c_str());
            Land land{};
            for (double* degrees : {&land.west, &land.south, &land.east, &land.north})
                *degrees = std::strtod(at, &at);
            land.path = line.substr(bounds.size() + 1);
            out.push_back(land);
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
        return out;
    }();
    return kWorld;
}

std::optional<double> degrees(const std::string& text, double most) {
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    const bool read = !text.empty() && end == text.c_str() + text.size();
    return read && value >= -most && value <= most ? std::optional(value) : std::nullopt;
}

/// Places on the way to their map.
class Map {
  public:
    /// False if the coordinates are none.
    bool add(const std::string& latitude, const std::string& longitude, const std::string& precision,
             Json about) {
        const auto north = degrees(latitude, 90), east = degrees(longitude, 180);
        if (!north || !east) return false;
        places_.push_back({*north, *east});
        about["class"] = precision.empty() ? "exact" : precision;
        about["radius"] = "5";
        points_.push_back(std::move(about));
        return true;
    }

    /// Context of the `map` template but for what is missing; null if there is no place.
    Json context() && {
        if (places_.empty()) return nullptr;
        const MapWindow window = MapWindow::around(places_);
        for (std::size_t i = 0; i < places_.size(); ++i) {
            points_[i]["x"] = fmt::format("{:.1f}", window.x(places_[i]));
            points_[i]["y"] = fmt::format("{:.1f}", window.y(places_[i]));
        }
        Json parts = Json::array();
        // What lies beyond the antimeridian is drawn once more, a turn of the globe further.
        for (const double turn : {-360.0, 0.0, 360.0}) {
            Json paths = Json::array();
            for (const Land& land : world())
                if (land.west + turn < window.east() && land.east + turn > window.west() &&
                    land.south < window.north() && land.north > window.south())
                    paths.push_back({{"path", land.path}});
            if (paths.empty()) continue;
            parts.push_back(
                {{"transform",
                  fmt::format("matrix({:.4f} 0 0 {:.4f} {:.2f} {:.2f})", window.x_scale(), window.y_scale(),
                              (turn - window.west()) * window.x_scale(), window.north() * window.y_scale())},
                 {"paths", std::move(paths)}});
        }
        return {{"points", std::move(points_)},
                {"land", std::move(parts)},
                {"map_box", fmt::format("0 0 {:.1f} {:.1f}", MapWindow::kWidth, window.height())}};
    }

  private:
    std::vector<Point> places_;
    Json points_ = Json::array();
};

}  // namespace

Json map_context(Page& page, Kind kind, const query::Listing& listing) {
    Map map;
    std::size_t missing = listing.passing - listing.places.size();
    for (const query::ListedPlace& place : listing.places) {
        const query::SnapshotPtr record = page.find({kind, place.id});
        if (!record ||
            !map.add(place.latitude, place.longitude, text_of(record->body, "precision"), page.link(*record)))
            ++missing;
    }
    Json context = std::move(map).context();
    if (context.is_null()) return context;
    context["missing_text"] =
        missing == 0 ? ""
                     : page.language().plural("{1} record has no place on this map; the list shows it.",
                                              "{1} records have no place on this map; the list shows them.",
                                              static_cast<long>(missing));
    return context;
}

Json place_map(Page& page, const std::vector<Place>& places) {
    Map map;
    std::size_t missing = 0;
    for (const Place& place : places)
        if (!map.add(place.latitude, place.longitude, place.precision,
                     {{"text", place.called}, {"tag", ""}, {"fallback", false}, {"href", ""}}))
            ++missing;
    Json context = std::move(map).context();
    if (context.is_null()) return context;
    context["missing_text"] =
        missing == 0 ? ""
                     : page.language().plural("{1} place lies outside this map; the list shows it.",
                                              "{1} places lie outside this map; the list shows them.",
                                              static_cast<long>(missing));
    return context;
}

}  // namespace tamga::web
