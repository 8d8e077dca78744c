#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/decimal.hpp"

namespace tamga {

/// A figure as its source gives it: "almost 90". `wording` is a code of a `qualifier` field; empty: the bare
/// number.
struct WordedFigure {
    Decimal value;
    std::string wording;
    friend bool operator==(const WordedFigure&, const WordedFigure&) = default;
};

/// Why a source gives no figure: it was not reported, there is none, or it is kept secret. A figure of 0 is
/// none of these.
enum class Missing { not_reported, not_available, confidential };
/// The code of the field `missing`.
std::string_view name(Missing missing);
/// By its code; nothing of another.
std::optional<Missing> missing_named(std::string_view code);
/// A figure exists, and is not told.
constexpr bool is_withheld(Missing missing) {
    return missing != Missing::not_available;
}

/// What a printed figure can stand for: from `low` to `high`; an end that is not there is open.
struct Bounds {
    std::optional<Decimal> low, high;
    bool with_low = true, with_high = true;  ///< Whether the ends themselves are among it.

    /// All of it lies below all of the other.
    bool below(const Bounds& other) const;
    friend bool operator==(const Bounds&, const Bounds&) = default;
};

/// The bounds that wording and last digit give, in the figure's own unit. A pure function, and the only place
/// of the rule; docs/status.md ("When figures agree") states it with the table that the test checks.
///
/// Without a word a figure is rounded at its last digit: 89.4 is [89.35, 89.45). Whole numbers from a million
/// up are printed with a word (million, billion, trillion), and the zeros that this word stands for were
/// never digits: 94800000000 is 94.8 billion, 70000000000 is 70 billion.
/// `exact` is the number itself. `over` is all above it, `under` all below it. `about` is one unit of the
/// last digit up or down, `almost` one unit down; zeros at the end of a whole number do not count as its last
/// digit here, but the first two digits always count: almost 90 is [89, 90), about 100 is [90, 110]. An
/// unknown word is taken as none.
Bounds bounds_of(const WordedFigure& figure);

/// One number can lie within all of them: then the figures do not differ. True of none and of one.
bool agree(std::span<const Bounds> bounds);

/// The figure, so worded, is at least `target` whatever it stands for. A bare number counts as printed.
bool reaches(const WordedFigure& figure, const Decimal& target);
/// The same the other way: it is at most `target` whatever it stands for.
bool comes_down_to(const WordedFigure& figure, const Decimal& target);

}  // namespace tamga
