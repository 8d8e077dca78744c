#pragma once

#include <string>
#include <vector>

#include "web/parts/page.hpp"
#include "web/parts/picture.hpp"

namespace tamga::web {

/// A drawing of a page, to stand by itself: in a frame of another site, or as a file.
struct Drawn {
    Caption caption = {};
    std::string wide_svg = {}, narrow_svg = {};  ///< For a page of its own.
    std::string file_svg = {};
    std::vector<std::string> notes = {};  ///< Beneath it: how to read it, its sources, the day.
    std::string name = {};                ///< What its file is called.
    std::string href = {};                ///< The page that it is of, in the same state of the register.
};

/// The drawing with its notes, in all the forms that it stands in.
Drawn drawn(const Page& page, const Picture& wide, const Picture& narrow, Caption caption,
            std::vector<std::string> notes);

/// Where the drawing of the page at a path ("/series/x") is a file, and a page for a frame: {"svg_href",
/// "png_href","frame_href"}. A frame shows what was seen when it was put there, until who put it there wants
/// otherwise.
Json drawn_files(const Page& page, const std::string& path, const Page::Parameters& parameters = {});

/// "Sources: A; B.": who published what these records say; empty: nobody is named.
std::string sources_note(Page& page, const std::vector<RecordId>& records);
std::string sources_note(const Page& page, std::vector<std::string> names);
/// Names of publishers at most; of more it is said that there are others.
inline constexpr std::size_t kMostCited = 8;
/// The publisher of one of Page::citations(), else what it is called.
std::string publisher_of(const Json& citation);

/// "As this register held it on 5 May 2026."
std::string as_of_note(const Page& page);

}  // namespace tamga::web
