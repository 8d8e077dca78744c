#include "web/parts/waterfall.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace tamga::web {
namespace {

using Sort = Waterfall::Bar::Sort;

Waterfall example() {
    return {"From one count to the other",
            "Each bar is a step.",
            {{Sort::end, "Exporter", "100", 0, 100},
             {Sort::assumed, "Transit <b>", "-60", 100, 40},
             {Sort::step, "Freight", "+2", 40, 42},
             {Sort::remainder, "Remainder", "-50", 42, -8},
             {Sort::end, "Importer", "-8", 0, -8}}};
}

TEST(Waterfall, DrawsABarForEachStep) {
    for (const ChartSize size : {ChartSize::wide, ChartSize::narrow}) {
        const std::string svg = waterfall_svg(example(), size, "walk");
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

TEST(Waterfall, DrawsNothingThatCannotBeSeen) {
    EXPECT_EQ(waterfall_svg({"t", "d", {}}, ChartSize::wide, "walk"), "");
    Waterfall endless = example();
    endless.bars[0].to = std::numeric_limits<double>::infinity();
    EXPECT_EQ(waterfall_svg(endless, ChartSize::wide, "walk"), "");
    EXPECT_NE(waterfall_svg({"t", "d", {{Sort::end, "Nil", "0", 0, 0}}}, ChartSize::wide, "walk"), "");
}

}  // namespace
}  // namespace tamga::web
