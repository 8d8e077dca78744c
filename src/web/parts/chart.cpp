#include "web/parts/chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <map>
#include <optional>

#include "web/parts/svg_text.hpp"
#include "web/parts/template.hpp"

namespace tamga::web {

namespace {

/// How a reporter's line looks: no two of the first 36 have the same colour, sign and dashes, and colour
/// alone tells none of them apart. The colours are dark enough for text on white (ui/styles/tokens.css has
/// them as
/// --line-1 to --line-6, for both schemes); they stay apart for people who see few colours (after Okabe and
/// Ito).
constexpr std::array kColours = {"#005a9c", "#b34700", "#00705a", "#8e3a75", "#4a4a4a", "#7a5c00"};
constexpr std::array kDashes = {"", "6 3", "2 3", "9 3 2 3", "1 4", "12 4"};
constexpr const char *kGround = "#ffffff", *kInk = "#1a2230", *kSoft = "#4d5868", *kGrid = "#dcd8cc",
                     *kAxis = "#888271", *kGold = "#b98a2f";

/// The sign at the middle of a figure's period, around a point.
std::string sign(std::size_t style, double x, double y) {
    constexpr double r = 4;
    switch (style % 6) {
        case 0:
            return fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{}\"/>", x, y, r);
        case 1:
            return fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"7\" height=\"7\"/>", x - 3.5,
                               y - 3.5);
        case 2:
            return fmt::format("<path d=\"M{:.1f} {:.1f}l5 5l-5 5l-5 -5z\"/>", x, y - 5);
        case 3:
            return fmt::format("<path d=\"M{:.1f} {:.1f}l5 8.5h-10z\"/>", x, y - 5);
        case 4:
            return fmt::format("<path d=\"M{:.1f} {:.1f}l5 -8.5h-10z\"/>", x, y + 5);
        default:
            return fmt::format("<path d=\"M{:.1f} {:.1f}h3v-3h3v3h3v3h-3v3h-3v-3h-3z\"/>", x - 4.5, y - 1.5);
    }
}

/// The days since 1970 at which a mark's period begins and ends.
double begin_of(const Chart::Mark& mark) {
    return static_cast<double>(mark.first.first_day().day_number());
}
double end_of(const Chart::Mark& mark) {
    return static_cast<double>(mark.last.last_day().day_number()) + 1;
}
double middle_of(const Chart::Mark& mark) {
    return (begin_of(mark) + end_of(mark)) / 2;
}

/// How long a period is: in whole months where it is made of them, else in days, which count from kDays on.
constexpr long long kDays = 1'000'000;
long long length_of(const Date& from, const Date& to) {
    const Date first = from.first_day(), last = to.last_day();
    const Date next = last.plus_days(1);
    if (first.day() == 1 && next.day() == 1)
        return (next.year() - first.year()) * 12LL + next.month() - first.month();
    return kDays + last.day_number() - first.day_number() + 1;
}
long long length_of(const Chart::Mark& mark) {
    return length_of(mark.first, mark.last);
}
bool is_drawn(const Chart::Mark& mark) {
    return std::abs(mark.value) <= kMostDrawn;
}

/// A hole as long as the marks lies between them.
bool is_parted(std::span<const Chart::Hole> holes, const Chart::Mark& before, const Chart::Mark& after) {
    return std::ranges::any_of(holes, [&](const Chart::Hole& hole) {
        return before.last < hole.last && hole.first < after.first &&
               length_of(hole.first, hole.last) == length_of(after);
    });
}

/// From below zero or zero to above what is drawn, in few steps of a readable size.
struct Scale {
    double low = 0, high = 0, step = 1;
    int places = 0;  ///< Digits after the point that the steps need.

    static Scale of(const Chart::Panel& panel) {
        Scale out;
        const auto take = [&](double value) {
            if (!(std::abs(value) <= kMostDrawn)) return;
            out.low = std::min(out.low, value);
            out.high = std::max(out.high, value);
        };
        for (const Chart::Line& line : panel.lines)
            for (const Chart::Mark& mark : line.marks)
                for (const double value : {mark.value, mark.low, mark.high}) take(value);
        if (out.high == out.low) out.high = out.low + 1;
        const double rough = (out.high - out.low) / 4;
        const double power = std::floor(std::log10(rough));
        const double ten = std::pow(10, power);
        const double factor = rough <= ten ? 1 : rough <= 2 * ten ? 2 : rough <= 5 * ten ? 5 : 10;
        out.step = factor * ten;
        out.places = std::clamp(static_cast<int>(factor < 10 ? -power : -power - 1), 0, 15);
        out.low = std::floor(out.low / out.step) * out.step;
        out.high = std::ceil(out.high / out.step) * out.step;
        return out;
    }
};

/// The years of which any figure tells.
struct Years {
    int first = 9999, last = 0;
    static Years of(const Chart& chart) {
        Years out;
        for (const Chart::Panel& panel : chart.panels)
            for (const Chart::Line& line : panel.lines)
                for (const Chart::Mark& mark : line.marks) {
                    out.first = std::min(out.first, mark.first.year());
                    out.last = std::max(out.last, mark.last.year());
                }
        return out;
    }
    double begin() const { return static_cast<double>(Date::of_day(first, 1, 1).day_number()); }
    double end() const { return static_cast<double>(Date::of_day(last, 12, 31).day_number()) + 1; }
};

/// A rectangle that something else should not lie on.
struct Box {
    double left, top, right, bottom;
    bool meets(const Box& other) const {
        return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
    }
};

/// A chart in the making, from top to bottom.
class Drawing {
  public:
    Drawing(const Chart& chart, ChartSize size)
        : chart_(chart),
          narrow_(size == ChartSize::narrow),
          width_(narrow_ ? 340 : 760),
          text_size_(narrow_ ? 12 : 13),
          years_(Years::of(chart)) {}

    double width() const { return width_; }
    double height() const { return y_; }
    std::string take() { return std::move(out_); }

    void lines_of_text(std::string_view text, double size, std::string_view weight, std::string_view colour) {
        for (const std::string& line : wrapped(text, size, width_ - 2 * kEdge, 8)) {
            y_ += size * 1.4;
            put("<text x=\"{}\" y=\"{:.1f}\" font-size=\"{}\" font-weight=\"{}\" fill=\"{}\">{}</text>\n",
                kEdge, y_, size, weight, colour, escape_html(line));
        }
        y_ += size * 0.6;
    }

    void panels() {
        for (const Chart::Panel& panel : chart_.panels) this->panel(panel);
    }

  private:
    static constexpr double kEdge = 4, kLabelWidth = 190;
    static constexpr std::size_t kLabelLines = 2;

    template <class... Arguments>
    void put(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
        fmt::format_to(std::back_inserter(out_), format, std::forward<Arguments>(arguments)...);
    }

    /// What stands at the end of a line: the reporter's name, or on a phone its number in the key.
    std::vector<std::string> label_of(const Chart::Panel& panel, std::size_t line) const {
        if (panel.lines.size() == 1 && chart_.panels.size() == 1) return {};  // The title says it.
        if (narrow_) return {std::to_string(line + 1)};
        return wrapped(panel.lines[line].name, text_size_, kLabelWidth, kLabelLines);
    }

    void panel(const Chart::Panel& panel) {
        const Scale scale = Scale::of(panel);
        const auto ticks = static_cast<int>(std::lround((scale.high - scale.low) / scale.step));
        std::vector<std::string> numbers;
        double numbers_width = 0, labels_width = 0;
        for (int i = 0; i <= ticks; ++i) {
            numbers.push_back(
                chart_.number(fmt::format("{:.{}f}", scale.low + i * scale.step, scale.places)));
            numbers_width = std::max(numbers_width, width_of(numbers.back(), text_size_));
        }
        for (std::size_t i = 0; i < panel.lines.size(); ++i)
            for (const std::string& line : label_of(panel, i))
                labels_width = std::max(labels_width, width_of(line, text_size_));
        left_ = kEdge + numbers_width + 8;
        right_ = std::max(width_ - labels_width - 18, left_ + 60);
        top_ = y_ + 34;
        const double room = narrow_ ? 200 : 260;
        bottom_ = top_ + std::max(room, std::min(static_cast<double>(panel.lines.size()) * 26, 700.0));
        scale_ = scale;
        put("<text class=\"axis-title\" x=\"{}\" y=\"{:.1f}\" font-size=\"{}\" fill=\"{}\">{}</text>\n",
            kEdge, y_ + text_size_ + 2, text_size_, kSoft, escape_html(panel.unit));
        axes(numbers);
        bands(panel);
        put("<g stroke-width=\"1.3\">\n");
        for (std::size_t i = 0; i < panel.lines.size(); ++i) line(panel.lines[i], i);
        put("</g>\n");
        labels(panel);
        y_ = bottom_ + text_size_ + 14;
        if (narrow_ && panel.lines.size() > 1) key(panel);
    }

    double x(double day) const {
        return left_ + (day - years_.begin()) / (years_.end() - years_.begin()) * (right_ - left_);
    }
    double y(double value) const {
        return bottom_ - (value - scale_.low) / (scale_.high - scale_.low) * (bottom_ - top_);
    }

    void axes(const std::vector<std::string>& numbers) {
        put("<g class=\"grid\" stroke=\"{}\">", kGrid);
        for (std::size_t i = 0; i < numbers.size(); ++i) {
            const double at = y(scale_.low + static_cast<double>(i) * scale_.step);
            put("<path d=\"M{:.1f} {:.1f}H{:.1f}\"/>", left_, at, right_);
        }
        put("</g>\n<path class=\"axis\" d=\"M{:.1f} {:.1f}H{:.1f}\" stroke=\"{}\"/>\n", left_, y(0), right_,
            kAxis);
        put("<g class=\"ticks\" font-size=\"{}\" fill=\"{}\" text-anchor=\"end\">", text_size_, kSoft);
        for (std::size_t i = 0; i < numbers.size(); ++i)
            put("<text x=\"{:.1f}\" y=\"{:.1f}\">{}</text>", left_ - 8,
                y(scale_.low + static_cast<double>(i) * scale_.step) + text_size_ * 0.35,
                escape_html(numbers[i]));
        put("</g>\n<g class=\"ticks\" font-size=\"{}\" fill=\"{}\" text-anchor=\"middle\">", text_size_,
            kSoft);
        // A year's number stands at its middle, so that nobody takes it for the year's first day.
        const int count = years_.last - years_.first + 1;
        const double room = text_size_ * 3.2;
        int every = 1;
        for (const int step : {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10'000}) {
            every = step;
            if (count * room / step <= right_ - left_) break;
        }
        for (int year = years_.first; year <= years_.last; ++year) {
            if (year % every != 0 && count > 1) continue;
            const auto first = static_cast<double>(Date::of_day(year, 1, 1).day_number());
            const auto last = static_cast<double>(Date::of_day(year, 12, 31).day_number()) + 1;
            put("<text x=\"{:.1f}\" y=\"{:.1f}\">{}</text>", x((first + last) / 2), bottom_ + text_size_ + 6,
                year);
        }
        put("</g>\n");
    }

    /// Where figures conflict; behind them.
    void bands(const Chart::Panel& panel) {
        if (panel.bands.empty()) return;
        put("<g class=\"bands\" fill=\"{}\" fill-opacity=\"0.18\">", kGold);
        for (const Chart::Band& band : panel.bands) {
            if (std::abs(band.low) > kMostDrawn || std::abs(band.high) > kMostDrawn) continue;
            const double from = x(static_cast<double>(band.first.first_day().day_number())),
                         to = x(static_cast<double>(band.last.last_day().day_number()) + 1);
            put("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"><title>{}</title></rect>",
                from, y(band.high), std::max(to - from, 2.0), y(band.low) - y(band.high),
                escape_html(band.label));
        }
        put("</g>\n");
    }

    void line(const Chart::Line& line, std::size_t style) {
        put("<g class=\"reporter line-{}\" color=\"{}\" stroke=\"currentColor\" fill=\"currentColor\">\n",
            style % kColours.size() + 1, kColours[style % kColours.size()]);
        join(line, style);
        for (const Chart::Mark& mark : line.marks)
            if (is_drawn(mark)) this->mark(mark, style);
        put("</g>\n");
    }

    /// Joins the figures over equally long periods.
    void join(const Chart::Line& line, std::size_t style) {
        std::map<long long, std::string> paths;
        std::map<long long, int> counts;
        std::map<long long, const Chart::Mark*> before;
        for (const Chart::Mark& mark : line.marks) {
            if (!is_drawn(mark)) continue;
            const long long length = length_of(mark);
            const bool first = counts[length]++ == 0 || is_parted(line.holes, *before[length], mark);
            before[length] = &mark;
            paths[length] +=
                fmt::format("{}{:.1f} {:.1f}", first ? "M" : "L", x(middle_of(mark)), y(mark.value));
        }
        for (const auto& [length, path] : paths)
            if (counts[length] > 1)
                put("<path class=\"join\" fill=\"none\" stroke-dasharray=\"{}\" d=\"{}\"/>\n",
                    dashes_of(style), path);
    }

    static const char* dashes_of(std::size_t style) {
        const char* const dashes = kDashes[(style + style / kColours.size()) % kDashes.size()];
        return *dashes ? dashes : "none";
    }

    void mark(const Chart::Mark& mark, std::size_t style) {
        const double from = x(begin_of(mark)), to = x(end_of(mark)), at = y(mark.value),
                     middle = (from + to) / 2;
        const bool whole = is_whole(mark);
        put("<g{}><title>{}</title>", whole ? "" : fmt::format(" class=\"part\" fill=\"{}\"", kGround),
            escape_html(mark.label));
        if (to - from >= 4)
            put("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"3\"/>", from + 0.6, at - 1.5,
                to - from - 1.2);
        bounds(mark, middle);
        put("{}</g>\n", sign(style, middle, at));
        marks_.push_back({from, at - 6, to, at + 6});
    }

    /// "Over" and "under" are arrows, what a wording allows otherwise is a whisker.
    void bounds(const Chart::Mark& mark, double at) {
        const auto arrow = [&](double direction) {
            const double from = y(mark.value), tip = from + direction * 18;
            put("<path class=\"bound\" fill=\"none\" d=\"M{:.1f} {:.1f}V{:.1f}m-3.5 {:.1f}l3.5 {:.1f}l3.5 "
                "{:.1f}\"/>",
                at, from, tip, -direction * 5, direction * 5, -direction * 5);
        };
        const bool up = std::isinf(mark.high), down = std::isinf(mark.low);
        if (up) arrow(-1);
        if (down) arrow(1);
        const double top = up ? mark.value : mark.high, bottom = down ? mark.value : mark.low;
        if (top == bottom || up || down) return;
        put("<path class=\"bound\" fill=\"none\" d=\"M{0:.1f} {2:.1f}h7m-3.5 0V{3:.1f}m-3.5 0h7\"/>",
            at - 3.5, at, y(top), y(bottom));
    }

    /// Puts the names at the ends of the lines, and moves apart those that would lie on another or on a
    /// figure.
    void labels(const Chart::Panel& panel) {
        struct Label {
            std::size_t line;
            double x, y;
            double before;  ///< Where a name on the left would end; 0: of a line of many figures it is at its
                            ///< end.
        };
        std::vector<Label> all;
        for (std::size_t i = 0; i < panel.lines.size(); ++i) {
            const Chart::Mark* last = nullptr;
            for (const Chart::Mark& mark : panel.lines[i].marks)
                if (is_drawn(mark) && (!last || end_of(*last) <= end_of(mark))) last = &mark;
            if (!last) continue;
            const bool one = &panel.lines[i].marks.front() == last;
            all.push_back({i, std::max(x(end_of(*last)), x(middle_of(*last)) + 5), y(last->value),
                           one ? std::min(x(begin_of(*last)), x(middle_of(*last)) - 5) : 0});
        }
        // Those furthest to the right have the least choice.
        std::ranges::stable_sort(all, [](const Label& a, const Label& b) { return a.x > b.x; });
        std::vector<Box> taken;
        put("<g class=\"names\" font-size=\"{}\" stroke-linejoin=\"round\">\n", text_size_);
        for (const Label& label : all) {
            const std::vector<std::string> lines = label_of(panel, label.line);
            if (lines.empty()) continue;
            const Box box = free_place(label.x, label.before, label.y, lines, taken);
            taken.push_back(box);
            put_label(label.line, box.left > label.x ? label.x : label.before, label.y, box, lines);
        }
        put("</g>\n");
        marks_.clear();
    }

    Box free_place(double at, double before, double level, const std::vector<std::string>& lines,
                   const std::vector<Box>& taken) const {
        double width = 0;
        for (const std::string& line : lines) width = std::max(width, width_of(line, text_size_));
        const double height = text_size_ * 1.15 * static_cast<double>(lines.size());
        const double left = std::min(at + 9, width_ - width - 2);
        const auto place = [&](double moved, double from) {
            const double middle = std::clamp(level + moved, top_ - 24 + height / 2, bottom_ - height / 2);
            return Box{from, middle - height / 2, from + width, middle + height / 2};
        };
        std::vector<double> sides{left};
        if (before - 9 - width > left_) sides.push_back(before - 9 - width);
        // First away from names and figures, then at least from names.
        for (const bool from_figures : {true, false})
            for (int step = 0; step * 4 <= bottom_ - top_; ++step)
                for (const double side : sides)
                    for (const int direction : {-1, 1}) {
                        const Box box = place(direction * step * 4.0, side);
                        const auto meets = [&](const Box& other) { return box.meets(other); };
                        if (std::ranges::any_of(taken, meets)) continue;
                        if (from_figures && (step * 4 > 60 || std::ranges::any_of(marks_, meets))) continue;
                        return box;
                    }
        return place(0, left);
    }

    void put_label(std::size_t style, double at, double level, const Box& box,
                   const std::vector<std::string>& lines) {
        put("<g class=\"line-{}\" color=\"{}\">", style % kColours.size() + 1,
            kColours[style % kColours.size()]);
        const bool after = at < box.left;
        const double middle = (box.top + box.bottom) / 2;
        if (std::abs(middle - level) > 6)
            put("<path class=\"leader\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"0.7\" "
                "d=\"M{:.1f} {:.1f}L{:.1f} {:.1f}\"/>",
                at, level, after ? box.left - 2 : box.right + 2, middle);
        for (std::size_t i = 0; i < lines.size(); ++i)
            put("<text class=\"name\" x=\"{:.1f}\" y=\"{:.1f}\"{} fill=\"currentColor\" stroke=\"{}\" "
                "stroke-width=\"3\" paint-order=\"stroke\">{}</text>",
                after ? box.left : box.right, box.top + text_size_ * (0.9 + 1.15 * static_cast<double>(i)),
                after ? "" : " text-anchor=\"end\"", kGround, escape_html(lines[i]));
        put("</g>\n");
    }

    /// Which number is whose line, beneath the picture.
    void key(const Chart::Panel& panel) {
        put("<g class=\"key\" font-size=\"{}\">\n", text_size_);
        for (std::size_t i = 0; i < panel.lines.size(); ++i) {
            const auto lines = wrapped(panel.lines[i].name, text_size_, width_ - 64, 3);
            put("<g class=\"reporter line-{0}\" color=\"{1}\" stroke=\"currentColor\" "
                "fill=\"currentColor\"><path "
                "fill=\"none\" stroke-width=\"1.3\" stroke-dasharray=\"{2}\" d=\"M{3} {4:.1f}h30\"/>{5}</g>",
                i % kColours.size() + 1, kColours[i % kColours.size()], dashes_of(i), kEdge, y_ + 10,
                sign(i, kEdge + 15, y_ + 10));
            for (std::size_t j = 0; j < lines.size(); ++j) {
                put("<text x=\"{:.1f}\" y=\"{:.1f}\" fill=\"{}\">{}{}</text>", kEdge + 38, y_ + 14, kInk,
                    j == 0 ? fmt::format("{} ", i + 1) : "", escape_html(lines[j]));
                y_ += text_size_ * 1.3;
            }
            y_ += 3;
            put("\n");
        }
        put("</g>\n");
        y_ += 6;
    }

    const Chart& chart_;
    bool narrow_;
    double width_, text_size_;
    Years years_;
    std::string out_;
    double y_ = 0;                                        ///< How far down it is drawn.
    double left_ = 0, right_ = 0, top_ = 0, bottom_ = 0;  ///< Of the panel that is drawn.
    Scale scale_;
    std::vector<Box> marks_;
};

}  // namespace

bool is_whole(const Chart::Mark& mark) {
    const long long length = length_of(mark);
    return length >= kDays ? length == kDays + 1 : length % 12 == 0;
}

std::string chart_svg(const Chart& chart, ChartSize size, std::string_view id) {
    if (chart.panels.empty()) return {};
    Drawing drawing(chart, size);
    drawing.panels();
    return fmt::format(
        "<svg class=\"figures figures--{0}\" viewBox=\"0 0 {1:.0f} {2:.0f}\" role=\"img\" "
        "aria-labelledby=\"{3}-title\" aria-describedby=\"{3}-desc\">\n<title id=\"{3}-title\">{4}</title>\n"
        "<desc id=\"{3}-desc\">{5}</desc>\n{6}</svg>\n",
        size == ChartSize::wide ? "wide" : "narrow", drawing.width(), drawing.height(), id,
        escape_html(chart.title), escape_html(chart.description), drawing.take());
}

std::string standalone_svg(const Chart& chart, std::span<const std::string> notes,
                           std::string_view language) {
    Drawing drawing(chart, ChartSize::wide);
    drawing.lines_of_text(chart.title, 16, "bold", kInk);
    drawing.panels();
    for (const std::string& note : notes) drawing.lines_of_text(note, 12, "normal", kSoft);
    const double width = drawing.width(), height = drawing.height() + 8;
    return fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" "
        "viewBox=\"0 0 {0:.0f} {1:.0f}\" width=\"{0:.0f}\" height=\"{1:.0f}\" xml:lang=\"{2}\" role=\"img\" "
        "aria-labelledby=\"title\" aria-describedby=\"desc\" font-family=\"{7}\">\n<title "
        "id=\"title\">{3}</title>\n"
        "<desc id=\"desc\">{4}</desc>\n<rect width=\"{0:.0f}\" height=\"{1:.0f}\" "
        "fill=\"{5}\"/>\n{6}</svg>\n",
        width, height, language, escape_html(chart.title), escape_html(chart.description), kGround,
        drawing.take(), fonts_of(language));
}

std::string sparkline_svg(std::span<const Chart::Mark> marks, std::span<const Chart::Hole> holes) {
    constexpr double kWidth = 96, kHeight = 24, kEdge = 3;
    std::map<long long, std::size_t> lengths;
    for (const Chart::Mark& mark : marks)
        if (is_drawn(mark)) ++lengths[length_of(mark)];
    const auto most = std::ranges::max_element(lengths, {}, [](const auto& entry) { return entry.second; });
    if (most == lengths.end() || most->second < 2) return {};
    // A half-year beside years would be seen as a fall.
    std::vector<const Chart::Mark*> drawn;
    double low = 0, high = 0;
    for (const Chart::Mark& mark : marks) {
        if (!is_drawn(mark) || length_of(mark) != most->first) continue;
        drawn.push_back(&mark);
        low = std::min(low, mark.value);
        high = std::max(high, mark.value);
    }
    if (high == low) high = low + 1;
    const double first = middle_of(*drawn.front()), last = std::max(middle_of(*drawn.back()), first + 1);
    std::string path;
    double x = 0, y = 0;
    const Chart::Mark* before = nullptr;
    for (const Chart::Mark* mark : drawn) {
        const bool starts = !before || is_parted(holes, *before, *mark);
        before = mark;
        x = kEdge + (middle_of(*mark) - first) / (last - first) * (kWidth - 2 * kEdge);
        y = kHeight - kEdge - (mark->value - low) / (high - low) * (kHeight - 2 * kEdge);
        path += fmt::format("{}{:.1f} {:.1f}", starts ? "M" : "L", x, y);
    }
    return fmt::format(
        "<svg class=\"spark\" viewBox=\"0 0 {} {}\" width=\"{}\" height=\"{}\" aria-hidden=\"true\"><path "
        "fill=\"none\" stroke=\"currentColor\" d=\"{}\"/><circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"2.5\" "
        "fill=\"currentColor\"/></svg>",
        kWidth, kHeight, kWidth, kHeight, path, x, y);
}

}  // namespace tamga::web
