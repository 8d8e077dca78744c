#include <fmt/format.h>

#include <cstdio>

#include "cli/command.hpp"
#include "crypto/sha256.hpp"
#include "journal/copy.hpp"
#include "journal/log.hpp"
#include "store/private_tables.hpp"

namespace tamga::cli {

namespace {

Result<int> copy(const std::string& from, const std::string& to) {
    TAMGA_ASSIGN(const auto source, store::open(from, store::Mode::read));
    TAMGA_ASSIGN(const auto target, open_for_writing(to));
    // First, so that there is no journal yet where that is killed: it is then done again.
    TAMGA_TRY(store::copy_private(*source, *target));
    TAMGA_TRY(target->write_aside());
    Watch watch;
    TAMGA_ASSIGN(const journal::Copied copied, journal::copy(*source, *target, watch.progress()));
    std::size_t findings = 0;
    TAMGA_TRY(journal::verify(*target, counting(findings)));
    if (findings > 0) {
        fmt::print(stderr, "tamga: {} in {}: do not use it\n",
                   counted(findings, "disagreement", "disagreements"), store::shown(to));
        return 1;
    }
    TAMGA_TRY(tell_exported(from, store::shown(to)));
    fmt::print("{}: {}, root {}\n", store::shown(to),
               counted(static_cast<std::size_t>(copied.head.value), "entry", "entries"),
               crypto::hex(copied.root));
    return 0;
}

}  // namespace

void add_copy(CLI::App& program, const Context&, Action& action) {
    auto from = std::make_shared<std::string>(), to = std::make_shared<std::string>();
    CLI::App* command = program.add_subcommand(
        "copy", "Copy a register with its whole journal into another database, which must be new or empty");
    command->add_option("from", *from, "The register: a path, or postgresql://…")
        ->required()
        ->type_name("FROM");
    command->add_option("to", *to, "Where it goes: a path, or postgresql://…")->required()->type_name("TO");
    command->callback([&action, from, to] { action = [from, to] { return copy(*from, *to); }; });
}

}  // namespace tamga::cli
