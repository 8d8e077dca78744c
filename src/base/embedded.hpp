#pragma once

#include <string_view>

namespace tamga {

/// A file that stands in the program itself; cmake/embed.cmake makes arrays of them. Static data.
struct EmbeddedFile {
    std::string_view path;  ///< As it was named: relative, with forward slashes.
    std::string_view content;
};

}  // namespace tamga
