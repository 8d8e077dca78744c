#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Exact amounts of money, and their parts by percentages. No floating point.

namespace tamga::iati {

/// An exact amount: a whole number of hundred-millionths.
__extension__ using Amount = __int128;

/// xs:decimal, rounded half away from zero to eight places. Nothing if it is none, or has more than twenty
/// digits before its point.
std::optional<Amount> parse_amount(std::string_view text);
/// Without zeros that say nothing: "-12.5".
std::string amount_text(Amount amount);

/// A percentage: a whole number of 10^-16 of one percent.
using Percentage = std::int64_t;
inline constexpr Percentage kWhole = 1'000'000'000'000'000'000;  // 100

/// xs:decimal from 0 to 100, rounded half away from zero to sixteen places. Nothing if it is none.
std::optional<Percentage> parse_percentage(std::string_view text);
/// The same of any number of at most twenty digits before its point.
std::optional<Amount> parse_summand(std::string_view text);

/// A sum of percentages as the standard's rules measure it ("sum" in standard/rules.txt): rounded half away
/// from zero to four places.
Amount measured(Amount sum);

/// A code, by its number in a table of words, and its percentage.
using Shares = std::vector<std::pair<std::uint32_t, Percentage>>;

/// Whether percentages add up to 100 as measured(): 3 × 33.33333 does, 3 × 33.333 does not.
bool adds_up(const Shares& shares);

/// An amount in parts by shares that add up: each rounded half away from zero to eight places; what rounding
/// leaves over or lacks, of percentages and of parts, goes to the largest share, the first of equal ones. The
/// parts are the amount.
std::vector<Amount> split(Amount amount, const Shares& shares);

}  // namespace tamga::iati
