// Workbooks: whatever comes is read or refused, and cells stand where rows and columns say. What begins with
// "<" is put into a workbook of either form, so that more than the packing is looked at.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "sheet/fixture.hpp"
#include "sheet/sheet.hpp"

namespace {

void read(std::string_view bytes) {
    using namespace tamga;
    constexpr int kRows = 2'000;
    const auto workbook = sheet::Workbook::of(bytes, "fuzz");
    if (!workbook) return;
    for (std::size_t i = 0; i < workbook->sheets().size() && i < 8; ++i) {
        auto rows = workbook->rows(i);
        if (!rows) continue;
        csv::Row row;
        std::vector<csv::Problem> problems;
        int last = 0;
        for (int count = 0; count < kRows; ++count) {
            const auto more = rows->next(row, problems);
            if (!more || !*more) break;
            if (row.empty() || row[0].row <= last || row[0].row > sheet::kMostRows) std::abort();
            last = row[0].row;
            int column = 0;
            for (const csv::Cell& cell : row) {
                ++column;
                if (cell.row != last || cell.column != column || column > sheet::kMostColumns) std::abort();
            }
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace tamga::sheet;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (!bytes.starts_with('<')) {
        read(bytes);
        return 0;
    }
    read(packed(xlsx_parts(std::string(bytes))));
    read(packed(ods_parts(std::string(bytes))));
    return 0;
}
