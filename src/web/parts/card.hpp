#pragma once

#include <string>
#include <string_view>

namespace tamga::web {

/// What others show of a page that is linked to there. Texts are in the page's language and not escaped.
struct Card {
    std::string title;    ///< What the page is about.
    std::string finding;  ///< The one thing that it says; may be empty.
    std::string site;     ///< Whose it is.
    std::string as_of;    ///< "As of 27 November 2025".
    std::string kind;     ///< "Commitment"; may be empty.
};

inline constexpr int kCardWidth = 1200, kCardHeight = 630;

/// The card as a drawing (SVG 1.1) of 1200 by 630, the shape that networks show. Long texts are cut. Pure.
std::string card_svg(const Card& card, std::string_view language);

}  // namespace tamga::web
