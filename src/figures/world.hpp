#pragma once

#include <deque>
#include <string>
#include <vector>

#include "figures/align.hpp"

namespace tamga::figures {

/// Series as a test writes them: what each says of itself, then period, value (or why it is missing)
/// and wording of each observation.
struct World {
    struct Told {
        std::string period, value, qualifier = {};
    };
    World() = default;
    World(const World&) = delete;  // Series borrow the bodies.

    std::deque<Json> bodies;
    std::vector<Series> series;

    World& with(Json body, const std::vector<Told>& told) {
        Series one{
            {{Kind::series, "s" + std::to_string(series.size())}, &bodies.emplace_back(std::move(body))}, {}};
        for (const Told& each : told) {
            Json& observation = bodies.emplace_back(Json{{"period", each.period}});
            observation[missing_named(each.value) ? "missing" : "value"] = each.value;
            if (!each.qualifier.empty()) observation["qualifier"] = each.qualifier;
            one.observations.push_back(
                {{Kind::observation, "o" + std::to_string(bodies.size())}, &observation});
        }
        series.push_back(std::move(one));
        return *this;
    }
    World& with(const char* unit, const std::vector<Told>& told) { return with(Json{{"unit", unit}}, told); }
};

}  // namespace tamga::figures
