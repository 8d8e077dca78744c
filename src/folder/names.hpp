#pragma once

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>

#include "folder/folder.hpp"
#include "sheet/sheet.hpp"

// The names of a register folder's files, for this room alone.
namespace tamga::folder {

inline constexpr std::string_view kRedirects = "redirects.csv";
inline constexpr std::string_view kFiles = "files/";

/// The kind whose plural is the file's name without ".csv".
inline std::optional<Kind> kind_of_file(std::string_view name) {
    if (!name.ends_with(".csv")) return std::nullopt;
    name.remove_suffix(4);
    return kind_of_plural(name);
}

inline constexpr std::string_view kSheet = ", sheet ";

/// True if what findings call a file is a sheet: "book.xlsx, sheet commitments".
inline bool is_sheet(std::string_view file) {
    return !file.ends_with(".csv") && file.find(kSheet) != std::string_view::npos;
}

/// "commitments.csv:12:4", as editors have it; or "book.xlsx, sheet commitments, D12", as spreadsheets do.
inline std::string place(std::string_view file, int row, int column) {
    return is_sheet(file) ? fmt::format("{}, {}", file, sheet::cell_name(row, column))
                          : fmt::format("{}:{}:{}", file, row, column);
}
inline std::string place(const File& file, int row, int column) {
    return place(file.path.empty() ? file.name : file.path, row, column);
}

}  // namespace tamga::folder
