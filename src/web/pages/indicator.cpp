#include "web/pages/indicator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "figures/matrix.hpp"
#include "query/figures.hpp"
#include "web/pages/answers.hpp"
#include "web/pages/compare.hpp"
#include "web/pages/figures.hpp"
#include "web/pages/pairs.hpp"
#include "web/pages/reporters.hpp"
#include "web/pages/targets.hpp"

namespace tamga::web {

using query::Snapshot;
using query::SnapshotPtr;

namespace {

constexpr std::size_t kMostClaims = 40, kMostPeriods = 24, kMostSeries = 24;
constexpr int kRatioPlaces = 4, kLogPlaces = 4;

/// A measure of a gap, and who states it. Without a source it is arithmetic of ours.
struct Measure {
    const char *formula, *meaning, *source;
};
constexpr std::array<Measure, 6> kMeasures = {{
    {"G = M − X",
     TAMGA_MSG("The importer’s figure less the exporter’s: below zero where the importer shows less."),
     "US-China Joint Commission on Commerce and Trade, Report on the Statistical Discrepancy of Merchandise "
     "Trade, 2012"},
    {"M / X", TAMGA_MSG("The importer’s figure over the exporter’s: 1 where both count alike."),
     "CEPII, BACI, working paper 2010-23"},
    {"G / X", TAMGA_MSG("The gap as a part of the exporter’s figure."), ""},
    {"G / M", TAMGA_MSG("The gap as a part of the importer’s figure."),
     "US-China Joint Commission on Commerce and Trade, Report on the Statistical Discrepancy of Merchandise "
     "Trade, 2012"},
    {"|G| / (X + M)", TAMGA_MSG("How far apart both are, from 0 to 1, whichever is the larger."), ""},
    {"ln(M / X)",
     TAMGA_MSG(
         "Its mean over years tells a steady difference, which is one of method; its spread a jumping one."),
     "CEPII, BACI, working paper 2010-23"},
}};

std::string number(const Page& page, const std::optional<figures::Ratio>& ratio) {
    return ratio ? page.language().number(ratio->rounded(kRatioPlaces).text()) : std::string();
}

std::string real(const Page& page, double value) {
    return page.language().number(fmt::format("{:.{}f}", value, kLogPlaces));
}

/// The series with their figures, as far as they can be held.
struct Held {
    std::vector<query::HeldSeries> series;
    std::vector<figures::Series> borrowed;
};

Held hold(Page& page, const std::vector<SnapshotPtr>& series) {
    Held out;
    for (const SnapshotPtr& one : series) {
        if (out.series.size() == kMostSeries) break;
        auto held = query::held_series(page.view(), one->name.id);
        if (held)
            out.series.push_back(*std::move(held));
        else if (held.error().code != ErrorCode::out_of_range)
            page.failed(held.error());
    }
    for (const query::HeldSeries& one : out.series) out.borrowed.push_back(one.borrowed());
    return out;
}

/// A row of the table of measures.
Json mirror_row(Page& page, const Held& held, const figures::MirrorPeriod& one) {
    const figures::MatrixCell& cell = one.cell;
    const auto figure = [&](const figures::MatrixSide& side) {
        const std::string unit = text_of(held.series[*side.chosen].series->body, "unit");
        return page.short_amount(side.told->value.text(), unit);
    };
    const std::string period = figures::written(one.period);
    const std::string a = held.series[*cell.exports.chosen].series->name.id,
                      b = held.series[*cell.imports.chosen].series->name.id;
    const std::string unit = text_of(held.series[*cell.imports.chosen].series->body, "unit");
    return {{"mirror_period", page.period_text(period)},
            {"mirror_href", page.href("/figures/compare", {{"a", a}, {"b", b}, {"period", period}})},
            {"mirror_exports", figure(cell.exports)},
            {"mirror_imports", figure(cell.imports)},
            {"mirror_gap", cell.other_unit ? std::string() : page.short_amount(cell.gap.gap.text(), unit)},
            {"mirror_ratio", number(page, cell.gap.ratio)},
            {"mirror_of_exports", number(page, cell.gap.of_exports)},
            {"mirror_of_imports", number(page, cell.gap.of_imports)},
            {"mirror_index", number(page, cell.gap.index)},
            {"mirror_log", cell.gap.log_ratio ? real(page, *cell.gap.log_ratio) : std::string()}};
}

Json mirror_context(Page& page, const Held& held) {
    const auto periods = figures::mirror_periods(held.borrowed, kMostPeriods);
    if (periods.empty()) return nullptr;
    Json rows = Json::array(), measures = Json::array();
    for (const figures::MirrorPeriod& one : periods) rows.push_back(mirror_row(page, held, one));
    for (const Measure& measure : kMeasures)
        measures.push_back({{"measure", measure.formula},
                            {"measure_meaning", page.say(measure.meaning)},
                            {"measure_source", measure.source}});
    std::string steady;
    if (const auto told = figures::steadiness(periods))
        steady = page.language().format(
            "Over {1} calendar years that both tell, ln(M / X) has a mean of {2} and a spread of {3}.",
            {page.language().number(std::to_string(told->years)), real(page, told->mean),
             real(page, told->spread)});
    return {{"mirror_rows", std::move(rows)}, {"mirror_steady", steady}, {"measures", std::move(measures)}};
}

/// The claims that name any of the series, by id.
std::vector<SnapshotPtr> claims_on(Page& page, const std::vector<SnapshotPtr>& series) {
    std::set<RecordId> names;
    for (const SnapshotPtr& one : series) {
        const auto links = page.view().links_to(one->name, Kind::claim, kMostClaims + 1);
        if (!links) {
            page.failed(links.error());
            continue;
        }
        for (const store::Backlink& link : *links) names.insert(link.from);
    }
    std::vector<SnapshotPtr> out;
    for (const RecordId& name : names)
        if (SnapshotPtr claim = page.find(name); claim && out.size() < kMostClaims)
            out.push_back(std::move(claim));
    return out;
}

Json claims_context(Page& page, const std::vector<SnapshotPtr>& series) {
    Json out = Json::array();
    for (const SnapshotPtr& claim : claims_on(page, series)) {
        const auto judged = query::judged(page.view(), *claim);
        if (!judged) {
            page.failed(judged.error());
            continue;
        }
        out.push_back({{"claim_link", page.link(*claim)},
                       {"claim_verdict", verdict_text(page, judged->verdict)},
                       {"claim_date", page.date(claim->body, "date")}});
    }
    return out;
}

Json options(Page& page, const std::vector<SnapshotPtr>& series) {
    Json out = Json::array();
    for (const SnapshotPtr& one : series)
        out.push_back({{"option", one->name.id},
                       {"second", out.size() == 1},
                       {"option_text", page.with_detail(reporter_of(page, *one)["text"].get<std::string>(),
                                                        page.code(text_of(one->body, "flow")))}});
    return out;
}

}  // namespace

namespace {

std::string path_of(std::string_view indicator) {
    return fmt::format("/indicators/{}/figures", percent_encode(indicator));
}

}  // namespace

std::string indicator_href(const Page& page, std::string_view indicator, std::string_view format) {
    if (indicator.empty() || indicator.find('/') != std::string_view::npos) return {};
    return page.href(fmt::format("{}{}{}", path_of(indicator), format.empty() ? "" : ".", format));
}

Json indicator_title(Page& page, const std::vector<SnapshotPtr>& series) {
    return subject_of(page, *series.front());
}

Json indicator_context(Page& page, const std::string& indicator, const std::vector<SnapshotPtr>& series) {
    const Json title = indicator_title(page, series);
    const Held held = hold(page, series);
    Json claims = claims_context(page, series);
    Json context{{"title", title},
                 {"comparison", comparison_context(page, series, title["text"].get<std::string>())},
                 {"targets", targets_context(page, series)},
                 {"mirror", mirror_context(page, held)},
                 {"has_claims", !claims.empty()},
                 {"claims", std::move(claims)},
                 {"can_choose", series.size() > 1},
                 {"options", options(page, series)},
                 {"choose_action", "/" + std::string(page.language().tag()) + "/figures/compare"},
                 {"choose_hidden", Json::array()},
                 {"series_links", page.links(series)},
                 {"json_href", indicator_href(page, indicator, "json")}};
    if (!context["comparison"].is_null() && !indicator_href(page, indicator).empty())
        context["comparison"].update(drawn_files(page, path_of(indicator)));
    for (const char* const name : {"as_of", "public_by"})
        if (const std::string_view value = page.address().value(name); !value.empty())
            context["choose_hidden"].push_back({{"name", name}, {"value", value}});
    return context;
}

Drawn indicator_drawn(Page& page, const std::string& indicator, const std::vector<SnapshotPtr>& series) {
    Drawn out = comparison_drawn(page, series, indicator_title(page, series)["text"].get<std::string>());
    out.name = "figures";
    out.href = indicator_href(page, indicator);
    return out;
}

Json indicator_data(Page& page, const std::string& indicator, const std::vector<SnapshotPtr>& series) {
    const Held held = hold(page, series);
    Json ids = Json::array(), mirror = Json::array(), claims = Json::array();
    for (const SnapshotPtr& one : series) ids.push_back(one->name.id);
    const auto periods = figures::mirror_periods(held.borrowed, kMostPeriods);
    for (const figures::MirrorPeriod& one : periods) {
        const figures::MatrixCell& cell = one.cell;
        Json row{{"period", figures::written(one.period)},
                 {"exports", cell.exports.told->value.text()},
                 {"imports", cell.imports.told->value.text()},
                 {"exports_series", held.series[*cell.exports.chosen].series->name.id},
                 {"imports_series", held.series[*cell.imports.chosen].series->name.id}};
        if (!cell.other_unit) row.update(query::measures_data(cell));
        mirror.push_back(std::move(row));
    }
    for (const SnapshotPtr& claim : claims_on(page, series)) {
        const auto judged = query::judged(page.view(), *claim);
        if (judged) claims.push_back({{"claim", claim->name.id}, {"verdict", name(judged->verdict)}});
    }
    Json out{{"as_of", as_of_data(page)},
             {"indicator", indicator},
             {"series", std::move(ids)},
             {"comparison", comparison_data(page, series)},
             {"mirror", std::move(mirror)},
             {"claims", std::move(claims)},
             {"targets", targets_data(page, series)}};
    if (const auto told = figures::steadiness(periods))
        out["steadiness"] = {{"years", told->years},
                             {"mean", fmt::format("{:.4f}", told->mean)},
                             {"spread", fmt::format("{:.4f}", told->spread)}};
    return out;
}

}  // namespace tamga::web
