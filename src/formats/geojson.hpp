#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "json/json.hpp"

namespace tamga::formats {

/// Where something is: degrees of WGS 84 as exact decimals, as its source writes them.
struct Place {
    std::string longitude, latitude;
};

/// GeoJSON (RFC 7946), in pieces: what stands before the features, features with ",\n" between them, what
/// stands after.
std::string_view geojson_head();
/// A point with properties. Nothing if the place is not on Earth, or no decimals.
std::optional<std::string> geojson_point(std::string_view id, const Place& place, const Json& properties);
/// The same for a line through two places or more; nothing if one of them is not on Earth.
std::optional<std::string> geojson_line(std::string_view id, std::span<const Place> places,
                                        const Json& properties);
std::string_view geojson_end();

}  // namespace tamga::formats
