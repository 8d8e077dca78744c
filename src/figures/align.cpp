#include "figures/align.hpp"

#include <algorithm>
#include <map>

namespace tamga::figures {

namespace {

bool differs(const Row& row, std::span<const Series> series) {
    std::map<std::string, std::vector<Bounds>> by_unit;
    for (std::size_t i = 0; i < series.size(); ++i)
        for (const Value& value : row.values[i])
            by_unit[text_of(*series[i].record.body, "unit")].push_back(bounds_of(value.figure));
    return std::ranges::any_of(by_unit, [](const auto& entry) { return !agree(entry.second); });
}

}  // namespace

std::vector<Row> align(std::span<const Series> series) {
    std::map<std::pair<Date, Date>, Row> rows;
    for (std::size_t i = 0; i < series.size(); ++i) {
        for (const Item& observation : series[i].observations) {
            const std::string text = text_of(*observation.body, "period");
            const auto period = parse_period(text);
            auto value = Decimal::parse(text_of(*observation.body, "value"));
            if (!period || !value) continue;
            Row& row = rows.try_emplace({period->first, period->last},
                                        Row{*period, text, std::vector<std::vector<Value>>(series.size())})
                           .first->second;
            row.values[i].push_back(
                {observation.name, {*std::move(value), text_of(*observation.body, "qualifier")}});
        }
    }
    std::vector<Row> out;
    for (auto& [period, row] : rows) {
        for (auto& values : row.values) std::ranges::sort(values, {}, &Value::observation);
        row.differs = differs(row, series);
        out.push_back(std::move(row));
    }
    return out;
}

}  // namespace tamga::figures
