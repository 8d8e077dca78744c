// Tables of figures and their mappings: a mapping that is read is written and read as the same; a table is
// read without harm, and all that it gives has a place in it.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "figures/guess.hpp"
#include "figures/intake.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace tamga;
    // The mapping, a NUL, the table.
    const std::string_view all(reinterpret_cast<const char*>(data), size);
    const std::size_t end = std::min(all.find('\0'), size);
    std::vector<csv::Problem> problems;
    const csv::Table table = csv::parse(all.substr(std::min(end + 1, size)), problems);
    figures::guess_mapping(table);
    const auto mapping = figures::parse_mapping(all.substr(0, end));
    if (!mapping) return 0;
    const std::string text = figures::toml_of(*mapping);
    const auto again = figures::parse_mapping(text);
    if (!again || figures::toml_of(*again) != text) std::abort();
    const auto series = [](const std::string&) -> std::optional<Json> {
        return Json{{"unit", "USD"}, {"flow", "exports"}};
    };
    const figures::Intake intake = figures::read_table(table, *mapping, series);
    for (const figures::TakenFigure& one : intake.taken)
        if (one.row < 1 || one.column < 1 || one.period.last < one.period.first) std::abort();
    for (const csv::Problem& one : intake.problems)
        if (one.row < 1 || one.cause.empty()) std::abort();
    return 0;
}
