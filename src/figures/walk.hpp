#pragma once

#include <optional>
#include <string>
#include <vector>

#include "figures/assumptions.hpp"
#include "figures/interval.hpp"

namespace tamga::figures {

// From one reporter's figure to another's in steps that add up exactly. It explains why two figures differ,
// or how far; it says of neither that it is wrong (UN, IMTS 2010 Compilers Manual, Rev.1, 9.42).

/// A figure as the walk takes it: what is printed, and what that can stand for.
struct End {
    Decimal value;
    Interval bounds;
};

/// A step that was taken.
struct Step {
    Assumption assumption;
    Decimal amount;  ///< What it adds, rounded to the walk's last digit.
    Interval bounds;
    Decimal running;  ///< What is there after it.
    Interval running_bounds;
    bool widens = false;  ///< It leads further away from where the walk goes.
};

struct Walk {
    End from, to;
    int places = 0;  ///< Digits after the point that steps are rounded to.
    std::vector<Step> steps;
    /// to - from - the steps: what nothing assumed explains. It takes up what rounding leaves, so that
    /// from + steps + remainder is `to`, to the last digit.
    Decimal remainder;
    Interval remainder_bounds;
    /// Transit and indirect trade are both assumed: the same goods may be in both (Ferrantino and Wang, China
    /// Economic Review 19, 2008).
    bool may_overlap = false;
    /// The share of the first figure that would have to be transit to close the gap alone,
    /// t = 1 - to / (from × f), with f the factor of cif if it is assumed. Arithmetic, no estimate. Nothing
    /// if the first figure is not above zero.
    std::optional<Ratio> break_even;
};

/// Takes the steps in the order given, each on what those before it left (Assumption::of_start: on the first
/// figure), rounded half away from zero to `places` digits. Bounds are those of the same walk from each end
/// of the first figure's bounds, and so hold whatever the figure stands for; those of the remainder take in
/// the second figure's too.
Walk walk(const End& from, const End& to, const Assumptions& assumptions, int places);

/// Digits after the point that both figures are printed with at most: what steps are rounded to if nothing
/// else is said.
int places_of(const End& from, const End& to);

}  // namespace tamga::figures
