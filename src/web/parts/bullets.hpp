#pragma once

#include <optional>
#include <string>
#include <vector>

#include "web/parts/picture.hpp"

namespace tamga::web {

/// Targets, and how far figures are on the way to them: a bar for each account, those of one promise on one
/// scale. Texts are in the reader's language and not escaped.
struct Bullets {
    struct Bar {
        std::string who;  ///< Whose figure it is.
        std::optional<double> base, actual, target;
        std::string base_text, actual_text, target_text, share;
    };
    struct Row {
        std::string label;  ///< What was promised.
        std::vector<Bar> bars;
    };
    Caption caption;
    std::vector<Row> rows;
};

/// The drawing. Empty of no row. Pure.
Picture bullets_piece(const Bullets& bullets, ChartSize size);

}  // namespace tamga::web
