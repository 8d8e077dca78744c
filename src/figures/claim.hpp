#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "figures/told.hpp"

namespace tamga::figures {

// Whether the figures that a register holds bear out what somebody claims of them. What is judged is the
// claim against the figures of each reporter, and never the person.

/// What a claim says of its series.
enum class Assertion {
    highest,     ///< A record: above all earlier periods of the same length.
    lowest,      ///< The same downwards.
    equals,      ///< The figure is the number claimed.
    at_least,    ///< It is that, or more.
    at_most,     ///< It is that, or less.
    change,      ///< It differs from its base by so much: in percent, times, or the series' own unit.
    rises,       ///< It is above its base.
    falls,       ///< It is below its base.
    share,       ///< It is so many percent of another series.
    rank,        ///< It is the n-th largest among others.
    reached_by,  ///< At the end of the period, or before, it was that or more.
};
std::string_view name(Assertion assertion);

/// What came out.
enum class Verdict {
    holds,         ///< By the figures as they are printed.
    within,        ///< Not as printed, but the figures can stand for numbers by which it does.
    does_not,      ///< By no number that the figures can stand for.
    by_reporter,   ///< By one reporter's figures it holds, by another's it does not. Of a whole claim only.
    cannot_check,  ///< See Reason.
};
std::string_view name(Verdict verdict);

/// Why something cannot be checked.
enum class Reason {
    none,
    no_assertion,  ///< The claim says nothing that a figure could bear out.
    no_value,      ///< It gives no number.
    no_series,     ///< It names no series.
    no_figure,     ///< The series has no figure of the period.
    no_base,       ///< It has none of the period that is compared with.
    no_earlier,    ///< It has no earlier figure of as long a period: of a record.
    no_whole,      ///< The series that it is a share of, or is compared with, is not held or has no figure.
    other_unit,    ///< The claim's unit is not the series'.
    zero_base,     ///< What would be divided by can be zero or less.
    open_wording,  ///< A figure told only as over or under something leaves it open.
    open_earlier,  ///< An earlier figure exists and is not told: of a record.
};
std::string_view name(Reason reason);

/// What the claim did not say and was taken as usual; it stands beside the verdict.
struct Taken {
    bool period = false;  ///< No period: the newest that the series tells, up to the day of the claim.
    bool base = false;    ///< No base: a year earlier, or as many years as it says.
    friend bool operator==(const Taken&, const Taken&) = default;
};

/// A figure that a verdict rests on.
struct Used {
    enum class Role { value, base, other, whole };
    Role role;
    RecordId series;
    Period period;
    Told told;
};
std::string_view name(Used::Role role);

/// The verdict by one series.
struct Finding {
    RecordId series;
    Verdict verdict = Verdict::cannot_check;
    Reason reason = Reason::none;
    std::vector<Used> used;
    Taken taken;
    /// What was computed: the change, the share, the rank, the figure; of a record how far it is above the
    /// highest before. In `unit`.
    std::optional<Ratio> printed;
    Interval bounds;
    std::string unit;
    std::optional<Untold> untold;  ///< What lacks by `reason`, where a series says why it is missing.
};

struct Judged {
    std::optional<Assertion> assertion;
    Interval claimed;  ///< What the number claimed can stand for.
    Verdict verdict = Verdict::cannot_check;
    Reason reason = Reason::none;   ///< Of a verdict that is the same for all.
    std::vector<Finding> findings;  ///< One a series, in their order.
};

/// Judges a claim on each of its series. `series` are those that the claim's field of that name links to,
/// `against` those of `against`. A claim that says nothing else asserts by its type: record highest; level
/// and count equals, or with "over" or "under" that; reached at least; growth change, or without a number
/// rises; share share. A series in the claim's own unit of percent is the share itself.
///
/// By each series: *holds* if the figures as printed bear it out and are bare, or if all numbers do that they
/// can stand for (bounds_of()); *does not hold* if none does; *within rounding* if some do; but if what is
/// between rests on a figure that is only told as over or under something, it cannot be checked. On exact
/// figures that is plain arithmetic. For all: what the checkable ones say, if they say the same; *within
/// rounding* if none contradicts and one is; else *depends on the reporter*.
Judged judge(const Json& claim, std::span<const Series> series, std::span<const Series> against);

}  // namespace tamga::figures
