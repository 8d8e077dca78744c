#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>

#include "base/utf8.hpp"
#include "cli/commands.hpp"

namespace tamga::cli {

std::string counted(std::size_t count, const char* one, const char* many) {
    return fmt::format("{} {}", count, count == 1 ? one : many);
}

store::Report counting(std::size_t& count) {
    return [&count](const std::string& fault) {
        ++count;
        fmt::print(stderr, "{}\n", utf8::repaired(fault));
    };
}

void warn_of_clock(std::int64_t seconds_behind) {
    if (seconds_behind < 60) return;
    const auto minutes = static_cast<std::size_t>(seconds_behind / 60);
    const std::string much = minutes < 120    ? counted(minutes, "minute", "minutes")
                             : minutes < 2880 ? counted(minutes / 60, "hour", "hours")
                                              : counted(minutes / 1440, "day", "days");
    fmt::print(
        stderr,
        "tamga: warning: the clock is {} behind the journal's last entry; until it has passed that, new "
        "entries bear that entry's time: set the clock right\n",
        much);
}

}  // namespace tamga::cli

int main(int argc, char** argv) {
    using namespace tamga;
    // A limit on the size of files is met as a full disk is: with an error, not with a signal.
    std::signal(SIGXFSZ, SIG_IGN);
    CLI::App program(
        "A self-hosted register of international agreements: what was promised, what is being done, what "
        "came of it; "
        "each claim with its source and its claimant, every change in an append-only journal.",
        "tamga");
    program.set_version_flag("--version", "tamga " TAMGA_VERSION, "Print the version and exit");
    program.set_help_flag("-h,--help", "Print this help and exit");
    program.require_subcommand(1);
    program.fallthrough();
    program.footer(
        "Exit status: 0 all is well, 1 something does not hold, 2 wrong usage, 3 something could not be read "
        "or "
        "written, so that it could not be told.\n");

    cli::Context context;
    program
        .add_option("--db", context.database,
                    "The register's database: a path, or postgresql://USER@HOST/DATABASE")
        ->capture_default_str()
        ->type_name("PATH-or-URL");
    cli::Action action;
    for (const cli::Command& command : cli::commands()) command.add(program, context, action);

    try {
        program.parse(argc, argv);
    } catch (const CLI::ParseError& parse_error) {
        return program.exit(parse_error) == 0 ? 0 : 2;
    }
    const auto status = action();
    if (status) return *status;
    fmt::print(stderr, "tamga: {}\n", utf8::repaired(status.error().message()));
    return exit_status(status.error().code);
}
