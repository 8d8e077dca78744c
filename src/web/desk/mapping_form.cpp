#include "web/desk/mapping_form.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <ranges>
#include <span>
#include <utility>

#include "figures/guess.hpp"
#include "figures/intake.hpp"
#include "figures/told.hpp"

namespace tamga::web {

namespace {

using figures::Layout;
using figures::Mapping;
using query::SnapshotPtr;

/// Rows that are shown, series that are looked among and offered, samples of a column.
constexpr std::size_t kMostRows = 12, kMostSeries = 2000, kMostOffered = 400, kMostSamples = 3;
constexpr std::size_t kMostColumns = 60, kMostShown = 100;  // To be named; to be seen.

/// Choices of the form: what is sent, and how it is called.
struct Choice {
    std::string_view value;
    const char* text;
};
// In the order of figures::Layout.
constexpr std::array<Choice, 5> kLayouts = {
    {{.value = "table", .text = TAMGA_MSG("a row a figure")},
     {.value = "wide", .text = TAMGA_MSG("a column a period")},
     {.value = "sdmx-csv", .text = TAMGA_MSG("SDMX-CSV")},
     {.value = "comtrade", .text = TAMGA_MSG("a file of UN Comtrade")},
     {.value = "world-bank", .text = TAMGA_MSG("a file of the World Bank")}}};
constexpr std::string_view kTells = "series";
constexpr std::array<Choice, 12> kColumns = {
    {{.value = "", .text = TAMGA_MSG("nothing that is taken")},
     {.value = kTells, .text = TAMGA_MSG("tells the series")},
     {.value = "period", .text = TAMGA_MSG("the period")},
     {.value = "year", .text = TAMGA_MSG("the year, beside the month")},
     {.value = "month", .text = TAMGA_MSG("the month, beside the year")},
     {.value = "value", .text = TAMGA_MSG("the value")},
     {.value = "unit", .text = TAMGA_MSG("the unit")},
     {.value = "qualifier", .text = TAMGA_MSG("how the value is worded")},
     {.value = "status", .text = TAMGA_MSG("preliminary, revised or final")},
     {.value = "source", .text = TAMGA_MSG("the id of the source")},
     {.value = "locator", .text = TAMGA_MSG("the place in the source")},
     {.value = "note", .text = TAMGA_MSG("a note")}}};
// In the order of figures::Role.
constexpr std::array<const char*, 5> kRoles = {"", TAMGA_MSG("the reporter"), TAMGA_MSG("the partner"),
                                               TAMGA_MSG("the flow"), TAMGA_MSG("the indicator")};
constexpr std::array<Choice, 6> kGroups = {{{"", TAMGA_MSG("nothing")},
                                            {" ", TAMGA_MSG("a space")},
                                            {"\u00a0", TAMGA_MSG("a no-break space")},
                                            {",", TAMGA_MSG("a comma")},
                                            {".", TAMGA_MSG("a point")},
                                            {"'", TAMGA_MSG("an apostrophe")}}};
constexpr std::array<Choice, 2> kMarks = {{{".", TAMGA_MSG("a point")}, {",", TAMGA_MSG("a comma")}}};

template <class Choices>
Json options(const Page& page, const Choices& choices, std::string_view chosen) {
    Json out = Json::array();
    for (const Choice& one : choices)
        out.push_back({{"option_value", one.value},
                       {"option_text", page.say(one.text)},
                       {"is_chosen", one.value == chosen}});
    return out;
}

template <class Choices>
bool is_among(const Choices& choices, std::string_view value) {
    return std::ranges::find(choices, value, &Choice::value) != choices.end();
}

/// Words that stand for no value: "a; b".
std::vector<std::string> parted(std::string_view text) {
    std::vector<std::string> out;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(';'), text.size());
        if (std::string word = figures::trimmed(text.substr(0, end)); !word.empty())
            out.push_back(std::move(word));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

std::vector<std::string> words_for(const Mapping& mapping, Missing missing) {
    std::vector<std::string> out;
    for (const auto& [word, why] : mapping.missing)
        if (why == missing) out.push_back(word);
    return out;
}

/// What tables may call a party: its id, its codes, its names.
void add_names(Page& page, const std::vector<std::string>& parties, std::vector<std::string>& out) {
    for (const std::string& id : parties) {
        out.push_back(id);
        const SnapshotPtr party = page.find({Kind::party, id});
        if (!party) continue;
        for (const std::string_view field : {"iso_alpha2", "iso_alpha3"})
            if (std::string code = text_of(party->body, field); !code.empty()) out.push_back(std::move(code));
        if (const auto title = party->body.find("title"); title != party->body.end())
            for (const auto& [tag, name] : title->items()) out.push_back(name.get<std::string>());
    }
}

std::vector<figures::KnownSeries> known_series(Page& page) {
    std::vector<figures::KnownSeries> out;
    const auto names = page.view().names(Kind::series);
    if (!names) {
        page.failed(names.error());
        return out;
    }
    for (const RecordId& name : *names) {
        if (out.size() == kMostSeries) break;
        const SnapshotPtr series = page.find(name);
        if (!series) continue;
        figures::KnownSeries one{.id = name.id,
                                 .reporter = {},
                                 .partner = {},
                                 .flow = text_of(series->body, "flow"),
                                 .indicator = text_of(series->body, "indicator"),
                                 .unit = text_of(series->body, "unit")};
        add_names(page, list_of(series->body, "area"), one.reporter);
        add_names(page, list_of(series->body, "partner"), one.partner);
        out.push_back(std::move(one));
    }
    return out;
}

class Shown {
  public:
    Shown(Page& page, const csv::Table& table, const Mapping& mapping)
        : page_(page), table_(table), mapping_(mapping), headings_(figures::headings_of(table)) {}

    Json context() {
        read();
        const auto joined = [](const std::vector<std::string>& words) {
            return fmt::format("{}", fmt::join(words, "; "));
        };
        const auto words = [&](Missing missing) { return joined(words_for(mapping_, missing)); };
        Json out{{"map_layouts", options(page_, kLayouts, name(mapping_.layout.value_or(Layout::table)))},
                 {"map_columns", columns()},
                 {"map_series", series()},
                 {"map_every", mapping_.every},
                 {"map_offered", offered()},
                 {"map_others", mapping_.pass_others_over},
                 {"map_source", mapping_.source},
                 {"map_locator", mapping_.locator},
                 {"map_marks", options(page_, kMarks, std::string(1, mapping_.decimal))},
                 {"map_groups", options(page_, kGroups, mapping_.thousands)},
                 {"map_times", mapping_.times.text()},
                 {"map_unit", mapping_.unit},
                 {"map_cumulative", mapping_.cumulative},
                 {"map_not_available", words(Missing::not_available)},
                 {"map_confidential", words(Missing::confidential)},
                 {"map_not_reported", words(Missing::not_reported)},
                 {"map_nil", joined(mapping_.nil)},
                 {"map_pass_over", joined(mapping_.pass_over)},
                 {"map_heads", heads()},
                 {"map_rows", rows()}};
        out["has_map_series"] = !out["map_series"].empty();
        out["has_faults"] = has_faults_;
        out["map_faults"] = std::move(apart_);
        out["map_read_text"] =
            page_.language().plural("Of the first rows {1} figure is read.",
                                    "Of the first rows {1} figures are read.", static_cast<long>(figures_));
        return out;
    }

  private:
    using Place = std::pair<int, int>;  ///< Row and column of a cell, as files count them.
    struct Told {
        std::string read, fault, cure;
    };

    /// The first rows, as an import would read them.
    void read() {
        csv::Table first = table_;
        if (first.rows.size() > headings_.row + 1 + kMostRows)
            first.rows.resize(headings_.row + 1 + kMostRows);
        // What the form itself asks is said in its words; an import would speak of a mapping's lines.
        const auto lacks = [&](std::string what) {
            apart_.push_back({{"map_fault", std::move(what)}, {"map_cure", ""}, {"fault_english", false}});
        };
        if (mapping_.every.empty() && mapping_.by.empty())
            lacks(page_.say("Say which columns tell the series, or that all figures are of one."));
        const auto& columns = mapping_.columns;
        if (mapping_.layout == Layout::table) {
            if (!columns.contains("period") && !columns.contains("year"))
                lacks(page_.say("Say which column tells the period."));
            if (!columns.contains("value")) lacks(page_.say("Say which column holds the values."));
        }
        has_faults_ = !apart_.empty();
        if (has_faults_) return;
        const figures::Intake intake =
            figures::read_table(first, mapping_, [&](const std::string& id) -> std::optional<Json> {
                const SnapshotPtr series = is_id(id) ? page_.find({Kind::series, id}) : SnapshotPtr();
                return series ? std::optional(series->body) : std::nullopt;
            });
        figures_ = intake.taken.size();
        has_faults_ = !intake.problems.empty();
        for (const figures::TakenFigure& one : intake.taken) {
            const std::string missing = text_of(one.body, "missing");
            const std::string figure = page_.labelled(
                page_.period_text(figures::written(one.period)),
                missing.empty() ? page_.worded(text_of(one.body, "qualifier"),
                                               page_.language().number(text_of(one.body, "value")))
                                : page_.code(missing));
            told_[{one.row, one.column}].read =
                mapping_.every.empty() ? page_.with_detail(figure, one.series) : figure;
        }
        const int last = first.rows.empty() ? 0 : first.rows[headings_.row].front().row;
        for (const csv::Problem& one : intake.problems) {
            if (one.row <= last) {
                apart_.push_back({{"map_fault", one.cause}, {"map_cure", one.hint}, {"fault_english", true}});
                continue;
            }
            Told& told = told_[{one.row, one.column}];
            told.fault = one.cause;
            told.cure = one.hint;
        }
    }

    Json heads() const {
        Json out = Json::array();
        for (const std::string& heading : headings_.names | std::views::take(kMostShown))
            out.push_back({{"map_head", heading}});
        return out;
    }

    Json columns() const {
        Json out = Json::array();
        for (std::size_t i = 0; i < std::min(headings_.names.size(), kMostColumns); ++i) {
            const std::string& heading = headings_.names[i];
            if (heading.empty()) continue;
            const bool tells = std::ranges::find(mapping_.by, heading) != mapping_.by.end();
            std::string_view chosen = tells ? kTells : std::string_view();
            for (const auto& [what, named] : mapping_.columns)
                if (named == heading) chosen = what;
            Json choices = options(page_, kColumns, chosen);
            if (const auto role = static_cast<std::size_t>(figures::role_of(heading)); role > 0)
                choices[1]["option_text"] =
                    page_.with_detail(page_.say(kColumns[1].text), page_.say(kRoles[role]));
            out.push_back({{"map_column", fmt::format("column-{}", i)},
                           {"map_heading", heading},
                           {"map_sample", sample(i)},
                           {"options", std::move(choices)}});
        }
        return out;
    }

    /// The first different things that stand in a column.
    std::string sample(std::size_t at) const {
        std::vector<std::string> out;
        for (std::size_t i = headings_.row + 1; i < table_.rows.size() && out.size() < kMostSamples; ++i) {
            if (at >= table_.rows[i].size()) continue;
            std::string text = figures::trimmed(table_.rows[i][at].text);
            if (!text.empty() && std::ranges::find(out, text) == out.end()) out.push_back(std::move(text));
        }
        return page_.one_by_one(out);
    }

    /// What the columns that tell the series say, each to be named.
    Json series() const {
        Json out = Json::array();
        for (const std::string& key : figures::series_keys(table_, mapping_.by)) {
            const auto named = mapping_.of.find(key);
            out.push_back({{"map_key_name", fmt::format("key-{}", out.size())},
                           {"map_of_name", fmt::format("of-{}", out.size())},
                           {"map_key", key},
                           {"map_of", named == mapping_.of.end() ? std::string() : named->second}});
        }
        return out;
    }

    /// Ids of series to choose from.
    Json offered() {
        Json out = Json::array();
        if (const auto names = page_.view().names(Kind::series))
            for (const RecordId& name : *names)
                if (out.size() < kMostOffered)
                    out.push_back({{"offered", name.id}, {"offered_text", page_.link(name)["text"]}});
        return out;
    }

    Json rows() const {
        Json out = Json::array();
        for (std::size_t i = headings_.row + 1; i < table_.rows.size() && out.size() < kMostRows; ++i) {
            Json cells = Json::array();
            const csv::Row& row = table_.rows[i];
            for (const csv::Cell& cell : row | std::views::take(kMostShown)) {
                const auto told = told_.find({cell.row, cell.column});
                const Told said = told == told_.end() ? Told() : told->second;
                cells.push_back({{"map_cell", cell.text},
                                 {"map_read", said.read},
                                 {"map_fault", said.fault},
                                 {"map_cure", said.cure}});
            }
            out.push_back(
                {{"map_number", row.empty() ? 0 : row.front().row}, {"map_cells", std::move(cells)}});
        }
        return out;
    }

    Page& page_;
    const csv::Table& table_;
    const Mapping& mapping_;
    const figures::Headings headings_;
    std::map<Place, Told> told_;
    Json apart_ = Json::array();  ///< Faults that stand beside no cell that is shown.
    std::size_t figures_ = 0;
    bool has_faults_ = false;
};

}  // namespace

Mapping guessed_mapping(Page& page, const csv::Table& table) {
    Mapping out = figures::guess_mapping(table);
    figures::guess_series(out, known_series(page));
    std::erase_if(out.of, [](const auto& one) { return one.second.empty(); });
    return out;
}

Mapping mapping_sent(const http::Fields& form, const csv::Table& table) {
    Mapping out;
    const auto said = [&](const std::string& name) { return figures::trimmed(form.value(name)); };
    const auto layout = std::ranges::find(kLayouts, form.value("layout"), &Choice::value);
    out.layout =
        layout == kLayouts.end() ? figures::layout_of(table) : static_cast<Layout>(layout - kLayouts.begin());
    out.source = said("source");
    out.locator = said("locator");
    const figures::Headings headings = figures::headings_of(table);
    for (std::size_t i = 0; i < std::min(headings.names.size(), kMostColumns); ++i) {
        const std::string what(form.value(fmt::format("column-{}", i)));
        if (headings.names[i].empty()) continue;
        if (what == kTells)
            out.by.push_back(headings.names[i]);
        else if (!what.empty() && is_among(kColumns, what))
            out.columns.emplace(what, headings.names[i]);
    }
    out.every = said("every");
    if (!out.every.empty()) out.by.clear();
    const std::vector<std::string> keys = figures::series_keys(table, out.by);
    for (std::size_t i = 0; i < figures::kMostListed; ++i) {
        std::string key(form.value(fmt::format("key-{}", i))), id = said(fmt::format("of-{}", i));
        if (!id.empty() && std::ranges::find(keys, key) != keys.end())
            out.of.emplace(std::move(key), std::move(id));
    }
    out.pass_others_over = form.value("others") == "pass-over";
    out.cumulative = form.value("cumulative") == "yes";
    if (form.value("decimal") == ",") out.decimal = ',';
    if (is_among(kGroups, form.value("thousands"))) out.thousands = form.value("thousands");
    if (auto times = Decimal::parse(said("times")); times && times->sign() > 0) out.times = *std::move(times);
    out.unit = said("unit");
    for (const auto& [field, why] :
         {std::pair("not-available", Missing::not_available),
          std::pair("confidential", Missing::confidential), std::pair("not-reported", Missing::not_reported)})
        for (std::string& word : parted(form.value(field))) out.missing.emplace(std::move(word), why);
    out.nil = parted(form.value("nil"));
    out.pass_over = parted(form.value("pass-over"));
    return out;
}

Json mapping_context(Page& page, const csv::Table& table, const Mapping& mapping) {
    return Shown(page, table, mapping).context();
}

}  // namespace tamga::web
