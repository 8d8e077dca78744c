#pragma once

#include <map>
#include <string>
#include <vector>

#include "figures/intake.hpp"
#include "folder/folder.hpp"

namespace tamga::folder {

/// What a table of figures asks of a register.
struct FigureChanges {
    std::vector<journal::Change>
        changes;                      ///< Observations; one that the register has of the period is changed.
    std::vector<std::string> places;  ///< One a change: "figures.csv:12:4".
    std::vector<Difference> differences;  ///< Of what the register has already.
    std::vector<Finding> findings;        ///< Any of them: nothing should be written.
    std::size_t passed_over = 0, repeated = 0;
    /// How many of the changes say why there is no value, by what they say.
    std::map<std::string, std::size_t> missing;
};

/// Reads the table in a file, CSV or the first sheet of a workbook. Errors: invalid_input for a damaged
/// workbook; io.
Result<csv::Table> read_figure_table(const File& file, std::vector<Finding>& findings);

/// The changes that a table asks for by its mapping (figures::read_table()). Where the register has one
/// figure of the series and the period, it is that one's new version, and keeps what the table does not speak
/// of; where it has several, it is for people to say which. Errors: those of the view.
Result<FigureChanges> figure_changes(const query::View& view, const csv::Table& table,
                                     const figures::Mapping& mapping, const std::string& path);

}  // namespace tamga::folder
