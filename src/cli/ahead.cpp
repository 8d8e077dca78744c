#include "cli/ahead.hpp"

#include <chrono>
#include <string>
#include <string_view>

#include "query/listing.hpp"

namespace tamga::cli {

namespace {

/// How often it is looked whether the register has changed.
constexpr std::chrono::milliseconds kPause{200};
/// Of fewer records all is read in no time; of more, rows are not kept.
constexpr std::size_t kFewRecords = 1'000, kManyRecords = 300'000;

}  // namespace

ReadAhead::ReadAhead(query::Register& reg)
    : register_(reg), thread_([this](const std::stop_token& stop) { run(stop); }) {}

void ReadAhead::run(const std::stop_token& stop) {
    std::string last;
    while (!stop.stop_requested()) {
        if (const auto state = register_.state(); state && *state != last) {
            last = *state;
            read(stop);
        }
        std::unique_lock lock(mutex_);
        never_.wait_for(lock, stop, kPause, [] { return false; });
    }
}

void ReadAhead::read(const std::stop_token& stop) {
    const auto view = register_.now();
    if (!view) return;
    for (const KindInfo& kind : kinds()) {
        const auto count = query::count(*view, kind.kind);
        if (!count || *count < kFewRecords || *count > kManyRecords) continue;
        const auto read = view->each_row(
            kind.kind, {}, [&](std::string_view, std::string_view) { return !stop.stop_requested(); });
        if (!read || stop.stop_requested()) return;
    }
    (void)view->judgements();
}

}  // namespace tamga::cli
