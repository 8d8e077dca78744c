#include <fmt/format.h>

#include "base/clock.hpp"
#include "cli/command.hpp"
#include "folder/folder.hpp"

namespace tamga::cli {

namespace {

struct Options {
    std::string to;
    std::string as_of;
};

Result<int> run(const Context& context, const Options& options) {
    TAMGA_ASSIGN(const auto reg, query::Register::open(context.database, system_clock_seconds));
    TAMGA_ASSIGN(const query::AsOf as_of, query::AsOf::parse(options.as_of));
    TAMGA_ASSIGN(const query::View view, reg->at(as_of));
    TAMGA_ASSIGN(const auto files, folder::files_of(view));
    TAMGA_TRY(folder::save(files, options.to));
    fmt::print("{} in {}\n", counted(files.size(), "file", "files"), options.to);
    return 0;
}

}  // namespace

void add_export(CLI::App& program, const Context& context, Action& action) {
    auto options = std::make_shared<Options>();
    CLI::App* command = program.add_subcommand("export", "Write the register as a folder of CSV files");
    command->add_option("--to", options->to, "A folder that is empty or not there")
        ->required()
        ->type_name("DIR");
    command->add_option("--as-of", options->as_of, "As known at the end of a day, or at @POSITION")
        ->type_name("DAY");
    command->callback(
        [&context, &action, options] { action = [&context, options] { return run(context, *options); }; });
}

}  // namespace tamga::cli
