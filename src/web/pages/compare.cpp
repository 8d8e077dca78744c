#include "web/pages/compare.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdlib>

#include "figures/data.hpp"
#include "figures/gap.hpp"
#include "query/matrix.hpp"
#include "web/pages/answers.hpp"
#include "web/pages/picker.hpp"
#include "web/pages/reporters.hpp"
#include "web/parts/waterfall.hpp"

namespace tamga::web {

using query::Snapshot;

namespace {

// In the order of figures::Cause.
constexpr std::array<const char*, figures::kCauses> kCauses = {
    TAMGA_MSG("Missing months"),        TAMGA_MSG("Rate of exchange"),
    TAMGA_MSG("Goods not counted"),     TAMGA_MSG("General or special trade"),
    TAMGA_MSG("Transit, taken out"),    TAMGA_MSG("Indirect trade, put in"),
    TAMGA_MSG("Freight and insurance"), TAMGA_MSG("Goods on the way"),
};
// How the value of each is told.
constexpr std::array<const char*, figures::kCauses> kHints = {
    TAMGA_MSG("an amount"),
    TAMGA_MSG("a factor, as 7.1098/7.1870"),
    TAMGA_MSG("an amount, below zero where it is taken away"),
    TAMGA_MSG("an amount, below zero where it is taken away"),
    TAMGA_MSG("a share from 0 to 1"),
    TAMGA_MSG("an amount"),
    TAMGA_MSG("a factor, as 1.06"),
    TAMGA_MSG("an amount, below zero where it is taken away"),
};
// In the order of figures::Difference.
constexpr std::array<const char*, 12> kDifferences = {
    TAMGA_MSG("They tell of different kinds of figures."),
    TAMGA_MSG("Turnover adds two directions, whose differences hide each other."),
    TAMGA_MSG("They tell of different directions or partners."),
    TAMGA_MSG("They measure different things."),
    TAMGA_MSG("They have no figure of the same period."),
    TAMGA_MSG("They are in different units, and no rate is given."),
    TAMGA_MSG("They are in units that no rate makes into each other."),
    TAMGA_MSG("They tell partners differently."),
    TAMGA_MSG("Their trade systems differ."),
    TAMGA_MSG("Their valuations differ."),
    TAMGA_MSG("What is in them and what is not is told differently."),
    TAMGA_MSG("A reporter gives figures that cannot both be true."),
};
// In the order of figures::Verdict.
constexpr std::array<const char*, 5> kVerdicts = {
    TAMGA_MSG("The figures bear it out."),
    TAMGA_MSG("It holds within what rounding and wording allow."),
    TAMGA_MSG("It does not follow from the figures."),
    TAMGA_MSG("It depends on the reporter."),
    TAMGA_MSG("It cannot be checked on the figures held."),
};
// In the order of figures::Reason.
constexpr std::array<const char*, 12> kReasons = {
    "",
    TAMGA_MSG("It says nothing that a figure could bear out."),
    TAMGA_MSG("It gives no number."),
    TAMGA_MSG("No series is held that it could be checked on."),
    TAMGA_MSG("No figure of the period is held."),
    TAMGA_MSG("No figure of the period compared with is held."),
    TAMGA_MSG("No earlier figure of as long a period is held."),
    TAMGA_MSG("What it compares with is not held."),
    TAMGA_MSG("Its unit is not that of the series."),
    TAMGA_MSG("What would be divided by can be zero or less."),
    TAMGA_MSG("A figure told only as over or under leaves it open."),
    TAMGA_MSG("An earlier figure exists that is not told: it can be the higher or the lower."),
};
// In the order of Missing.
constexpr std::array<const char*, 3> kUntold = {
    TAMGA_MSG("The figure of {1} is stated as not reported."),
    TAMGA_MSG("The figure of {1} is stated as not available."),
    TAMGA_MSG("The figure of {1} is stated as confidential."),
};
// In the order of figures::Used::Role.
constexpr std::array<const char*, 4> kRoles = {TAMGA_MSG("the figure"), TAMGA_MSG("compared with"),
                                               TAMGA_MSG("beside it"), TAMGA_MSG("the whole")};

template <class Texts, class Value>
const char* text_for(const Texts& texts, Value value) {
    return texts[static_cast<std::size_t>(value)];
}

constexpr int kShownPlaces = 2;
/// More reporters than these are counted, where a sentence is about them.
constexpr std::size_t kMostNamed = 4;

double number(const Decimal& exact) {
    return std::strtod(exact.text().c_str(), nullptr);
}

/// With the fewest places that change nothing.
Decimal without_zeros(Decimal value) {
    while (value.places() > 0 && value.rounded(value.places() - 1) == value)
        value = value.rounded(value.places() - 1);
    return value;
}

/// "28.05 billion USD to 28.15 billion USD", "over 30": what a number can stand for; empty of a number.
std::string range(const Page& page, const figures::Interval& bounds, const std::string& unit, int places) {
    if (bounds.is_number()) return {};
    const auto amount = [&](const figures::Ratio& end) {
        return page.readable_amount(without_zeros(end.rounded(places)).text(), unit);
    };
    if (bounds.low && bounds.high)
        return page.language().format("{1} to {2}", {amount(*bounds.low), amount(*bounds.high)});
    if (bounds.low) return page.worded("over", amount(*bounds.low));
    if (bounds.high) return page.worded("under", amount(*bounds.high));
    return page.say("any number");
}

std::string signed_amount(const Page& page, const Decimal& amount, const std::string& unit) {
    return (amount.sign() > 0 ? "+" : "") + page.readable_amount(amount.text(), unit);
}

/// What a figure that is not bounded on one side is at least, or at most.
std::string bounded(const Page& page, const figures::Interval& bounds, const std::string& amount) {
    if (bounds.low && !bounds.high) return page.language().format("at least {1}", {amount});
    if (bounds.high && !bounds.low) return page.language().format("at most {1}", {amount});
    return amount;
}

/// The word of the figure that an end of the walk is, as its source says it: over, almost.
std::string wording_of(Page& page, const figures::Told& told) {
    if (told.parts.size() != 1) return {};
    const auto observation = page.find(told.parts.front().observation);
    return observation ? text_of(observation->body, "qualifier") : std::string();
}

/// The figures that something rests on, as links.
Json figure_links(Page& page, const figures::Told& told) {
    Json out = Json::array();
    for (const figures::Told::Part& part : told.parts)
        out.push_back({{"figure_href", page.href(page.record_path(part.observation))},
                       {"figure_text", page.link(part.observation)["text"]}});
    return out;
}

std::string assumed_text(const Page& page, const figures::Assumption& assumption) {
    const std::string value = page.language().number(assumption.value.text());
    return assumption.of_start ? page.language().format("{1} of the first figure", {value}) : value;
}

Json form(const Page& page, const CompareRequest& request, const figures::Assumptions& assumptions) {
    Json controls = Json::array();
    const std::vector<figures::Argument> arguments = figures::arguments_of(assumptions);
    const auto said = [&](const std::string& name) {
        for (const figures::Argument& argument : arguments)
            if (argument.name == name) return argument.value;
        return std::string();
    };
    for (int i = 0; i < figures::kCauses; ++i) {
        const auto cause = static_cast<figures::Cause>(i);
        const std::string name(figures::name(cause));
        controls.push_back(
            {{"name", name},
             {"label", page.say(text_for(kCauses, cause))},
             {"hint", page.say(text_for(kHints, cause))},
             {"value", said(name)},
             {"source_name", name + "_source"},
             {"source_label", page.language().format("Source: {1}", {page.say(text_for(kCauses, cause))})},
             {"source_value", said(name + "_source")}});
    }
    Json hidden = Json::array();
    for (const char* const name : {"as_of", "public_by"})
        if (const std::string_view value = page.address().value(name); !value.empty())
            hidden.push_back({{"name", name}, {"value", value}});
    return {{"action", "/" + std::string(page.language().tag()) + "/figures/compare"},
            {"hidden", std::move(hidden)},
            {"a", request.a},
            {"b", request.b},
            {"period", request.period},
            {"controls", std::move(controls)},
            {"markup", said("markup")},
            {"order", said("order")},
            {"rate", said("rate")},
            {"rate_source", said("rate_source")}};
}

/// What stands in a place of a sentence, as the reader's language says it.
std::string detail_text(Page& page, const figures::Detail& detail) {
    using As = figures::Detail::As;
    if (detail.value.empty()) return page.say("not stated");
    std::vector<std::string> parts;
    for (std::size_t from = 0; from <= detail.value.size();) {
        const std::size_t end = std::min(detail.value.find(", ", from), detail.value.size());
        parts.push_back(detail.value.substr(from, end - from));
        from = end + 2;
    }
    const auto title = [&](Kind kind, const std::string& id) {
        const auto record = page.find({kind, id});
        return record ? page.plain_title(*record) : id;
    };
    switch (detail.as) {
        case As::code:
            return page.code_within(detail.value);
        case As::series:
            return title(Kind::series, detail.value);
        case As::parties:
            for (std::string& one : parts) one = title(Kind::party, one);
            return page.language().list(parts);
        case As::periods:
            for (std::string& one : parts) one = page.period_text(one);
            return page.language().list(parts);
        case As::text:
            break;
    }
    return detail.value;
}

std::string sentence_text(Page& page, const figures::Sentence& sentence) {
    std::vector<std::string> values;
    for (const figures::Detail& detail : sentence.details) values.push_back(detail_text(page, detail));
    return sentence.empty() ? std::string() : page.language().format(sentence.message, values);
}

Json note_context(Page& page, const figures::Note& note) {
    return {{"note", page.say(text_for(kDifferences, note.what))},
            {"cause", sentence_text(page, note.cause)},
            {"mend", sentence_text(page, note.mend)}};
}

/// Of two turnovers that are refused: each direction by itself, where both of its counts are held.
Result<std::vector<query::TradeDirection>> directions_of(const Page& page, const CompareRequest& request,
                                                         const query::Compared& compared,
                                                         std::optional<Period>& period) {
    const auto is_turnover = [](const figures::Note& note) {
        return note.what == figures::Difference::turnover;
    };
    if (std::ranges::none_of(compared.refusals, is_turnover)) return std::vector<query::TradeDirection>();
    std::vector<std::string> parties = list_of(compared.a.series->body, "area");
    for (std::string& partner : list_of(compared.a.series->body, "partner"))
        parties.push_back(std::move(partner));
    // Of groups a direction would be many.
    if (parties.size() != 2) return std::vector<query::TradeDirection>();
    if (!request.period.empty()) {
        TAMGA_ASSIGN(period, parse_period(request.period));
    }
    TAMGA_ASSIGN(query::TradeMatrix matrix, query::trade_matrix(page.view(), parties, period));
    period = matrix.period;
    std::erase_if(matrix.directions, [](const query::TradeDirection& one) { return !one.cell.apart; });
    return std::vector(std::make_move_iterator(matrix.directions.begin()),
                       std::make_move_iterator(matrix.directions.end()));
}

/// As links to their walks, each with the importer's figure less the exporter's.
Json directions_context(Page& page, const CompareRequest& request, const query::Compared& compared) {
    std::optional<Period> period;
    const auto directions = directions_of(page, request, compared, period);
    if (!directions) page.failed(directions.error());
    Json out = Json::array();
    if (!directions || !period) return out;
    const std::string written = figures::written(*period);
    for (const query::TradeDirection& one : *directions) {
        const auto& exports = one.series[*one.cell.exports.chosen];
        const auto& imports = one.series[*one.cell.imports.chosen];
        const std::string unit = text_of(imports->body, "unit");
        const std::string way = page.language().format(
            "from {1} to {2}", {page.link(RecordId{Kind::party, one.from})["text"].get<std::string>(),
                                page.link(RecordId{Kind::party, one.to})["text"].get<std::string>()});
        out.push_back({{"direction", page.with_detail(way, page.period_text(written))},
                       {"direction_gap", signed_amount(page, one.cell.gap.gap, unit)},
                       {"direction_href",
                        page.href("/figures/compare",
                                  {{"a", exports->name.id}, {"b", imports->name.id}, {"period", written}})}});
    }
    return out;
}

Json directions_data(const Page& page, const CompareRequest& request, const query::Compared& compared) {
    std::optional<Period> period;
    const auto directions = directions_of(page, request, compared, period);
    Json out = Json::array();
    if (!directions || !period) return out;
    for (const query::TradeDirection& one : *directions)
        out.push_back({{"from", one.from},
                       {"to", one.to},
                       {"period", figures::written(*period)},
                       {"exports", one.series[*one.cell.exports.chosen]->name.id},
                       {"imports", one.series[*one.cell.imports.chosen]->name.id},
                       {"gap", one.cell.gap.gap.text()}});
    return out;
}

/// The walk: rows of the table, and the drawing.
class Shown {
  public:
    Shown(Page& page, const query::Compared& compared)
        : page_(page), compared_(compared), pair_(*compared.pair), walk_(compared.walk) {}

    Json context() {
        draw();
        Json flags = Json::array();
        for (const figures::Note& note : pair_.flags) flags.push_back(note_context(page_, note));
        const Page::Parameters address = this->address();
        Json out{{"chart_title", drawing_.caption.title},
                 {"chart_wide_svg", part(ChartSize::wide, "walk-wide")},
                 {"chart_narrow_svg", part(ChartSize::narrow, "walk-narrow")},
                 {"rows", std::move(rows_)},
                 {"flags", std::move(flags)},
                 {"other_reasons", other_reasons()},
                 {"overlap", walk_.may_overlap},
                 {"break_even_text", break_even()},
                 {"converted_text", converted()},
                 {"sources_text", sources()},
                 {"as_of_text", as_of_note(page_)},
                 {"walk_measures", measures()},
                 {"address_href", page_.href("/figures/compare", address)},
                 {"csv_href", page_.href("/figures/compare.csv", address)},
                 {"xlsx_href", page_.href("/figures/compare.xlsx", address)},
                 {"json_href", page_.href("/figures/compare.json", address)}};
        out.update(drawn_files(page_, "/figures/compare", address));
        return out;
    }

    Drawn drawn() {
        draw();
        std::vector<std::string> notes;
        for (std::string note : {break_even(), converted(),
                                 page_.say("Hatched: an assumption of the reader, which no source states."),
                                 sources(), as_of_note(page_)})
            if (!note.empty()) notes.push_back(std::move(note));
        Drawn out = web::drawn(page_, waterfall_piece(drawing_, ChartSize::wide, "walk-wide"),
                               waterfall_piece(drawing_, ChartSize::narrow, "walk-narrow"), drawing_.caption,
                               std::move(notes));
        out.name = "walk";
        out.href = page_.href("/figures/compare", address());
        return out;
    }

  private:
    /// All that the page follows from, defaults too, so that it says the same when those are others.
    Page::Parameters address() const { return address(compared_.assumptions); }
    Page::Parameters address(const figures::Assumptions& assumptions) const {
        Page::Parameters out{{"a", compared_.a.series->name.id},
                             {"b", compared_.b.series->name.id},
                             {"period", figures::written(pair_.period)}};
        for (const figures::Argument& argument : figures::arguments_of(assumptions))
            out.emplace_back(argument.name, argument.value);
        return out;
    }

    /// The rows of the table, and the bars.
    void draw() {
        const query::HeldSeries& from = pair_.swapped ? compared_.b : compared_.a;
        const query::HeldSeries& to = pair_.swapped ? compared_.a : compared_.b;
        const std::string subject = subject_of(page_, *from.series)["text"].get<std::string>();
        drawing_.caption = {
            page_.language().format("{1}: from one count to the other, {2}",
                                    {subject, page_.period_text(figures::written(pair_.period))}),
            page_.say("Each bar is a step; the table beneath tells the same.")};
        end(from, pair_.first, walk_.from);
        Decimal running = walk_.from.value;
        for (const figures::Step& step : walk_.steps) {
            this->step(step, running);
            running = step.running;
        }
        if (pair_.mirror)
            for (int i = 0; i < figures::kCauses; ++i) not_assumed(static_cast<figures::Cause>(i));
        row({{"what", page_.say("Unexplained remainder")}, {"what_link", nullptr}, {"source", ""}},
            walk_.remainder, walk_.remainder_bounds, walk_.to.value, walk_.to.bounds);
        bar(Waterfall::Bar::Sort::remainder, page_.say("Unexplained remainder"),
            bounded(page_, walk_.remainder_bounds, signed_amount(page_, walk_.remainder, pair_.unit)),
            running, walk_.to.value);
        end(to, pair_.second, walk_.to);
    }

    std::string part(ChartSize size, std::string_view id) const {
        return part_svg(waterfall_piece(drawing_, size, id), drawing_.caption, size, id);
    }

    /// Who published both figures, and who states what is assumed.
    std::string sources() {
        std::vector<RecordId> figures;
        for (const figures::Told* const told : {&pair_.first, &pair_.second})
            for (const figures::Told::Part& part : told->parts) figures.push_back(part.observation);
        std::string out = sources_note(page_, figures);
        for (const figures::Step& step : walk_.steps)
            if (const std::string source(source_of(step.assumption)); !source.empty())
                out = page_.sentences(
                    out,
                    page_.language().format(
                        "{1}: {2}.", {page_.say(text_for(kCauses, step.assumption.cause)), said(source)}));
        return out;
    }

    /// The measures of the gap, of both counts and of what the steps leave of the first.
    Json measures() const {
        if (!pair_.mirror) return nullptr;
        const auto told = [](const Decimal& value, const figures::Interval& bounds) {
            return figures::Told{value, bounds, true, false, {}};
        };
        const figures::Told imports = told(walk_.to.value, walk_.to.bounds);
        const bool steps = !walk_.steps.empty();
        const figures::GapMeasures counted =
            figures::gap_between(told(walk_.from.value, walk_.from.bounds), imports);
        const figures::GapMeasures left =
            steps ? figures::gap_between(told(walk_.steps.back().running, walk_.steps.back().running_bounds),
                                         imports)
                  : counted;
        constexpr int kPlaces = 4;
        const auto number = [&](const std::optional<figures::Ratio>& ratio) {
            return ratio ? page_.language().number(ratio->rounded(kPlaces).text()) : std::string();
        };
        const auto real = [&](const std::optional<double>& value) {
            return value ? page_.language().number(fmt::format("{:.{}f}", *value, kPlaces)) : std::string();
        };
        Json rows = Json::array();
        const auto add = [&](const char* measure, const std::string& one, const std::string& other) {
            rows.push_back(
                {{"measure", measure}, {"measure_counted", one}, {"measure_left", steps ? other : ""}});
        };
        add("G = M − X", signed_amount(page_, counted.gap, pair_.unit),
            signed_amount(page_, left.gap, pair_.unit));
        add("M / X", number(counted.ratio), number(left.ratio));
        add("G / X", number(counted.of_exports), number(left.of_exports));
        add("G / M", number(counted.of_imports), number(left.of_imports));
        add("|G| / (X + M)", number(counted.index), number(left.index));
        add("ln(M / X)", real(counted.log_ratio), real(left.log_ratio));
        return {{"measure_rows", std::move(rows)}, {"has_steps", steps}};
    }

    void bar(Waterfall::Bar::Sort sort, std::string label, std::string amount, const Decimal& from,
             const Decimal& to) {
        drawing_.bars.push_back({sort, std::move(label), std::move(amount), number(from), number(to)});
    }

    void row(Json what, const Decimal& amount, const figures::Interval& bounds, const Decimal& running,
             const figures::Interval& running_bounds) {
        if (!what.contains("amount"))
            what["amount"] = bounded(page_, bounds, page_.readable_amount(amount.text(), pair_.unit));
        what["range"] = range(page_, bounds, pair_.unit, walk_.places);
        what["running"] = bounded(page_, running_bounds, page_.readable_amount(running.text(), pair_.unit));
        if (!what.contains("assumed")) what["assumed"] = "";
        for (const char* const name : {"widens", "of_reader", "is_nothing"})
            if (!what.contains(name)) what[name] = false;
        for (const char* const name : {"figures", "declared"})
            if (!what.contains(name)) what[name] = Json::array();
        if (!what.contains("earlier_href")) what["earlier_href"] = "";
        for (const char* const name : {"source_link", "sealed"})
            if (!what.contains(name)) what[name] = nullptr;
        rows_.push_back(std::move(what));
    }

    void end(const query::HeldSeries& held, const figures::Told& told, const figures::End& end) {
        Json link = reporter_link(page_, *held.series);
        const std::string name = link["text"].get<std::string>();
        const std::string wording = wording_of(page_, told);
        const auto worded = [&](const std::string& amount) {
            return wording.empty() ? bounded(page_, end.bounds, amount) : page_.worded(wording, amount);
        };
        row({{"what", name},
             {"what_link", page_.link(*held.series)},
             {"amount", worded(page_.readable_amount(end.value.text(), pair_.unit))},
             {"source", ""},
             {"figures", figure_links(page_, told)}},
            end.value, end.bounds, end.value, end.bounds);
        bar(Waterfall::Bar::Sort::end, name, worded(page_.short_amount(end.value.text(), pair_.unit)),
            Decimal(0), end.value);
    }

    /// The same walk with the step one place earlier; empty of the first.
    std::string earlier_href(figures::Cause cause) const {
        figures::Assumptions moved = compared_.assumptions;
        const auto at = std::ranges::find(moved.steps, cause, &figures::Assumption::cause);
        if (at == moved.steps.begin() || at == moved.steps.end()) return {};
        std::iter_swap(at - 1, at);
        return page_.href("/figures/compare", address(moved));
    }

    /// Who names the cause as why the counts differ, without saying how much.
    Json declared(figures::Cause cause) {
        Json out = Json::array();
        for (const query::SnapshotPtr& statement : compared_.declared)
            if (text_of(statement->body, "cause") == figures::name(cause))
                out.push_back({{"declared_link", page_.link(*statement)},
                               {"declared_by", page_.name_in(statement->body, "speaker")}});
        return out;
    }

    /// What is named as a reason that no step expresses: method, errors.
    Json other_reasons() {
        Json out = Json::array();
        for (const query::SnapshotPtr& statement : compared_.declared)
            if (!figures::cause_named(text_of(statement->body, "cause")))
                out.push_back({{"reason_link", page_.link(*statement)},
                               {"reason_by", page_.name_in(statement->body, "speaker")}});
        return out;
    }

    /// The record that a source names, if it is one: "statement:x".
    query::SnapshotPtr record_of(const std::string& source) {
        const auto name = parse_record_id(source);
        return name ? page_.find(*name) : nullptr;
    }
    /// A source as people read it.
    std::string said(const std::string& source) {
        const query::SnapshotPtr record = record_of(source);
        return record ? page_.plain_title(*record) : source;
    }

    void step(const figures::Step& step, const Decimal& before) {
        const std::string label = page_.say(text_for(kCauses, step.assumption.cause));
        const std::string source(source_of(step.assumption));
        const query::SnapshotPtr record = record_of(source);
        const std::string party = record ? text_of(record->body, "party") : std::string();
        row({{"what", label},
             {"what_link", nullptr},
             {"assumed", assumed_text(page_, step.assumption)},
             {"source", record ? std::string() : source},
             {"source_link", record ? page_.link(*record) : Json(nullptr)},
             {"sealed", party.empty() ? Json(nullptr) : page_.link(RecordId{Kind::party, party})},
             {"of_reader", source.empty()},
             {"earlier_href", earlier_href(step.assumption.cause)},
             {"declared", declared(step.assumption.cause)},
             {"widens", step.widens}},
            step.amount, step.bounds, step.running, step.running_bounds);
        bar(source.empty() ? Waterfall::Bar::Sort::assumed : Waterfall::Bar::Sort::step, label,
            bounded(page_, step.bounds, signed_amount(page_, step.amount, pair_.unit)), before, step.running);
    }

    /// What no source states an amount of: nothing, beside who names it. Months and rates are aligned before.
    void not_assumed(figures::Cause cause) {
        if (cause == figures::Cause::months || cause == figures::Cause::currency ||
            compared_.assumptions.find(cause))
            return;
        const Decimal last = walk_.steps.empty() ? walk_.from.value : walk_.steps.back().running;
        const figures::Interval& bounds =
            walk_.steps.empty() ? walk_.from.bounds : walk_.steps.back().running_bounds;
        row({{"what", page_.say(text_for(kCauses, cause))},
             {"what_link", nullptr},
             {"source", ""},
             {"is_nothing", true},
             {"declared", declared(cause)}},
            Decimal(0), figures::Interval(figures::Ratio(0)), last, bounds);
    }

    std::string break_even() const {
        if (!walk_.break_even) return {};
        if (walk_.break_even->sign() <= 0)
            return page_.say(
                "No share in transit would close the gap: the importer counts as much, or more.");
        return page_.language().format(
            "A share of {1} percent in transit would close the gap alone: arithmetic, no estimate.",
            {page_.language().number(
                (*walk_.break_even * figures::Ratio(100)).rounded(kShownPlaces).text())});
    }

    std::string converted() const {
        if (!pair_.converted || !compared_.assumptions.rate) return {};
        return page_.language().format("Converted at {1}. Source: {2}",
                                       {page_.language().number(compared_.assumptions.rate->value.text()),
                                        compared_.assumptions.rate->source});
    }

    Page& page_;
    const query::Compared& compared_;
    const figures::Pair& pair_;
    const figures::Walk& walk_;
    Json rows_ = Json::array();
    Waterfall drawing_;
};

/// What a finding computed: "35.07 percent".
std::string result_text(const Page& page, const figures::Finding& finding) {
    if (!finding.printed) return {};
    return page.readable_amount(without_zeros(finding.printed->rounded(kShownPlaces)).text(), finding.unit);
}

}  // namespace

std::expected<CompareRequest, Refusal> compare_request(const Page& page) {
    CompareRequest out{std::string(page.address().value("a")),
                       std::string(page.address().value("b")),
                       std::string(page.address().value("period")),
                       {}};
    if (!out.period.empty() && !parse_period(out.period))
        return std::unexpected(unfit_value(page, "period", out.period));
    std::vector<figures::Argument> arguments;
    for (const auto& [name, value] : page.address().query) arguments.push_back({name, value});
    auto assumptions = figures::assumptions_of(arguments);
    if (!assumptions) {
        const Error& error = assumptions.error();
        return std::unexpected(Refusal{
            .code = ErrorCode::invalid_usage,
            .text =
                page.language().format("The value of the parameter '{1}' cannot be assumed.", {error.place}),
            .in_english = error.message(),
            .more = {{"parameter", error.place}}});
    }
    out.assumptions = *std::move(assumptions);
    return out;
}

Json compare_context(Page& page, const CompareRequest& request, const query::Compared* compared) {
    Json out{{"form", form(page, request, compared ? compared->assumptions : request.assumptions)},
             {"refused", Json::array()},
             {"is_refused", false},
             {"picker", picker_context(page)},
             {"has_directions", false},
             {"directions", Json::array()},
             {"walk", nullptr}};
    if (!compared) return out;
    for (const figures::Note& note : compared->refusals) out["refused"].push_back(note_context(page, note));
    out["is_refused"] = !compared->pair;
    out["directions"] = directions_context(page, request, *compared);
    out["has_directions"] = !out["directions"].empty();
    if (compared->pair) out["walk"] = Shown(page, *compared).context();
    return out;
}

Drawn compare_drawn(Page& page, const CompareRequest& request, const query::Compared* compared) {
    if (compared && compared->pair) return Shown(page, *compared).drawn();
    std::vector<std::string> notes;
    if (compared)
        for (const figures::Note& note : compared->refusals) {
            const Json told = note_context(page, note);
            notes.push_back(
                page.sentences(told["note"].get<std::string>(), told["cause"].get<std::string>()));
        }
    Drawn out =
        drawn(page, {}, {}, {page.say(compared ? "They cannot be compared" : "Why two figures differ"), ""},
              std::move(notes));
    out.name = "walk";
    out.href =
        page.href("/figures/compare", {{"a", request.a}, {"b", request.b}, {"period", request.period}});
    return out;
}

Json compare_data(Page& page, const CompareRequest& request, const query::Compared* compared) {
    Json out = compared ? compared->data() : Json::object();
    if (compared)
        if (Json directions = directions_data(page, request, *compared); !directions.empty())
            out["directions"] = std::move(directions);
    out["as_of"] = as_of_data(page);
    if (!request.a.empty()) out["a"] = request.a;
    if (!request.b.empty()) out["b"] = request.b;
    return out;
}

std::string untold_text(const Page& page, const figures::Untold& untold) {
    return page.language().format(text_for(kUntold, untold.why),
                                  {page.period_text(figures::written(untold.period))});
}

Table compare_table(const Page& page, const Json& data) {
    Table out{.name = "walk", .title = page.say("Why two figures differ"), .rows = {}};
    out.add({"step", "amount", "low", "high", "running", "assumed", "source"});
    const auto row = [&](const std::string& step, const Json& amount, const Json& bounds, const Json& running,
                         const std::string& assumed, const std::string& source) {
        out.add({step, amount.get<std::string>(), bounds.value("low", ""), bounds.value("high", ""),
                 running.get<std::string>(), assumed, source});
    };
    const auto end = [&](const Json& one) {
        row(one["series"].get<std::string>(), one["value"], one["bounds"], one["value"], "", "");
    };
    if (!data.contains("steps")) return out;
    end(data["from"]);
    for (const Json& step : data["steps"])
        row(step["cause"].get<std::string>(), step["amount"], step["bounds"], step["running"],
            step["assumed"].get<std::string>(), step.value("source", ""));
    row("remainder", data["remainder"], data["remainder_bounds"], data["to"]["value"], "", "");
    end(data["to"]);
    return out;
}

std::string verdict_text(const Page& page, figures::Verdict verdict) {
    return page.say(text_for(kVerdicts, verdict));
}

Json past_verdicts_context(const Page& page, const std::vector<query::PastVerdict>& past) {
    if (past.size() < 2) return nullptr;
    Json out = Json::array();
    for (const query::PastVerdict& one : past)
        out.push_back({{"past_day", page.language().date(Date::of_unix_time(one.time))},
                       {"past_href", page.here({{"as_of", fmt::format("@{}", one.position.value)}})},
                       {"past_verdict", verdict_text(page, one.verdict)}});
    return {{"claim_verdicts", std::move(out)}};
}

Json with_verdicts_data(Json data, const std::vector<query::PastVerdict>& past) {
    Json& out = data["verdicts"] = Json::array();
    for (const query::PastVerdict& one : past) {
        Json told{
            {"position", one.position.value}, {"time", utc_text(one.time)}, {"verdict", name(one.verdict)}};
        if (one.reason != figures::Reason::none) told["reason"] = name(one.reason);
        out.push_back(std::move(told));
    }
    return data;
}

Json verdict_context(Page& page, const Snapshot& claim) {
    const auto judged = query::judged(page.view(), claim);
    if (!judged) {
        page.failed(judged.error());
        return nullptr;
    }
    Json rows = Json::array(), unchecked = Json::array();
    std::vector<std::vector<std::string>> lacking;  // Who reports, of each of `unchecked`.
    for (const figures::Finding& finding : judged->findings) {
        const auto series = page.find(finding.series);
        if (finding.verdict == figures::Verdict::cannot_check && series) {
            // Many series may lack the same: it is said once, with their names.
            std::string why = page.say(text_for(kReasons, finding.reason));
            if (finding.untold) why = page.sentences(why, untold_text(page, *finding.untold));
            auto group =
                std::ranges::find_if(unchecked, [&](const Json& one) { return one["lacking"] == why; });
            if (group == unchecked.end()) {
                unchecked.push_back({{"lacking", why}, {"lacking_series", Json::array()}});
                lacking.emplace_back();
                group = unchecked.end() - 1;
            }
            (*group)["lacking_series"].push_back(page.link(*series));
            std::vector<std::string>& who = lacking[static_cast<std::size_t>(group - unchecked.begin())];
            std::string name = reporter_of(page, *series)["text"].get<std::string>();
            if (std::ranges::find(who, name) == who.end()) who.push_back(std::move(name));
            continue;
        }
        Json used = Json::array();
        for (const figures::Used& one : finding.used)
            used.push_back({{"role", page.say(text_for(kRoles, one.role))},
                            {"used_sum", one.told.parts.size() == 1
                                             ? std::string()
                                             : page.labelled(page.period_text(figures::written(one.period)),
                                                             page.readable(one.told.value.text()))},
                            {"figures", figure_links(page, one.told)}});
        rows.push_back({{"reporter", series ? page.link(*series) : Json(nullptr)},
                        {"verdict", page.say(text_for(kVerdicts, finding.verdict))},
                        {"why", page.say(text_for(kReasons, finding.reason))},
                        {"result", result_text(page, finding)},
                        {"range", finding.printed ? range(page, finding.bounds, finding.unit, kShownPlaces)
                                                  : std::string()},
                        {"no_period", finding.taken.period},
                        {"no_base", finding.taken.base},
                        {"used", std::move(used)}});
    }
    for (std::size_t i = 0; i < lacking.size(); ++i)
        unchecked[i]["lacking_by"] = lacking[i].size() > kMostNamed
                                         ? page.language().plural("{1} reporter", "{1} reporters",
                                                                  static_cast<long>(lacking[i].size()))
                                         : page.language().list(lacking[i]);
    return {{"verdict_text", page.say(text_for(kVerdicts, judged->verdict))},
            {"reason_text", judged->reason == figures::Reason::none
                                ? std::string()
                                : page.say(text_for(kReasons, judged->reason))},
            {"has_findings", !rows.empty()},
            {"findings", std::move(rows)},
            {"unchecked", std::move(unchecked)}};
}

}  // namespace tamga::web
