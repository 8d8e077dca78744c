#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tamga::web {

/// A stretch of text that two versions share, that only the older has, or that only the newer has.
struct Piece {
    enum class Sort : unsigned char { same, removed, added } sort;
    std::string text;
    friend bool operator==(const Piece&, const Piece&) = default;
};

/// What changed from one text to another, word by word; of writing without spaces, sign by sign. Neighbours
/// are of different sorts, and what was removed stands before what was added there. The shared and removed
/// pieces make up `before`, the shared and added ones `after`. Time and memory grow with the texts, not with
/// their product: where they differ in too many places, the stretch in which they do is told whole. Source
/// Myers, An O(ND) Difference Algorithm and Its Variations (1986), with a bound on D.
std::vector<Piece> differences(std::string_view before, std::string_view after);

}  // namespace tamga::web
