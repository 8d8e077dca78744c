#include <fmt/format.h>
#include <fmt/ostream.h>

#include <cstdio>

#include "base/clock.hpp"
#include "cli/command.hpp"
#include "folder/folder.hpp"
#include "tamga_register.hpp"

namespace tamga::cli {

namespace {

struct Options {
    std::vector<std::string> paths;
    std::string author = "import";
    std::string reason = "no longer in the imported folder";
    bool dry_run = false;
    bool withdraw_missing = false;
};

std::string summary(const journal::Appended& done) {
    return fmt::format("{} new, {} changed, {} unchanged, {} withdrawn, {} renamed", done.created,
                       done.changed, done.unchanged, done.withdrawn, done.renamed);
}

/// Prints all findings; gives the exit status.
int refuse(std::vector<folder::Finding> findings) {
    folder::Changes::sort(findings);
    for (const folder::Finding& finding : findings) fmt::print(stderr, "{}\n", finding.message());
    fmt::print(stderr, "tamga: {}; nothing was written\n", counted(findings.size(), "error", "errors"));
    return 1;
}

Result<int> import(const Context& context, const Options& options) {
    std::vector<folder::File> files;
    for (const std::string& path : options.paths) {
        TAMGA_ASSIGN(auto loaded, folder::load(path));
        files.insert(files.end(), std::make_move_iterator(loaded.begin()),
                     std::make_move_iterator(loaded.end()));
    }
    std::vector<folder::Finding> findings;
    folder::Changes changes = folder::Changes::read(files, findings);

    // A rehearsal on a register that is not there yet must not leave one behind.
    const bool empty = options.dry_run && !store::exists(context.database);
    TAMGA_ASSIGN(const auto store, empty ? store::open("sqlite::memory:", store::Mode::write)
                                         : store::open(context.database, store::Mode::write));
    if (options.withdraw_missing && !empty) {
        TAMGA_ASSIGN(const auto reg, query::Register::open(context.database, system_clock_seconds));
        TAMGA_ASSIGN(const query::View view, reg->now());
        TAMGA_TRY(changes.withdraw_missing(view, options.reason));
    }
    journal::Journal journal(*store, system_clock_seconds);
    std::vector<journal::Refusal> refusals;
    if (options.dry_run || !findings.empty()) {
        const bool list = options.dry_run && findings.empty();
        TAMGA_ASSIGN(const auto would,
                     journal.preview(changes.changes(), changes.files(), refusals,
                                     [&](std::size_t index, std::string_view outcome) {
                                         if (list && refusals.empty() && outcome != "unchanged")
                                             fmt::print("{:<10}{}\n", outcome,
                                                        changes.changes()[index].name.text());
                                     }));
        for (const journal::Refusal& refusal : refusals) findings.push_back(changes.finding(refusal));
        if (!findings.empty()) return refuse(std::move(findings));
        fmt::print("would be: {}\n", summary(would));
        return 0;
    }
    const auto done = journal.append(options.author, changes.changes(), changes.files(), refusals);
    if (!done && refusals.empty()) return std::unexpected(done.error());
    for (const journal::Refusal& refusal : refusals) findings.push_back(changes.finding(refusal));
    if (!findings.empty()) return refuse(std::move(findings));
    fmt::print("{}; the journal has {}\n", summary(*done),
               counted(static_cast<std::size_t>(done->head.value), "entry", "entries"));
    return 0;
}

}  // namespace

void add_import(CLI::App& program, const Context& context, Action& action) {
    auto options = std::make_shared<Options>();
    CLI::App* command = program.add_subcommand(
        "import", "Read register folders (one CSV file a kind); any error means that nothing is written");
    command->add_option("paths", options->paths, "Folders, or single CSV files")
        ->required()
        ->type_name("PATH");
    command->add_flag("--dry-run", options->dry_run,
                      "Print what would be new, changed and withdrawn, and write nothing");
    command->add_option("--author", options->author, "Who writes: the journal keeps it")
        ->capture_default_str();
    command->add_flag("--withdraw-missing", options->withdraw_missing,
                      "Withdraw every record that the folders do not name");
    command->add_option("--reason", options->reason, "Why missing records are withdrawn")
        ->capture_default_str();
    command->callback(
        [&context, &action, options] { action = [&context, options] { return import(context, *options); }; });
}

Result<void> import_shipped(store::Store& store) {
    std::vector<folder::File> files;
    for (const EmbeddedFile& file : embedded::tamga_register())
        files.push_back({std::string(file.path), std::string(file.content)});
    std::vector<folder::Finding> findings;
    const folder::Changes changes = folder::Changes::read(files, findings);
    std::vector<journal::Refusal> refusals;
    if (findings.empty()) {
        const auto done = journal::Journal(store, system_clock_seconds)
                              .append("import", changes.changes(), changes.files(), refusals);
        if (done) return {};
        if (refusals.empty()) return std::unexpected(done.error());
    }
    for (const journal::Refusal& refusal : refusals) findings.push_back(changes.finding(refusal));
    return fail(ErrorCode::corrupt, "read the shipped register", findings.front().message(),
                "build the program again");
}

namespace {

Result<int> init(const Context& context) {
    if (store::exists(context.database))
        return fail(ErrorCode::conflict, "make a register", "there is a register already",
                    "name another database with --db", context.database);
    TAMGA_ASSIGN(const auto store, store::open(context.database, store::Mode::write));
    TAMGA_TRY(import_shipped(*store));
    fmt::print("{}: the China–Central Asia register\n", context.database);
    return 0;
}

}  // namespace

void add_init(CLI::App& program, const Context& context, Action& action) {
    CLI::App* command = program.add_subcommand("init", "Make a database with the shipped example register");
    command->callback([&context, &action] { action = [&context] { return init(context); }; });
}

}  // namespace tamga::cli
