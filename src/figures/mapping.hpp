#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/decimal.hpp"
#include "base/result.hpp"
#include "model/figure.hpp"

namespace tamga::figures {

/// How a table of figures is laid out.
enum class Layout {
    table,       ///< A row a figure, each thing in a column of its own.
    wide,        ///< A row a series, a column a period.
    sdmx_csv,    ///< SDMX-CSV 1.0 or 2.0: a table whose headings are ids of components.
    comtrade,    ///< UN Comtrade's CSV of trade data, of 2023 or older.
    world_bank,  ///< World Bank's CSV of indicators: wide, with lines before and after.
};
std::string_view name(Layout layout);

/// What somebody writes to have a table of figures taken into a register (docs/formats/figures.md).
struct Mapping {
    std::optional<Layout> layout;  ///< Nothing: as the headings say.
    std::string source, locator;   ///< Of every figure.
    std::map<std::string, std::string>
        columns;  ///< What is in which column, by its heading: "period" → "Year".

    std::string every;            ///< All figures are of this series; or
    std::vector<std::string> by;  ///< the columns that tell the series,
    /// and which series their values mean: "KZ / X" → "trade-kz-…"; of one column, empty: its values are ids.
    std::map<std::string, std::string> of;
    bool pass_others_over = false;  ///< Rows of other values are no error.

    bool cumulative = false;         ///< A month stands for January to it.
    int year_begins = 1;             ///< Month in which a year begins.
    bool year_named_by_end = false;  ///< A year that begins in July 2023 is 2024.

    char decimal = '.';
    std::string thousands;  ///< What stands between groups of digits.
    Decimal times = 1;      ///< What figures are told in: 1000000.
    std::string unit;       ///< In which unit; compared with the series'.

    std::map<std::string, Missing> missing;  ///< What cells say that hold none.
    std::vector<std::string> nil, pass_over;
};

/// The joint between values of several columns.
inline constexpr std::string_view kJoint = " / ";

/// Reads a mapping in TOML. Errors: invalid_input with "LINE:COLUMN" as its place.
Result<Mapping> parse_mapping(std::string_view toml);
/// As parse_mapping() reads it, for somebody to go on from.
std::string toml_of(const Mapping& mapping);

}  // namespace tamga::figures
