#include "web/parts/map_drawing.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <regex>

namespace tamga::web {
namespace {

std::size_t count_of(const std::string& text, std::string_view what) {
    std::size_t count = 0;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
    return count;
}

/// Where the marks of a drawing are.
std::vector<std::pair<double, double>> marks_of(const std::string& svg) {
    static const std::regex kMark("class=\"mark[^>]*translate\\(([0-9.-]+) ([0-9.-]+)\\)");
    std::vector<std::pair<double, double>> out;
    for (std::sregex_iterator at(svg.begin(), svg.end(), kMark), end; at != end; ++at)
        out.emplace_back(std::stod((*at)[1]), std::stod((*at)[2]));
    return out;
}

MapPicture picture_of(std::vector<Point> points) {
    MapPicture picture;
    picture.label = "Map";
    int number = 0;
    for (const Point& point : points)
        picture.places.push_back({.at = point, .name = "P" + std::to_string(++number), .href = "/p"});
    picture.state_name = [](std::string_view state) { return state == "KG" ? "Kyrgyzstan" : ""; };
    picture.kilometres = [](int length) { return std::to_string(length) + " km"; };
    picture.joined = [](const std::vector<std::string>& names) {
        std::string out;
        for (const std::string& name : names) out += name + ";";
        return out;
    };
    return picture;
}

TEST(DrawMap, GivesPlacesNearEachOtherOneMarkThatLeadsToTheirNames) {
    const DrawnMap drawn =
        draw_map(picture_of({{42.87, 74.59}, {42.88, 74.60}, {40.5, 72.8}}), shipped_outlines());
    ASSERT_EQ(drawn.marks.size(), 2u);
    EXPECT_EQ(drawn.marks[0], std::vector<std::size_t>{2});  // From west to east.
    EXPECT_EQ(drawn.marks[1], (std::vector<std::size_t>{0, 1}));
    EXPECT_TRUE(drawn.has_several);
    EXPECT_NE(drawn.wide_svg.find("href=\"#place-2\""), std::string::npos);
    EXPECT_NE(drawn.wide_svg.find("aria-label=\"2 P1;P2;\""), std::string::npos);
    EXPECT_EQ(count_of(drawn.wide_svg, "href=\"/p\""), 1u);
}

TEST(DrawMap, KeepsMarksApartSoThatEachCanBeHit) {
    std::vector<Point> points;
    for (int i = 0; i < 60; ++i) points.push_back({38 + (i * 37 % 60) / 10.0, 60 + (i * 23 % 60) / 3.0});
    const DrawnMap drawn = draw_map(picture_of(points), shipped_outlines());
    std::size_t places = 0;
    for (const auto& mark : drawn.marks) places += mark.size();
    EXPECT_EQ(places, points.size());
    for (const auto& [svg, least] : {std::pair(drawn.wide_svg, 31.0), std::pair(drawn.narrow_svg, 30.0)}) {
        const auto marks = marks_of(svg);
        EXPECT_GT(marks.size(), 3u);
        for (std::size_t i = 0; i < marks.size(); ++i)
            for (std::size_t j = 0; j < i; ++j)
                EXPECT_GE(std::hypot(marks[i].first - marks[j].first, marks[i].second - marks[j].second),
                          least - 0.2);
    }
}

TEST(DrawMap, NamesStatesAndCapitalsAndDrawsRoutesAndAScale) {
    MapPicture picture = picture_of({{41.2, 74}});
    picture.places[0].route = {{39.47, 75.99}, {40.78, 72.34}};
    picture.capitals = {{"Bishkek", {42.87, 74.59}}, {"Lima", {-12, -77}}};
    const DrawnMap drawn = draw_map(picture, shipped_outlines());
    EXPECT_TRUE(drawn.has_route && drawn.has_capital && !drawn.has_several);
    EXPECT_NE(drawn.wide_svg.find(">Kyrgyzstan</text>"), std::string::npos);
    EXPECT_NE(drawn.wide_svg.find(">Bishkek</text>"), std::string::npos);
    EXPECT_EQ(drawn.wide_svg.find("Lima"), std::string::npos);
    EXPECT_NE(drawn.wide_svg.find(" km</text>"), std::string::npos);
    EXPECT_EQ(count_of(drawn.wide_svg, "class=\"route\""), 1u);
    // A lone mark needs no number.
    EXPECT_EQ(drawn.wide_svg.find("class=\"number\""), std::string::npos);
}

TEST(DrawMap, DrawsOnlyTheLandThatIsSeen) {
    const DrawnMap drawn = draw_map(picture_of({{41.2, 74}}), shipped_outlines());
    EXPECT_LT(drawn.wide_svg.size(), 30'000u);
    static const std::regex kPoint("[ML]([0-9.-]+) ([0-9.-]+)");
    for (std::sregex_iterator at(drawn.wide_svg.begin(), drawn.wide_svg.end(), kPoint), end; at != end;
         ++at) {
        EXPECT_GE(std::stod((*at)[1]), -4.1);
        EXPECT_LE(std::stod((*at)[1]), MapWindow::kWidth + 4.1);
    }
}

TEST(DrawMap, EscapesWhatPlacesAreCalled) {
    MapPicture picture = picture_of({{1, 1}});
    picture.places[0].name = "<script>\"'&";
    picture.capitals = {{"<b>", {2, 2}}};
    const DrawnMap drawn = draw_map(picture, shipped_outlines());
    EXPECT_EQ(drawn.wide_svg.find("<script>"), std::string::npos);
    EXPECT_EQ(drawn.wide_svg.find("<b>"), std::string::npos);
}

constexpr const char* kSquare = R"({"type":"FeatureCollection","features":[{"type":"Feature",
    "properties":{"ISO_A2":"kg"},"geometry":{"type":"Polygon","coordinates":[[[70,38],[80,38],[80,44],[70,44],[70,38]]]}}]})";

TEST(Outlines, AreTheOperatorsWhereHeHasSome) {
    const auto outlines = read_outlines(kSquare, "Survey Office");
    ASSERT_TRUE(outlines) << outlines.error().message();
    ASSERT_EQ(outlines->lands.size(), 1u);
    EXPECT_EQ(outlines->credit, "Survey Office");
    EXPECT_EQ(outlines->lands[0].north, 44);
    const DrawnMap drawn = draw_map(picture_of({{41, 75}}), *outlines);
    EXPECT_EQ(count_of(drawn.wide_svg, "Z\"/>"), 1u);
}

TEST(Outlines, AreRefusedWithAReason) {
    const auto cause = [](std::string_view text) {
        const auto read = read_outlines(text, "x");
        return read ? std::string() : read.error().cause;
    };
    EXPECT_EQ(cause("{"), "it is no FeatureCollection");
    EXPECT_EQ(cause(R"({"features":[]})"), "there is no polygon in it");
    EXPECT_EQ(cause(R"({"features":[{"geometry":{"type":"Point","coordinates":[1,2]}}]})"),
              "a feature is a Point, not a polygon");
    EXPECT_EQ(cause(R"({"features":[{"geometry":{"type":"Polygon","coordinates":[[[1,2]]]}}]})"),
              "a ring has fewer than four points");
    EXPECT_EQ(
        cause(
            R"({"features":[{"geometry":{"type":"Polygon","coordinates":[[[500000,4e6],[1,2],[1,2],[1,2]]]}}]})"),
        "a point is not on Earth: coordinates must be degrees");
    EXPECT_EQ(
        cause(R"({"features":[{"geometry":{"type":"Polygon","coordinates":[[["a"],[1,2],[1,2],[1,2]]]}}]})"),
        "a point is not a pair of numbers");
}

}  // namespace
}  // namespace tamga::web
