#include "formats/geojson.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/decimal.hpp"

namespace tamga::formats {

namespace {

/// A coordinate as a JSON number with the digits that it has; nothing beyond `most` degrees.
std::optional<std::string> degrees(std::string_view text, int most) {
    const auto read = Decimal::parse(text);
    if (!read || *read > Decimal(most) || *read < Decimal(-most)) return std::nullopt;
    return read->text();
}

std::optional<std::string> position(const Place& place) {
    const auto longitude = degrees(place.longitude, 180), latitude = degrees(place.latitude, 90);
    if (!longitude || !latitude) return std::nullopt;
    // East before north (RFC 7946 3.1.1).
    return fmt::format("[{},{}]", *longitude, *latitude);
}

std::string feature(std::string_view id, std::string_view type, std::string_view coordinates,
                    const Json& properties) {
    return fmt::format(
        R"({{"type":"Feature","id":{},"geometry":{{"type":"{}","coordinates":{}}},"properties":{}}})",
        Json(id).dump(), type, coordinates, properties.dump());
}

}  // namespace

std::string_view geojson_head() {
    return "{\"type\":\"FeatureCollection\",\"features\":[\n";
}

std::optional<std::string> geojson_point(std::string_view id, const Place& place, const Json& properties) {
    const auto at = position(place);
    return at ? std::optional(feature(id, "Point", *at, properties)) : std::nullopt;
}

std::optional<std::string> geojson_line(std::string_view id, std::span<const Place> places,
                                        const Json& properties) {
    if (places.size() < 2) return std::nullopt;
    std::string line;
    for (const Place& place : places) {
        const auto at = position(place);
        if (!at) return std::nullopt;
        line += (line.empty() ? "" : ",") + *at;
    }
    return feature(id, "LineString", "[" + line + "]", properties);
}

std::string_view geojson_end() {
    return "\n]}\n";
}

}  // namespace tamga::formats
