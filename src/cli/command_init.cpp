#include <fmt/format.h>

#include "base/clock.hpp"
#include "cli/command.hpp"
#include "folder/folder.hpp"
#include "journal/writer.hpp"
#include "tamga_register.hpp"

namespace tamga::cli {

Result<void> import_shipped(store::Store& store) {
    std::vector<folder::File> files;
    for (const EmbeddedFile& file : embedded::tamga_register())
        files.push_back({std::string(file.path), std::string(file.content)});
    folder::Findings findings;
    const folder::Changes changes = folder::Changes::read(files, findings);
    std::vector<journal::Refusal> refusals;
    if (findings.empty()) {
        const auto done =
            journal::Writer(store, system_clock_seconds)
                .submit({journal::Author::parse("import"), changes.changes(), changes.files()}, refusals);
        if (done) return {};
        if (refusals.empty()) return std::unexpected(done.error());
    }
    changes.tell(refusals, findings);
    return fail(ErrorCode::corrupt, "read the shipped register", findings.told().front().message(),
                "build the program again");
}

namespace {

Result<int> init(const Context& context) {
    TAMGA_ASSIGN(const bool there, store::exists(context.database));
    if (there)
        return fail(ErrorCode::conflict, "make a register", "there is a register already",
                    "name another database with --db", store::shown(context.database));
    TAMGA_ASSIGN(const auto store, store::open(context.database, store::Mode::write));
    TAMGA_TRY(import_shipped(*store));
    fmt::print("{}: the China–Central Asia register\n", store::shown(context.database));
    return 0;
}

}  // namespace

void add_init(CLI::App& program, const Context& context, Action& action) {
    CLI::App* command = program.add_subcommand("init", "Make a database with the shipped example register");
    command->callback([&context, &action] { action = [&context] { return init(context); }; });
}

}  // namespace tamga::cli
