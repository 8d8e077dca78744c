#include <fmt/format.h>

#include <cstdio>

#include "cli/command.hpp"
#include "journal/log.hpp"

namespace tamga::cli {

namespace {

Result<int> restore(const Context& context, const std::string& backup) {
    TAMGA_ASSIGN(const auto store, store::open(backup, store::Mode::read));
    std::size_t findings = 0;
    TAMGA_ASSIGN(const auto entries, journal::verify(*store, counting(findings)));
    if (findings > 0) {
        fmt::print(stderr, "tamga: {} in {}; nothing was restored\n",
                   counted(findings, "disagreement", "disagreements"), backup);
        return 1;
    }
    TAMGA_ASSIGN(const std::string kept, store::restore(*store, context.database));
    fmt::print("{}: {}\n", context.database, counted(static_cast<std::size_t>(entries), "entry", "entries"));
    if (!kept.empty()) fmt::print("what was there is now {}\n", kept);
    return 0;
}

}  // namespace

void add_restore(CLI::App& program, const Context& context, Action& action) {
    auto from = std::make_shared<std::string>();
    CLI::App* command = program.add_subcommand(
        "restore", "Check a backup and put a copy of it in the database's place; what was there is kept");
    command->add_option("from", *from, "The backup")->required()->type_name("FILE");
    command->callback(
        [&context, &action, from] { action = [&context, from] { return restore(context, *from); }; });
}

}  // namespace tamga::cli
