#include "web/parts/picture.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "web/parts/bullets.hpp"
#include "web/parts/heat.hpp"

namespace tamga::web {
namespace {

std::size_t count(const std::string& text, std::string_view what) {
    std::size_t out = 0;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++out;
    return out;
}

TEST(Heat, ColoursACellAndSaysItsWords) {
    const Heat heat{{"Trade", "Each cell."},
                    {{"Aland <x>", "AA"}, {"Bland", "BB"}},
                    {{std::nullopt, Heat::Cell{"very-far", "very far apart", "−12.9 billion USD", "0.54"}},
                     {Heat::Cell{"none", "no series held", "", ""}, std::nullopt}},
                    {{"far", "below 30 percent"}}};
    const std::string wide = heat_piece(heat, ChartSize::wide).content;
    EXPECT_EQ(count(wide, "<rect"), 3u) << "two cells and a key";
    for (const char* const told : {"very far apart", "−12.9 billion USD", "0.54", "Aland &lt;x&gt;",
                                   "below 30 percent", "tone--very-far"})
        EXPECT_NE(wide.find(told), std::string::npos) << told;
    EXPECT_EQ(count(wide, "stroke-dasharray"), 1u);
    const std::string narrow = heat_piece(heat, ChartSize::narrow).content;
    EXPECT_NE(narrow.find("0.54"), std::string::npos);
    EXPECT_EQ(narrow.find("12.9"), std::string::npos);
    EXPECT_EQ(heat_piece({}, ChartSize::wide).content, "");
}

TEST(Bullets, DrawTheWayFromTheBaselineToTheTarget) {
    const double endless = std::numeric_limits<double>::infinity();
    const Bullets bullets{
        {"Targets", "A bar each."},
        {{"Less bare land <b>",
          {{"Survey", 25.5, 24.9, 20.0, "Baseline 25.5%", "Actual 24.9%", "Target 20%", "11%"},
           {"Other", std::nullopt, endless, 20.0, "", "", "Target 20%", ""}}}}};
    for (const ChartSize size : {ChartSize::wide, ChartSize::narrow}) {
        const std::string svg = bullets_piece(bullets, size).content;
        EXPECT_EQ(count(svg, "class=\"track\""), 2u);
        EXPECT_EQ(count(svg, "bar--end"), 1u) << "what is endless is not drawn";
        EXPECT_EQ(count(svg, "tick--goal"), 2u);
        EXPECT_EQ(count(svg, "tick--ink"), 1u);
        EXPECT_NE(svg.find("Less bare land &lt;b&gt;"), std::string::npos);
        EXPECT_EQ(svg.find("inf"), std::string::npos);
    }
    // Two accounts of one promise stand on one scale: their targets lie above each other.
    const std::string two =
        bullets_piece(
            Bullets{{"t", "d"},
                    {{"p", {{"A", {}, 100.0, 70.0, "", "", "", ""}, {"B", {}, 30.0, 70.0, "", "", "", ""}}}}},
            ChartSize::wide)
            .content;
    std::vector<std::string> places;
    const std::string_view goal = "tick--goal\" d=\"M";
    for (std::size_t at = two.find(goal); at != std::string::npos; at = two.find(goal, at + 1))
        places.push_back(two.substr(at + goal.size(), two.find(' ', at + goal.size()) - at - goal.size()));
    ASSERT_EQ(places.size(), 2u);
    EXPECT_EQ(places[0], places[1]);
    EXPECT_EQ(bullets_piece({}, ChartSize::wide).content, "");
}

}  // namespace
}  // namespace tamga::web
