// CSV: what is read without a problem, and written, is read as the same.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "csv/csv.hpp"

namespace {

std::vector<std::vector<std::string>> texts(const std::vector<tamga::csv::Row>& rows) {
    std::vector<std::vector<std::string>> out;
    for (const auto& row : rows) {
        if (row.empty()) std::abort();
        auto& fields = out.emplace_back();
        for (const auto& cell : row) {
            if (cell.row < 1 || cell.column != static_cast<int>(fields.size()) + 1) std::abort();
            fields.push_back(cell.text);
        }
    }
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace tamga::csv;
    std::vector<Problem> problems;
    const auto rows = texts(parse({reinterpret_cast<const char*>(data), size}, problems).rows);
    if (!problems.empty()) return 0;
    // With a mark of its own, so that one that is text of the first field stays.
    // With a first line too, as every file has one: the separator is found from it.
    for (const For reader : {For::exchange, For::spreadsheet}) {
        std::string written = "\xef\xbb\xbfid,text\r\n";
        for (const auto& row : rows) append_row(written, row, reader);
        auto again = texts(parse(written, problems).rows);
        again.erase(again.begin());
        for (auto& row : again)
            for (auto& field : row) field = unguarded(field);
        if (again != rows || !problems.empty()) std::abort();
    }
    return 0;
}
