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

TEST(GeoJson, ALineGoesThroughItsPlaces) {
    const Place ends[] = {{.longitude = "75.99", .latitude = "39.47"},
                          {.longitude = "72.34", .latitude = "40.78"}};
    const auto line = geojson_line("cku", ends, Json::object());
    ASSERT_TRUE(line);
    const Json feature = Json::parse(*line);
    EXPECT_EQ(feature["geometry"]["type"], "LineString");
    EXPECT_NE(line->find("[[75.99,39.47],[72.34,40.78]]"), std::string::npos) << *line;
    EXPECT_FALSE(geojson_line("cku", std::span(ends, 1), Json::object()));
    const Place lost[] = {ends[0], {.longitude = "200", .latitude = "0"}};
    EXPECT_FALSE(geojson_line("cku", lost, Json::object()));
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
