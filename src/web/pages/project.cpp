#include "web/pages/project.hpp"

#include <algorithm>
#include <map>

#include "base/decimal.hpp"
#include "query/listing.hpp"
#include "web/pages/figures.hpp"
#include "web/pages/indicator.hpp"
#include "web/pages/reporters.hpp"

namespace tamga::web {

using query::Snapshot;
using query::SnapshotPtr;

namespace {

/// Series of one project, and of each the newest figures, that a page shows.
constexpr std::size_t kMostSeries = 100, kMostFigures = 20;

std::vector<SnapshotPtr> found(Page& page, Kind kind, std::string_view field, const std::string& id,
                               const char* sort, std::size_t count) {
    auto listing = query::list(page.view(),
                               {.kind = kind,
                                .filters = {{std::string(field), {id}}},
                                .sort = sort,
                                .count = count,
                                .facets = false},
                               {.language = page.language().tag(),
                                .label = [](std::string_view, const std::string& value) { return value; }});
    if (!listing) page.failed(listing.error());
    return listing ? std::move(listing->rows) : std::vector<SnapshotPtr>();
}

/// By what they measure.
std::map<std::string, std::vector<SnapshotPtr>> measured(Page& page, const Snapshot& project) {
    std::map<std::string, std::vector<SnapshotPtr>> out;
    for (SnapshotPtr& one : found(page, Kind::series, "project", project.name.id, "title", kMostSeries))
        out[text_of(one->body, "indicator")].push_back(std::move(one));
    return out;
}

std::vector<SnapshotPtr> figures_of(Page& page, const Snapshot& series) {
    return found(page, Kind::observation, "series", series.name.id, "-period", kMostFigures);
}

/// Who published what a figure rests on, each as a link to the source; a source without one by its title.
Json publishers(Page& page, const Snapshot& figure) {
    Json out = Json::array();
    for (const Json& citation : page.citations(figure.body)) {
        const Json& named = citation["publisher"].is_null() ? citation : citation["publisher"];
        out.push_back({{"href", citation["href"]},
                       {"text", named["text"]},
                       {"tag", named.value("fallback", true) ? named["tag"] : Json("")}});
    }
    return out;
}

/// "between 450 and 532.53 km"; empty where all say the same, or in units of several sorts.
std::string spread(const Page& page, const std::vector<SnapshotPtr>& series,
                   const std::vector<Decimal>& values) {
    const std::string unit = text_of(series.front()->body, "unit");
    const auto same = [&](const SnapshotPtr& one) { return text_of(one->body, "unit") == unit; };
    if (values.empty() || !std::ranges::all_of(series, same)) return {};
    const auto [low, high] = std::ranges::minmax(values);
    if (low == high) return {};
    return page.language().format("between {1} and {2}",
                                  {page.readable(low.text()), page.readable_amount(high.text(), unit)});
}

}  // namespace

Json project_context(Page& page, const Snapshot& project) {
    std::vector<Json> measures;
    for (const auto& [indicator, series] : measured(page, project)) {
        Json rows = Json::array();
        std::vector<Decimal> values;
        std::vector<std::pair<std::string, Json>> told;
        for (const SnapshotPtr& one : series)
            for (const SnapshotPtr& figure : figures_of(page, *one)) {
                const std::string value = text_of(figure->body, "value"),
                                  missing = text_of(figure->body, "missing"),
                                  period = text_of(figure->body, "period");
                if (const auto number = Decimal::parse(value)) values.push_back(*number);
                told.push_back(
                    {period,
                     {{"of_period", page.period_text(period)},
                      {"number", missing.empty()
                                     ? page.worded(text_of(figure->body, "qualifier"),
                                                   page.readable_amount(value, text_of(one->body, "unit")))
                                     : page.code(missing)},
                      {"number_href", page.href(page.record_path(figure->name))},
                      {"measured_by", reporter_link(page, *one)},
                      {"measured_in", publishers(page, *figure)}}});
            }
        // The newest word first.
        std::ranges::stable_sort(told, std::ranges::greater(), &std::pair<std::string, Json>::first);
        for (auto& [period, row] : told) rows.push_back(std::move(row));
        Json subject = subject_of(page, *series.front());
        const std::string all = indicator_href(page, indicator);
        subject["href"] = all.empty() ? page.href(page.record_path(series.front()->name)) : all;
        measures.push_back({{"measures", std::move(subject)},
                            {"spread_text", spread(page, series, values)},
                            {"measure_rows", std::move(rows)}});
    }
    // What most is said of comes first.
    std::ranges::stable_sort(measures, std::ranges::greater(),
                             [](const Json& one) { return one["measure_rows"].size(); });
    return measures.empty() ? Json(nullptr) : Json{{"project_measures", std::move(measures)}};
}

Json project_data(Page& page, const Snapshot& project) {
    Json out = Json::array();
    for (const auto& [indicator, series] : measured(page, project))
        out.push_back({{"indicator", indicator}, {"comparison", comparison_data(page, series)}});
    return out;
}

std::vector<std::string_view> told_by_figures(Page& page, const Snapshot& project) {
    std::vector<std::string_view> out;
    const auto tell = [&](std::string_view field, std::string_view its_unit) {
        const auto value = Decimal::parse(text_of(project.body, field));
        if (!value) return;
        for (const auto& [indicator, series] : measured(page, project))
            for (const SnapshotPtr& one : series)
                if (text_of(one->body, "unit") == its_unit)
                    for (const SnapshotPtr& figure : figures_of(page, *one))
                        if (const auto told = Decimal::parse(text_of(figure->body, "value"));
                            told && *told == *value) {
                            out.push_back(field);
                            return;
                        }
    };
    tell("length_km", "km");
    tell("amount", text_of(project.body, "currency"));
    return out;
}

}  // namespace tamga::web
