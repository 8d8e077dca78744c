#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "web/parts/picture.hpp"

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
    Caption caption;
    std::vector<Bar> bars;
};

/// The drawing, wide or narrow; `id` is unlike any other on the page. Empty if there is no bar, or one beyond
/// kMostDrawn. Pure.
Picture waterfall_piece(const Waterfall& waterfall, ChartSize size, std::string_view id);

}  // namespace tamga::web
