#pragma once

#include <span>
#include <string>
#include <string_view>

#include "web/parts/chart.hpp"

namespace tamga::web {

/// A drawing without what stands around it. In units that are a page's pixels where it is as wide as meant.
struct Picture {
    std::string content = {};  ///< SVG; empty: there is nothing to be seen.
    double width = 0, height = 0;
};

/// What is told of a drawing. Texts are in the reader's language and not escaped.
struct Caption {
    std::string title = {};        ///< What is seen.
    std::string description = {};  ///< For those who do not see it.
};

/// The drawing as a part of a page, wide or narrow; `id`, unlike any other on the page, names its title and
/// description. Empty if the piece is. Pure.
std::string part_svg(const Picture& piece, const Caption& caption, ChartSize size, std::string_view id);

/// The drawing as a file of its own (SVG 1.1), with its title above and `notes` beneath: sources, day. Needs
/// no style sheet; dark on white. Of an empty piece title and notes stand alone. Pure.
std::string file_svg(const Picture& piece, const Caption& caption, std::span<const std::string> notes,
                     std::string_view language);

}  // namespace tamga::web
