#include "journal/journal.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "base/clock.hpp"
#include "cli/command.hpp"
#include "crypto/sha256.hpp"

namespace tamga::cli {

namespace {

struct Options {
    std::string name;
    std::string to;
    std::string reason;
    std::string author = "operator";
    std::int64_t entry = 0;
};

Result<int> append(const Context& context, const Options& options, journal::Verb verb) {
    journal::Change change;
    change.verb = verb;
    TAMGA_ASSIGN(change.name, parse_record_id(options.name));
    change.to = options.to;
    change.reason = options.reason;
    change.redacted = {options.entry};
    TAMGA_ASSIGN(const auto store, open_existing(context.database));
    std::vector<journal::Refusal> refusals;
    const auto done =
        journal::Journal(*store, system_clock_seconds).append(options.author, {change}, {}, refusals);
    for (const journal::Refusal& refusal : refusals)
        fmt::print(stderr, "tamga: {}{}{}\n", refusal.problem.cause, refusal.problem.hint.empty() ? "" : "; ",
                   refusal.problem.hint);
    if (!refusals.empty()) return 1;
    if (!done) return std::unexpected(done.error());
    fmt::print("the journal has {}\n",
               counted(static_cast<std::size_t>(done->head.value), "entry", "entries"));
    return 0;
}

CLI::App* add_change(CLI::App& program, const char* name, const char* help,
                     const std::shared_ptr<Options>& options) {
    CLI::App* command = program.add_subcommand(name, help);
    command->add_option("record", options->name, "The record, as kind:id")->required()->type_name("KIND:ID");
    command->add_option("--author", options->author, "Who writes: the journal keeps it")
        ->capture_default_str();
    return command;
}

}  // namespace

void add_rename(CLI::App& program, const Context& context, Action& action) {
    auto options = std::make_shared<Options>();
    CLI::App* command =
        add_change(program, "rename", "Give a record another id; the old one leads to it", options);
    command->add_option("to", options->to, "The new id")->required()->type_name("ID");
    command->callback([&context, &action, options] {
        action = [&context, options] { return append(context, *options, journal::Verb::rename); };
    });
}

void add_withdraw(CLI::App& program, const Context& context, Action& action) {
    auto options = std::make_shared<Options>();
    CLI::App* command = add_change(program, "withdraw", "Withdraw a record; its history stays", options);
    command->add_option("--reason", options->reason, "Why; readers see it")->required();
    command->callback([&context, &action, options] {
        action = [&context, options] { return append(context, *options, journal::Verb::withdraw); };
    });
}

void add_redact(CLI::App& program, const Context& context, Action& action) {
    auto options = std::make_shared<Options>();
    CLI::App* command = add_change(
        program, "redact",
        "Erase what one entry of the journal says, as the law may require; the entry stays", options);
    command->add_option("--entry", options->entry, "The entry's position in the journal")->required();
    command->add_option("--reason", options->reason, "Why; readers see it")->required();
    command->callback([&context, &action, options] {
        action = [&context, options] { return append(context, *options, journal::Verb::redact); };
    });
}

void add_verify(CLI::App& program, const Context& context, Action& action) {
    CLI::App* command = program.add_subcommand(
        "verify", "Recompute every hash of the journal and compare it with what is kept");
    command->callback([&context, &action] {
        action = [&context]() -> Result<int> {
            TAMGA_ASSIGN(const auto store, store::open(context.database, store::Mode::read));
            journal::Journal journal(*store, system_clock_seconds);
            std::size_t findings = 0;
            TAMGA_ASSIGN(const auto checked, journal.verify([&](const std::string& finding) {
                ++findings;
                fmt::print(stderr, "{}\n", finding);
            }));
            TAMGA_ASSIGN(const auto root, journal.root({checked}));
            fmt::print("{} checked, {}; root {}\n",
                       counted(static_cast<std::size_t>(checked), "entry", "entries"),
                       findings == 0 ? "all agree" : counted(findings, "disagreement", "disagreements"),
                       crypto::hex(root));
            return findings == 0 ? 0 : 1;
        };
    });
}

void add_rebuild(CLI::App& program, const Context& context, Action& action) {
    CLI::App* command =
        program.add_subcommand("rebuild", "Drop all tables but the journal's and make them again from it");
    command->callback([&context, &action] {
        action = [&context]() -> Result<int> {
            TAMGA_ASSIGN(const auto store, open_existing(context.database));
            TAMGA_TRY(journal::Journal(*store, system_clock_seconds).rebuild());
            TAMGA_ASSIGN(const auto head, store->head());
            fmt::print("made again from {}\n",
                       counted(static_cast<std::size_t>(head.value), "entry", "entries"));
            return 0;
        };
    });
}

}  // namespace tamga::cli
