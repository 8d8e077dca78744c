#pragma once

#include <span>
#include <vector>

#include "base/decimal.hpp"
#include "base/result.hpp"
#include "model/record.hpp"

namespace tamga::figures {

/// An amount of a period, exactly.
struct Amount {
    Period period;
    Decimal value;
};

/// Figures since a beginning (January to March, January to June) made into those of the stretches between
/// them (January to March, April to June), exactly. They must all begin on one day; order does not matter.
/// Errors: invalid_input if they do not, or two end on one day.
Result<std::vector<Amount>> from_cumulative(std::span<const Amount> since);

/// The reverse: amounts of stretches that follow each other, added up from the first on. Errors:
/// invalid_input where they do not: one begins before the one before it ended, or later than the day after.
Result<std::vector<Amount>> to_cumulative(std::span<const Amount> stretches);

}  // namespace tamga::figures
