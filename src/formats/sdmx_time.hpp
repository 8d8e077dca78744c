#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/date.hpp"
#include "base/result.hpp"

namespace tamga::formats {

/// A period's first and last day.
using Days = std::pair<Date, Date>;

/// Reads a time period as SDMX writes it (SDMX 2.1 and 3.0, section 6, "Time"): Gregorian (2024, 2024-03,
/// 2024-03-05), reporting (2024-A1, 2024-S1, 2024-T1, 2024-Q1, 2024-M03, 2024-D065) and a range of a day and
/// a duration (2024-01-01/P11M), whose months are told apart from twelve. Reporting years begin on 1 January:
/// what says otherwise is for the caller to refuse. Weeks and times of day are not taken. Errors:
/// invalid_input.
Result<Days> parse_sdmx_period(std::string_view text);

/// The reverse, as short as it can be told: parse_sdmx_period() gives the same days.
std::string sdmx_period(const Days& days);

/// How often, as a code of SDMX's list CL_FREQ: A, S, Q, M, D, or _O for other lengths.
std::string_view sdmx_frequency(const Days& days);

/// The first of the month so many months later, or earlier; of a day that is the first of one.
Date plus_months(const Date& first, int months);

}  // namespace tamga::formats
