#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>

#include "base/clock.hpp"
#include "cli/command.hpp"
#include "store/private_tables.hpp"

// How the commands that write take their turn, show how they go on, and stop.
namespace tamga::cli {

Result<std::unique_ptr<store::Store>> open_for_writing(const std::string& database) {
    return store::open(database, store::Mode::write,
                       [](std::string_view cause) { fmt::print(stderr, "tamga: waiting: {}\n", cause); });
}

Result<std::unique_ptr<store::Store>> open_existing(const std::string& database) {
    TAMGA_ASSIGN(const bool there, store::exists(database));
    if (!there)
        return fail(ErrorCode::not_found, "open the register", "there is no register here yet",
                    "make one with tamga init or tamga import", store::shown(database));
    return open_for_writing(database);
}

Result<void> tell_exported(const std::string& database, const std::string& to) {
    TAMGA_ASSIGN(const auto reader, store::open(database, store::Mode::read));
    const auto accounts = store::PrivateTables(*reader).accounts();
    if (!accounts || accounts->empty()) return {};  // Registers of long ago keep none.
    const auto store = open_for_writing(database);
    if (!store) return {};
    return (*store)->written([&] {
        return store::PrivateTables(**store).add_event(
            {0, system_clock_seconds(), "", "private-data-exported", "by the command line, to " + to, ""});
    });
}

namespace {

volatile std::sig_atomic_t told_to_stop = 0;

void stop(int) {
    told_to_stop = 1;
}

}  // namespace

Watch::Watch() {
    told_to_stop = 0;
    std::signal(SIGINT, stop);
    std::signal(SIGTERM, stop);
}

void Watch::clear() {
    if (shown_) fmt::print(stderr, "\r\033[K");
    shown_ = false;
}

Watch::~Watch() {
    clear();
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
}

journal::Progress Watch::progress() {
    const bool terminal = isatty(STDERR_FILENO) != 0;
    return [this, terminal](std::size_t done, std::size_t of) {
        if (terminal && done > 0 && done % 4096 == 0) {
            fmt::print(stderr, "\r\033[K{}{}", done, of > 0 ? fmt::format(" of {}", of) : "");
            shown_ = true;
        }
        return told_to_stop == 0;
    };
}

}  // namespace tamga::cli
