#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "activities/import.hpp"
#include "base/clock.hpp"
#include "base/date.hpp"
#include "cli/command.hpp"
#include "cli/output.hpp"
#include "csv/csv.hpp"
#include "iati/check/check.hpp"
#include "iati/explain/explain.hpp"
#include "iati/money/totals.hpp"
#include "iati/report/report.hpp"
#include "iati/rules/dates.hpp"
#include "iati/rules/rules.hpp"
#include "iati/select/filter.hpp"
#include "xml/characters.hpp"

namespace tamga::cli {

namespace {

constexpr int kWrongUsage = 2;
/// What could not be read; 1 is a word about what was read.
constexpr int kUnread = 3;

/// The exit status of a command that says 1 of a file (not valid, nothing wanted in it): what kept the file
/// from being read is never that.
Result<int> told_of_file(Result<int> status) {
    if (status) return status;
    fmt::print(stderr, "tamga: {}\n", status.error().message());
    return status.error().code == ErrorCode::invalid_usage ? kWrongUsage : kUnread;
}

struct ValidateOptions {
    std::vector<std::string> files;
    std::string format = "text";
    std::string checks = "all";
    std::string profile = "public";
    std::string colour = "auto";
    std::string now, prefixes, publishers, known, ruleset;
    int jobs = 0;
    std::size_t most_megabytes = 32, most_findings = 500'000;
    std::uint64_t most_unpacked_megabytes = 100'000, most_ratio = 1'000, most_seconds = 86'400;
    bool summary = false, group = false, details = false, meta = false, quiet = false;
};

Result<std::string> content(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in)
        return fail(ErrorCode::not_found, "read a list", "there is no such file, or it cannot be read", "",
                    path);
    std::ostringstream out;
    out << in.rdbuf();
    std::string text = std::move(out).str();
    // Editors put a byte order mark before the first line.
    if (text.starts_with("\xef\xbb\xbf")) text.erase(0, 3);
    return text;
}

/// The lines of a file without white space around them, without empty ones and those that begin with #.
Result<std::vector<std::string>> lines_of(const std::string& path) {
    std::vector<std::string> lines;
    if (path.empty()) return lines;
    TAMGA_ASSIGN(const std::string text, content(path));
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
        const std::string_view entry = xml::stripped(line);
        if (!entry.empty() && entry[0] != '#') lines.emplace_back(entry);
    }
    return lines;
}

Result<iati::Checks> checks_of(const std::string& list) {
    static const std::pair<std::string_view, iati::Checks> kNames[] = {
        {"schema", iati::Checks::schema},         {"codelists", iati::Checks::code_lists},
        {"rules", iati::Checks::rules},           {"identifiers", iati::Checks::identifiers},
        {"advisories", iati::Checks::advisories}, {"all", iati::Checks::all},
    };
    auto checks = static_cast<iati::Checks>(0);
    std::istringstream in(list);
    for (std::string word; std::getline(in, word, ',');) {
        const auto* const found =
            std::ranges::find(kNames, word, [](const auto& entry) { return entry.first; });
        if (found == std::end(kNames))
            return fail(ErrorCode::invalid_usage, "choose the checks",
                        fmt::format("there is no check '{}'", word),
                        "write some of schema, codelists, rules, identifiers, advisories, between commas");
        checks = checks | found->second;
    }
    if (checks == static_cast<iati::Checks>(0))
        return fail(ErrorCode::invalid_usage, "choose the checks", "none is named",
                    "write some of schema, codelists, rules, identifiers, advisories, between commas");
    return checks;
}

/// A line on standard error that tells how far a long check has come; nothing where nobody looks.
class Progress {
  public:
    Progress(bool wanted, std::string name)
        : wanted_(wanted && isatty(STDERR_FILENO) != 0), name_(std::move(name)) {
        // Of what is packed the length is not known before its end.
        std::error_code none;
        if (!name_.ends_with(".gz") && !name_.ends_with(".zip"))
            size_ = std::filesystem::file_size(name_, none);
        if (none) size_ = 0;
    }
    ~Progress() {
        if (shown_) fmt::print(stderr, "\r\033[K");
    }
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    void operator()(std::uint64_t bytes) {
        if (!wanted_) return;
        const auto now = std::chrono::steady_clock::now();
        if (now - last_ < std::chrono::milliseconds(200) || now - start_ < std::chrono::seconds(1)) return;
        last_ = now;
        shown_ = true;
        const double seconds = std::chrono::duration<double>(now - start_).count();
        const double read = static_cast<double>(bytes);
        std::string bar;
        if (size_ > 0 && bytes <= size_) {
            constexpr std::uint64_t kWidth = 24;
            bar = fmt::format(" [{:<{}}] {} %", std::string(bytes * kWidth / size_, '#'), kWidth,
                              bytes * 100 / size_);
        }
        fmt::print(stderr, "\r\033[K{}:{} {:.0f} MB read, {:.0f} MB/s", name_, bar, read / 1e6,
                   read / 1e6 / seconds);
        std::fflush(stderr);
    }

  private:
    bool wanted_;
    bool shown_ = false;
    std::string name_;
    std::uintmax_t size_ = 0;  ///< 0: not known.
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now(), last_ = start_;
};

Result<iati::Inputs> inputs_of(const ValidateOptions& options) {
    iati::Inputs inputs;
    inputs.profile = options.profile == "strict" ? iati::Profile::strict : iati::Profile::as_published;
    TAMGA_ASSIGN(inputs.prefixes, lines_of(options.prefixes));
    TAMGA_ASSIGN(inputs.publishers, lines_of(options.publishers));
    TAMGA_ASSIGN(inputs.known_activities, lines_of(options.known));
    if (!options.ruleset.empty()) {
        TAMGA_ASSIGN(inputs.ruleset, content(options.ruleset));
    }
    return inputs;
}

/// Milliseconds since 1970 of the moment that was asked for, or of now.
Result<std::int64_t> moment(const std::string& asked) {
    if (asked.empty())
        return std::chrono::duration_cast<std::chrono::milliseconds>(
                   std::chrono::system_clock::now().time_since_epoch())
            .count();
    if (const auto now = iati::xsd_date(asked)) return *now;
    return fail(ErrorCode::invalid_usage, "set the moment of the check",
                fmt::format("'{}' is no date", asked), "write 2026-11-23 or 2026-11-23T12:00:00Z");
}

Result<int> validate(const ValidateOptions& options) {
    TAMGA_ASSIGN(iati::Inputs inputs, inputs_of(options));
    iati::Options how;
    TAMGA_ASSIGN(how.now_ms, moment(options.now));
    TAMGA_ASSIGN(how.checks, checks_of(options.checks));
    TAMGA_ASSIGN(const iati::Checker checker, iati::Checker::make(std::move(inputs)));
    how.jobs =
        options.jobs > 0 ? options.jobs : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    how.elements = options.meta;
    how.links = options.files.size() > 1;
    how.most_bytes_of_element = options.most_megabytes * 1024 * 1024;
    how.most_findings = options.most_findings;
    const xml::UnpackLimits limits{.bytes = options.most_unpacked_megabytes * 1024 * 1024,
                                   .ratio = options.most_ratio};
    const auto start = std::chrono::steady_clock::now();
    std::vector<iati::Report> reports;
    for (const std::string& file : options.files) {
        const std::string name = file == "-" ? "standard input" : file;
        const auto source = xml::open_source(file, limits);
        how.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(options.most_seconds);
        auto report = [&]() -> Result<iati::Report> {
            if (!source) return std::unexpected(source.error());
            Progress progress(!options.quiet, name);
            how.progress = [&](std::uint64_t bytes) { progress(bytes); };
            return checker.check(**source, name, how);
        }();
        if (report) {
            reports.push_back(*std::move(report));
        } else {
            reports.emplace_back().file = name;
            reports.back().unread = report.error().message();
            fmt::print(stderr, "tamga: {}\n", report.error().message());
        }
    }
    iati::resolve_links(reports);
    // What a program reads is the same each time.
    const bool watched = isatty(STDOUT_FILENO) != 0;
    const iati::Timing timing{
        watched ? std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() : 0};
    const iati::Provenance provenance{
        options.ruleset.empty() ? "tamga " TAMGA_VERSION " standard/rules.txt" : options.ruleset,
        "tamga " TAMGA_VERSION " standard/codelists",
        options.prefixes.empty() ? "OrganisationRegistrationAgency" : options.prefixes, TAMGA_VERSION};
    iati::ReportOptions told;
    told.text.colour = options.colour == "always" || (options.colour == "auto" && watched);
    told.text.summary = options.summary;
    told.text.no_schema = !iati::has(how.checks, iati::Checks::schema);
    told.text.timing = timing;
    told.json = {.group = options.group,
                 .details = options.details,
                 .elements = options.meta,
                 .provenance = provenance};
    told.sarif.provenance = told.html.provenance = provenance;
    iati::find_report_format(options.format)->write(std::cout, reports, told);
    std::cout.flush();
    if (!std::cout) return fail(ErrorCode::io, "write the report", "standard output refused it");
    if (!std::ranges::all_of(reports, &std::string::empty, &iati::Report::unread)) return kUnread;
    return std::ranges::all_of(reports, &iati::Report::valid) ? 0 : 1;
}

struct FilterOptions {
    std::string file, out = "-", identifiers, mechanism;
    iati::Selection selection;
};

Result<int> filter(const Context& context, FilterOptions options) {
    if (!options.mechanism.empty()) {
        TAMGA_ASSIGN(const auto reg, query::Register::open(context.database, system_clock_seconds));
        TAMGA_ASSIGN(const query::View view, reg->now());
        TAMGA_TRY(activities::select_mechanism(options.selection, view, options.mechanism));
    }
    TAMGA_ASSIGN(options.selection.identifiers, lines_of(options.identifiers));
    for (const std::string& day : {options.selection.from, options.selection.to})
        if (const auto date = Date::parse(day); !day.empty() && (!date || date->day() == 0))
            return fail(ErrorCode::invalid_usage, "filter by days", fmt::format("'{}' is no day", day),
                        "write 2026-11-23");
    TAMGA_ASSIGN(const auto source, xml::open_source(options.file));
    const std::string name = options.file == "-" ? "standard input" : options.file;
    Output out(options.out);
    TAMGA_ASSIGN(const iati::Filtered done,
                 iati::filter(*source, name, options.selection,
                              [&](std::string_view text) { return out.write(text); }));
    TAMGA_TRY(out.finish());
    fmt::print(stderr, "{} of {} kept\n", done.kept, counted(done.activities, "activity", "activities"));
    if (done.kept == 0) fmt::print(stderr, "tamga: {}\n", iati::why_none(done));
    return done.kept > 0 ? 0 : 1;
}

struct TotalsCommand {
    std::string file, by = "type,currency", format = "table";
    iati::TotalsOptions options;
    bool list = false;
};

constexpr std::pair<std::string_view, iati::Dimension> kDimensions[] = {
    {"year", iati::Dimension::year},     {"country", iati::Dimension::country},
    {"sector", iati::Dimension::sector}, {"organisation", iati::Dimension::organisation},
    {"type", iati::Dimension::type},     {"currency", iati::Dimension::currency},
};

/// Reasons that have an amount beside what is counted, in the order of the columns.
constexpr iati::Why kLeftOut[] = {iati::Why::in_another_copy, iati::Why::in_another_report,
                                  iati::Why::at_children,     iati::Why::at_level_below,
                                  iati::Why::at_provider,     iati::Why::at_receiver};

using Rows = std::vector<std::vector<std::string>>;

std::string csv_text(const std::vector<std::string>& columns, const Rows& rows) {
    std::string out;
    csv::append_row(out, columns);
    for (const auto& row : rows) csv::append_row(out, row, csv::For::spreadsheet);
    return out;
}

/// A table to look at: columns of nothing but zeros, which say that nothing of the kind was left out, stay
/// away.
void print_table(std::vector<std::string> columns, Rows rows, std::size_t first_number) {
    for (std::size_t i = columns.size(); i-- > first_number + 3;) {
        if (!std::ranges::all_of(rows, [&](const auto& row) { return row[i] == "0"; })) continue;
        for (auto& row : rows) row.erase(row.begin() + static_cast<std::ptrdiff_t>(i));
        columns.erase(columns.begin() + static_cast<std::ptrdiff_t>(i));
    }
    std::vector<std::size_t> widths;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        widths.push_back(columns[i].size());
        for (const auto& row : rows) widths[i] = std::max(widths[i], row[i].size());
    }
    rows.insert(rows.begin(), std::move(columns));
    for (const auto& cells : rows) {
        std::string out;
        for (std::size_t i = 0; i < cells.size(); ++i)
            out += i >= first_number ? fmt::format("{:>{}}  ", cells[i], widths[i])
                                     : fmt::format("{:<{}}  ", cells[i], widths[i]);
        out.resize(out.size() - 2);
        std::cout << out << "\n";
    }
}

/// What stands below a table: how much was left out and why, and what to look at.
void print_account(const iati::Totals& made) {
    for (const auto& [why, count] : made.transactions)
        std::cout << counted(count, "transaction", "transactions") << ": " << sentence(why) << "\n";
    for (const auto& [doubt, told] : made.doubts)
        std::cout << fmt::format("{} {}, such as {}\n", counted(told.activities, "activity", "activities"),
                                 sentence(doubt), told.first);
    if (!made.not_adding_up.empty())
        std::cout << counted(made.not_adding_up.size(), "activity", "activities")
                  << " with percentages that do not add up to 100, such as " << made.not_adding_up.front()
                  << ": their amounts are not attributed\n";
}

/// Each row's dimensions, then amount, transactions and what was reported, then what was left out by reason.
Rows rows_of(const iati::Totals& made) {
    Rows rows;
    for (const auto& [key, row] : made.rows) {
        auto& cells = rows.emplace_back(key);
        cells.push_back(iati::amount_text(row.amount));
        cells.push_back(std::to_string(row.transactions));
        cells.push_back(iati::amount_text(row.reported()));
        for (const iati::Why why : kLeftOut)
            cells.push_back(iati::amount_text(row.left_out[static_cast<std::size_t>(why)]));
        cells.push_back(std::to_string(row.unreadable));
    }
    return rows;
}

Result<int> totals(const TotalsCommand& command) {
    iati::TotalsOptions options = command.options;
    options.by.clear();
    std::istringstream in(command.by + ",type,currency");
    std::vector<std::string> columns;
    for (std::string word; std::getline(in, word, ',');) {
        const auto* const found =
            std::ranges::find(kDimensions, word, [](const auto& entry) { return entry.first; });
        if (found == std::end(kDimensions))
            return fail(ErrorCode::invalid_usage, "add up", fmt::format("there is no dimension '{}'", word),
                        "write some of year, country, sector, organisation, type, currency");
        if (std::ranges::find(columns, word) != columns.end()) continue;
        columns.push_back(word);
        options.by.push_back(found->second);
    }
    const std::size_t first_number = columns.size();
    Rows rows;
    if (command.list)
        options.list = [&](const iati::Counted& one) {
            rows.push_back(one.row);
            rows.back().insert(rows.back().end(),
                               {iati::amount_text(one.amount), one.activity, std::to_string(one.line),
                                one.value, std::string(sentence(one.why))});
        };
    TAMGA_ASSIGN(const auto source, xml::open_source(command.file));
    TAMGA_ASSIGN(const iati::Totals made,
                 iati::totals(*source, command.file == "-" ? "standard input" : command.file, options));
    if (command.list) {
        columns.insert(columns.end(), {"amount", "activity", "line", "value", "account"});
    } else {
        columns.insert(columns.end(), {"amount", "transactions", "reported"});
        for (const iati::Why why : kLeftOut) columns.emplace_back(name(why));
        columns.emplace_back("unreadable");
        rows = rows_of(made);
    }
    if (command.format == "json") {
        nlohmann::ordered_json json{{"columns", columns}, {"rows", rows}};
        if (!command.list) {
            for (const auto& [why, count] : made.transactions)
                json["transactions"][std::string(sentence(why))] = count;
            json["not_adding_up"] = made.not_adding_up;
            json["doubts"] = nlohmann::ordered_json::array();
            for (const auto& [doubt, told] : made.doubts)
                json["doubts"].push_back(
                    {{"activities", told.activities}, {"what", sentence(doubt)}, {"first", told.first}});
        }
        std::cout << json.dump(1) << "\n";
    } else if (command.list || command.format == "csv") {
        std::cout << csv_text(columns, rows);
    } else {
        print_table(std::move(columns), std::move(rows), first_number);
        std::cout << "\n";
        print_account(made);
    }
    return 0;
}

/// The standard's structure, with what its rules ask for.
class Standard : public iati::SchemaStructures {
  public:
    std::string_view rule(iati::Version version, std::string_view id) const override {
        return iati::rule_sentence(version, id);
    }
};

Result<int> explain(const std::string& version, const std::string& element) {
    const auto known = iati::parse_version(version);
    if (!known)
        return fail(ErrorCode::invalid_usage, "explain an element",
                    fmt::format("'{}' is no version of the standard", version), "write 2.01, 2.02 or 2.03");
    const auto told = iati::explain(*known, element, Standard());
    fmt::print(told.known ? stdout : stderr, "{}", told.text);
    return told.known ? 0 : kWrongUsage;
}

/// The ways to write a report.
std::vector<std::string> format_names() {
    std::vector<std::string> names;
    for (const iati::ReportFormat& format : iati::report_formats()) names.emplace_back(format.name);
    return names;
}

}  // namespace

void add_iati(CLI::App& program, const Context& context, Action& action) {
    auto* const iati =
        program.add_subcommand("iati", "Check files of aid activities (IATI), and explain the standard");
    iati->require_subcommand(1);

    auto options = std::make_shared<ValidateOptions>();
    auto* const check = iati->add_subcommand(
        "validate",
        "Check files of any size against the IATI standard: XML, schema, code lists, rules, identifiers");
    check->add_option("FILE", options->files, "Files, packed by gzip or zip or not; - for standard input")
        ->required();
    check->add_option("--format", options->format, "How to tell the findings")
        ->check(CLI::IsMember(format_names()))
        ->capture_default_str();
    check->add_option("--checks", options->checks, "Some of schema,codelists,rules,identifiers,advisories")
        ->capture_default_str()
        ->type_name("LIST");
    check
        ->add_option("--profile", options->profile,
                     "public: the verdicts of the public validator, with its gaps; strict: without them")
        ->check(CLI::IsMember({"public", "strict"}))
        ->capture_default_str();
    check->add_option("--jobs", options->jobs, "Threads; as many as processors if not said")->type_name("N");
    check->add_flag("--summary", options->summary, "Text: one line a rule");
    check->add_flag("--group", options->group, "JSON: by activity and category");
    check->add_flag("--details", options->details, "JSON: with places and hints");
    check->add_flag("--meta", options->meta, "JSON: with every activity, valid or not");
    check->add_flag("--quiet", options->quiet, "No progress on standard error");
    check->add_option("--color", options->colour, "Colours in text")
        ->check(CLI::IsMember({"auto", "always", "never"}))
        ->capture_default_str();
    check->add_option("--now", options->now, "The moment of the check, for dates in the future")
        ->type_name("DATE");
    check->add_option("--org-prefixes", options->prefixes, "Prefixes of registration agencies, one a line")
        ->type_name("FILE");
    check->add_option("--publishers", options->publishers, "Identifiers of registered publishers, one a line")
        ->type_name("FILE");
    check
        ->add_option("--known-activities", options->known,
                     "Identifiers of activities known elsewhere, one a line")
        ->type_name("FILE");
    check
        ->add_option("--ruleset", options->ruleset,
                     "Rules in the public JSON form, in place of the standard's")
        ->type_name("FILE");
    check->add_option("--max-element", options->most_megabytes, "Most megabytes of one activity")
        ->capture_default_str()
        ->check(CLI::Range(1, 1024));
    check
        ->add_option("--max-findings", options->most_findings,
                     "Most findings and places told of a file; the others are counted")
        ->capture_default_str()
        ->check(CLI::Range(1, 100'000'000));
    check
        ->add_option("--max-unpacked", options->most_unpacked_megabytes, "Most megabytes of an unpacked file")
        ->capture_default_str()
        ->check(CLI::Range(1, 100'000'000));
    check
        ->add_option("--max-ratio", options->most_ratio,
                     "Most bytes that come out of a packed file for each that goes in")
        ->capture_default_str()
        ->check(CLI::Range(1, 1'000'000));
    check->add_option("--max-time", options->most_seconds, "Most seconds for one file")
        ->capture_default_str()
        ->check(CLI::Range(1, 10'000'000));
    check->footer("Exit status: 0 valid, 1 not valid, 2 wrong usage, 3 could not be read.\n");
    check->callback([&action, options] { action = [options] { return told_of_file(validate(*options)); }; });

    auto selected = std::make_shared<FilterOptions>();
    auto* const select = iati->add_subcommand("filter",
                                              "Copy the activities that are wanted out of a file of any "
                                              "size; within one option any, of several all must fit");
    select->add_option("FILE", selected->file, "A file of activities, packed or not; - for standard input")
        ->required();
    select->add_option("--out", selected->out, "Where to; - for standard output")
        ->capture_default_str()
        ->type_name("FILE");
    // One argument a time: what follows is the file.
    const auto add_list = [](CLI::App& command, const char* name, std::vector<std::string>& list,
                             const char* help) {
        command.add_option(name, list, help)->delimiter(',')->allow_extra_args(false);
    };
    add_list(*select, "--country", selected->selection.countries, "Recipient countries: KZ,UZ");
    add_list(*select, "--region", selected->selection.regions, "Recipient regions: 619");
    add_list(*select, "--organisation", selected->selection.organisations,
             "Identifiers of organisations that take part");
    add_list(*select, "--sector", selected->selection.sectors, "Sector codes or their beginnings: 112,21010");
    select
        ->add_option("--sector-vocabulary", selected->selection.sector_vocabulary,
                     "The vocabulary that they are codes of; 1 and 2, the OECD DAC's, if not said")
        ->type_name("N");
    select
        ->add_option("--mechanism", selected->mechanism,
                     "What the parties of a mechanism of the register take part in")
        ->type_name("ID");
    select->add_option("--identifiers", selected->identifiers, "Identifiers of activities, one a line")
        ->type_name("FILE");
    select->add_option("--from", selected->selection.from, "Going on this day or later")->type_name("DAY");
    select->add_option("--to", selected->selection.to, "Begun on this day or before")->type_name("DAY");
    select->footer("Exit status: 0 some are kept, 1 none is, 2 wrong usage, 3 could not be read.\n");
    select->callback([&context, &action, selected] {
        action = [&context, selected] { return told_of_file(filter(context, *selected)); };
    });

    auto added = std::make_shared<TotalsCommand>();
    auto* const add = iati->add_subcommand(
        "totals", "Add up the transactions of a file of activities, nothing counted twice");
    add->add_option("FILE", added->file, "A file of activities, packed or not; - for standard input")
        ->required();
    add->add_option("--by", added->by,
                    "Some of year,country,sector,organisation; type and currency are always told apart")
        ->capture_default_str()
        ->type_name("LIST");
    add_list(*add, "--type", added->options.types, "Only these transaction types: 3,4");
    add->footer("Exit status: 0 added up, 2 wrong usage, 3 could not be read.\n");
    add->add_option("--sector-vocabulary", added->options.sector_vocabulary,
                    "The vocabulary that sectors are told by; 1 are the OECD DAC's purpose codes")
        ->capture_default_str()
        ->type_name("N");
    add->add_option("--format", added->format, "How to write them")
        ->check(CLI::IsMember({"table", "csv", "json"}))
        ->capture_default_str();
    add->add_flag("--list", added->list,
                  "Instead, what each row took in and left out, and why: every part of every transaction "
                  "(CSV or JSON)");
    add->callback([&action, added] { action = [added] { return told_of_file(totals(*added)); }; });

    add_iati_export(*iati, context, action);

    auto version = std::make_shared<std::string>();
    auto element = std::make_shared<std::string>();
    auto* const standard = iati->add_subcommand("standard", "Explain an element of the standard");
    standard->add_option("VERSION", *version, "2.01, 2.02 or 2.03")->required();
    standard->add_option("ELEMENT", *element, "An element, or a path such as transaction/value")->required();
    standard->callback(
        [&action, version, element] { action = [version, element] { return explain(*version, *element); }; });
}

}  // namespace tamga::cli
