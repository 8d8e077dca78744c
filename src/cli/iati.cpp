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
#include "iati/check.hpp"
#include "iati/dates.hpp"
#include "iati/filter.hpp"
#include "iati/report/report.hpp"
#include "iati/rules.hpp"
#include "iati/standard/explain.hpp"
#include "iati/totals.hpp"

namespace tamga::cli {

namespace {

/// The exit status of a file that could not be read; 1 says that one is not valid.
constexpr int kUnread = 2;

struct ValidateOptions {
    std::vector<std::string> files;
    std::string format = "text";
    std::string checks = "all";
    std::string profile = "public";
    std::string colour = "auto";
    std::string now, prefixes, publishers, known, ruleset;
    int jobs = 0;
    std::size_t most_megabytes = 32;
    bool summary = false, group = false, details = false, meta = false, quiet = false;
};

Result<std::string> content(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return fail(ErrorCode::not_found, "read a list", "there is no such file, or it cannot be read", "", path);
    std::ostringstream out;
    out << in.rdbuf();
    return std::move(out).str();
}

/// The lines of a file, without empty ones and those that begin with #.
Result<std::vector<std::string>> lines_of(const std::string& path) {
    std::vector<std::string> lines;
    if (path.empty()) return lines;
    TAMGA_ASSIGN(const std::string text, content(path));
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
        if (line.ends_with('\r')) line.pop_back();
        if (!line.empty() && line[0] != '#') lines.push_back(line);
    }
    return lines;
}

Result<iati::Checks> checks_of(const std::string& list) {
    static const std::pair<std::string_view, iati::Checks> kNames[] = {
        {"schema", iati::Checks::schema},           {"codelists", iati::Checks::code_lists},
        {"rules", iati::Checks::rules},             {"identifiers", iati::Checks::identifiers},
        {"advisories", iati::Checks::advisories},   {"all", iati::Checks::all},
    };
    auto checks = static_cast<iati::Checks>(0);
    std::istringstream in(list);
    for (std::string word; std::getline(in, word, ',');) {
        const auto* const found = std::ranges::find(kNames, word, [](const auto& entry) { return entry.first; });
        if (found == std::end(kNames))
            return fail(ErrorCode::invalid_usage, "choose the checks", fmt::format("there is no check '{}'", word),
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
    Progress(bool wanted, std::string name) : wanted_(wanted && isatty(STDERR_FILENO) != 0), name_(std::move(name)) {
        // Of what is packed the length is not known before its end.
        std::error_code none;
        if (!name_.ends_with(".gz") && !name_.ends_with(".zip")) size_ = std::filesystem::file_size(name_, none);
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
            bar = fmt::format(" [{:<{}}] {} %", std::string(bytes * kWidth / size_, '#'), kWidth, bytes * 100 / size_);
        }
        fmt::print(stderr, "\r\033[K{}:{} {:.0f} MB read, {:.0f} MB/s", name_, bar, read / 1e6, read / 1e6 / seconds);
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
        return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
            .count();
    if (const auto now = iati::xsd_date(asked)) return *now;
    return fail(ErrorCode::invalid_usage, "set the moment of the check", fmt::format("'{}' is no date", asked),
                "write 2026-11-23 or 2026-11-23T12:00:00Z");
}

Result<int> validate(const ValidateOptions& options) {
    TAMGA_ASSIGN(iati::Inputs inputs, inputs_of(options));
    iati::Options how;
    TAMGA_ASSIGN(how.now_ms, moment(options.now));
    TAMGA_ASSIGN(how.checks, checks_of(options.checks));
    TAMGA_ASSIGN(const iati::Checker checker, iati::Checker::make(std::move(inputs)));
    how.jobs = options.jobs > 0 ? options.jobs : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    how.elements = options.meta;
    how.most_bytes_of_element = options.most_megabytes * 1024 * 1024;
    const auto start = std::chrono::steady_clock::now();
    std::vector<iati::Report> reports;
    for (const std::string& file : options.files) {
        const std::string name = file == "-" ? "standard input" : file;
        const auto source = xml::open_source(file);
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
    // What a program reads is the same each time.
    const bool watched = isatty(STDOUT_FILENO) != 0;
    const iati::Timing timing{
        watched ? std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() : 0};
    const iati::Provenance provenance{
        options.ruleset.empty() ? "tamga " TAMGA_VERSION " standard/rules.txt" : options.ruleset,
        "tamga " TAMGA_VERSION " standard/codelists",
        options.prefixes.empty() ? "OrganisationRegistrationAgency" : options.prefixes, TAMGA_VERSION};
    if (options.format == "json") {
        iati::write_json(std::cout, reports,
                         {.group = options.group, .details = options.details, .elements = options.meta, .provenance = provenance});
    } else if (options.format == "sarif") {
        iati::write_sarif(std::cout, reports, {.provenance = provenance});
    } else if (options.format == "html") {
        iati::HtmlOptions html;
        html.provenance = provenance;
        iati::write_html(std::cout, reports, html);
    } else {
        iati::TextOptions text;
        text.colour = options.colour == "always" || (options.colour == "auto" && watched);
        text.summary = options.summary;
        text.no_schema = !iati::has(how.checks, iati::Checks::schema);
        text.timing = timing;
        iati::write_text(std::cout, reports, text);
    }
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
        if (!day.empty() && (day.size() != 10 || !iati::xsd_date(day)))
            return fail(ErrorCode::invalid_usage, "filter by days", fmt::format("'{}' is no day", day), "write 2026-11-23");
    TAMGA_ASSIGN(const auto source, xml::open_source(options.file));
    const std::string name = options.file == "-" ? "standard input" : options.file;
    Output out(options.out);
    TAMGA_ASSIGN(const iati::Filtered done,
                 iati::filter(*source, name, options.selection, [&](std::string_view text) { return out.write(text); }));
    TAMGA_TRY(out.finish());
    fmt::print(stderr, "{} of {} kept\n", done.kept, counted(done.activities, "activity", "activities"));
    return done.kept > 0 ? 0 : 1;
}

struct TotalsCommand {
    std::string file, by = "type,currency", format = "table";
    std::vector<std::string> types;
    bool list = false;
};

constexpr std::pair<std::string_view, iati::Dimension> kDimensions[] = {
    {"year", iati::Dimension::year},   {"country", iati::Dimension::country}, {"sector", iati::Dimension::sector},
    {"organisation", iati::Dimension::organisation}, {"type", iati::Dimension::type}, {"currency", iati::Dimension::currency},
};

Result<int> totals(const TotalsCommand& command) {
    iati::TotalsOptions options;
    options.by.clear();
    options.types = command.types;
    std::istringstream in(command.by + ",type,currency");
    std::vector<std::string> columns;
    for (std::string word; std::getline(in, word, ',');) {
        const auto* const found = std::ranges::find(kDimensions, word, [](const auto& entry) { return entry.first; });
        if (found == std::end(kDimensions))
            return fail(ErrorCode::invalid_usage, "add up", fmt::format("there is no dimension '{}'", word),
                        "write some of year, country, sector, organisation, type, currency");
        if (std::ranges::find(columns, word) != columns.end()) continue;
        columns.push_back(word);
        options.by.push_back(found->second);
    }
    const auto csv_row = [](const std::vector<std::string>& cells) {
        std::string out;
        csv::append_row(out, cells);
        return out;
    };
    std::vector<std::vector<std::string>> rows;
    if (command.list)
        options.list = [&](const iati::Counted& one) {
            rows.push_back(one.row);
            rows.back().insert(rows.back().end(), {iati::amount_text(one.amount), one.activity, std::to_string(one.line), one.value,
                                                   std::string(sentence(one.why))});
        };
    TAMGA_ASSIGN(const auto source, xml::open_source(command.file));
    TAMGA_ASSIGN(const iati::Totals made, iati::totals(*source, command.file == "-" ? "standard input" : command.file, options));
    if (command.list) {
        columns.insert(columns.end(), {"amount", "activity", "line", "value", "account"});
        if (command.format == "json") {
            std::cout << nlohmann::ordered_json{{"columns", columns}, {"rows", rows}}.dump(1) << "\n";
        } else {
            std::cout << csv_row(columns);
            for (const auto& row : rows) std::cout << csv_row(row);
        }
        return 0;
    }
    for (const auto& [key, row] : made.rows) {
        rows.push_back(key);
        rows.back().push_back(iati::amount_text(row.amount));
        rows.back().push_back(std::to_string(row.transactions));
    }
    columns.emplace_back("amount");
    columns.emplace_back("transactions");
    if (command.format == "json") {
        nlohmann::ordered_json json{{"columns", columns}, {"rows", rows}};
        for (const auto& [why, count] : made.transactions) json["transactions"][std::string(sentence(why))] = count;
        json["not_adding_up"] = made.not_adding_up;
        std::cout << json.dump(1) << "\n";
    } else if (command.format == "csv") {
        std::cout << csv_row(columns);
        for (const auto& row : rows) std::cout << csv_row(row);
    } else {
        std::vector<std::size_t> widths;
        for (std::size_t i = 0; i < columns.size(); ++i) {
            widths.push_back(columns[i].size());
            for (const auto& row : rows) widths[i] = std::max(widths[i], row[i].size());
        }
        const auto line = [&](const std::vector<std::string>& cells) {
            std::string out;
            for (std::size_t i = 0; i < cells.size(); ++i)
                out += i + 2 >= cells.size() ? fmt::format("{:>{}}  ", cells[i], widths[i]) : fmt::format("{:<{}}  ", cells[i], widths[i]);
            out.resize(out.size() - 2);
            std::cout << out << "\n";
        };
        line(columns);
        for (const auto& row : rows) line(row);
        std::cout << "\n";
        for (const auto& [why, count] : made.transactions) std::cout << counted(count, "transaction", "transactions") << ": " << sentence(why) << "\n";
        if (!made.not_adding_up.empty())
            std::cout << counted(made.not_adding_up.size(), "activity", "activities") << " with percentages that do not add up to 100, such as "
                      << made.not_adding_up.front() << ": their amounts are not attributed\n";
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
        return fail(ErrorCode::invalid_usage, "explain an element", fmt::format("'{}' is no version of the standard", version),
                    "write 2.01, 2.02 or 2.03");
    const auto told = iati::explain(*known, element, Standard());
    fmt::print(told.known ? stdout : stderr, "{}", told.text);
    return told.known ? 0 : kUnread;
}

}  // namespace

void add_iati(CLI::App& program, const Context& context, Action& action) {
    auto* const iati = program.add_subcommand("iati", "Check files of aid activities (IATI), and explain the standard");
    iati->require_subcommand(1);

    auto options = std::make_shared<ValidateOptions>();
    auto* const check = iati->add_subcommand(
        "validate", "Check files of any size against the IATI standard: XML, schema, code lists, rules, identifiers");
    check->add_option("FILE", options->files, "Files, packed by gzip or zip or not; - for standard input")->required();
    check->add_option("--format", options->format, "How to tell the findings")
        ->check(CLI::IsMember({"text", "json", "sarif", "html"}))
        ->capture_default_str();
    check->add_option("--checks", options->checks, "Some of schema,codelists,rules,identifiers,advisories")
        ->capture_default_str()
        ->type_name("LIST");
    check->add_option("--profile", options->profile,
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
    check->add_option("--now", options->now, "The moment of the check, for dates in the future")->type_name("DATE");
    check->add_option("--org-prefixes", options->prefixes, "Prefixes of registration agencies, one a line")->type_name("FILE");
    check->add_option("--publishers", options->publishers, "Identifiers of registered publishers, one a line")->type_name("FILE");
    check->add_option("--known-activities", options->known, "Identifiers of activities known elsewhere, one a line")
        ->type_name("FILE");
    check->add_option("--ruleset", options->ruleset, "Rules in the public JSON form, in place of the standard's")
        ->type_name("FILE");
    check->add_option("--max-element", options->most_megabytes, "Most megabytes of one activity")
        ->capture_default_str()
        ->check(CLI::Range(1, 1024));
    check->footer("Exit status: 0 valid, 1 not valid, 2 could not be read.\n");
    check->callback([&action, options] {
        action = [options]() -> Result<int> {
            auto status = validate(*options);
            if (status) return *status;
            fmt::print(stderr, "tamga: {}\n", status.error().message());
            return kUnread;
        };
    });

    auto selected = std::make_shared<FilterOptions>();
    auto* const select = iati->add_subcommand(
        "filter", "Copy the activities that are wanted out of a file of any size; within one option any, of several all must fit");
    select->add_option("FILE", selected->file, "A file of activities, packed or not; - for standard input")->required();
    select->add_option("--out", selected->out, "Where to; - for standard output")->capture_default_str()->type_name("FILE");
    // One argument a time: what follows is the file.
    const auto add_list = [](CLI::App& command, const char* name, std::vector<std::string>& list, const char* help) {
        command.add_option(name, list, help)->delimiter(',')->allow_extra_args(false);
    };
    add_list(*select, "--country", selected->selection.countries, "Recipient countries: KZ,UZ");
    add_list(*select, "--region", selected->selection.regions, "Recipient regions: 619");
    add_list(*select, "--organisation", selected->selection.organisations, "Identifiers of organisations that take part");
    add_list(*select, "--sector", selected->selection.sectors, "Sector codes or their beginnings: 112,21010");
    select->add_option("--mechanism", selected->mechanism, "What the parties of a mechanism of the register take part in")->type_name("ID");
    select->add_option("--identifiers", selected->identifiers, "Identifiers of activities, one a line")->type_name("FILE");
    select->add_option("--from", selected->selection.from, "Going on this day or later")->type_name("DAY");
    select->add_option("--to", selected->selection.to, "Begun on this day or before")->type_name("DAY");
    select->footer("Exit status: 0 some are kept, 1 none is, 2 could not be read.\n");
    select->callback([&context, &action, selected] {
        action = [&context, selected]() -> Result<int> {
            auto status = filter(context, *selected);
            if (status) return *status;
            fmt::print(stderr, "tamga: {}\n", status.error().message());
            return kUnread;
        };
    });

    auto added = std::make_shared<TotalsCommand>();
    auto* const add = iati->add_subcommand("totals", "Add up the transactions of a file of activities, nothing counted twice");
    add->add_option("FILE", added->file, "A file of activities, packed or not; - for standard input")->required();
    add->add_option("--by", added->by, "Some of year,country,sector,organisation; type and currency are always told apart")
        ->capture_default_str()
        ->type_name("LIST");
    add_list(*add, "--type", added->types, "Only these transaction types: 3,4");
    add->add_option("--format", added->format, "How to write them")->check(CLI::IsMember({"table", "csv", "json"}))->capture_default_str();
    add->add_flag("--list", added->list, "Instead, what each row took in and left out, and why: every part of every transaction (CSV or JSON)");
    add->callback([&action, added] {
        action = [added]() -> Result<int> {
            auto status = totals(*added);
            if (status) return *status;
            fmt::print(stderr, "tamga: {}\n", status.error().message());
            return kUnread;
        };
    });

    add_iati_export(*iati, context, action);

    auto version = std::make_shared<std::string>();
    auto element = std::make_shared<std::string>();
    auto* const standard = iati->add_subcommand("standard", "Explain an element of the standard");
    standard->add_option("VERSION", *version, "2.01, 2.02 or 2.03")->required();
    standard->add_option("ELEMENT", *element, "An element, or a path such as transaction/value")->required();
    standard->callback([&action, version, element] { action = [version, element] { return explain(*version, *element); }; });
}

}  // namespace tamga::cli
