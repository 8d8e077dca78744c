#include "web/parts/bullets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "web/parts/svg_text.hpp"
#include "web/parts/template.hpp"

namespace tamga::web {

namespace {

constexpr double kEdge = 8, kBar = 10;
// As in ui/styles/tokens.css.
constexpr const char *kInk = "#1a2230", *kSoft = "#4d5868", *kTrack = "#dcd8cc", *kActual = "#005a9c",
                     *kTarget = "#b34700";

bool is_drawn(const std::optional<double>& value) {
    return value && std::abs(*value) <= kMostDrawn;
}

class Drawing {
  public:
    Drawing(const Bullets& bullets, ChartSize size)
        : bullets_(bullets), width_(size == ChartSize::wide ? 760 : 340) {}

    Picture piece() {
        for (const Bullets::Row& row : bullets_.rows) {
            for (const std::string& line : wrapped(row.label, 14, width_ - 2 * kEdge, 3)) {
                y_ += 18;
                text(kEdge, 14, "bold", kInk, line);
            }
            scale(row);
            for (const Bullets::Bar& one : row.bars) bar(one);
            y_ += 14;
        }
        return {std::move(out_), width_, y_};
    }

  private:
    template <class... Arguments>
    void put(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
        fmt::format_to(std::back_inserter(out_), format, std::forward<Arguments>(arguments)...);
    }
    void text(double x, double size, const char* weight, const char* colour, std::string_view what) {
        put("<text class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" font-size=\"{}\" font-weight=\"{}\" "
            "fill=\"{}\">{}</text>\n",
            colour == kSoft ? "soft" : "ink", x, y_, size, weight, colour, escape_html(what));
    }

    /// From zero, or what is below it, to the largest number of the promise.
    void scale(const Bullets::Row& row) {
        low_ = high_ = 0;
        for (const Bullets::Bar& one : row.bars)
            for (const auto& value : {one.base, one.actual, one.target})
                if (is_drawn(value)) {
                    low_ = std::min(low_, *value);
                    high_ = std::max(high_, *value);
                }
        if (high_ == low_) high_ = low_ + 1;
    }
    double x(double value) const { return kEdge + (value - low_) / (high_ - low_) * (width_ - 2 * kEdge); }

    void bar(const Bullets::Bar& bar) {
        y_ += 6;
        const std::string who =
            bar.who.empty() || bar.share.empty() ? bar.who + bar.share : bar.who + " · " + bar.share;
        for (const std::string& line : wrapped(who, 12, width_ - 2 * kEdge, 2)) {
            y_ += 15;
            text(kEdge, 12, "normal", kSoft, line);
        }
        y_ += 8;
        put("<rect class=\"track\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{}\" fill=\"{}\"/>\n",
            kEdge, y_, width_ - 2 * kEdge, kBar, kTrack);
        if (is_drawn(bar.actual)) {
            const double from = x(is_drawn(bar.base) ? *bar.base : 0.0), to = x(*bar.actual);
            put("<rect class=\"bar bar--end\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{}\" "
                "fill=\"{}\"/>\n",
                std::min(from, to), y_, std::max(std::abs(to - from), 1.5), kBar, kActual);
        }
        if (is_drawn(bar.base)) tick("ink", x(*bar.base), kInk, 2);
        if (is_drawn(bar.target)) tick("goal", x(*bar.target), kTarget, 6);
        y_ += kBar + 2;
        std::string told;
        for (const std::string* const one : {&bar.base_text, &bar.actual_text, &bar.target_text})
            if (!one->empty()) told += (told.empty() ? "" : " · ") + *one;
        for (const std::string& line : wrapped(told, 12, width_ - 2 * kEdge, 3)) {
            y_ += 15;
            text(kEdge, 12, "normal", kInk, line);
        }
    }

    void tick(const char* style, double x, const char* colour, double beyond) {
        put("<path class=\"tick tick--{}\" d=\"M{:.1f} {:.1f}V{:.1f}\" stroke=\"{}\" stroke-width=\"3\"/>\n",
            style, std::clamp(x, kEdge + 1.5, width_ - kEdge - 1.5), y_ - beyond, y_ + kBar + beyond, colour);
    }

    const Bullets& bullets_;
    const double width_;
    double y_ = 0;
    double low_ = 0, high_ = 1;  ///< What the bars of a promise lie between.
    std::string out_;
};

}  // namespace

Picture bullets_piece(const Bullets& bullets, ChartSize size) {
    if (bullets.rows.empty()) return {};
    return Drawing(bullets, size).piece();
}

}  // namespace tamga::web
