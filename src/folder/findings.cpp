#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "folder/folder.hpp"
#include "folder/names.hpp"

namespace tamga::folder {

namespace {

constexpr std::size_t kGroups = 1000;
constexpr std::size_t kRows = 10;

/// Takes the number after the last colon off a place.
int take_number(std::string_view& place) {
    const std::size_t colon = place.rfind(':');
    int number = 0;
    if (colon == std::string_view::npos) return 0;
    const auto [end, bad] = std::from_chars(place.data() + colon + 1, place.data() + place.size(), number);
    if (bad != std::errc() || end != place.data() + place.size()) return 0;
    place = place.substr(0, colon);
    return number;
}

/// A place, taken apart.
struct Stands {
    std::string_view file;
    int row = 0, column = 0;
};

/// "D12" behind a sheet's name; false if it is none.
bool take_cell(Stands& stands) {
    const std::size_t comma = stands.file.rfind(", ");
    if (comma == std::string_view::npos || !is_sheet(stands.file.substr(0, comma))) return false;
    const std::string_view name = stands.file.substr(comma + 2);
    std::size_t at = 0;
    for (; at < name.size() && name[at] >= 'A' && name[at] <= 'Z'; ++at)
        stands.column = stands.column * 26 + (name[at] - 'A' + 1);
    std::from_chars(name.data() + at, name.data() + name.size(), stands.row);
    stands.file = stands.file.substr(0, comma);
    return true;
}

Stands taken_apart(std::string_view place) {
    Stands stands{place};
    if (take_cell(stands)) return stands;
    stands.column = take_number(stands.file);
    stands.row = take_number(stands.file);
    return stands;
}

}  // namespace

void Findings::add(Finding finding) {
    ++count_;
    const auto [file, row, column] = taken_apart(finding.place);
    if (!finding.like.empty()) {
        const auto key = fmt::format("{}\n{}\n{}", file, column, finding.like);
        if (const auto known = by_key_.find(key); known != by_key_.end()) {
            Group& group = groups_[known->second];
            ++group.count;
            if (group.rows.size() < kRows) group.rows.push_back(row);
            return;
        }
        if (groups_.size() < kGroups) by_key_.emplace(key, groups_.size());
    }
    if (groups_.size() < kGroups)
        groups_.push_back({std::move(finding), row, column, 1, {}});
    else
        ++untold_;
}

std::vector<Finding> Findings::told() const {
    std::vector<const Group*> sorted;
    for (const Group& group : groups_) sorted.push_back(&group);
    std::ranges::stable_sort(sorted, {}, [](const Group* group) {
        return std::tuple(taken_apart(group->first.place).file, group->row, group->column);
    });
    std::vector<Finding> told;
    for (const Group* const group : sorted) {
        told.push_back(group->first);
        const std::size_t more = group->count - 1;
        if (more == 0) continue;
        std::vector<int> rows = group->rows;
        std::ranges::sort(rows);
        told.back().cause +=
            fmt::format(", and {} more like it in this column ({}{} {}{})", more,
                        is_sheet(taken_apart(group->first.place).file) ? "row" : "line", more == 1 ? "" : "s",
                        fmt::join(rows, ", "), more > rows.size() ? ", …" : "");
    }
    return told;
}

}  // namespace tamga::folder
