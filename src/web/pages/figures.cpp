#include "web/pages/figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/decimal.hpp"
#include "figures/align.hpp"
#include "query/listing.hpp"

namespace tamga::web {

using query::Snapshot;
using query::SnapshotPtr;

namespace {

/// Observations of a series, earliest period first.
std::vector<SnapshotPtr> observations_of(Page& page, const RecordId& series) {
    std::vector<SnapshotPtr> observations = page.linking_to(series, Kind::observation, "series");
    std::ranges::stable_sort(observations, {}, [](const SnapshotPtr& observation) {
        const auto period = parse_period(text_of(observation->body, "period"));
        return period ? std::pair(period->first, period->last)
                      : std::pair(Date::of_day(1, 1, 1), Date::of_day(1, 1, 1));
    });
    return observations;
}

/// Who reports a series: the party, and its office or whoever else the source names.
std::string reporter_of(Page& page, const Snapshot& series) {
    const std::string name = text_of(series.body, "reporter_name");
    std::string party;
    if (const std::string id = text_of(series.body, "reporter"); !id.empty())
        if (const SnapshotPtr record = page.find({Kind::party, id})) party = page.plain_title(*record);
    if (!party.empty() && !name.empty()) return page.language().format("{1}: {2}", {party, name});
    if (party.empty() && name.empty()) return page.plain_title(series);
    return party.empty() ? name : party;
}

/// A series with its observations, which the result borrows.
figures::Series with_observations(const Snapshot& series, const std::vector<SnapshotPtr>& observations) {
    figures::Series out{{series.name, &series.body}, {}};
    for (const SnapshotPtr& observation : observations)
        out.observations.push_back({observation->name, &observation->body});
    return out;
}

/// What the series say of each period, set against each other.
std::vector<figures::Row> compare(Page& page, const std::vector<SnapshotPtr>& series) {
    std::vector<std::vector<SnapshotPtr>> observations;
    std::vector<figures::Series> input;
    for (const SnapshotPtr& one : series) {
        observations.push_back(page.linking_to(one->name, Kind::observation, "series"));
        input.push_back(with_observations(*one, observations.back()));
    }
    return figures::align(input);
}

/// The series that measure the same as this one, itself among them.
std::vector<SnapshotPtr> of_same_indicator(Page& page, const Snapshot& series) {
    auto found = query::where(page.view(), Kind::series, "indicator", text_of(series.body, "indicator"));
    if (found) return *std::move(found);
    page.failed(found.error());
    return {};
}

std::vector<SnapshotPtr> series_of_claim(Page& page, const Snapshot& claim) {
    std::vector<SnapshotPtr> series;
    for (const std::string& id : list_of(claim.body, "series"))
        if (SnapshotPtr found = page.find({Kind::series, id})) series.push_back(std::move(found));
    return series;
}

/// A bar chart that needs no script: a bar per observation. Null if a value is not a plain positive number.
Json plain_chart(Page& page, const std::vector<SnapshotPtr>& observations, const std::string& unit,
                 const std::string& title) {
    constexpr int kWidth = 720, kRow = 28, kLabels = 190, kValues = 150;
    Decimal largest;
    for (const SnapshotPtr& observation : observations) {
        const auto value = Decimal::parse(text_of(observation->body, "value"));
        if (!value || value->sign() < 0) return nullptr;
        largest = std::max(largest, *value, [](const Decimal& a, const Decimal& b) { return a < b; });
    }
    if (largest.sign() == 0) return nullptr;
    Json bars = Json::array();
    int y = 0;
    for (const SnapshotPtr& observation : observations) {
        const std::string raw = text_of(observation->body, "value");
        const auto share = percentage(*Decimal::parse(raw), largest, 2);
        const double width = std::stod(share->text()) / 100.0 * (kWidth - kLabels - kValues);
        const std::string period = page.period_text(text_of(observation->body, "period"));
        const std::string exact = page.amount(raw, unit);
        bars.push_back({{"x", kLabels},
                        {"y", y + 4},
                        {"width", fmt::format("{:.1f}", width)},
                        {"height", kRow - 8},
                        {"text_y", y + 19},
                        {"bar_period", period},
                        {"bar_value", page.language().compact_number(raw).text},
                        {"value_x", fmt::format("{:.1f}", kLabels + width + 6)},
                        {"bar_title", page.labelled(period, exact)}});
        y += kRow;
    }
    return {{"bars", std::move(bars)}, {"chart_width", kWidth}, {"chart_height", y}, {"chart_label", title}};
}

}  // namespace

Json reporter_link(Page& page, const Snapshot& series) {
    return {{"text", reporter_of(page, series)},
            {"tag", ""},
            {"fallback", false},
            {"href", page.href(page.record_path(series.name))}};
}

Json comparison(Page& page, const std::vector<SnapshotPtr>& series, const std::string& title) {
    Json reporters = Json::array();
    for (const SnapshotPtr& one : series)
        reporters.push_back({{"reporter", reporter_of(page, *one)},
                             {"reporter_unit", page.say("unit", text_of(one->body, "unit"))},
                             {"href", page.href(page.record_path(one->name))}});
    const std::vector<figures::Row> rows = compare(page, series);
    Json periods = Json::array();
    for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
        Json cells = Json::array();
        for (const auto& told : row->values) {
            Json values = Json::array();
            for (const figures::Value& value : told)
                values.push_back({{"figure", page.worded(value.figure.wording,
                                                         page.language().number(value.figure.value.text()))},
                                  {"figure_href", page.href(page.record_path(value.observation))}});
            const bool has_values = !values.empty();
            cells.push_back({{"values", std::move(values)}, {"has_values", has_values}});
        }
        periods.push_back({{"period", page.period_text(row->period_text)},
                           {"differs", row->differs},
                           {"figures", std::move(cells)}});
    }
    return {
        {"comparison_title", title}, {"reporters", std::move(reporters)}, {"periods", std::move(periods)}};
}

Json comparison_data(Page& page, const Snapshot& record) {
    const auto series =
        record.name.kind == Kind::claim ? series_of_claim(page, record) : of_same_indicator(page, record);
    const std::vector<figures::Row> rows = compare(page, series);
    Json out = Json::array();
    for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
        Json told = Json::array();
        for (std::size_t i = 0; i < series.size(); ++i)
            for (const figures::Value& value : row->values[i]) {
                Json entry{{"series", series[i]->name.id},
                           {"observation", value.observation.id},
                           {"value", value.figure.value.text()},
                           {"unit", text_of(series[i]->body, "unit")}};
                if (!value.figure.wording.empty()) entry["qualifier"] = value.figure.wording;
                told.push_back(std::move(entry));
            }
        out.push_back(
            {{"period", row->period_text}, {"differs", row->differs}, {"figures", std::move(told)}});
    }
    return out;
}

Json series_context(Page& page, const Snapshot& series) {
    const std::string unit = text_of(series.body, "unit");
    const std::string title = page.plain_title(series);
    const std::vector<SnapshotPtr> observations = observations_of(page, series.name);
    // Two figures of one reporter for one period are a conflict if they cannot stand for the same number.
    std::set<RecordId> in_conflict;
    const figures::Series alone = with_observations(series, observations);
    for (const figures::Row& row : figures::align({&alone, 1}))
        if (row.differs)
            for (const figures::Value& value : row.values.front()) in_conflict.insert(value.observation);
    Json rows = Json::array();
    for (const SnapshotPtr& observation : observations) {
        const std::string text = text_of(observation->body, "period"),
                          raw = text_of(observation->body, "value"),
                          qualifier = text_of(observation->body, "qualifier");
        const auto period = parse_period(text);
        if (!period) continue;
        Json cites = Json::array();
        for (Json& citation : page.citations(observation->body)) {
            if (!citation["publisher"].is_null()) citation["text"] = citation["publisher"]["text"];
            cites.push_back(std::move(citation));
        }
        rows.push_back({{"href", page.href(page.record_path(observation->name))},
                        {"period", page.period_text(text)},
                        {"start", period->first.text()},
                        {"end", period->last.text()},
                        {"raw", raw},
                        {"number", page.language().number(raw)},
                        {"qualifier", qualifier.empty() ? qualifier : page.code(qualifier)},
                        {"conflict", in_conflict.contains(observation->name)},
                        {"series_label", reporter_of(page, series)},
                        {"cites", std::move(cites)}});
    }
    const std::vector<SnapshotPtr> same = of_same_indicator(page, series);
    const bool has_others = same.size() > 1;
    return {{"observations", std::move(rows)},
            {"has_observations", !observations.empty()},
            {"unit", page.say("unit", unit)},
            {"caption", title},
            {"chart", plain_chart(page, observations, unit, title)},
            {"csv_href", page.href("/observations.csv?series=" + series.name.id)},
            {"has_others", has_others},
            {"comparison", has_others
                               ? comparison(page, same, page.say("What other reporters say about the same"))
                               : Json(nullptr)}};
}

Json claim_context(Page& page, const Snapshot& claim) {
    const std::vector<SnapshotPtr> series = series_of_claim(page, claim);
    const std::string text =
        claim.body.contains("value")
            ? page.language().format(
                  "The number claimed: {1}.",
                  {page.worded(text_of(claim.body, "qualifier"),
                               page.amount(text_of(claim.body, "value"), text_of(claim.body, "unit")))})
            : page.say("The claim gives no number.");
    return {
        {"claim_text", text},
        {"claim_series", series.empty() ? Json(nullptr) : comparison(page, series, page.plain_title(claim))}};
}

}  // namespace tamga::web
