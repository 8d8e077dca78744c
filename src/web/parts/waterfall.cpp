#include "web/parts/waterfall.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "web/parts/template.hpp"

namespace tamga::web {

namespace {

// In the drawing's own units, which are a page's pixels where it is as wide as meant.
constexpr double kWide = 720, kNarrow = 340, kEdge = 8, kRow = 46, kLine = 18, kBar = 18, kText = 14,
                 kHair = 1.5;
// As in ui/styles/tokens.css: they tell sorts of bars apart where no style sheet is.
constexpr const char *kInk = "#1a2230", *kAxis = "#8a8f98";
constexpr const char* kColours[] = {"#1f4e79", "#7a5c00", "#7a5c00", "#9b2d20"};

}  // namespace

std::string waterfall_svg(const Waterfall& waterfall, ChartSize size, std::string_view id) {
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
        "<svg class=\"figures figures--{0}\" viewBox=\"0 0 {1:.0f} {2:.0f}\" role=\"img\" "
        "aria-labelledby=\"{3}-title\" aria-describedby=\"{3}-desc\">\n<title id=\"{3}-title\">{4}</title>\n"
        "<desc id=\"{3}-desc\">{5}</desc>\n<defs><pattern id=\"{3}-hatch\" width=\"6\" height=\"6\" "
        "patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><rect width=\"3\" height=\"6\" "
        "fill=\"{6}\"/></pattern></defs>\n<line class=\"axis\" x1=\"{7:.1f}\" x2=\"{7:.1f}\" y1=\"{8:.0f}\" "
        "y2=\"{9:.0f}\" stroke=\"{10}\"/>\n",
        size == ChartSize::wide ? "wide" : "narrow", width, height, id, escape_html(waterfall.title),
        escape_html(waterfall.description), kColours[2], x_of(0), kEdge, height - kEdge, kAxis);
    double y = kEdge;
    for (const Waterfall::Bar& bar : waterfall.bars) {
        const auto sort = static_cast<std::size_t>(bar.sort);
        const bool hatched = bar.sort == Waterfall::Bar::Sort::assumed;
        const double left = std::min(x_of(bar.from), x_of(bar.to)),
                     right = std::max(x_of(bar.from), x_of(bar.to));
        out += fmt::format(
            "<g class=\"key\" font-size=\"{0:.0f}\"><text x=\"{1:.0f}\" y=\"{2:.1f}\" "
            "fill=\"{3}\">{4}</text><text x=\"{5:.0f}\" y=\"{13:.1f}\" fill=\"{3}\" "
            "text-anchor=\"end\">{6}</text></g><rect x=\"{7:.1f}\" y=\"{8:.1f}\" width=\"{9:.1f}\" "
            "height=\"{10:.0f}\" fill=\"{11}\" stroke=\"{12}\"/>\n",
            kText, kEdge, y + kText, kInk, escape_html(bar.label), width - kEdge, escape_html(bar.amount),
            left, y + lower + kText + 6, std::max(right - left, kHair), kBar,
            hatched ? fmt::format("url(#{}-hatch)", id) : std::string(kColours[sort]), kColours[sort],
            y + lower + kText);
        y += row;
    }
    return out + "</svg>\n";
}

}  // namespace tamga::web
