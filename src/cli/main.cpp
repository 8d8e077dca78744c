#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "cli/command.hpp"

namespace tamga::cli {

std::string counted(std::size_t count, const char* one, const char* many) {
    return fmt::format("{} {}", count, count == 1 ? one : many);
}

Result<std::unique_ptr<store::Store>> open_existing(const std::string& database) {
    if (!store::exists(database))
        return fail(ErrorCode::not_found, "open the register", "there is no register here yet",
                    "make one with tamga init or tamga import", database);
    return store::open(database, store::Mode::write);
}

}  // namespace tamga::cli

int main(int argc, char** argv) {
    using namespace tamga;
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
        "Exit status: 0 all is well, 1 something does not hold, 2 wrong usage, 3 it could not be told.\n");

    cli::Context context;
    program.add_option("--db", context.database, "The register's database: a path, or sqlite:PATH")
        ->capture_default_str()
        ->type_name("PATH-or-URL");
    cli::Action action;
    constexpr cli::Add kCommands[] = {cli::add_init,     cli::add_import, cli::add_fields,  cli::add_export,
                                      cli::add_serve,    cli::add_verify, cli::add_rebuild, cli::add_rename,
                                      cli::add_withdraw, cli::add_redact, cli::add_iati};
    for (const cli::Add add : kCommands) add(program, context, action);

    try {
        program.parse(argc, argv);
    } catch (const CLI::ParseError& parse_error) {
        return program.exit(parse_error) == 0 ? 0 : 2;
    }
    const auto status = action();
    if (status) return *status;
    fmt::print(stderr, "tamga: {}\n", status.error().message());
    return exit_status(status.error().code);
}
