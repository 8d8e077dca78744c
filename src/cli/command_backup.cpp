#include <fmt/format.h>

#include "cli/command.hpp"
#include "journal/copy.hpp"
#include "journal/log.hpp"
#include "store/private_tables.hpp"

namespace tamga::cli {

namespace {

/// A database that is no file is copied into one: it gets its name when it is whole and was checked.
Result<void> back_up_server(store::Store& store, const std::string& to) {
    TAMGA_ASSIGN(const bool there, store::exists(to));
    if (there)
        return fail(ErrorCode::conflict, "make " + to, to + " is there already",
                    "name a file that is not there yet");
    TAMGA_ASSIGN(const auto scratch, store::open_scratch());
    TAMGA_TRY(store::copy_private(store, *scratch));
    TAMGA_TRY(journal::copy(store, *scratch));
    std::size_t findings = 0;
    TAMGA_TRY(journal::verify(*scratch, counting(findings)));
    if (findings > 0)
        return fail(ErrorCode::corrupt, "back up the register", "what was copied does not agree with itself",
                    "run: tamga verify; nothing was written");
    return scratch->back_up(to);
}

}  // namespace

void add_backup(CLI::App& program, const Context& context, Action& action) {
    auto to = std::make_shared<std::string>();
    CLI::App* command = program.add_subcommand(
        "backup",
        "Copy the register, as it is at one moment, to a new SQLite file; a server may run meanwhile");
    command->add_option("to", *to, "A file that is not there yet")->required()->type_name("FILE");
    command->callback([&context, &action, to] {
        action = [&context, to]() -> Result<int> {
            TAMGA_ASSIGN(const auto store, store::open(context.database, store::Mode::read));
            auto done = store->back_up(*to);
            if (!done && done.error().code == ErrorCode::invalid_usage) done = back_up_server(*store, *to);
            TAMGA_TRY(done);
            TAMGA_TRY(tell_exported(context.database, *to));
            TAMGA_ASSIGN(const auto copy, store::open(*to, store::Mode::read));
            TAMGA_ASSIGN(const auto head, copy->head());
            fmt::print("{}: {}\n", *to, counted(static_cast<std::size_t>(head.value), "entry", "entries"));
            return 0;
        };
    });
}

}  // namespace tamga::cli
