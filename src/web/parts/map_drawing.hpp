#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "web/parts/outlines.hpp"

namespace tamga::web {

/// What a map shows. Texts are in the reader's language and not escaped.
struct MapPicture {
    /// How far what stands there has come; drawn by ground and edge, told by the legend.
    enum class Stage : unsigned char { none, planned, under_way, done, ended, not_stated };
    struct Place {
        Point at;
        std::string name, href = {};  ///< Without an address it leads nowhere.
        std::string tag = {};         ///< The name's language, where that is not the page's.
        bool approximate = false;
        Stage stage = Stage::none;
        std::vector<Point> route = {};  ///< A line through these points; empty: none.
    };
    struct Capital {
        std::string name;
        Point at;
    };
    std::vector<Place> places;  ///< At least one.
    std::vector<Capital> capitals = {};
    std::function<std::string(std::string_view state)> state_name = {};  ///< By alpha-2; empty: not named.
    std::function<std::string(int)> kilometres = {};                     ///< "500 km".
    std::function<std::string(const std::vector<std::string>&)> joined = {};  ///< Names one after the other.
    std::string label;                                                        ///< "Map".
    std::string zoom_in, zoom_out;  ///< What the script's buttons say.
};

struct DrawnMap {
    std::string wide_svg, narrow_svg;  ///< As wide as a desk's screen, and as a phone's.
    /// Marks of the wide one in the order of their numbers, which count from 1: the places that each stands
    /// for. Of a single place the mark has no number.
    std::vector<std::vector<std::size_t>> marks;
    bool has_route = false, has_approximate = false, has_several = false, has_capital = false;
    std::vector<MapPicture::Stage> stages;  ///< Those that are there, in their order.
};

/// What the style sheet and the legend call a stage.
const char* class_of(MapPicture::Stage stage);

/// Draws it, fitted to its places. Places whose marks would meet have one mark together; a mark of several
/// leads to "#place-N", N its number. Without inline styles. Pure.
DrawnMap draw_map(const MapPicture& picture, const Outlines& outlines);

}  // namespace tamga::web
