#include <fmt/format.h>
#include <fmt/ostream.h>

#include <cstdio>
#include <sstream>

#include "activities/import.hpp"
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
    std::string mechanism, source;    // For a file of IATI activities.
    std::vector<std::string> where;
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

/// What is to be written, from wherever it comes.
struct Asked {
    const std::vector<journal::Change>& changes;
    const std::vector<journal::File>& files;
    std::function<folder::Finding(const journal::Refusal&)> told;  ///< Where a refused change stands.
};

/// Writes the changes, or says what would be written.
Result<int> write(store::Store& store, const Options& options, const Asked& asked, std::vector<folder::Finding> findings) {
    journal::Journal journal(store, system_clock_seconds);
    std::vector<journal::Refusal> refusals;
    if (options.dry_run || !findings.empty()) {
        const bool list = options.dry_run && findings.empty();
        TAMGA_ASSIGN(const auto would,
                     journal.preview(asked.changes, asked.files, refusals,
                                     [&](std::size_t index, std::string_view outcome) {
                                         if (list && refusals.empty() && outcome != "unchanged")
                                             fmt::print("{:<10}{}\n", outcome, asked.changes[index].name.text());
                                     }));
        for (const journal::Refusal& refusal : refusals) findings.push_back(asked.told(refusal));
        if (!findings.empty()) return refuse(std::move(findings));
        fmt::print("would be: {}\n", summary(would));
        return 0;
    }
    const auto done = journal.append(options.author, asked.changes, asked.files, refusals);
    if (!done && refusals.empty()) return std::unexpected(done.error());
    for (const journal::Refusal& refusal : refusals) findings.push_back(asked.told(refusal));
    if (!findings.empty()) return refuse(std::move(findings));
    fmt::print("{}; the journal has {}\n", summary(*done),
               counted(static_cast<std::size_t>(done->head.value), "entry", "entries"));
    return 0;
}

Result<int> import_folders(const Context& context, const Options& options) {
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
    return write(*store, options,
                 {changes.changes(), changes.files(), [&](const auto& refusal) { return changes.finding(refusal); }},
                 std::move(findings));
}

/// "country=KZ,UZ".
Result<void> select(iati::Selection& selection, const std::string& where) {
    const std::size_t equals = std::min(where.find('='), where.size());
    const std::string key = where.substr(0, equals);
    std::vector<std::string> values;
    std::istringstream in(equals < where.size() ? where.substr(equals + 1) : "");
    for (std::string value; std::getline(in, value, ',');) values.push_back(value);
    const auto bad = [&](std::string cause) {
        return fail(ErrorCode::invalid_usage, "choose activities", std::move(cause),
                    "write country, region, organisation, sector, identifier, from or to, an equals sign and values: country=KZ,UZ",
                    "--where " + where);
    };
    if (values.empty()) return bad("it names no value");
    const auto add = [&](std::vector<std::string>& to) { to.insert(to.end(), values.begin(), values.end()); };
    if (key == "country") add(selection.countries);
    else if (key == "region") add(selection.regions);
    else if (key == "organisation") add(selection.organisations);
    else if (key == "sector") add(selection.sectors);
    else if (key == "identifier") add(selection.identifiers);
    else if (key == "from" || key == "to") {
        const auto day = Date::parse(values.front());
        if (!day || day->day() == 0 || values.size() > 1) return bad(fmt::format("'{}' is no day", where.substr(equals + 1)));
        (key == "from" ? selection.from : selection.to) = values.front();
    } else return bad(fmt::format("there is nothing called '{}' to choose by", key));
    return {};
}

Result<int> import_activities(const Context& context, const Options& options) {
    if (options.paths.size() != 1)
        return fail(ErrorCode::invalid_usage, "import activities", "one file is imported at a time", "call the command for each file");
    const std::string& path = options.paths.front();
    activities::ImportOptions how{.mechanism = options.mechanism,
                                  .source = options.source,
                                  .withdraw_missing = options.withdraw_missing,
                                  .reason = options.reason};
    if (how.source.empty()) {
        std::string name = path.substr(path.rfind('/') + 1);
        for (const char* const ending : {".gz", ".zip", ".xml"})
            if (name.ends_with(ending)) name.resize(name.size() - std::string_view(ending).size());
        how.source = activities::id_of(name);
    }
    if (!is_id(how.source))
        return fail(ErrorCode::invalid_usage, "import activities", fmt::format("'{}' is no id of a source", how.source),
                    "name it with --source: lower-case letters, digits and hyphens");
    for (const std::string& where : options.where) TAMGA_TRY(select(how.selection, where));
    TAMGA_ASSIGN(const auto store, open_existing(context.database));
    TAMGA_ASSIGN(const auto reg, query::Register::open(context.database, system_clock_seconds));
    TAMGA_ASSIGN(const query::View view, reg->now());
    TAMGA_ASSIGN(const auto source, xml::open_source(path));
    std::vector<folder::Finding> findings;
    TAMGA_ASSIGN(const activities::Import made, activities::read_activities(*source, path, view, how, findings));
    fmt::print(stderr, "{} read, {} wanted\n", counted(made.activities, "activity", "activities"), made.wanted);
    return write(*store, options,
                 {made.changes, made.files,
                  [&](const journal::Refusal& refusal) {
                      return folder::Finding{made.places[refusal.index], refusal.problem.field + ": " + refusal.problem.cause,
                                             refusal.problem.hint};
                  }},
                 std::move(findings));
}

Result<int> import(const Context& context, const Options& options) {
    if (!options.mechanism.empty()) return import_activities(context, options);
    for (const std::string& path : options.paths)
        for (const char* const ending : {".xml", ".xml.gz", ".zip"})
            if (path.ends_with(ending))
                return fail(ErrorCode::invalid_usage, "import " + path, "a file of IATI activities belongs to a mechanism",
                            "name it: --mechanism ID");
    if (!options.where.empty() || !options.source.empty())
        return fail(ErrorCode::invalid_usage, "import", "--where and --source are for files of IATI activities",
                    "name their mechanism: --mechanism ID");
    return import_folders(context, options);
}

}  // namespace

void add_import(CLI::App& program, const Context& context, Action& action) {
    auto options = std::make_shared<Options>();
    CLI::App* command = program.add_subcommand(
        "import",
        "Read register folders (one CSV file a kind), or a file of IATI activities; any error means that nothing is written");
    command->add_option("paths", options->paths, "Folders or single CSV files; or one IATI file, packed or not")
        ->required()
        ->type_name("PATH");
    command->add_flag("--dry-run", options->dry_run,
                      "Print what would be new, changed and withdrawn, and write nothing");
    command->add_option("--author", options->author, "Who writes: the journal keeps it")
        ->capture_default_str();
    command->add_flag("--withdraw-missing", options->withdraw_missing,
                      "Withdraw every record that the folders do not name; of an IATI file: projects that it held before");
    command->add_option("--reason", options->reason, "Why missing records are withdrawn")
        ->capture_default_str();
    command->add_option("--mechanism", options->mechanism, "Activities become projects of this mechanism")->type_name("ID");
    command->add_option("--where", options->where,
                        "Only these activities: country=KZ,UZ, region=, organisation=, sector=, identifier=, from=DAY, to=DAY; "
                        "may be given several times, all must fit")
        ->type_name("KEY=VALUES")
        ->allow_extra_args(false);
    command->add_option("--source", options->source, "Id of the source record of the file; its name if not said")->type_name("ID");
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
