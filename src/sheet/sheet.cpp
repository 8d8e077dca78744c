#include "sheet/sheet.hpp"

#include <algorithm>
#include <new>
#include <utility>

#include "sheet/table.hpp"

namespace tamga::sheet {

namespace {

/// More cells than a million rows of a hundred columns: what a few bytes that say "repeated" may stand for is
/// bounded.
constexpr std::size_t kMostCells = std::size_t{1} << 27;

std::unexpected<Error> no_memory(const std::string& place) {
    return refuse(ErrorCode::out_of_range, place, "there is no memory left to read it",
                  "split it into several workbooks, or save its sheets as CSV files");
}

}  // namespace

void Table::put(int column, const Text& text) {
    if (text && text->empty()) return;
    while (static_cast<int>(row.size()) < column)
        row.push_back({"", row_number, static_cast<int>(row.size()) + 1});
    csv::Cell& cell = row.back();
    if (text) {
        cell.text = *text;
        return;
    }
    cell.told = true;
    problems.push_back({row_number, column, text.error().cause, text.error().hint});
}

void Table::end_row() {
    if (!row.empty()) pause();
}

Rows::Rows(std::unique_ptr<Table> table) : table_(std::move(table)) {
    table_->repeat = 0;
}
Rows::Rows(Rows&&) noexcept = default;
Rows& Rows::operator=(Rows&&) noexcept = default;
Rows::~Rows() = default;

Result<bool> Rows::next(csv::Row& row, std::vector<csv::Problem>& problems) {
    try {
        if (table_->repeat == 0) {
            TAMGA_ASSIGN(const bool more, table_->run());
            if (!more) return false;
            // Counted at once, however often it is repeated: a few bytes may stand for a full sheet.
            cells_ +=
                std::max(table_->row.size(), width_.value_or(0)) * static_cast<std::size_t>(table_->repeat);
            if (cells_ > kMostCells)
                return refuse(ErrorCode::out_of_range, table_->place(),
                              "a sheet of it has more than 134 million cells",
                              "split it into several workbooks, or save its sheets as CSV files");
        } else {
            // The same again, one row below.
            ++table_->row_number;
            for (csv::Cell& cell : table_->row) ++cell.row;
            for (csv::Problem& problem : table_->problems) ++problem.row;
        }
        --table_->repeat;
        row = table_->row;
        problems.insert(problems.end(), table_->problems.begin(), table_->problems.end());
        if (!width_) width_ = row.size();
        while (row.size() < *width_)
            row.push_back({"", table_->row_number, static_cast<int>(row.size()) + 1});
    } catch (const std::bad_alloc&) {
        return no_memory(table_->place());
    }
    return true;
}

Result<Workbook> Workbook::read(std::shared_ptr<Inside> inside) {
    const Package& package = inside->package;
    if (package.has("[Content_Types].xml"))
        TAMGA_TRY(open_xlsx(*inside));
    else if (package.has("content.xml"))
        TAMGA_TRY(open_ods(*inside));
    else
        return refuse(ErrorCode::invalid_input, package.place(), "it is not a workbook",
                      "save it as .xlsx or .ods");
    return Workbook(std::move(inside));
}

Result<Workbook> Workbook::open(const std::string& path) {
    try {
        TAMGA_ASSIGN(Package package, Package::open(path));
        return read(std::make_shared<Inside>(std::move(package)));
    } catch (const std::bad_alloc&) {
        return no_memory(path);
    }
}

Result<Workbook> Workbook::of(std::string_view bytes, const std::string& name) {
    try {
        TAMGA_ASSIGN(Package package, Package::of(bytes, name));
        return read(std::make_shared<Inside>(std::move(package)));
    } catch (const std::bad_alloc&) {
        return no_memory(name);
    }
}

const std::vector<std::string>& Workbook::sheets() const {
    return inside_->names;
}

Result<Rows> Workbook::rows(std::size_t sheet) const {
    try {
        TAMGA_ASSIGN(auto table, inside_->is_ods ? ods_table(inside_, sheet) : xlsx_table(inside_, sheet));
        return Rows(std::move(table));
    } catch (const std::bad_alloc&) {
        return no_memory(inside_->package.place());
    }
}

std::string cell_name(int row, int column) {
    std::string letters;
    for (; column > 0; column = (column - 1) / 26) letters += static_cast<char>('A' + (column - 1) % 26);
    std::ranges::reverse(letters);
    return letters + std::to_string(row);
}

}  // namespace tamga::sheet
