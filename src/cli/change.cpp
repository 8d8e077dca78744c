#include "cli/change.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "base/clock.hpp"
#include "journal/writer.hpp"

namespace tamga::cli {

Result<int> write_change(const Context& context, const ChangeOptions& options, journal::Verb verb) {
    journal::Change change;
    change.verb = verb;
    TAMGA_ASSIGN(change.name, parse_record_id(options.name));
    change.to = options.to;
    change.reason = options.reason;
    change.redacted = {options.entry};
    change.answer = options.answer;
    change.words = options.words;
    change.key = options.key;
    change.of = {options.entry};
    TAMGA_ASSIGN(const auto store, open_existing(context.database));
    if (verb == journal::Verb::assent && options.entry == 0) {
        TAMGA_ASSIGN(const auto head, store->head());
        TAMGA_ASSIGN(const auto version, store->version(change.name, head));
        if (version) change.of = version->payload;
    }
    return write_changes(*store, journal::Author::parse(options.author), {&change, 1});
}

Result<int> write_changes(store::Store& store, const journal::Author& author,
                          std::span<const journal::Change> changes) {
    std::vector<journal::Refusal> refusals;
    Watch watch;
    const auto done =
        journal::Writer(store, system_clock_seconds).submit({author, changes}, refusals, watch.progress());
    for (const journal::Refusal& refusal : refusals)
        fmt::print(stderr, "tamga: {}{}{}\n", refusal.problem.cause, refusal.problem.hint.empty() ? "" : "; ",
                   refusal.problem.hint);
    if (!refusals.empty()) return 1;
    if (!done) return std::unexpected(done.error());
    warn_of_clock(done->clock_behind);
    fmt::print("the journal has {}\n",
               counted(static_cast<std::size_t>(done->head.value), "entry", "entries"));
    return 0;
}

CLI::App* add_change(CLI::App& program, const char* name, const char* help,
                     const std::shared_ptr<ChangeOptions>& options) {
    CLI::App* command = program.add_subcommand(name, help);
    command->add_option("record", options->name, "The record, as kind:id")->required()->type_name("KIND:ID");
    command->add_option("--author", options->author, "Who writes: the journal keeps it")
        ->capture_default_str();
    return command;
}

}  // namespace tamga::cli
