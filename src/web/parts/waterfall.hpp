#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "web/parts/chart.hpp"

namespace tamga::web {

/// A walk from one figure to another, drawn as a bar for each step. Texts are in the reader's language and
/// not escaped. A table beneath tells the same.
struct Waterfall {
    struct Bar {
        /// An end stands on zero; a step leads from where the one before ended; one that nobody states is
        /// hatched.
        enum class Sort : unsigned char { end, step, assumed, remainder };
        Sort sort;
        std::string label, amount;
        double from, to;
    };
    std::string title, description;
    std::vector<Bar> bars;
};

/// The drawing as a part of a page, as chart_svg() has it: wide or narrow, its `id` unlike any other on the
/// page. Empty if there is no bar, or one beyond kMostDrawn. Pure.
std::string waterfall_svg(const Waterfall& waterfall, ChartSize size, std::string_view id);

}  // namespace tamga::web
