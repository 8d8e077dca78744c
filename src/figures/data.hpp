#pragma once

#include "figures/claim.hpp"
#include "figures/pair.hpp"
#include "figures/walk.hpp"

namespace tamga::figures {

// What was found, as data: what the command prints as JSON, pages' data files hold, and pages are made of.
// Numbers are decimals as strings.

/// {"low","high","with_low","with_high"}: the ends with `places` digits; one that is open is not there.
Json data_of(const Interval& interval, int places);

/// Two figures and the walk between them: `period`, `unit`, `from` and `to` (`series`, `value`, `bounds`,
/// `observations`), `flags`, `assumptions` as text, `steps`, `remainder`, `remainder_bounds`,
/// `break_even_percent`, `may_overlap`.
Json data_of(const Pair& pair, const Series& a, const Series& b, const Walk& walk,
             const Assumptions& assumptions);

/// What keeps two series from being compared: {"refused":[{"difference","cause","mend"}]}.
Json data_of(const std::vector<Note>& refusals);

/// A claim's verdict: `assertion`, `claimed`, `verdict`, `reason`, `findings` (`series`, `verdict`, `reason`,
/// `result`, `bounds`, `unit`, `taken`, `missing`, `figures`).
Json data_of(const Judged& judged);

/// {"series","observation","period","why"}: what is said to be missing.
Json data_of(const Untold& untold);

/// Digits after the point with which results of claims are printed.
inline constexpr int kResultPlaces = 4;

}  // namespace tamga::figures
