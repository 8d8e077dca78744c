#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tamga::formats {

/// What a picture may have at most: bytes of its drawing, and pixels.
inline constexpr std::size_t kMostDrawing = 4u << 20;
inline constexpr double kMostPixels = 8e6;

/// A drawing of ours (SVG 1.1, with a size of its own) as a PNG `width` pixels wide. Nothing that the drawing
/// names is loaded, neither files nor addresses. Letters are those of the fonts that the machine has
/// (fontconfig). Errors: invalid_input: no drawing; out_of_range: too large. Any number of threads.
Result<std::string> png_of(std::string_view svg, int width);

}  // namespace tamga::formats
