#include "web/parts/heat.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "web/parts/svg_text.hpp"
#include "web/parts/template.hpp"

namespace tamga::web {

namespace {

// As in ui/styles/tokens.css.
constexpr const char *kInk = "#1a2230", *kSoft = "#4d5868", *kLine = "#888271";
constexpr std::array<std::string_view, 6> kStyles = {"very-far", "far", "apart", "close", "agree", "units"};
constexpr std::array kTones = {"#b3261e", "#a15c00", "#1b63b0", "#5c7414", "#1d7a3e", "#6b5b95"};

/// Its colour; null of a style that is an outline.
const char* tone_of(std::string_view style) {
    const auto* const found = std::ranges::find(kStyles, style);
    return found == kStyles.end() ? nullptr : kTones[static_cast<std::size_t>(found - kStyles.begin())];
}

class Drawing {
  public:
    Drawing(const Heat& heat, ChartSize size) : heat_(heat), narrow_(size == ChartSize::narrow) {}

    Picture piece() {
        const auto count = static_cast<double>(heat_.parties.size());
        const double width = narrow_ ? 340 : 760, left = narrow_ ? 44 : 150, top = 30,
                     cell_width = (width - left - 4) / count, cell_height = narrow_ ? 34 : 80;
        for (std::size_t i = 0; i < heat_.parties.size(); ++i) {
            text(left + (static_cast<double>(i) + 0.5) * cell_width, 20, "middle", kInk,
                 heat_.parties[i].code);
            const double y = top + (static_cast<double>(i) + 0.5) * cell_height;
            const auto lines = narrow_ ? std::vector<std::string>{heat_.parties[i].code}
                                       : wrapped(heat_.parties[i].name, size(), left - 16, 2);
            for (std::size_t line = 0; line < lines.size(); ++line)
                text(4,
                     y + size() * (0.35 + static_cast<double>(line) -
                                   (static_cast<double>(lines.size()) - 1) / 2.0),
                     "start", kInk, lines[line]);
        }
        for (std::size_t i = 0; i < heat_.cells.size(); ++i)
            for (std::size_t j = 0; j < heat_.cells[i].size(); ++j)
                if (const auto& cell = heat_.cells[i][j])
                    draw(*cell, left + static_cast<double>(j) * cell_width,
                         top + static_cast<double>(i) * cell_height, cell_width - 3, cell_height - 3);
        double y = top + count * cell_height + 12;
        for (const Heat::Key& key : heat_.legend) {
            box(key.style, 4, y, 16, 12);
            for (const std::string& line : wrapped(key.meaning, size(), width - 40, 3)) {
                text(28, y + 11, "start", kInk, line);
                y += size() * 1.35;
            }
            y += 4;
        }
        return {std::move(out_), width, y + 4};
    }

  private:
    double size() const { return 12; }

    void text(double x, double y, const char* anchor, const char* colour, std::string_view what) {
        fmt::format_to(std::back_inserter(out_),
                       "<text class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" font-size=\"{}\" fill=\"{}\" "
                       "text-anchor=\"{}\">{}</text>\n",
                       colour == kSoft ? "soft" : "ink", x, y, size(), colour, anchor, escape_html(what));
    }

    void box(std::string_view style, double x, double y, double width, double height) {
        const char* const tone = tone_of(style);
        fmt::format_to(std::back_inserter(out_),
                       "<rect class=\"tone tone--{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" "
                       "height=\"{:.1f}\" rx=\"3\" "
                       "fill=\"{}\" fill-opacity=\"{}\" stroke=\"{}\"{}/>\n",
                       escape_html(style), x, y, width, height, tone ? tone : "none", tone ? "0.24" : "0",
                       tone ? tone : kLine, style == "none" ? " stroke-dasharray=\"3 3\"" : "");
    }

    void draw(const Heat::Cell& cell, double x, double y, double width, double height) {
        box(cell.style, x, y, width, height);
        const double middle = x + width / 2;
        if (narrow_) return text(middle, y + height / 2 + 4, "middle", kInk, cell.ratio);
        std::vector<std::string> lines = wrapped(cell.word, size(), width - 6, 3);
        for (const std::string* const more : {&cell.amount, &cell.ratio})
            for (std::string& line : wrapped(*more, size(), width - 4, 2)) lines.push_back(std::move(line));
        double at = y + height / 2 - static_cast<double>(lines.size() - 1) * size() * 0.62 + size() * 0.35;
        for (const std::string& line : lines) {
            text(middle, at, "middle", cell.amount.empty() ? kSoft : kInk, line);
            at += size() * 1.24;
        }
    }

    const Heat& heat_;
    const bool narrow_;
    std::string out_;
};

}  // namespace

Picture heat_piece(const Heat& heat, ChartSize size) {
    if (heat.parties.empty()) return {};
    return Drawing(heat, size).piece();
}

}  // namespace tamga::web
