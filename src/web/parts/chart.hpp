#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.hpp"

namespace tamga::web {

/// What a chart of figures shows: who says what of which period. Texts are in the reader's language and not
/// escaped. Of one mark on the page the same is told by the table beneath, so that nobody depends on it.
struct Chart {
    /// One figure, drawn over the period that it tells of.
    struct Mark {
        Date first, last;  ///< The first and the last day.
        double value;
        double low, high;   ///< What its wording allows; both `value` of a bare number; infinite: open.
        std::string label;  ///< "2021: over 49.5 billion USD".
    };
    /// A period of which a reporter says that there is no figure to be told.
    struct Hole {
        Date first, last;
    };
    /// What one reporter says; those over equally long periods are joined, but over no hole.
    struct Line {
        std::string name;
        std::vector<Mark> marks;  ///< Earliest first; at least one.
        std::vector<Hole> holes = {};
    };
    /// A period of which the figures cannot all be true: from the smallest to the largest of them.
    struct Band {
        Date first, last;
        double low, high;
        std::string label;
    };
    /// What can be set against each other: figures of one unit.
    struct Panel {
        std::string unit;
        std::vector<Line> lines;  ///< At least one.
        std::vector<Band> bands = {};
    };
    std::string title;        ///< What is seen: "What 5 reporters say: trade, 2013–2025".
    std::string description;  ///< For those who do not see it.
    std::vector<Panel> panels;
    std::function<std::string(std::string_view decimal)> number;  ///< How the language writes a number.
};

/// A value that is drawn lies within this; what lies beyond is no figure that people compare by eye.
inline constexpr double kMostDrawn = 1e18;

/// The mark's period is made of whole years, or is a day on which something was counted; else it is a part of
/// a year, and drawn hollow.
bool is_whole(const Chart::Mark& mark);

/// The chart as a part of a page, as wide as a desk's screen or as a phone's. `id`, unlike any other on the
/// page, names its title and description. Without inline styles: what styles/figures.css says of its classes
/// wins over the attributes that it comes with. Empty if there is no panel. Pure.
enum class ChartSize : unsigned char { wide, narrow };
std::string chart_svg(const Chart& chart, ChartSize size, std::string_view id);

/// The chart as a file of its own (SVG 1.1), with its title above and `notes` beneath: sources, day. Needs no
/// style sheet; dark on white. Of a chart without panels the title and the notes stand alone.
std::string standalone_svg(const Chart& chart, std::span<const std::string> notes, std::string_view language);

/// A small line without words, for a row of a list: the figures over their periods, from zero. Hidden from
/// screen readers: the row says the last figure. Not joined over holes. Empty of fewer than two.
std::string sparkline_svg(std::span<const Chart::Mark> marks, std::span<const Chart::Hole> holes = {});

}  // namespace tamga::web
