#include "web/parts/chart.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <regex>

namespace tamga::web {
namespace {

constexpr double kOpen = std::numeric_limits<double>::infinity();

Chart::Mark mark(const char* first, const char* last, double value) {
    return {Date::parse(first)->first_day(),
            Date::parse(last)->last_day(),
            value,
            value,
            value,
            std::string(first) + " says " + std::to_string(static_cast<long long>(value))};
}

Chart chart(std::vector<Chart::Line> lines) {
    return {
        "Trade <of all>", "What is seen", {{"USD & more", std::move(lines)}}, [](std::string_view number) {
            return "#" + std::string(number);
        }};
}

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t out = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++out;
    return out;
}

/// The numbers of all attributes of that name within elements that match.
std::vector<double> numbers(const std::string& svg, const std::string& pattern) {
    const std::regex expression(pattern);
    std::vector<double> out;
    for (std::sregex_iterator at(svg.begin(), svg.end(), expression), end; at != end; ++at)
        out.push_back(std::stod((*at)[1]));
    return out;
}

TEST(Chart, EscapesTextsAndHasNoStyles) {
    const std::string svg =
        chart_svg(chart({{"A & <B>", {mark("2024", "2024", 5)}}, {"C", {mark("2023", "2023", 4)}}}),
                  ChartSize::wide, "here");
    EXPECT_NE(svg.find("<title id=\"here-title\">Trade &lt;of all&gt;</title>"), std::string::npos);
    EXPECT_NE(svg.find("aria-describedby=\"here-desc\""), std::string::npos);
    EXPECT_NE(svg.find("USD &amp; more"), std::string::npos);
    EXPECT_NE(svg.find("A &amp; &lt;B&gt;"), std::string::npos);
    EXPECT_EQ(svg.find("style="), std::string::npos);
    EXPECT_EQ(svg.find("<script"), std::string::npos);
    EXPECT_EQ(count(svg, "<g"), count(svg, "</g>"));
}

TEST(Chart, BeginsAtZeroInFewReadableSteps) {
    const std::string svg = chart_svg(
        chart({{"A", {mark("2023", "2023", 89.4e9), mark("2024", "2024", 94.8e9)}}}), ChartSize::wide, "c");
    for (const char* number : {">#0<", ">#50000000000<", ">#100000000000<"})
        EXPECT_NE(svg.find(number), std::string::npos) << number;
    EXPECT_LE(count(svg, ">#"), 8u);
    const std::string fall = chart_svg(chart({{"A", {mark("2024", "2024", -0.25)}}}), ChartSize::wide, "c");
    EXPECT_NE(fall.find(">#0.0<"), std::string::npos);
    EXPECT_NE(fall.find(">#-0.3<"), std::string::npos);
}

TEST(Chart, PutsAYearsNumberAtItsMiddle) {
    const std::string svg =
        chart_svg(chart({{"A", {mark("2023", "2023", 1), mark("2024", "2024", 2)}}}), ChartSize::wide, "c");
    const auto years = numbers(svg, "<text x=\"([0-9.]+)\" y=\"[0-9.]+\">20");
    const auto signs = numbers(svg, "<circle cx=\"([0-9.]+)\"");
    ASSERT_EQ(years.size(), 2u);
    ASSERT_EQ(signs.size(), 2u);
    EXPECT_NEAR(years[0], signs[0], 0.2);
    EXPECT_NEAR(years[1], signs[1], 0.2);
    const auto bars = numbers(svg, "height=\"3\"/><circle cx=\"([0-9.]+)\"");
    EXPECT_EQ(bars.size(), 2u);
}

TEST(Chart, JoinsNothingOverAPeriodThatIsStatedAsMissing) {
    const std::vector<Chart::Mark> marks{mark("2021", "2021", 5), mark("2022", "2022", 6),
                                         mark("2024", "2024", 7), mark("2025", "2025", 8)};
    const Chart::Hole year{Date::of_day(2023, 1, 1), Date::of_day(2023, 12, 31)},
        month{Date::of_day(2023, 3, 1), Date::of_day(2023, 3, 31)};
    const auto strokes = [](const std::string& svg) {
        const std::size_t at = svg.find(" d=\"M", svg.find("fill=\"none\""));
        return count(svg.substr(at, svg.find("\"/>", at) - at), "M");
    };
    const auto drawn = [&](std::vector<Chart::Hole> holes) {
        return chart_svg(chart({{"A", marks, std::move(holes)}}), ChartSize::wide, "c");
    };
    EXPECT_EQ(strokes(drawn({})), 1u);
    EXPECT_EQ(strokes(drawn({month})), 1u);
    EXPECT_EQ(strokes(drawn({year})), 2u);
    EXPECT_EQ(strokes(sparkline_svg(marks)), 1u);
    EXPECT_EQ(strokes(sparkline_svg(marks, std::span(&year, 1))), 2u);
}

TEST(Chart, TellsPartsOfAYearFromYears) {
    const std::string svg =
        chart_svg(chart({{"A",
                          {mark("2023", "2023", 8), mark("2024-01", "2024-06", 4), mark("2024", "2024", 9),
                           mark("2025-12-31", "2025-12-31", 9)}}}),
                  ChartSize::wide, "c");
    EXPECT_EQ(count(svg, "class=\"part\""), 1u);
    // The half-year is not joined with the years, and the day with neither.
    EXPECT_EQ(count(svg, "class=\"join\""), 1u);
    EXPECT_EQ(count(svg, "height=\"3\""), 3u);
    EXPECT_TRUE(is_whole(mark("2020", "2023", 1)));
    EXPECT_TRUE(is_whole(mark("2024-02-29", "2024-02-29", 1)));
    EXPECT_FALSE(is_whole(mark("2024-02", "2024-02", 1)));
    EXPECT_FALSE(is_whole(mark("2024-06-16", "2024-06-18", 1)));
}

TEST(Chart, DrawsWordingAsBounds) {
    Chart::Mark over = mark("2022", "2022", 5), under = mark("2023", "2023", 5),
                about = mark("2024", "2024", 5);
    over.high = kOpen;
    under.low = -kOpen;
    about.low = 4;
    about.high = 6;
    const std::string svg =
        chart_svg(chart({{"A", {over, under, about, mark("2025", "2025", 5)}}}), ChartSize::wide, "c");
    EXPECT_EQ(count(svg, "class=\"bound\""), 3u);
    EXPECT_EQ(svg.find("inf"), std::string::npos);
    EXPECT_EQ(svg.find("nan"), std::string::npos);
}

TEST(Chart, MovesNamesApart) {
    std::vector<Chart::Line> lines;
    for (int i = 0; i < 12; ++i)
        lines.push_back({"Reporter " + std::to_string(i), {mark("2024", "2024", 100 + i)}});
    for (const ChartSize size : {ChartSize::wide, ChartSize::narrow}) {
        const std::string svg = chart_svg(chart(lines), size, "c");
        auto levels = numbers(svg, "class=\"name\" x=\"[0-9.]+\" y=\"([0-9.]+)\"");
        ASSERT_EQ(levels.size(), 12u);
        std::ranges::sort(levels);
        for (std::size_t i = 1; i < levels.size(); ++i) EXPECT_GE(levels[i] - levels[i - 1], 10) << i;
        EXPECT_NE(svg.find("Reporter 11"), std::string::npos);
    }
}

TEST(Chart, HasAPanelForEachUnit) {
    Chart both = chart({{"A", {mark("2024", "2024", 5)}}});
    both.panels.push_back({"CNY", {{"A", {mark("2023", "2023", 36)}}}});
    const std::string svg = chart_svg(both, ChartSize::wide, "c");
    EXPECT_EQ(count(svg, "class=\"axis-title\""), 2u);
    // Both have the same years.
    EXPECT_EQ(count(svg, ">2023<"), 2u);
}

TEST(Chart, StandsAlone) {
    const std::vector<std::string> notes{"Sources: A & B.", "比较大的差距：" + std::string(600, 'x')};
    const std::string svg = standalone_svg(chart({{"A", {mark("2024", "2024", 5)}}}), notes, "zh");
    EXPECT_TRUE(svg.starts_with("<?xml"));
    EXPECT_NE(svg.find("xmlns=\"http://www.w3.org/2000/svg\""), std::string::npos);
    EXPECT_NE(svg.find("xml:lang=\"zh\""), std::string::npos);
    EXPECT_NE(svg.find("Sources: A &amp; B."), std::string::npos);
    EXPECT_EQ(svg.find("style="), std::string::npos);
    const std::string empty = standalone_svg({"Nothing", "", {}, {}}, {}, "en");
    EXPECT_NE(empty.find(">Nothing</text>"), std::string::npos);
    EXPECT_TRUE(chart_svg({"Nothing", "", {}, {}}, ChartSize::wide, "c").empty());
}

TEST(Chart, BearsAnyNumbers) {
    std::vector<Chart::Line> lines;
    for (int i = 0; i < 40; ++i)
        lines.push_back({std::string(300, 'W'),
                         {mark("0001", "9999", i % 2 ? 1e18 : -1e18), mark("2024-05-05", "2024-05-05", 0)}});
    for (const ChartSize size : {ChartSize::wide, ChartSize::narrow}) {
        const std::string svg = chart_svg(chart(lines), size, "c");
        EXPECT_EQ(svg.find("nan"), std::string::npos);
        EXPECT_LT(svg.size(), 200'000u);
    }
}

TEST(Sparkline, NeedsTwoFiguresOfOneLength) {
    const std::vector<Chart::Mark> one{mark("2024", "2024", 5)},
        apart{mark("2024", "2024", 5), mark("2025-01", "2025-06", 3)},
        three{mark("2023", "2023", 4), mark("2024", "2024", 5), mark("2025-01", "2025-06", 3)};
    EXPECT_TRUE(sparkline_svg({}).empty());
    EXPECT_TRUE(sparkline_svg(one).empty());
    EXPECT_TRUE(sparkline_svg(apart).empty());
    const std::string svg = sparkline_svg(three);
    EXPECT_EQ(count(svg, "L"), 1u);  // Without the half-year.
    EXPECT_NE(svg.find("aria-hidden=\"true\""), std::string::npos);
}

}  // namespace
}  // namespace tamga::web
