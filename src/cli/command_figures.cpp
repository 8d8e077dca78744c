#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>

#include "base/clock.hpp"
#include "cli/command.hpp"
#include "csv/csv.hpp"
#include "figures/data.hpp"
#include "figures/guess.hpp"
#include "figures/sdmx.hpp"
#include "folder/figures.hpp"
#include "formats/sdmx_csv.hpp"
#include "journal/list_row.hpp"
#include "query/claim_history.hpp"
#include "query/figures.hpp"
#include "query/matrix.hpp"
#include "sheet/writer.hpp"

namespace tamga::cli {

namespace {

struct CompareOptions {
    std::string a, b, period, assumptions, as_of, format = "text";
};
struct ExportOptions {
    std::vector<std::string> series;
    std::string as_of, format = "sdmx-csv-2.0";
};
struct MappingOptions {
    std::string path;
};
struct PairsOptions {
    std::string mechanism, period, as_of, format = "text";
};
struct ClaimOptions {
    std::string id, as_of, format = "text";
    bool history = false;
};

Result<query::View> view_of(query::Register& reg, const std::string& as_of_text) {
    TAMGA_ASSIGN(const query::AsOf as_of, query::AsOf::parse(as_of_text));
    return reg.at(as_of);
}

std::string signed_text(const Decimal& number) {
    return (number.sign() > 0 ? "+" : "") + number.text();
}

/// A step as people read it: "cif, factor 1.06".
std::string named(const figures::Assumption& assumption) {
    return fmt::format("{}, {} {}{}", name(assumption.cause), name(assumption.form), assumption.value.text(),
                       assumption.of_start ? " of the first figure" : "");
}

void print_text(const query::Compared& compared) {
    if (!compared.pair) {
        fmt::print("cannot be compared\n");
        for (const figures::Note& note : compared.refusals)
            fmt::print("  {}: {}\n      would mend it: {}\n", name(note.what), note.cause.text(),
                       note.mend.text());
        return;
    }
    const figures::Pair& pair = *compared.pair;
    const figures::Walk& walk = compared.walk;
    const auto& from = pair.swapped ? compared.b : compared.a;
    const auto& to = pair.swapped ? compared.a : compared.b;
    const int places = walk.places + 1;
    const auto line = [](const std::string& amount, std::string_view what, const std::string& bounds) {
        fmt::print("{:>22}  {}  {}\n", amount, what, bounds);
    };
    fmt::print("{}, {}\n", figures::written(pair.period), pair.unit);
    line(walk.from.value.text(), from.series->name.id, walk.from.bounds.text(places));
    for (const figures::Step& step : walk.steps) {
        line(signed_text(step.amount), named(step.assumption), step.bounds.text(places));
        const std::string_view source = source_of(step.assumption);
        fmt::print("{:>22}  {}{}\n", "", source.empty() ? "an assumption of the reader" : source,
                   step.widens ? "; widens the gap" : "");
    }
    line(signed_text(walk.remainder), "unexplained remainder", walk.remainder_bounds.text(places));
    line(walk.to.value.text(), to.series->name.id, walk.to.bounds.text(places));
    if (walk.break_even && walk.break_even->sign() <= 0)
        fmt::print("no share of transit would close the gap: the importer counts as much, or more\n");
    else if (walk.break_even)
        fmt::print("break-even share of transit: {} percent\n",
                   (*walk.break_even * figures::Ratio(100)).rounded(2).text());
    if (walk.may_overlap) fmt::print("transit and indirect trade may hold the same goods\n");
    for (const figures::Note& note : pair.flags)
        fmt::print("note: {}: {}\n", name(note.what), note.cause.text());
    if (const std::string assumed = text_of_assumptions(compared.assumptions); !assumed.empty())
        fmt::print("assumptions: {}\n", assumed);
}

std::string end_text(const std::optional<figures::Ratio>& end, int places) {
    return end ? end->rounded(places).text() : std::string();
}

void print_csv(const query::Compared& compared) {
    const auto row = [](const std::vector<std::string>& cells) {
        std::string out;
        csv::append_row(out, cells, csv::For::spreadsheet);
        fmt::print("{}", out);
    };
    if (!compared.pair) {
        row({"difference", "cause", "mend"});
        for (const figures::Note& note : compared.refusals)
            row({std::string(name(note.what)), note.cause.text(), note.mend.text()});
        return;
    }
    const figures::Walk& walk = compared.walk;
    const int places = walk.places + 1;
    const auto told = [&](std::string what, const Decimal& amount, const figures::Interval& bounds,
                          std::string running, std::string assumed, std::string source) {
        row({std::move(what), amount.text(), end_text(bounds.low, places), end_text(bounds.high, places),
             std::move(running), std::move(assumed), std::move(source)});
    };
    const bool swapped = compared.pair->swapped;
    row({"step", "amount", "low", "high", "running", "assumed", "source"});
    told((swapped ? compared.b : compared.a).series->name.id, walk.from.value, walk.from.bounds,
         walk.from.value.text(), "", "");
    for (const figures::Step& step : walk.steps)
        told(std::string(name(step.assumption.cause)), step.amount, step.bounds, step.running.text(),
             step.assumption.value.text(), std::string(source_of(step.assumption)));
    told("remainder", walk.remainder, walk.remainder_bounds, walk.to.value.text(), "", "");
    told((swapped ? compared.a : compared.b).series->name.id, walk.to.value, walk.to.bounds,
         walk.to.value.text(), "", "");
}

Result<int> compare(const Context& context, const CompareOptions& options) {
    TAMGA_ASSIGN(const figures::Assumptions assumptions, figures::parse_assumptions(options.assumptions));
    TAMGA_ASSIGN(const auto reg, query::Register::open(context.database, system_clock_seconds));
    TAMGA_ASSIGN(const query::View view, view_of(*reg, options.as_of));
    TAMGA_ASSIGN(const query::Compared compared,
                 query::compared(view, options.a, options.b, options.period, assumptions));
    if (options.format == "json")
        fmt::print("{}\n", compared.data().dump(2));
    else if (options.format == "csv")
        print_csv(compared);
    else
        print_text(compared);
    return compared.pair ? 0 : 1;
}

void print_text(const figures::Judged& judged) {
    fmt::print("{}", name(judged.verdict));
    if (judged.reason != figures::Reason::none) fmt::print(": {}", name(judged.reason));
    fmt::print("\n");
    if (!judged.findings.empty())
        fmt::print("claimed: {} {}\n", name(*judged.assertion), judged.claimed.text(figures::kResultPlaces));
    for (const figures::Finding& finding : judged.findings) {
        fmt::print("  {}: {}", finding.series.id, name(finding.verdict));
        if (finding.reason != figures::Reason::none) fmt::print(": {}", name(finding.reason));
        if (finding.printed)
            fmt::print("; {} {} {}", finding.printed->rounded(figures::kResultPlaces).text(), finding.unit,
                       finding.bounds.text(figures::kResultPlaces));
        fmt::print("\n");
        if (finding.untold)
            fmt::print("      {} {}: {}\n", finding.untold->series.id,
                       figures::written(finding.untold->period), name(finding.untold->why));
        if (finding.taken.period) fmt::print("      the claim names no period: the newest told\n");
        if (finding.taken.base) fmt::print("      the claim names no base: the same period before\n");
        for (const figures::Used& used : finding.used) {
            fmt::print("      {} {}: {} {}", name(used.role), figures::written(used.period),
                       used.told.value.text(), used.told.bounds.text(used.told.value.places() + 1));
            for (const figures::Told::Part& part : used.told.parts)
                fmt::print(" {}{}", part.taken_away ? "less " : "", part.observation.id);
            fmt::print("\n");
        }
    }
}

/// 0 if it holds, be it within rounding; 1 if not, or not by all; 3 if it cannot be checked.
int status_of(figures::Verdict verdict) {
    switch (verdict) {
        case figures::Verdict::holds:
        case figures::Verdict::within:
            return 0;
        case figures::Verdict::does_not:
        case figures::Verdict::by_reporter:
            return 1;
        case figures::Verdict::cannot_check:
            break;
    }
    return 3;
}

/// "cn to kz: 28100000000 and 15200000000 USD, far; gap -12900000000, ratio 0.5409".
void print_text(const Json& pairs) {
    fmt::print("{}\n", pairs.value("period", "no period"));
    for (const Json& one : pairs["directions"]) {
        const auto side = [&](const char* which) { return one[which].value("value", "not told"); };
        fmt::print("{} to {}: {} and {}", one["from"].get<std::string>(), one["to"].get<std::string>(),
                   side("exports"), side("imports"));
        if (one.contains("apart"))
            fmt::print(" {}, {}; gap {}, ratio {}\n", one["unit"].get<std::string>(),
                       one["apart"].get<std::string>(), one["gap"].get<std::string>(),
                       one.value("ratio", "none"));
        else
            fmt::print("; {}\n",
                       one["other_unit"].get<bool>() ? "other units" : one["reported"].get<std::string>());
    }
}

Result<int> pairs(const Context& context, const PairsOptions& options) {
    TAMGA_ASSIGN(const auto reg, query::Register::open(context.database, system_clock_seconds));
    TAMGA_ASSIGN(const query::View view, view_of(*reg, options.as_of));
    TAMGA_ASSIGN(const auto found, view.find({Kind::mechanism, options.mechanism}));
    if (!found)
        return fail(ErrorCode::not_found, "compare pairs",
                    fmt::format("there is no mechanism '{}'", options.mechanism),
                    "look at the list of mechanisms for their ids");
    std::optional<Period> period;
    if (!options.period.empty()) {
        TAMGA_ASSIGN(period, parse_period(options.period));
    }
    TAMGA_ASSIGN(const query::TradeMatrix matrix,
                 query::trade_matrix(view, list_of(found->body, "parties"), period));
    const Json data = matrix.data();
    if (options.format == "json")
        fmt::print("{}\n", data.dump(2));
    else
        print_text(data);
    return 0;
}

Result<int> claim(const Context& context, const ClaimOptions& options) {
    TAMGA_ASSIGN(const auto reg, query::Register::open(context.database, system_clock_seconds));
    TAMGA_ASSIGN(const query::View view, view_of(*reg, options.as_of));
    TAMGA_ASSIGN(const auto found, view.find({Kind::claim, options.id}));
    if (!found)
        return fail(ErrorCode::not_found, "judge a claim", fmt::format("there is no claim '{}'", options.id),
                    "look at the list of claims for their ids");
    TAMGA_ASSIGN(const figures::Judged judged, query::judged(view, *found));
    Json data = figures::data_of(judged);
    if (options.history) {
        TAMGA_ASSIGN(const auto past, query::past_verdicts(*reg, view, *found));
        data["verdicts"] = Json::array();
        for (const query::PastVerdict& one : past)
            data["verdicts"].push_back({{"position", one.position.value},
                                        {"time", utc_text(one.time)},
                                        {"verdict", name(one.verdict)}});
    }
    if (options.format == "json") {
        fmt::print("{}\n", data.dump(2));
        return status_of(judged.verdict);
    }
    print_text(judged);
    if (options.history)
        for (const Json& one : data["verdicts"])
            fmt::print("since {} (entry {}): {}\n", one["time"].get<std::string>(),
                       one["position"].get<std::int64_t>(), one["verdict"].get<std::string>());
    return status_of(judged.verdict);
}

/// The figures as the register's table of observations, in a workbook.
Result<int> write_workbook(const query::View& view, const std::vector<query::SnapshotPtr>& observations) {
    std::set<std::string> columns;
    for (const query::SnapshotPtr& one : observations)
        journal::add_columns(Kind::observation, one->body, columns);
    const folder::TableWriter table(Kind::observation, csv::For::exchange, columns);
    const KindInfo& kind = info(Kind::observation);
    TAMGA_ASSIGN(sheet::Writer writer,
                 sheet::Writer::make(std::string(kind.plural),
                                     {.title = std::string(kind.plural),
                                      .subject = fmt::format("as_of=@{}", view.as_of().value),
                                      .created = view.time()}));
    std::vector<sheet::Written> row;
    for (std::string& name : table.names()) row.push_back({std::move(name)});
    TAMGA_TRY(writer.add(row));
    for (const query::SnapshotPtr& one : observations) {
        row.clear();
        for (std::string& cell : table.cells({one->name, one->body}))
            row.push_back({std::move(cell), table.holds_numbers(row.size())});
        TAMGA_TRY(writer.add(row));
    }
    TAMGA_TRY(writer.finish([](std::string_view bytes) -> Result<void> {
        if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size()) return {};
        return fail(ErrorCode::io, "write figures", "they cannot be written to the standard output",
                    "see that there is room");
    }));
    return 0;
}

Result<int> write_figures(const Context& context, const ExportOptions& options) {
    const auto version =
        options.format == "sdmx-csv-1.0" ? formats::SdmxVersion::v1 : formats::SdmxVersion::v2;
    TAMGA_ASSIGN(const auto reg, query::Register::open(context.database, system_clock_seconds));
    TAMGA_ASSIGN(const query::View view, view_of(*reg, options.as_of));
    const formats::SdmxWriter writer(version, figures::kSdmxStructure, figures::sdmx_components());
    std::string out = writer.header();
    std::vector<query::SnapshotPtr> all;
    for (const std::string& id : options.series) {
        TAMGA_ASSIGN(const auto found, view.find({Kind::series, id}));
        if (!found)
            return fail(ErrorCode::not_found, "write figures", fmt::format("there is no series '{}'", id),
                        "look at the list of series for their ids");
        TAMGA_ASSIGN(const auto observations, view.linking_to(found->name, Kind::observation, "series"));
        if (options.format == "xlsx")
            all.insert(all.end(), observations.begin(), observations.end());
        else
            for (const query::SnapshotPtr& one : observations)
                out += writer.row(figures::sdmx_values({found->name, &found->body}, {one->name, &one->body}));
    }
    if (options.format == "xlsx") return write_workbook(view, all);
    fmt::print("{}", out);
    return 0;
}

/// A mapping to go on from.
Result<int> guess(const MappingOptions& options) {
    std::ifstream in(options.path, std::ios::binary);
    std::string content{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    if (!in)
        return fail(ErrorCode::not_found, "read a table of figures", "it cannot be read",
                    "see that it is there", options.path);
    std::vector<folder::Finding> findings;
    TAMGA_ASSIGN(const csv::Table table,
                 folder::read_figure_table({options.path, std::move(content), options.path}, findings));
    for (const folder::Finding& finding : findings) fmt::print(stderr, "{}\n", finding.message());
    fmt::print("{}", figures::toml_of(figures::guess_mapping(table)));
    return findings.empty() ? 0 : 1;
}

}  // namespace

void add_figures(CLI::App& program, const Context& context, Action& action) {
    CLI::App* const figures =
        program.add_subcommand("figures", "Why two figures differ; whether a claim holds");
    figures->require_subcommand(1);

    auto options = std::make_shared<CompareOptions>();
    CLI::App* const compare_command = figures->add_subcommand(
        "compare",
        "Walk from one reporter's figure to another's in steps, or say why they cannot be compared");
    compare_command->add_option("a", options->a, "A series")->required()->type_name("SERIES");
    compare_command->add_option("b", options->b, "Another series of the same thing")
        ->required()
        ->type_name("SERIES");
    compare_command
        ->add_option("--period", options->period, "2024, 2024-01/2024-11; without it, the newest of both")
        ->type_name("PERIOD");
    compare_command
        ->add_option(
            "--assume", options->assumptions,
            "What is assumed, as the page's address has it: 'transit=0.6&cif=1.06&order=cif,transit'")
        ->type_name("TEXT");
    compare_command->add_option("--format", options->format, "text, json or csv")
        ->check(CLI::IsMember({"text", "json", "csv"}))
        ->capture_default_str()
        ->type_name("FORMAT");
    compare_command->add_option("--as-of", options->as_of, "As known at the end of a day, or at @POSITION")
        ->type_name("DAY");
    compare_command->callback([&context, &action, options] {
        action = [&context, options] { return compare(context, *options); };
    });

    auto exported = std::make_shared<ExportOptions>();
    CLI::App* const export_command =
        figures->add_subcommand("export", "Write the figures of series as SDMX-CSV, or as a workbook");
    export_command->add_option("series", exported->series, "Their ids")->required()->type_name("SERIES");
    export_command->add_option("--format", exported->format, "sdmx-csv-1.0, sdmx-csv-2.0 or xlsx")
        ->check(CLI::IsMember({"sdmx-csv-1.0", "sdmx-csv-2.0", "xlsx"}))
        ->capture_default_str()
        ->type_name("FORMAT");
    export_command->add_option("--as-of", exported->as_of, "As known at the end of a day, or at @POSITION")
        ->type_name("DAY");
    export_command->callback([&context, &action, exported] {
        action = [&context, exported] { return write_figures(context, *exported); };
    });

    auto guessed = std::make_shared<MappingOptions>();
    CLI::App* const mapping_command = figures->add_subcommand(
        "mapping", "Guess the mapping of a table of figures, to be corrected and given to import --mapping");
    mapping_command->add_option("path", guessed->path, "A CSV file or workbook")
        ->required()
        ->type_name("FILE");
    mapping_command->callback([&action, guessed] { action = [guessed] { return guess(*guessed); }; });

    auto paired = std::make_shared<PairsOptions>();
    CLI::App* const pairs_command = figures->add_subcommand(
        "pairs", "Every pair of a mechanism's parties, both directions, by the counts of both");
    pairs_command->add_option("mechanism", paired->mechanism, "The mechanism")
        ->required()
        ->type_name("MECHANISM");
    pairs_command
        ->add_option("--period", paired->period, "2024; without it, the newest year that both sides tell")
        ->type_name("PERIOD");
    pairs_command->add_option("--format", paired->format, "text or json")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str()
        ->type_name("FORMAT");
    pairs_command->add_option("--as-of", paired->as_of, "As known at the end of a day, or at @POSITION")
        ->type_name("DAY");
    pairs_command->callback(
        [&context, &action, paired] { action = [&context, paired] { return pairs(context, *paired); }; });

    auto claimed = std::make_shared<ClaimOptions>();
    CLI::App* const claim_command = figures->add_subcommand(
        "claim",
        "Judge a claim by the figures of each reporter; exit 0 holds, 1 does not, 3 cannot be checked");
    claim_command->add_option("id", claimed->id, "The claim")->required()->type_name("CLAIM");
    claim_command->add_option("--format", claimed->format, "text or json")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str()
        ->type_name("FORMAT");
    claim_command->add_flag("--history", claimed->history,
                            "How the verdict went when the claim or its figures changed");
    claim_command->add_option("--as-of", claimed->as_of, "As known at the end of a day, or at @POSITION")
        ->type_name("DAY");
    claim_command->callback(
        [&context, &action, claimed] { action = [&context, claimed] { return claim(context, *claimed); }; });
}

}  // namespace tamga::cli
