#include "formats/geojson.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace tamga::formats {
namespace {

TEST(GeoJson, APointStandsEastBeforeNorthWithItsDigits) {
    const auto point =
        geojson_point("khorgos", {.longitude = "80.40", .latitude = "-44.2"}, {{"title", "\"x\""}});
    ASSERT_TRUE(point);
    EXPECT_NE(point->find("[80.40,-44.2]"), std::string::npos) << *point;
    const Json whole =
        Json::parse(std::string(geojson_head()) + *point + ",\n" + *point + std::string(geojson_end()));
    EXPECT_EQ(whole["features"].size(), 2U);
    EXPECT_EQ(whole["features"][1]["properties"]["title"], "\"x\"");
    EXPECT_EQ(Json::parse(std::string(geojson_head()) + std::string(geojson_end()))["features"],
              Json::array());
}

TEST(GeoJson, WhatIsNotOnEarthIsNoPoint) {
    for (const auto& [longitude, latitude] :
         {std::pair{"180.01", "0"}, {"0", "90.5"}, {"-181", "0"}, {"0", ""}, {"x", "0"}})
        EXPECT_FALSE(geojson_point("a", {longitude, latitude}, Json::object()))
            << longitude << " " << latitude;
    EXPECT_TRUE(geojson_point("a", {"-180", "90"}, Json::object()));
}

}  // namespace
}  // namespace tamga::formats
