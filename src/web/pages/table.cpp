#include "web/pages/table.hpp"

#include <fmt/format.h>

#include "base/decimal.hpp"
#include "csv/csv.hpp"

namespace tamga::web {

void Table::add(const std::vector<std::string>& cells) {
    auto& row = rows.emplace_back();
    for (const std::string& cell : cells) row.push_back({cell, canonical_decimal(cell).has_value()});
}

sheet::About about_workbook(const Page& page, std::string title, std::string_view origin) {
    const query::View& view = page.view();
    const std::string state = fmt::format("@{}", view.as_of().value);
    return {.title = std::move(title),
            .subject = page.language().format("As this register held it on {1}.",
                                              {page.language().date(Date::of_unix_time(view.time()))}) +
                       " as_of=" + state,
            .comments = std::string(origin) + page.here_as("xlsx", {{"as_of", state}}),
            .created = view.time()};
}

std::string csv_of(const Table& table) {
    std::string out;
    for (const auto& row : table.rows) {
        std::vector<std::string> cells;
        for (const sheet::Written& cell : row) cells.push_back(cell.text);
        csv::append_row(out, cells, csv::For::spreadsheet);
    }
    return out;
}

Result<std::string> workbook_of(const Page& page, const Table& table, std::string_view origin) {
    TAMGA_ASSIGN(auto writer, sheet::Writer::make(table.name, about_workbook(page, table.title, origin)));
    for (const auto& row : table.rows) TAMGA_TRY(writer.add(row));
    std::string out;
    TAMGA_TRY(writer.finish([&](std::string_view piece) {
        out += piece;
        return Result<void>();
    }));
    return out;
}

}  // namespace tamga::web
