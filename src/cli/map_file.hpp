#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "web/parts/outlines.hpp"

namespace tamga::cli {

/// Which outlines an operator wants maps to be drawn on.
struct MapOptions {
    std::string file, credit;
};

void add_map_options(CLI::App& command, MapOptions& options);

/// Nothing where no file is named. Errors: io; invalid_input, with the file's name as its place.
Result<std::optional<web::Outlines>> outlines_of(const MapOptions& options);

}  // namespace tamga::cli
