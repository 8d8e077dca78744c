#include "figures/matrix.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <tuple>

namespace tamga::figures {

namespace {

constexpr std::array<std::string_view, 5> kApart = {"agree", "close", "apart", "far", "very-far"};
constexpr std::array<std::string_view, 4> kReported = {"both", "exporter-only", "importer-only", "neither"};

/// A series that tells of the period.
struct Candidate {
    std::size_t series;
    Told told;
    std::string unit;
    bool no_party;      ///< Its reporter is none of the register's parties.
    bool put_together;  ///< Of several figures.
};

std::vector<Candidate> candidates(std::span<const Series> series, const MatrixSide& side,
                                  const Period& period) {
    std::vector<Candidate> out;
    for (const std::size_t at : side.series) {
        std::optional<Told> told = figure_for(series[at], period);
        if (!told) continue;
        const Json& body = *series[at].record.body;
        const bool put_together = told->parts.size() > 1 && !told->several;
        out.push_back(
            {at, *std::move(told), text_of(body, "unit"), text_of(body, "reporter").empty(), put_together});
    }
    return out;
}

/// a has narrower bounds.
bool narrower(const Interval& a, const Interval& b) {
    if (!a.low || !a.high) return false;
    return !b.low || !b.high || *a.high - *a.low < *b.high - *b.low;
}

/// Whether a stands before b, as matrix_cell() has it.
bool better(std::span<const Series> series, const Candidate& a, const Candidate& b) {
    const auto rank = [](const Candidate& one) { return std::pair(one.no_party, one.put_together); };
    if (rank(a) != rank(b)) return rank(a) < rank(b);
    if (narrower(a.told.bounds, b.told.bounds)) return true;
    if (narrower(b.told.bounds, a.told.bounds)) return false;
    return series[a.series].record.name.id < series[b.series].record.name.id;
}

void choose(MatrixSide& side, const Candidate& chosen, const std::vector<Candidate>& all) {
    side.chosen = chosen.series;
    side.told = chosen.told;
    for (const Candidate& one : all)
        if (one.series != chosen.series) side.also_told.push_back(one.series);
}

std::optional<Untold> untold_of(std::span<const Series> series, const MatrixSide& side,
                                const Period& period) {
    for (const std::size_t at : side.series)
        if (auto untold = untold_for(series[at], period)) return untold;
    return std::nullopt;
}

Apart apart_of(const MatrixCell& cell) {
    if (cell.exports.told->bounds.meets(cell.imports.told->bounds)) return Apart::agree;
    const auto percent = [](long long n) { return *Ratio::of(n, 100); };
    if (!cell.gap.index) return Apart::very_far;  // One is the other with another sign.
    const Ratio& index = *cell.gap.index;
    if (index < percent(5)) return Apart::close;
    if (index < percent(15)) return Apart::apart;
    return index < percent(30) ? Apart::far : Apart::very_far;
}

}  // namespace

std::string_view name(Apart apart) {
    return kApart[static_cast<std::size_t>(apart)];
}

std::string_view name(Reported reported) {
    return kReported[static_cast<std::size_t>(reported)];
}

MatrixCell matrix_cell(std::span<const Series> series, const Period& period) {
    MatrixCell out;
    for (std::size_t i = 0; i < series.size(); ++i) {
        const std::string flow = text_of(*series[i].record.body, "flow");
        if (flow == "exports") out.exports.series.push_back(i);
        if (flow == "imports") out.imports.series.push_back(i);
    }
    std::vector<Candidate> exports = candidates(series, out.exports, period),
                           imports = candidates(series, out.imports, period);
    const auto before = [&](const Candidate& a, const Candidate& b) { return better(series, a, b); };
    std::ranges::sort(exports, before);
    std::ranges::sort(imports, before);
    for (const auto& [side, told] : {std::pair(&out.exports, &exports), std::pair(&out.imports, &imports)})
        if (told->empty())
            side->untold = untold_of(series, *side, period);
        else
            choose(*side, told->front(), *told);
    if (!exports.empty() && !imports.empty()) {
        // The best pair in one unit: the sum of both places is the smallest, the exporter's of equals.
        std::optional<std::tuple<std::size_t, std::size_t, std::size_t>> best;
        for (std::size_t x = 0; x < exports.size(); ++x)
            for (std::size_t m = 0; m < imports.size(); ++m)
                if (exports[x].unit == imports[m].unit && (!best || std::tuple(x + m, x, m) < *best))
                    best = {x + m, x, m};
        out.other_unit = !best;
        if (best) {
            out.exports.also_told.clear();
            out.imports.also_told.clear();
            choose(out.exports, exports[std::get<1>(*best)], exports);
            choose(out.imports, imports[std::get<2>(*best)], imports);
        }
    }
    if (out.other_unit) {
        out.gap.reported = Reported::both;
        return out;
    }
    out.gap = gap_between(out.exports.told, out.imports.told);
    if (out.gap.reported == Reported::both) out.apart = apart_of(out);
    return out;
}

std::vector<MirrorPeriod> mirror_periods(std::span<const Series> series, std::size_t most) {
    const auto key = [](const Period& one) { return std::pair(one.last, one.first); };
    std::map<std::pair<Date, Date>, std::pair<bool, bool>, std::greater<>> told;
    for (const Series& one : series) {
        const std::string flow = text_of(*one.record.body, "flow");
        for (const Period& period : periods_of(one)) {
            auto& [exports, imports] = told[key(period)];
            exports = exports || flow == "exports";
            imports = imports || flow == "imports";
        }
    }
    std::vector<MirrorPeriod> out;
    for (const auto& [ends, sides] : told) {
        if (out.size() == most) break;
        const Period period{ends.second, ends.first};
        if (sides.first && sides.second) out.push_back({period, matrix_cell(series, period)});
    }
    return out;
}

std::optional<Steadiness> steadiness(std::span<const MirrorPeriod> periods) {
    std::vector<double> logs;
    for (const MirrorPeriod& one : periods) {
        const bool year = one.period.first == Date::of_day(one.period.first.year(), 1, 1) &&
                          one.period.last == Date::of_day(one.period.first.year(), 12, 31);
        if (year && one.cell.gap.log_ratio) logs.push_back(*one.cell.gap.log_ratio);
    }
    if (logs.size() < 2) return std::nullopt;
    Steadiness out{logs.size(), 0, 0};
    const auto count = static_cast<double>(logs.size());
    for (const double one : logs) out.mean += one / count;
    for (const double one : logs) out.spread += (one - out.mean) * (one - out.mean) / count;
    out.spread = std::sqrt(out.spread);
    return out;
}

}  // namespace tamga::figures
