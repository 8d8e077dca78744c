#include "store/schema.hpp"

#include <algorithm>
#include <string_view>

#include "store_schema.hpp"

namespace tamga::store {

namespace {

std::vector<std::string> steps_of(std::string_view file) {
    constexpr std::string_view kStep = "\n-- step ";
    const auto files = embedded::store_schema();
    const std::string_view text = std::ranges::find(files, file, &EmbeddedFile::path)->content;
    std::vector<std::string> found;
    for (std::size_t at = text.find(kStep); at != std::string_view::npos;) {
        const std::size_t next = text.find(kStep, at + 1);
        found.emplace_back(text.substr(at, next == std::string_view::npos ? next : next - at));
        at = next;
    }
    return found;
}

}  // namespace

const std::vector<std::string>& sqlite_schema() {
    static const std::vector<std::string> steps = steps_of("schema.sqlite.sql");
    return steps;
}

const std::vector<std::string>& postgres_schema() {
    static const std::vector<std::string> steps = steps_of("schema.postgres.sql");
    return steps;
}

}  // namespace tamga::store
