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

}  // namespace

std::string_view geojson_head() {
    return "{\"type\":\"FeatureCollection\",\"features\":[\n";
}

std::optional<std::string> geojson_point(std::string_view id, const Place& place, const Json& properties) {
    const auto longitude = degrees(place.longitude, 180), latitude = degrees(place.latitude, 90);
    if (!longitude || !latitude) return std::nullopt;
    // East before north (RFC 7946 3.1.1).
    return fmt::format(
        R"({{"type":"Feature","id":{},"geometry":{{"type":"Point","coordinates":[{},{}]}},"properties":{}}})",
        Json(id).dump(), *longitude, *latitude, properties.dump());
}

std::string_view geojson_end() {
    return "\n]}\n";
}

}  // namespace tamga::formats
