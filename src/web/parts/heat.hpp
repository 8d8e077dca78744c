#pragma once

#include <optional>
#include <string>
#include <vector>

#include "web/parts/picture.hpp"

namespace tamga::web {

/// A table of pairs, each cell coloured by how far apart two counts are. Texts are in the reader's language
/// and not escaped: what a colour says its words say too.
struct Heat {
    struct Cell {
        std::string style;  ///< "far": a colour; of others the cell is an outline.
        std::string word;   ///< "far apart".
        std::string amount, ratio;
    };
    struct Named {
        std::string name, code;  ///< "Kazakhstan", "KZ".
    };
    struct Key {
        std::string style, meaning;
    };
    Caption caption;
    std::vector<Named> parties;                           ///< Rows send, columns receive.
    std::vector<std::vector<std::optional<Cell>>> cells;  ///< A row a party; nothing on the diagonal.
    std::vector<Key> legend;
};

/// The drawing; narrow with codes, colours and ratios alone. Empty of no party. Pure.
Picture heat_piece(const Heat& heat, ChartSize size);

}  // namespace tamga::web
