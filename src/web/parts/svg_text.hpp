#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tamga::web {

/// The fonts of a drawing that stands alone, as `font-family`: Chinese first where that is its language, for
/// a Chinese font sets quotation marks of other languages as wide as signs.
std::string_view fonts_of(std::string_view language);

/// How wide a text is in a sans-serif type of that size, about: nothing here can measure it.
double width_of(std::string_view text, double size);

/// The text in at most `most` lines that are no wider, cut at spaces and where there are none between
/// characters; what goes beyond the last line ends with an ellipsis.
std::vector<std::string> wrapped(std::string_view text, double size, double width, std::size_t most);

}  // namespace tamga::web
