#include "cli/metrics.hpp"

#include "cli/service.hpp"

namespace tamga::cli {

std::string metrics_text(const http::AnswerCounts& answers, const http::Server& server, const web::Site& site,
                         query::Register& reg, std::uint64_t lost_lines, std::uint64_t announced) {
    using enum http::Exposition::Type;
    http::Exposition out;
    const auto counted = [](std::uint64_t count) { return static_cast<double>(count); };
    out.metric("tamga_build_info", gauge, "The program that is running.");
    out.value(1, {{"version", TAMGA_VERSION}});

    answers.write(out);
    const http::Server::Figures figures = server.figures();
    out.only("tamga_http_connections_open", gauge, "Connections just now.", counted(figures.open));
    out.only("tamga_http_connections_total", counter, "Connections taken.", counted(figures.taken));
    out.only("tamga_http_connections_refused_total", counter, "Of them, with 503 for want of room.",
             counted(figures.refused));
    out.only("tamga_http_connections_displaced_total", counter, "Of them, closed to make room for another.",
             counted(figures.made_room));
    out.only("tamga_http_sent_bytes_total", counter, "Bytes of heads and bodies sent.",
             counted(figures.bytes_sent));
    const http::Cache::Figures cache = site.cache_figures();
    out.only("tamga_cache_hits_total", counter, "Answers found in the page cache.", counted(cache.hits));
    out.only("tamga_cache_misses_total", counter, "Answers looked for there that had to be made.",
             counted(cache.misses));
    out.only("tamga_access_log_lost_lines_total", counter,
             "Lines that could not be written to the access log.", counted(lost_lines));

    const auto view = reg.now();
    out.only("tamga_register_readable", gauge, "1 if the register can be read, 0 if not.", view ? 1 : 0);
    if (view) {
        out.only("tamga_register_entries", gauge, "Entries of the journal: the position of its head.",
                 static_cast<double>(view->head().value));
        out.only("tamga_register_last_entry_timestamp_seconds", gauge,
                 "Time of the last entry, seconds since 1970; 0 if there is none.",
                 static_cast<double>(view->time()));
    }

    out.only("tamga_register_announced_total", counter,
             "How often the database told that something was committed, by whomever (PostgreSQL).",
             counted(announced));

    const ProcessFigures process = process_figures();
    out.only("process_resident_memory_bytes", gauge, "Resident memory size in bytes.",
             process.resident_bytes);
    out.only("process_cpu_seconds_total", counter, "Total user and system CPU time spent in seconds.",
             process.cpu_seconds);
    out.only("process_start_time_seconds", gauge, "Start time of the process since unix epoch in seconds.",
             process.start_time);
    out.only("process_open_fds", gauge, "Number of open file descriptors.", process.open_files);
    out.only("process_max_fds", gauge, "Maximum number of open file descriptors.", process.most_files);
    return out.text();
}

}  // namespace tamga::cli
