#include <fmt/format.h>

#include "base/clock.hpp"
#include "cli/command.hpp"
#include "journal/writer.hpp"

namespace tamga::cli {

void add_rebuild(CLI::App& program, const Context& context, Action& action) {
    CLI::App* command =
        program.add_subcommand("rebuild", "Drop all tables but the journal's and make them again from it");
    command->callback([&context, &action] {
        action = [&context]() -> Result<int> {
            TAMGA_ASSIGN(const auto store, open_existing(context.database));
            TAMGA_TRY(journal::Writer(*store, system_clock_seconds).rebuild());
            TAMGA_ASSIGN(const auto head, store->head());
            fmt::print("made again from {}\n",
                       counted(static_cast<std::size_t>(head.value), "entry", "entries"));
            return 0;
        };
    });
}

}  // namespace tamga::cli
