#include "query/matrix.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "figures/data.hpp"
#include "journal/list_row.hpp"
#include "query/figures.hpp"

namespace tamga::query {

namespace {

using Way = std::pair<std::string, std::string>;
/// Ids of series by what they measure.
using ByIndicator = std::map<std::string, std::vector<std::string>>;

/// The series of each direction between the parties.
Result<std::map<Way, ByIndicator>> series_between(const View& view, const std::vector<std::string>& parties) {
    static const std::size_t kFlow = info(Kind::series).place("flow"),
                             kArea = info(Kind::series).place("area"),
                             kPartner = info(Kind::series).place("partner"),
                             kIndicator = info(Kind::series).place("indicator");
    const std::set<std::string, std::less<>> wanted(parties.begin(), parties.end());
    std::map<Way, ByIndicator> out;
    journal::ListRow row(Kind::series);
    row.want(std::max({kFlow, kArea, kPartner, kIndicator}) + 1);
    TAMGA_TRY(view.each_row(Kind::series, {}, [&](std::string_view id, std::string_view packed) {
        if (!row.read(packed)) return true;
        const std::string_view flow = row.value(kFlow), area = row.value(kArea),
                               partner = row.value(kPartner);
        // Several parties together are a party of their own: their figure is of no pair.
        if (area == partner || !wanted.contains(area) || !wanted.contains(partner)) return true;
        if (flow == "exports")
            out[{std::string(area), std::string(partner)}][std::string(row.value(kIndicator))].emplace_back(
                id);
        else if (flow == "imports")
            out[{std::string(partner), std::string(area)}][std::string(row.value(kIndicator))].emplace_back(
                id);
        return true;
    }));
    return out;
}

/// Newest end first, of those the longest.
bool newer(const Period& a, const Period& b) {
    return a.last != b.last ? a.last > b.last : a.first < b.first;
}

bool same(const Period& a, const Period& b) {
    return a.first == b.first && a.last == b.last;
}

bool is_year(const Period& period) {
    return period.first == Date::of_day(period.first.year(), 1, 1) &&
           period.last == Date::of_day(period.first.year(), 12, 31);
}

/// The periods that a side tells, each once, newest first.
std::vector<Period> told_by(const std::vector<HeldSeries>& all, std::string_view flow) {
    std::vector<Period> out;
    for (const HeldSeries& one : all)
        if (text_of(one.series->body, "flow") == flow)
            for (const HeldFigure& figure : one.figures)
                if (figure.body.contains("value")) out.push_back(figure.period);
    std::ranges::sort(out, newer);
    out.erase(std::ranges::unique(out, same).begin(), out.end());
    return out;
}

void merge(std::vector<Period>& into, const std::vector<Period>& more) {
    into.insert(into.end(), more.begin(), more.end());
    std::ranges::sort(into, newer);
    into.erase(std::ranges::unique(into, same).begin(), into.end());
}

std::optional<Period> newest_year(const std::vector<Period>& periods) {
    const auto found = std::ranges::find_if(periods, is_year);
    return found == periods.end() ? std::nullopt : std::optional(*found);
}

/// The figures that can bear on a period: of what a longer one covers, too, if they are taken away from it.
figures::Series near(const HeldSeries& held, const Period& wanted) {
    Period reach = wanted;
    for (const HeldFigure& one : held.figures)
        if (one.period.first <= wanted.last && one.period.last >= wanted.first) {
            reach.first = std::min(reach.first, one.period.first);
            reach.last = std::max(reach.last, one.period.last);
        }
    figures::Series out{{held.series->name, &held.series->body}, {}};
    for (const HeldFigure& one : held.figures)
        if (one.period.first <= reach.last && one.period.last >= reach.first)
            out.observations.push_back({one.name, &one.body});
    return out;
}

/// What most series measure; of equals what is called shortest, then first.
ByIndicator::const_iterator leading(const ByIndicator& by_indicator) {
    return std::ranges::max_element(by_indicator, [](const auto& a, const auto& b) {
        const auto rank = [](const auto& one) {
            return std::tuple(one.second.size(), -static_cast<long>(one.first.size()));
        };
        if (rank(a) != rank(b)) return rank(a) < rank(b);
        return a.first > b.first;
    });
}

/// Digits after the point of measures that are fractions.
constexpr int kMeasurePlaces = 4;

Json side_data(const TradeDirection& direction, const figures::MatrixSide& side) {
    const auto ids = [&](const std::vector<std::size_t>& places) {
        Json out = Json::array();
        for (const std::size_t at : places) out.push_back(direction.series[at]->name.id);
        return out;
    };
    Json out{{"held", ids(side.series)}, {"also_told", ids(side.also_told)}};
    if (side.untold) out["missing"] = figures::data_of(*side.untold);
    if (!side.chosen || !side.told) return out;
    out["series"] = direction.series[*side.chosen]->name.id;
    out["value"] = side.told->value.text();
    out["bounds"] = figures::data_of(side.told->bounds, side.told->value.places() + 1);
    out["observations"] = Json::array();
    for (const figures::Told::Part& part : side.told->parts) {
        Json one{{"observation", part.observation.id}};
        if (part.taken_away) one["taken_away"] = true;
        out["observations"].push_back(std::move(one));
    }
    return out;
}

Json direction_data(const TradeDirection& direction) {
    const figures::MatrixCell& cell = direction.cell;
    Json out{{"from", direction.from},
             {"to", direction.to},
             {"indicator", direction.indicator},
             {"other_indicators", direction.other_indicators},
             {"reported", name(cell.gap.reported)},
             {"exports", side_data(direction, cell.exports)},
             {"imports", side_data(direction, cell.imports)},
             {"other_unit", cell.other_unit}};
    if (cell.gap.reported != figures::Reported::both || cell.other_unit) return out;
    out["unit"] = text_of(direction.series[*cell.imports.chosen]->body, "unit");
    out.update(measures_data(cell));
    return out;
}

}  // namespace

Json measures_data(const figures::MatrixCell& cell) {
    Json out = Json::object();
    out["gap"] = cell.gap.gap.text();
    out["gap_bounds"] = figures::data_of(cell.gap.gap_bounds, cell.gap.gap.places() + 1);
    const auto measure = [&](const char* name, const std::optional<figures::Ratio>& value) {
        if (value) out[name] = value->rounded(kMeasurePlaces).text();
    };
    measure("ratio", cell.gap.ratio);
    measure("of_exports", cell.gap.of_exports);
    measure("of_imports", cell.gap.of_imports);
    measure("index", cell.gap.index);
    if (cell.gap.log_ratio) out["log_ratio"] = fmt::format("{:.4f}", *cell.gap.log_ratio);
    out["apart"] = name(*cell.apart);
    return out;
}

Json TradeMatrix::data() const {
    Json out{{"periods", Json::array()}, {"directions", Json::array()}};
    if (period) out["period"] = figures::written(*period);
    for (const Period& one : periods) out["periods"].push_back(figures::written(one));
    for (const TradeDirection& direction : directions) out["directions"].push_back(direction_data(direction));
    return out;
}

const TradeDirection* TradeMatrix::find(std::string_view from, std::string_view to) const {
    const auto found = std::ranges::find_if(
        directions, [&](const TradeDirection& one) { return one.from == from && one.to == to; });
    return found == directions.end() ? nullptr : &*found;
}

Result<TradeMatrix> trade_matrix(const View& view, const std::vector<std::string>& parties,
                                 const std::optional<Period>& period) {
    std::vector<std::string> members = parties;
    if (members.size() > kMostMatrixParties) members.resize(kMostMatrixParties);
    TAMGA_TRY(view.check_rows());
    TAMGA_ASSIGN(const auto series, series_between(view, members));
    TradeMatrix out;
    std::vector<std::vector<HeldSeries>> held;  // One a direction.
    std::vector<Period> of_both, of_any;
    for (const std::string& from : members)
        for (const std::string& to : members) {
            if (from == to) continue;
            TradeDirection direction{from, to, {}, {}, {}, {}};
            std::vector<HeldSeries>& figures = held.emplace_back();
            if (const auto found = series.find({from, to}); found != series.end()) {
                const auto taken = leading(found->second);
                direction.indicator = taken->first;
                for (const auto& [indicator, ids] : found->second)
                    if (indicator != taken->first) direction.other_indicators.push_back(indicator);
                for (const std::string& id : taken->second) {
                    TAMGA_ASSIGN(HeldSeries one, held_series(view, id));
                    direction.series.push_back(one.series);
                    figures.push_back(std::move(one));
                }
                const std::vector<Period> exports = told_by(figures, "exports"),
                                          imports = told_by(figures, "imports");
                std::vector<Period> both;
                std::ranges::set_intersection(exports, imports, std::back_inserter(both), newer);
                merge(of_both, both);
                merge(of_any, exports);
                merge(of_any, imports);
            }
            out.directions.push_back(std::move(direction));
        }
    out.period = period                 ? period
                 : newest_year(of_both) ? newest_year(of_both)
                 : newest_year(of_any)  ? newest_year(of_any)
                 : of_any.empty()       ? std::nullopt
                                        : std::optional(of_any.front());
    out.periods = std::move(of_both);
    if (out.periods.size() > kMostPeriods)
        out.periods.erase(out.periods.begin() + kMostPeriods, out.periods.end());
    if (!out.period) return out;
    for (std::size_t i = 0; i < out.directions.size(); ++i) {
        std::vector<figures::Series> told;
        for (const HeldSeries& one : held[i]) told.push_back(near(one, *out.period));
        out.directions[i].cell = figures::matrix_cell(told, *out.period);
    }
    return out;
}

}  // namespace tamga::query
