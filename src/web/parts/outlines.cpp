#include "web/parts/outlines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "i18n/region.hpp"
#include "web/parts/assets.hpp"

namespace tamga::web {

namespace {

constexpr std::size_t kMostPoints = 2'000'000;

void measure(Land& land) {
    land.west = 180, land.east = -180, land.south = 90, land.north = -90;
    // What crosses the antimeridian has several outer rings.
    for (const std::vector<Point>& ring : land.rings)
        for (const Point& point : ring) {
            land.west = std::min(land.west, point.longitude);
            land.east = std::max(land.east, point.longitude);
            land.south = std::min(land.south, point.latitude);
            land.north = std::max(land.north, point.latitude);
        }
}

/// "M1,2L3,4Z", x the longitude and y minus the latitude, as d3-geo writes it.
std::vector<std::vector<Point>> rings_of(std::string_view path) {
    std::vector<std::vector<Point>> rings;
    const std::string text(path);
    for (const char* at = text.c_str(); *at;) {
        if (*at == 'M') rings.emplace_back();
        if (*at == 'Z') {
            ++at;
            continue;
        }
        char* end = nullptr;
        const double x = std::strtod(at + 1, &end);
        const double y = std::strtod(end + 1, &end);
        rings.back().push_back({-y, x});
        at = end;
    }
    return rings;
}

Outlines read_shipped() {
    Outlines out;
    for (std::string_view rest = ui_file("basemap.txt"); !rest.empty();) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        const std::size_t tab = rest.find('\t');
        Land land{.state = i18n::alpha2_of(rest.substr(0, tab)),
                  .rings = rings_of(rest.substr(tab + 1, end - tab - 1))};
        measure(land);
        out.lands.push_back(std::move(land));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return out;
}

/// One who reads an operator's file; whatever is wrong with it, is told.
class Reader {
  public:
    Result<void> feature(const nlohmann::json& feature) {
        if (!feature.is_object() || !feature.contains("geometry")) return wrong("a feature has no geometry");
        const auto& geometry = feature["geometry"];
        if (geometry.is_null()) return {};
        const std::string type = geometry.value("type", "");
        if (!geometry.contains("coordinates")) return wrong("a geometry has no coordinates");
        const auto& coordinates = geometry["coordinates"];
        const std::string state = state_of(feature);
        if (type == "Polygon") return polygon(coordinates, state);
        if (type != "MultiPolygon") return wrong(fmt::format("a feature is a {}, not a polygon", type));
        if (!coordinates.is_array()) return wrong("coordinates are no list");
        for (const auto& part : coordinates) TAMGA_TRY(polygon(part, state));
        return {};
    }

    Outlines take() && { return std::move(out_); }

  private:
    static std::unexpected<Error> wrong(std::string cause) {
        return fail(ErrorCode::invalid_input, "read the outlines of maps", std::move(cause),
                    "give a GeoJSON FeatureCollection of polygons in degrees (RFC 7946)");
    }

    static std::string state_of(const nlohmann::json& feature) {
        const auto properties = feature.find("properties");
        if (properties == feature.end() || !properties->is_object()) return {};
        for (const auto& [name, value] : properties->items()) {
            std::string lower = name;
            std::ranges::transform(lower, lower.begin(),
                                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
            if ((lower != "iso_a2" && lower != "iso_a2_eh") || !value.is_string()) continue;
            if (std::string code = i18n::alpha2_of(value.get_ref<const std::string&>()); !code.empty())
                return code;
        }
        return {};
    }

    Result<void> polygon(const nlohmann::json& rings, const std::string& state) {
        if (!rings.is_array() || rings.empty()) return wrong("a polygon has no rings");
        Land land{.state = state};
        for (const auto& ring : rings) {
            if (!ring.is_array() || ring.size() < 4) return wrong("a ring has fewer than four points");
            std::vector<Point>& points = land.rings.emplace_back();
            for (const auto& at : ring) {
                if (!at.is_array() || at.size() < 2 || !at[0].is_number() || !at[1].is_number())
                    return wrong("a point is not a pair of numbers");
                const Point point{at[1].get<double>(), at[0].get<double>()};
                if (!(std::abs(point.latitude) <= 90 && std::abs(point.longitude) <= 180))
                    return wrong("a point is not on Earth: coordinates must be degrees");
                points.push_back(point);
            }
            if ((points_ += points.size()) > kMostPoints) return wrong("it has more than 2,000,000 points");
        }
        measure(land);
        out_.lands.push_back(std::move(land));
        return {};
    }

    Outlines out_;
    std::size_t points_ = 0;
};

}  // namespace

const Outlines& shipped_outlines() {
    static const Outlines kShipped = read_shipped();
    return kShipped;
}

Result<Outlines> read_outlines(std::string_view geojson, std::string credit) {
    const auto file = nlohmann::json::parse(geojson, nullptr, false);
    if (!file.is_object() || !file.contains("features") || !file["features"].is_array())
        return fail(ErrorCode::invalid_input, "read the outlines of maps", "it is no FeatureCollection",
                    "give a GeoJSON FeatureCollection of polygons in degrees (RFC 7946)");
    Reader reader;
    for (const auto& feature : file["features"]) TAMGA_TRY(reader.feature(feature));
    Outlines out = std::move(reader).take();
    if (out.lands.empty())
        return fail(ErrorCode::invalid_input, "read the outlines of maps", "there is no polygon in it",
                    "give a GeoJSON FeatureCollection of polygons in degrees (RFC 7946)");
    out.credit = std::move(credit);
    return out;
}

}  // namespace tamga::web
