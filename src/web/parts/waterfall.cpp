#include "web/parts/waterfall.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "web/parts/svg_text.hpp"
#include "web/parts/template.hpp"

namespace tamga::web {

namespace {

// In the drawing's own units, which are a page's pixels where it is as wide as meant.
constexpr double kWide = 720, kNarrow = 340, kEdge = 8, kRow = 46, kLine = 18, kBar = 18, kText = 14,
                 kHair = 1.5;
// As in ui/styles/tokens.css: they tell sorts of bars apart where no style sheet is.
constexpr const char *kInk = "#1a2230", *kAxis = "#8a8f98";
constexpr const char* kColours[] = {"#1f4e79", "#7a5c00", "#7a5c00", "#9b2d20"};
// The classes by which ui/styles/figures.css gives them the colours of the page.
constexpr const char* kSorts[] = {"end", "step", "assumed", "remainder"};

}  // namespace

Picture waterfall_piece(const Waterfall& waterfall, ChartSize size, std::string_view id) {
    if (waterfall.bars.empty()) return {};
    double low = 0, high = 0;
    for (const Waterfall::Bar& bar : waterfall.bars) {
        if (!(std::abs(bar.from) <= kMostDrawn && std::abs(bar.to) <= kMostDrawn)) return {};
        low = std::min({low, bar.from, bar.to});
        high = std::max({high, bar.from, bar.to});
    }
    if (high == low) high = low + 1;
    const double width = size == ChartSize::wide ? kWide : kNarrow;
    // Where there is no room beside a step's name, its amount stands beneath.
    const double lower = size == ChartSize::wide ? 0 : kLine, row = kRow + lower;
    const double height = 2 * kEdge + row * static_cast<double>(waterfall.bars.size());
    const auto x_of = [&](double value) {
        return kEdge + (value - low) / (high - low) * (width - 2 * kEdge);
    };
    std::string out = fmt::format(
        "<defs><pattern id=\"{0}-hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" "
        "patternTransform=\"rotate(45)\"><rect class=\"bar bar--assumed\" width=\"3\" height=\"6\" "
        "fill=\"{1}\"/></pattern></defs>\n",
        id, kColours[2]);
    // Nothing, beside each bar: between them it would run through the words.
    std::string axis;
    double y = kEdge;
    for (const Waterfall::Bar& bar : waterfall.bars) {
        const auto sort = static_cast<std::size_t>(bar.sort);
        const double room =
            width - 2 * kEdge - (size == ChartSize::wide ? width_of(bar.amount, kText) + kEdge : 0);
        const std::vector<std::string> label = wrapped(bar.label, kText, room, 1);
        const bool hatched = bar.sort == Waterfall::Bar::Sort::assumed;
        const double left = std::min(x_of(bar.from), x_of(bar.to)),
                     right = std::max(x_of(bar.from), x_of(bar.to));
        out += fmt::format(
            "<g class=\"key\" font-size=\"{0:.0f}\"><text x=\"{1:.0f}\" y=\"{2:.1f}\" "
            "fill=\"{3}\">{4}</text><text x=\"{5:.0f}\" y=\"{13:.1f}\" fill=\"{3}\" "
            "text-anchor=\"end\">{6}</text></g><rect class=\"bar bar--{14}\" x=\"{7:.1f}\" y=\"{8:.1f}\" "
            "width=\"{9:.1f}\" height=\"{10:.0f}\" fill=\"{11}\" stroke=\"{12}\"/>\n",
            kText, kEdge, y + kText, kInk, escape_html(label.empty() ? bar.label : label.front()),
            width - kEdge, escape_html(bar.amount), left, y + lower + kText + 6,
            std::max(right - left, kHair), kBar,
            hatched ? fmt::format("url(#{}-hatch)", id) : std::string(kColours[sort]), kColours[sort],
            y + lower + kText, hatched ? "hatched" : kSorts[sort]);
        fmt::format_to(std::back_inserter(axis), "M{:.1f} {:.1f}V{:.1f}", x_of(0), y + lower + kText + 3,
                       y + lower + kText + 6 + kBar + 3);
        y += row;
    }
    out += fmt::format("<path class=\"axis\" d=\"{}\" stroke=\"{}\"/>\n", axis, kAxis);
    return {std::move(out), width, height};
}

}  // namespace tamga::web
