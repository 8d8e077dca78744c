#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "csv/csv.hpp"
#include "figures/mapping.hpp"
#include "formats/sdmx_csv.hpp"
#include "model/record.hpp"

namespace tamga::figures {

// Tables of figures made into observations, by a mapping. Pure functions.

/// A figure that was read.
struct TakenFigure {
    std::string series;
    Period period;
    Json body;        ///< An observation's, without an id.
    int row, column;  ///< Where its value stands in the file.
};

/// What a table gives.
struct Intake {
    std::vector<TakenFigure>
        taken;  ///< In the order of the file; of what stands there twice alike the first.
    std::vector<csv::Problem> problems;  ///< Any of them: nothing should be written.
    std::size_t passed_over = 0;         ///< Cells that say nothing, and rows of other series.
    std::size_t repeated = 0;            ///< Figures that stand there again, alike.
};

/// What the register knows of a series: its body; nothing if it is not there.
using SeriesOf = std::function<std::optional<Json>(const std::string& id)>;

/// Reads a table by its mapping. All that is wrong is told, each with the row and the column where it stands:
/// a column that is not there, a period or number that cannot be read, a series that the register does not
/// have, another unit than the series', two figures of one period that contradict each other (told at both).
Intake read_table(const csv::Table& table, const Mapping& mapping, const SeriesOf& series);

/// The row of headings, and what they are called; of SDMX-CSV by components.
struct Headings {
    std::size_t row = 0;
    std::vector<std::string> names;
    std::optional<formats::SdmxHeader> sdmx;

    std::optional<std::size_t> column(std::string_view name) const;
};
Headings headings_of(const csv::Table& table);

/// Without spaces and tabs at its ends.
std::string trimmed(std::string_view text);

/// How the table is laid out, by its headings.
Layout layout_of(const csv::Table& table);

/// A period as tables write it: as the register does, as SDMX does (formats/sdmx_time.hpp), 202403, 2024M03,
/// 2024Q1, 2024H1, "2015 [YR2015]", "Q1 2024", "H1 2024". Errors: invalid_input.
Result<Period> read_period(std::string_view text);

/// A number as the mapping says numbers are written, and what it is told in, by the mapping and by its row's
/// own unit (`scale`). Errors: invalid_input.
Result<Decimal> read_number(std::string_view text, const Mapping& mapping, const Decimal& scale = 1);

/// An id for the figure of a period: "x-2024", "x-2024-01-to-2024-11".
std::string observation_id(std::string_view series, const Period& period);

}  // namespace tamga::figures
