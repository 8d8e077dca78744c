#include "figures/told.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <ranges>
#include <tuple>

namespace tamga::figures {

namespace {

using Days = std::pair<Date, Date>;  ///< The first day, and the day after the last.

/// What the series says of one period by itself.
using Figures = std::map<Days, Told>;

Days days_of(const Period& period) {
    return {period.first, period.last.plus_days(1)};
}

bool narrower(const Interval& a, const Interval& b) {
    if (!a.low || !a.high) return false;
    return !b.low || !b.high || *a.high - *a.low < *b.high - *b.low;
}

/// Adds a figure to others of the same period.
void add(Told& told, Told more) {
    const bool agree = !told.several && told.bounds.meets(more.bounds);
    const Interval all = agree ? told.bounds : hull(told.bounds, more.bounds);
    const bool bare = told.bare && more.bare;
    if (narrower(more.bounds, told.bounds)) {
        std::swap(told, more);
        if (agree) return;
    }
    if (agree) return;
    told.bounds = all;
    told.bare = bare;
    told.several = true;
    told.parts.insert(told.parts.end(), more.parts.begin(), more.parts.end());
}

Figures figures_of(const Series& series) {
    std::vector<Item> observations = series.observations;
    std::ranges::sort(observations, {}, &Item::name);
    Figures out;
    for (const Item& observation : observations) {
        const auto period = parse_period(text_of(*observation.body, "period"));
        auto value = Decimal::parse(text_of(*observation.body, "value"));
        if (!period || !value) continue;
        const WordedFigure figure{*std::move(value), text_of(*observation.body, "qualifier")};
        Told told{figure.value,
                  bounds_of(figure),
                  figure.wording.empty() || figure.wording == "exact",
                  false,
                  {{observation.name, false}}};
        const auto [at, fresh] = out.try_emplace(days_of(*period), told);
        if (!fresh) add(at->second, std::move(told));
    }
    return out;
}

/// A way from a day to another over periods: forwards they are added, backwards taken away.
struct Way {
    Days figure;
    bool backwards;
    Date from;
};

/// Breadth first: the first way that arrives has the fewest figures.
std::vector<Way> way_between(const Figures& figures, const Date& from, const Date& to) {
    std::multimap<Date, Way> ways;
    for (const Days& days : figures | std::views::keys) {
        ways.emplace(days.first, Way{days, false, days.first});
        ways.emplace(days.second, Way{days, true, days.second});
    }
    std::map<Date, Way> arrived_by;
    std::deque<Date> waiting{from};
    while (!waiting.empty() && !arrived_by.contains(to)) {
        const Date here = waiting.front();
        waiting.pop_front();
        const auto [first, last] = ways.equal_range(here);
        for (const auto& [start, way] : std::ranges::subrange(first, last)) {
            const Date there = way.backwards ? way.figure.first : way.figure.second;
            if (there != from && arrived_by.try_emplace(there, way).second) waiting.push_back(there);
        }
    }
    std::vector<Way> out;
    for (Date at = to; at != from;) {
        const auto found = arrived_by.find(at);
        if (found == arrived_by.end()) return {};
        out.push_back(found->second);
        at = found->second.from;
    }
    std::ranges::reverse(out);
    return out;
}

}  // namespace

bool adds_up(std::string_view flow) {
    constexpr std::array<std::string_view, 6> kAdding = {"exports",         "imports", "turnover",
                                                         "investment-flow", "grants",  "spending"};
    return std::ranges::find(kAdding, flow) != kAdding.end();
}

std::optional<Told> figure_for(const Series& series, const Period& period) {
    const Figures figures = figures_of(series);
    const Days wanted = days_of(period);
    if (const auto found = figures.find(wanted); found != figures.end()) return found->second;
    if (!adds_up(text_of(*series.record.body, "flow"))) return std::nullopt;
    const std::vector<Way> way = way_between(figures, wanted.first, wanted.second);
    if (way.empty()) return std::nullopt;
    Told out;
    out.bounds = Ratio(0);
    for (const Way& step : way) {
        const Told& part = figures.at(step.figure);
        out.value = step.backwards ? out.value - part.value : out.value + part.value;
        out.bounds = step.backwards ? out.bounds - part.bounds : out.bounds + part.bounds;
        out.bare = out.bare && part.bare;
        out.several = out.several || part.several;
        for (const Told::Part& each : part.parts) out.parts.push_back({each.observation, step.backwards});
    }
    std::ranges::stable_partition(out.parts, [](const Told::Part& part) { return !part.taken_away; });
    return out;
}

std::vector<Untold> untold_by(const Series& series) {
    std::vector<Untold> out;
    for (const Item& observation : series.observations) {
        const auto why = missing_named(text_of(*observation.body, "missing"));
        const auto period = parse_period(text_of(*observation.body, "period"));
        if (why && period) out.push_back({series.record.name, observation.name, *period, *why});
    }
    std::ranges::sort(out, {}, [](const Untold& one) {
        return std::tuple(one.period.last, one.period.first, one.observation);
    });
    return out;
}

std::optional<Untold> untold_for(const Series& series, const Period& period) {
    const std::vector<Untold> all = untold_by(series);
    const auto itself =
        std::ranges::find_if(all, [&](const Untold& one) { return days_of(one.period) == days_of(period); });
    if (itself != all.end()) return *itself;
    if (!adds_up(text_of(*series.record.body, "flow"))) return std::nullopt;
    const auto part = std::ranges::find_if(all, [&](const Untold& one) {
        return one.period.first >= period.first && one.period.last <= period.last;
    });
    return part == all.end() ? std::nullopt : std::optional(*part);
}

std::vector<Period> periods_of(const Series& series) {
    std::vector<Days> all;
    for (const Days& days : figures_of(series) | std::views::keys) all.push_back(days);
    std::ranges::sort(all, {}, [](const Days& days) { return std::pair(days.second, days.first); });
    std::vector<Period> out;
    for (const auto& [first, after] : all) out.push_back({first, after.plus_days(-1)});
    return out;
}

std::string written(const Period& period) {
    const Date &first = period.first, &last = period.last;
    const auto part = [](const Date& date, std::size_t length) { return date.text().substr(0, length); };
    constexpr std::size_t kYear = 4, kMonth = 7;
    const bool months = first.day() == 1 && last.plus_days(1).day() == 1;
    if (!months) return first == last ? first.text() : first.text() + "/" + last.text();
    if (first.month() == 1 && last.month() == 12)
        return first.year() == last.year() ? part(first, kYear)
                                           : part(first, kYear) + "/" + part(last, kYear);
    return part(first, kMonth) == part(last, kMonth) ? part(first, kMonth)
                                                     : part(first, kMonth) + "/" + part(last, kMonth);
}

}  // namespace tamga::figures
