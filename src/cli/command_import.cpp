#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <sstream>
#include <utility>

#include "activities/import.hpp"
#include "base/clock.hpp"
#include "cli/command.hpp"
#include "folder/figures.hpp"
#include "folder/folder.hpp"
#include "journal/writer.hpp"

namespace tamga::cli {

namespace {

struct Options {
    std::vector<std::string> paths;
    std::string author = "import";
    std::string reason = "no longer in the imported folder";
    bool dry_run = false;
    bool withdraw_missing = false;
    bool yes = false;
    std::string dates = "iso";
    std::string mechanism, source;  // For a file of IATI activities.
    std::string mapping;            // For a table of figures.
    std::vector<std::string> where;
};

std::string summary(const journal::Appended& done) {
    return fmt::format("{} new, {} changed, {} unchanged, {} withdrawn, {} renamed", done.created,
                       done.changed, done.unchanged, done.withdrawn, done.renamed);
}

/// Prints findings, those alike as one.
void print_findings(const folder::Findings& findings, const char* before = "") {
    for (const folder::Finding& finding : findings.told())
        fmt::print(stderr, "{}{}\n", before, finding.message());
    if (findings.untold() > 0) fmt::print(stderr, "{}and {} more\n", before, findings.untold());
}

/// Prints all findings; gives the exit status.
int refuse(const folder::Findings& findings) {
    print_findings(findings);
    fmt::print(stderr, "tamga: {}; nothing was written\n", counted(findings.count(), "error", "errors"));
    return 1;
}

/// Lines of an answer, kept until it is known that they hold, and no more of them than somebody reads.
class Lines {
  public:
    void add(std::string line) {
        if (++count_ <= kMost) lines_.push_back(std::move(line));
    }
    /// Lines that are known by their number only.
    void add_unseen(std::size_t count) { count_ += count; }
    void print() const {
        for (const std::string& line : lines_) fmt::print("{}\n", line);
        if (count_ > kMost) fmt::print("… and {}\n", counted(count_ - kMost, "more line", "more lines"));
    }

  private:
    static constexpr std::size_t kMost = 300;
    std::vector<std::string> lines_;
    std::size_t count_ = 0;
};

/// A cell's text as one line of an answer shows it.
std::string shown(const std::string& text) {
    constexpr std::size_t kMost = 120;
    if (text.empty()) return "nothing";
    std::string line = text;
    std::ranges::replace(line, '\n', ' ');
    if (line.size() > kMost) {
        std::size_t end = kMost;
        while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0) == 0x80) --end;
        line.resize(end);
        line += "…";
    }
    return "\"" + line + "\"";
}

/// What --yes is asked for, as far as it is told.
class Questions {
  public:
    /// Of whatever is imported.
    Result<void> add_erased(const query::View& view, const std::vector<journal::Change>& changes) {
        TAMGA_ASSIGN(const auto found, folder::after_erasures(view, changes));
        for (const auto& [index, erasure] : found) {
            if (++erased_ > kMost) continue;
            add(fmt::format(
                "{}: its entry {} was erased on {} ({}); see that what is imported does not bring "
                "back what had to "
                "go",
                changes[index].name.text(), erasure.erased.value, Date::of_unix_time(erasure.time).text(),
                erasure.reason));
        }
        return {};
    }
    void add(std::string question) { told_.push_back(std::move(question)); }
    bool empty() const { return told_.empty(); }
    void print() const {
        for (const std::string& question : told_) fmt::print(stderr, "{}\n", question);
        if (erased_ > kMost)
            fmt::print(stderr, "and {} of which something was erased\n",
                       counted(erased_ - kMost, "more record", "more records"));
    }

  private:
    static constexpr std::size_t kMost = 20;
    std::vector<std::string> told_;
    std::size_t erased_ = 0;
};

/// One import on its way: what is asked comes part by part, and is written in the end, or it is said why not.
class Import {
  public:
    /// Adds what is refused, told where it stands.
    using Tell = std::function<void(const std::vector<journal::Refusal>&, folder::Findings&)>;

    Import(store::Store& store, const Options& options, Tell tell)
        : options_(options), writer_(store, system_clock_seconds), tell_(std::move(tell)) {}

    Result<void> begin() {
        TAMGA_ASSIGN(writing_,
                     writer_.begin(journal::Author::parse(options_.author), refusals_, watch_->progress()));
        return {};
    }
    journal::Writing& writing() { return *writing_; }

    /// The next changes; `folder` knows which fields change, if they are one's.
    Result<void> add(const std::vector<journal::Change>& changes, const std::vector<journal::File>& files,
                     const folder::Changes* folder) {
        const std::size_t first = writing_->count();
        TAMGA_TRY(writing_->add(changes, files, [&](std::size_t index, journal::Outcome outcome) {
            describe(changes[index - first].name, outcome);
            if (folder && options_.dry_run && outcome != journal::Outcome::unchanged)
                for (const folder::Difference& one : differences_of(*folder, index - first))
                    lines_.add("          " + shown_difference(one));
        }));
        if (folder && !options_.dry_run) {
            for (const folder::Difference& one : folder->differences())
                lines_.add(fmt::format("{} {}", changes[one.index].name.text(), shown_difference(one)));
            lines_.add_unseen(folder->difference_count() - folder->differences().size());
        }
        tell_refusals();
        return {};
    }
    /// What comes of a change, where it is listed.
    void describe(const RecordId& name, journal::Outcome outcome) {
        if (options_.dry_run && outcome != journal::Outcome::unchanged)
            lines_.add(fmt::format("{:<10}{}", journal::name(outcome), name.text()));
    }

    folder::Findings findings, warnings;
    Questions questions;

    /// Writes all of it, or says what would be written, or what is wrong.
    Result<int> end() {
        TAMGA_ASSIGN(const journal::Appended would, writing_->check());
        tell_refusals();
        watch_->clear();
        print_findings(warnings, "warning: ");
        if (!findings.empty()) return refuse(findings);
        const bool ask = !options_.yes && !questions.empty();
        if (options_.dry_run) {
            lines_.print();
            fmt::print("would be: {}\n", summary(would));
        }
        if (ask) {
            questions.print();
            fmt::print(stderr, "tamga: {}\n",
                       options_.dry_run
                           ? "this would be written with --yes only"
                           : "nothing was written; look with --dry-run, and say --yes if it is meant");
        }
        if (ask || options_.dry_run) return options_.dry_run ? 0 : 1;
        TAMGA_ASSIGN(const journal::Appended done, writing_->commit());
        watch_.reset();
        warn_of_clock(done.clock_behind);
        lines_.print();
        fmt::print("{}; the journal has {}\n", summary(done),
                   counted(static_cast<std::size_t>(done.head.value), "entry", "entries"));
        return 0;
    }

  private:
    static std::span<const folder::Difference> differences_of(const folder::Changes& folder,
                                                              std::size_t index) {
        const auto found =
            std::ranges::equal_range(folder.differences(), index, {}, &folder::Difference::index);
        return {found.begin(), found.end()};
    }
    static std::string shown_difference(const folder::Difference& one) {
        return fmt::format("{}: {} → {}", one.column, shown(one.before), shown(one.after));
    }
    void tell_refusals() {
        tell_(refusals_, findings);
        refusals_.clear();
    }

    const Options& options_;
    journal::Writer writer_;
    const Tell tell_;
    std::optional<Watch> watch_{std::in_place};
    std::vector<journal::Refusal> refusals_;
    std::unique_ptr<journal::Writing> writing_;
    Lines lines_;
};

Result<int> import_folders(const Context& context, const Options& options) {
    std::vector<folder::Source> files;
    std::vector<folder::PassedOver> passed_over;
    for (const std::string& path : options.paths) {
        TAMGA_ASSIGN(auto found, folder::find(path, &passed_over));
        files.insert(files.end(), std::make_move_iterator(found.begin()),
                     std::make_move_iterator(found.end()));
    }
    for (const folder::PassedOver& one : passed_over)
        fmt::print(stderr, "{}: passed over; {}\n", one.place, one.why);

    // A rehearsal on a register that is not there yet must not leave one behind.
    TAMGA_ASSIGN(const bool exists, store::exists(context.database));
    const bool empty = options.dry_run && !exists;
    TAMGA_ASSIGN(const auto store, empty ? store::open_scratch() : open_for_writing(context.database));
    TAMGA_ASSIGN(const auto head, store->head());
    std::unique_ptr<query::Register> reg;
    std::optional<query::View> view;  // Of the register before; none if it holds nothing.
    if (head.value > 0) {
        TAMGA_ASSIGN(reg, query::Register::open(context.database, system_clock_seconds));
        TAMGA_ASSIGN(view, reg->now());
    } else {
        TAMGA_TRY(store->write_aside());
    }
    const Date today = Date::of_unix_time(system_clock_seconds());

    std::optional<folder::Stream> stream;
    Import import(*store, options,
                  [&](const auto& refusals, auto& findings) { stream->tell(refusals, findings); });
    stream.emplace(std::move(files), import.findings,
                   folder::ReadOptions{.days_first = options.dates == "dmy"});
    TAMGA_TRY(import.begin());
    folder::Earlier earlier{.written = [&](const RecordId& name) { return import.writing().body(name); }};
    for (;;) {
        TAMGA_ASSIGN(auto part, stream->next());
        if (!part) break;
        if (view) {
            TAMGA_TRY(part->complete(*view));
            TAMGA_TRY(import.questions.add_erased(*view, part->changes()));
        }
        TAMGA_TRY(part->warn(view ? &*view : nullptr, today, import.warnings, earlier));
        TAMGA_TRY(import.add(part->changes(), part->files(), &*part));
    }
    if (options.withdraw_missing && view) {
        TAMGA_ASSIGN(const folder::Withdrawals gone,
                     stream->withdraw_missing(import.writing(), options.reason,
                                              [&](const RecordId& name, journal::Outcome outcome) {
                                                  import.describe(name, outcome);
                                              }));
        if (gone.many())
            import.questions.add(fmt::format("--withdraw-missing would withdraw {} of the register's {}",
                                             gone.withdrawn, counted(gone.of, "record", "records")));
    }
    return import.end();
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
                    "write country, region, organisation, sector, identifier, from or to, an equals sign and "
                    "values: country=KZ,UZ",
                    "--where " + where);
    };
    if (values.empty()) return bad("it names no value");
    const auto add = [&](std::vector<std::string>& to) { to.insert(to.end(), values.begin(), values.end()); };
    if (key == "country")
        add(selection.countries);
    else if (key == "region")
        add(selection.regions);
    else if (key == "organisation")
        add(selection.organisations);
    else if (key == "sector")
        add(selection.sectors);
    else if (key == "identifier")
        add(selection.identifiers);
    else if (key == "from" || key == "to") {
        const auto day = Date::parse(values.front());
        if (!day || day->day() == 0 || values.size() > 1)
            return bad(fmt::format("'{}' is no day", where.substr(equals + 1)));
        (key == "from" ? selection.from : selection.to) = values.front();
    } else
        return bad(fmt::format("there is nothing called '{}' to choose by", key));
    return {};
}

Result<int> import_activities(const Context& context, const Options& options) {
    if (options.paths.size() != 1)
        return fail(ErrorCode::invalid_usage, "import activities", "one file is imported at a time",
                    "call the command for each file");
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
        return fail(ErrorCode::invalid_usage, "import activities",
                    fmt::format("'{}' is no id of a source", how.source),
                    "name it with --source: lower-case letters, digits and hyphens");
    for (const std::string& where : options.where) TAMGA_TRY(select(how.selection, where));
    TAMGA_ASSIGN(const auto store, open_existing(context.database));
    TAMGA_ASSIGN(const auto reg, query::Register::open(context.database, system_clock_seconds));
    TAMGA_ASSIGN(const query::View view, reg->now());
    TAMGA_ASSIGN(const auto source, xml::open_source(path));
    std::vector<folder::Finding> found;
    TAMGA_ASSIGN(const activities::Import made, activities::read_activities(*source, path, view, how, found));
    Import import(*store, options, [&](const auto& refusals, auto& told) {
        for (const journal::Refusal& refusal : refusals)
            told.add({made.places[refusal.index], refusal.problem.field + ": " + refusal.problem.cause,
                      refusal.problem.hint});
    });
    for (folder::Finding& finding : found) import.findings.add(std::move(finding));
    fmt::print(stderr, "{} read, {} wanted\n", counted(made.activities, "activity", "activities"),
               made.wanted);
    for (const folder::Finding& notice : made.notices) fmt::print(stderr, "{}\n", notice.message());
    TAMGA_TRY(import.questions.add_erased(view, made.changes));
    TAMGA_TRY(import.begin());
    TAMGA_TRY(import.add(made.changes, made.files, nullptr));
    return import.end();
}

Result<std::string> content_of(const std::string& path, const char* what) {
    constexpr std::size_t kMost = std::size_t{256} << 20;
    std::ifstream in(path, std::ios::binary);
    std::string out{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    if (!in)
        return fail(ErrorCode::not_found, what, "it cannot be read", "see that it is there and may be read",
                    path);
    if (out.size() > kMost)
        return fail(ErrorCode::out_of_range, what, "it has more than 256 MiB",
                    "divide it, by years or by series", path);
    return out;
}

/// A table of figures, CSV or a workbook's first sheet, by a mapping.
Result<int> import_figures(const Context& context, const Options& options) {
    if (options.paths.size() != 1 || !options.mechanism.empty() || options.withdraw_missing)
        return fail(ErrorCode::invalid_usage, "import figures",
                    "--mapping is for one table of figures, without --mechanism and --withdraw-missing",
                    "call the command for each file");
    const std::string& path = options.paths.front();
    TAMGA_ASSIGN(const std::string toml, content_of(options.mapping, "read a mapping"));
    auto mapping = figures::parse_mapping(toml);
    if (!mapping) {
        Error error = std::move(mapping).error();
        error.place = options.mapping + (error.place.empty() ? "" : ":" + error.place);
        return std::unexpected(std::move(error));
    }
    TAMGA_ASSIGN(std::string content, content_of(path, "read a table of figures"));
    TAMGA_ASSIGN(const auto store, open_existing(context.database));
    TAMGA_ASSIGN(const auto reg, query::Register::open(context.database, system_clock_seconds));
    TAMGA_ASSIGN(const query::View view, reg->now());
    std::vector<folder::Finding> found;
    TAMGA_ASSIGN(const csv::Table table, folder::read_figure_table({path, std::move(content), path}, found));
    TAMGA_ASSIGN(folder::FigureChanges made, folder::figure_changes(view, table, *mapping, path));
    Import import(*store, options, [&](const auto& refusals, auto& told) {
        for (const journal::Refusal& refusal : refusals)
            told.add({made.places[refusal.index], refusal.problem.field + ": " + refusal.problem.cause,
                      refusal.problem.hint});
    });
    for (folder::Finding& finding : found) import.findings.add(std::move(finding));
    for (folder::Finding& finding : made.findings) import.findings.add(std::move(finding));
    fmt::print(stderr, "{} read; {} without one or of other series, {} there twice alike\n",
               counted(made.changes.size(), "figure", "figures"),
               counted(made.passed_over, "cell or row", "cells and rows"), made.repeated);
    for (const auto& [why, count] : made.missing)
        fmt::print(stderr, "{} of them without a value: {}\n", count, why);
    TAMGA_TRY(import.questions.add_erased(view, made.changes));
    TAMGA_TRY(import.begin());
    TAMGA_TRY(import.add(made.changes, {}, nullptr));
    return import.end();
}

Result<int> import(const Context& context, const Options& options) {
    if (!options.mapping.empty()) return import_figures(context, options);
    if (!options.mechanism.empty()) return import_activities(context, options);
    for (const std::string& path : options.paths)
        for (const char* const ending : {".xml", ".xml.gz", ".zip"})
            if (path.ends_with(ending))
                return fail(ErrorCode::invalid_usage, "import " + path,
                            "a file of IATI activities belongs to a mechanism", "name it: --mechanism ID");
    if (!options.where.empty() || !options.source.empty())
        return fail(ErrorCode::invalid_usage, "import",
                    "--where and --source are for files of IATI activities",
                    "name their mechanism: --mechanism ID");
    return import_folders(context, options);
}

}  // namespace

void add_import(CLI::App& program, const Context& context, Action& action) {
    auto options = std::make_shared<Options>();
    CLI::App* command = program.add_subcommand(
        "import",
        "Read register folders (one CSV file a kind, or one sheet of a "
        "workbook), or a file of IATI activities; any error means that nothing is written");
    command
        ->add_option("paths", options->paths,
                     "Folders, single CSV files or workbooks (.xlsx, .ods); or one IATI file, packed or not")
        ->required()
        ->type_name("PATH");
    command->add_flag("--dry-run", options->dry_run,
                      "Print what would be new, changed (field by field) and withdrawn, and write nothing");
    command->add_flag("--yes", options->yes,
                      "Write what the command would first ask about: withdrawing more than a tenth of the "
                      "register, or writing a record anew of which something was erased");
    command
        ->add_option("--dates", options->dates,
                     "How dates may be written: iso (2025-12-31), or dmy (31.12.2025, 31/12/2025) as well")
        ->check(CLI::IsMember({"iso", "dmy"}))
        ->capture_default_str();
    command->add_option("--author", options->author, "Who writes: the journal keeps it")
        ->capture_default_str();
    command->add_flag(
        "--withdraw-missing", options->withdraw_missing,
        "Withdraw the records that the folders do not name, of the kinds whose files they have; of an IATI "
        "file: projects that it held before");
    command->add_option("--reason", options->reason, "Why missing records are withdrawn")
        ->capture_default_str();
    command->add_option("--mechanism", options->mechanism, "Activities become projects of this mechanism")
        ->type_name("ID");
    command
        ->add_option("--where", options->where,
                     "Only these activities: country=KZ,UZ, region=, organisation=, sector=, identifier=, "
                     "from=DAY, to=DAY; "
                     "may be given several times, all must fit")
        ->type_name("KEY=VALUES")
        ->allow_extra_args(false);
    command
        ->add_option("--source", options->source, "Id of the source record of the file; its name if not said")
        ->type_name("ID");
    command
        ->add_option("--mapping", options->mapping,
                     "The path is a table of figures (CSV, SDMX-CSV, UN Comtrade's, World Bank's, or a "
                     "workbook's first "
                     "sheet); this file says what its columns are (see docs/formats/figures.md)")
        ->type_name("FILE.toml");
    command->callback(
        [&context, &action, options] { action = [&context, options] { return import(context, *options); }; });
}

}  // namespace tamga::cli
