#include "web/figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/decimal.hpp"

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

std::string reporter_of(Page& page, const Snapshot& series) {
    if (const std::string id = text_of(series.body, "reporter"); !id.empty())
        if (const SnapshotPtr party = page.find({Kind::party, id})) return page.plain_title(*party);
    if (std::string name = text_of(series.body, "reporter_name"); !name.empty()) return name;
    return page.plain_title(series);
}

std::string worded(const Page& page, const Snapshot& observation) {
    const std::string qualifier = text_of(observation.body, "qualifier");
    return qualifier.empty() ? qualifier : page.code(qualifier);
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
                        {"bar_title", period + ": " + exact}});
        y += kRow;
    }
    return {{"bars", std::move(bars)}, {"chart_width", kWidth}, {"chart_height", y}, {"chart_label", title}};
}

}  // namespace

Json comparison(Page& page, const std::vector<SnapshotPtr>& series, const std::string& title) {
    // Rows are exact periods: figures of different periods are never set against each other.
    std::map<std::pair<std::pair<Date, Date>, std::string>, std::map<std::size_t, std::vector<SnapshotPtr>>>
        rows;
    Json reporters = Json::array();
    for (std::size_t i = 0; i < series.size(); ++i) {
        const std::string unit = text_of(series[i]->body, "unit");
        reporters.push_back(
            {{"reporter", fmt::format("{} ({})", reporter_of(page, *series[i]), page.say("unit", unit))},
             {"href", page.href(page.record_path(series[i]->name))}});
        for (const SnapshotPtr& observation : observations_of(page, series[i]->name)) {
            const std::string text = text_of(observation->body, "period");
            if (const auto period = parse_period(text))
                rows[{{period->first, period->last}, text}][i].push_back(observation);
        }
    }
    Json periods = Json::array();
    for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
        std::map<std::string, std::set<std::string>> values_by_unit;
        Json figures = Json::array();
        for (std::size_t i = 0; i < series.size(); ++i) {
            Json values = Json::array();
            for (const SnapshotPtr& observation : row->second[i]) {
                const std::string raw = text_of(observation->body, "value");
                if (const auto value = Decimal::parse(raw))
                    values_by_unit[text_of(series[i]->body, "unit")].insert(value->rounded(12).text());
                const std::string wording = worded(page, *observation);
                values.push_back(
                    {{"figure", (wording.empty() ? "" : wording + " ") + page.language().number(raw)},
                     {"figure_href", page.href(page.record_path(observation->name))}});
            }
            const bool has_values = !values.empty();
            figures.push_back({{"values", std::move(values)}, {"has_values", has_values}});
        }
        const bool differs =
            std::ranges::any_of(values_by_unit, [](const auto& entry) { return entry.second.size() > 1; });
        periods.push_back({{"period", page.period_text(row->first.second)},
                           {"differs", differs},
                           {"figures", std::move(figures)}});
    }
    return {
        {"comparison_title", title}, {"reporters", std::move(reporters)}, {"periods", std::move(periods)}};
}

Json series_context(Page& page, const Snapshot& series) {
    const std::string unit = text_of(series.body, "unit");
    const std::string title = page.plain_title(series);
    const std::vector<SnapshotPtr> observations = observations_of(page, series.name);
    std::map<std::string, int> of_period;
    for (const SnapshotPtr& observation : observations) ++of_period[text_of(observation->body, "period")];
    Json rows = Json::array();
    for (const SnapshotPtr& observation : observations) {
        const std::string text = text_of(observation->body, "period"),
                          raw = text_of(observation->body, "value");
        const auto period = parse_period(text);
        if (!period) continue;
        Json cites = Json::array();
        for (Json& citation : page.citations(observation->body)) {
            if (!citation["publisher"].get_ref<const std::string&>().empty())
                citation["text"] = citation["publisher"];
            cites.push_back(std::move(citation));
        }
        rows.push_back({{"href", page.href(page.record_path(observation->name))},
                        {"period", page.period_text(text)},
                        {"start", period->first.text()},
                        {"end", period->last.text()},
                        {"raw", raw},
                        {"number", page.language().number(raw)},
                        {"qualifier", worded(page, *observation)},
                        {"same_period", of_period[text] > 1},
                        {"series_label", reporter_of(page, series)},
                        {"cites", std::move(cites)}});
    }
    std::vector<SnapshotPtr> same;
    const std::string indicator = text_of(series.body, "indicator");
    for (const SnapshotPtr& other : page.all(Kind::series))
        if (text_of(other->body, "indicator") == indicator) same.push_back(other);
    const bool has_others = same.size() > 1;
    return {
        {"observations", std::move(rows)},
        {"has_observations", !observations.empty()},
        {"unit", page.say("unit", unit)},
        {"caption", title},
        {"chart", plain_chart(page, observations, unit, title)},
        {"csv_href", page.href("/observations.csv?series=" + series.name.id)},
        {"has_others", has_others},
        {"comparison", has_others ? comparison(page, same, page.say("What other reporters say of the same"))
                                  : Json(nullptr)}};
}

Json claim_context(Page& page, const Snapshot& claim) {
    std::vector<SnapshotPtr> series;
    for (const std::string& id : list_of(claim.body, "series"))
        if (SnapshotPtr found = page.find({Kind::series, id})) series.push_back(std::move(found));
    std::string text;
    if (claim.body.contains("value"))
        text =
            page.language().format("The number claimed: {1}.",
                                   {page.amount(text_of(claim.body, "value"), text_of(claim.body, "unit"))});
    else
        text = page.say("The claim gives no number.");
    return {
        {"claim_text", text},
        {"claim_series", series.empty() ? Json(nullptr) : comparison(page, series, page.plain_title(claim))}};
}

}  // namespace tamga::web
