#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "csv/csv.hpp"
#include "figures/mapping.hpp"

namespace tamga::figures {

// What a table of figures is likely to be, for somebody to look at and to correct. Pure functions.

/// What a mapping might be, by headings and cells: how the table is laid out, which columns hold the period,
/// the value and what belongs to it, which tell series apart, how numbers are written and in what they are
/// told (measure_of()), and which words stand for no value. What each series is called in the register is
/// left to be filled in.
Mapping guess_mapping(const csv::Table& table);

/// The groups of values by which a table tells series apart, each once, in their order; at most so many.
inline constexpr std::size_t kMostListed = 200;
std::vector<std::string> series_keys(const csv::Table& table, const std::vector<std::string>& by);

/// What a column that tells series apart says of them.
enum class Role { other, reporter, partner, flow, indicator };
/// By its heading, in the words of Comtrade, the World Bank, SDMX and people, in the interface's languages.
Role role_of(std::string_view heading);

/// A series of the register by what tables may call it. Case and accents make no difference.
struct KnownSeries {
    std::string id;
    std::vector<std::string> reporter, partner;  ///< Of those whose figure it is, and of their counterparts.
    std::string flow, indicator, unit = {};
};
/// Fills in the series that each group of values means, where exactly one of them fits all that is told, the
/// unit too; and knows a column of ids.
void guess_series(Mapping& mapping, std::span<const KnownSeries> known);

}  // namespace tamga::figures
