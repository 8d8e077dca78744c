#include "web/parts/waterfall.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <regex>

namespace tamga::web {
namespace {

using Sort = Waterfall::Bar::Sort;

Waterfall example() {
    return {{"From one count to the other", "Each bar is a step."},
            {{Sort::end, "Exporter", "100", 0, 100},
             {Sort::assumed, "Transit <b>", "-60", 100, 40},
             {Sort::step, "Freight", "+2", 40, 42},
             {Sort::remainder, "Remainder", "-50", 42, -8},
             {Sort::end, "Importer", "-8", 0, -8}}};
}

TEST(Waterfall, DrawsABarForEachStep) {
    for (const ChartSize size : {ChartSize::wide, ChartSize::narrow}) {
        const std::string svg =
            part_svg(waterfall_piece(example(), size, "walk"), example().caption, size, "walk");
        std::size_t bars = 0;
        for (std::size_t at = svg.find("</g><rect"); at != std::string::npos;
             at = svg.find("</g><rect", at + 1))
            ++bars;
        EXPECT_EQ(bars, 5u);
        EXPECT_NE(svg.find("url(#walk-hatch)"), std::string::npos);
        EXPECT_NE(svg.find("Transit &lt;b&gt;"), std::string::npos);
        EXPECT_EQ(svg.find("<b>"), std::string::npos);
        EXPECT_EQ(svg.find("style="), std::string::npos);
    }
}

TEST(Waterfall, DrawsNoLineThroughWords) {
    for (const ChartSize size : {ChartSize::wide, ChartSize::narrow}) {
        const std::string svg = waterfall_piece(example(), size, "walk").content;
        std::vector<double> words;
        const std::regex text("<text [^>]*y=\"([0-9.]+)\"");
        for (std::sregex_iterator at(svg.begin(), svg.end(), text), end; at != end; ++at)
            words.push_back(std::stod((*at)[1]));
        EXPECT_EQ(words.size(), 10u);
        const std::regex line("M[0-9.]+ ([0-9.]+)V([0-9.]+)");
        std::size_t lines = 0;
        for (std::sregex_iterator at(svg.begin(), svg.end(), line), end; at != end; ++at, ++lines)
            for (const double baseline : words)
                EXPECT_FALSE(std::stod((*at)[1]) <= baseline && baseline - 10 <= std::stod((*at)[2]));
        EXPECT_EQ(lines, 5u);
    }
}

TEST(Waterfall, DrawsNothingThatCannotBeSeen) {
    EXPECT_EQ(waterfall_piece({{"t", "d"}, {}}, ChartSize::wide, "walk").content, "");
    Waterfall endless = example();
    endless.bars[0].to = std::numeric_limits<double>::infinity();
    EXPECT_EQ(waterfall_piece(endless, ChartSize::wide, "walk").content, "");
    EXPECT_EQ(part_svg({}, {"t", "d"}, ChartSize::wide, "walk"), "");
    EXPECT_NE(waterfall_piece({{"t", "d"}, {{Sort::end, "Nil", "0", 0, 0}}}, ChartSize::wide, "walk").content,
              "");
}

TEST(Waterfall, IsAFileOfItsOwn) {
    const std::vector<std::string> notes = {"Sources: A & B.", "As this register held it."};
    const std::string file =
        file_svg(waterfall_piece(example(), ChartSize::wide, "walk"), example().caption, notes, "en");
    EXPECT_TRUE(file.starts_with("<?xml "));
    for (const char* const told :
         {"xmlns=\"http://www.w3.org/2000/svg\"", "From one count to the other</text>", "Sources: A &amp; B.",
          "As this register held it.", "url(#walk-hatch)"})
        EXPECT_NE(file.find(told), std::string::npos) << told;
    EXPECT_NE(file_svg({}, {"t", "d"}, notes, "en").find("Sources"), std::string::npos);
}

}  // namespace
}  // namespace tamga::web
