#pragma once

#include <string_view>

namespace tamga::cli {

/// Tells the service manager that started this program how it is: "READY=1", "STOPPING=1" (sd_notify(3)).
/// Does nothing where none did, and nothing can fail that would matter.
void tell_service_manager(std::string_view state);

/// What Linux counts for this process.
struct ProcessFigures {
    double resident_bytes = 0, cpu_seconds = 0, start_time = 0;  ///< The last as seconds since 1970.
    double open_files = 0, most_files = 0;
};
ProcessFigures process_figures();

}  // namespace tamga::cli
