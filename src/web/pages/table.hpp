#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sheet/writer.hpp"
#include "web/parts/page.hpp"

namespace tamga::web {

/// A small table that people download: what is computed, and is no list of records. Its first row names the
/// columns.
struct Table {
    std::string name;   ///< Of the file and of the workbook's sheet: at most 31 characters, "trade".
    std::string title;  ///< Of the workbook.
    std::vector<std::vector<sheet::Written>> rows;

    /// Adds a row of texts, in which decimals are numbers.
    void add(const std::vector<std::string>& cells);
};

/// What a workbook says of itself: its title, the state of the register that it shows, and the address at
/// which that state can be asked again. `origin` is the public address, or empty.
sheet::About about_workbook(const Page& page, std::string title, std::string_view origin);

/// The table as CSV, for spreadsheets: nothing in it is taken for a formula.
std::string csv_of(const Table& table);

/// The table as a workbook of one sheet. Errors: those of sheet::Writer.
Result<std::string> workbook_of(const Page& page, const Table& table, std::string_view origin);

}  // namespace tamga::web
