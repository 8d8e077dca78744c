#include "cli/ahead.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "query/listing.hpp"

namespace tamga::cli {

namespace {

/// How often it is looked whether the register has changed: where that is not announced, and where it is, for
/// the day changes too.
constexpr std::chrono::milliseconds kPause{200}, kLongPause{10'000};
/// Many commits a second are not looked at one by one.
constexpr std::chrono::milliseconds kRest{50};
/// Of fewer records all is read in no time; of more, rows are not kept.
constexpr std::size_t kFewRecords = 1'000, kManyRecords = 300'000;

}  // namespace

ReadAhead::ReadAhead(query::Register& reg, std::string database, std::atomic<std::uint64_t>& announced)
    : register_(reg),
      database_(std::move(database)),
      announced_(announced),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void ReadAhead::run(const std::stop_token& stop) {
    std::string last;
    while (!stop.stop_requested()) {
        // Before it is looked, so that nothing is missed in between.
        listen();
        if (const auto state = register_.state(); state && *state != last) {
            last = *state;
            read(stop);
        }
        wait_for_news(stop);
    }
}

void ReadAhead::listen() {
    if (!announces_ || announcements_) return;
    auto listening = store::listen(database_);
    if (!listening) return;  // The server is away: it is tried again.
    announcements_ = *std::move(listening);
    announces_ = announcements_ != nullptr;
}

void ReadAhead::wait_for_news(const std::stop_token& stop) {
    if (!announcements_) return rest(stop, kPause);
    for (std::chrono::milliseconds waited{0}; waited < kLongPause && !stop.stop_requested();
         waited += kPause) {
        const auto told = announcements_->wait(kPause);
        if (!told) {
            announcements_.reset();
            return rest(stop, kPause);
        }
        if (!*told) continue;
        ++announced_;
        return rest(stop, kRest);
    }
}

void ReadAhead::rest(const std::stop_token& stop, std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    never_.wait_for(lock, stop, time, [] { return false; });
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
