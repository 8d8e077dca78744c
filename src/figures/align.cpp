#include "figures/align.hpp"

#include <algorithm>
#include <map>

namespace tamga::figures {

namespace {

std::string unit_of(const Series& series) {
    return text_of(*series.record.body, "unit");
}

/// Says of each figure of a row, and so of the row, whether it differs.
void mark_differences(Row& row, std::span<const Series> series) {
    std::map<std::string, std::vector<Value*>> by_unit;
    for (std::size_t i = 0; i < series.size(); ++i)
        for (Value& value : row.values[i]) by_unit[unit_of(series[i])].push_back(&value);
    for (const auto& [unit, values] : by_unit) {
        std::vector<Bounds> bounds;
        for (const Value* value : values) bounds.push_back(bounds_of(value->figure));
        if (agree(bounds)) continue;
        row.differs = true;
        for (Value* value : values) value->differs = true;
    }
}

/// How large a part of the larger figure the difference is, in millionths.
Decimal part(const Decimal& smallest, const Decimal& largest) {
    const Decimal a = smallest.sign() < 0 ? Decimal(0) - smallest : smallest;
    const Decimal b = largest.sign() < 0 ? Decimal(0) - largest : largest;
    return quotient(largest - smallest, a < b ? b : a, 6).value_or(Decimal(0));
}

/// The gap of each unit of a row in which figures differ.
std::vector<Gap> gaps(std::span<const Series> series, const Row& row, std::size_t index) {
    std::map<std::string, Gap> by_unit;
    const auto figure = [&](const Gap::Place& place) -> const Decimal& {
        return row.values[place.series][place.value].figure.value;
    };
    for (std::size_t i = 0; i < series.size(); ++i)
        for (std::size_t j = 0; j < row.values[i].size(); ++j) {
            if (!row.values[i][j].differs) continue;
            const Gap::Place here{i, j};
            Gap& gap = by_unit.try_emplace(unit_of(series[i]), Gap{index, here, here, {}}).first->second;
            if (figure(here) < figure(gap.smallest)) gap.smallest = here;
            if (figure(gap.largest) < figure(here)) gap.largest = here;
        }
    std::vector<Gap> out;
    for (auto& [unit, gap] : by_unit) {
        gap.difference = figure(gap.largest) - figure(gap.smallest);
        out.push_back(std::move(gap));
    }
    return out;
}

}  // namespace

std::vector<Row> align(std::span<const Series> series) {
    std::map<std::pair<Date, Date>, Row> rows;
    for (std::size_t i = 0; i < series.size(); ++i) {
        for (const Item& observation : series[i].observations) {
            const std::string text = text_of(*observation.body, "period");
            const auto period = parse_period(text);
            auto value = Decimal::parse(text_of(*observation.body, "value"));
            const auto missing = missing_named(text_of(*observation.body, "missing"));
            if (!period || (!value && !missing)) continue;
            Row& row =
                rows.try_emplace({period->first, period->last}, Row{.period = *period, .period_text = text})
                    .first->second;
            row.values.resize(series.size());
            row.untold.resize(series.size());
            if (!value) {
                row.untold[i].emplace_back(observation.name, *missing);
                continue;
            }
            row.values[i].push_back(
                {observation.name, {*std::move(value), text_of(*observation.body, "qualifier")}});
        }
    }
    std::vector<Row> out;
    for (auto& [period, row] : rows) {
        for (auto& values : row.values) std::ranges::sort(values, {}, &Value::observation);
        mark_differences(row, series);
        out.push_back(std::move(row));
    }
    return out;
}

std::optional<Gap> widest_gap(std::span<const Series> series, std::span<const Row> rows) {
    std::optional<Gap> widest;
    Decimal widest_part;
    for (std::size_t index = 0; index < rows.size(); ++index) {
        if (!rows[index].differs) continue;
        for (Gap& gap : gaps(series, rows[index], index)) {
            const auto figure = [&](const Gap::Place& place) {
                return rows[index].values[place.series][place.value].figure.value;
            };
            Decimal its_part = part(figure(gap.smallest), figure(gap.largest));
            if (widest && its_part < widest_part) continue;
            widest = std::move(gap);
            widest_part = std::move(its_part);
        }
    }
    return widest;
}

std::vector<std::size_t> thinned(std::span<const double> values, std::size_t most) {
    const std::size_t count = values.size();
    std::vector<std::size_t> out;
    if (count <= most) {
        for (std::size_t i = 0; i < count; ++i) out.push_back(i);
        return out;
    }
    out.push_back(0);
    const std::size_t stretches = (most - 2) / 2, between = count - 2;
    for (std::size_t i = 0; i < stretches; ++i) {
        const auto from = values.begin() + static_cast<std::ptrdiff_t>(1 + between * i / stretches);
        const auto to = values.begin() + static_cast<std::ptrdiff_t>(1 + between * (i + 1) / stretches);
        const auto [low, high] = std::minmax_element(from, to);
        for (const auto kept : {std::min(low, high), std::max(low, high)})
            if (const auto at = static_cast<std::size_t>(kept - values.begin()); at != out.back())
                out.push_back(at);
    }
    out.push_back(count - 1);
    return out;
}

}  // namespace tamga::figures
