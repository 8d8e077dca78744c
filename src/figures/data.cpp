#include "figures/data.hpp"

namespace tamga::figures {

namespace {

Json parts_of(const Told& told) {
    Json out = Json::array();
    for (const Told::Part& part : told.parts) {
        Json one{{"observation", part.observation.id}};
        if (part.taken_away) one["taken_away"] = true;
        out.push_back(std::move(one));
    }
    return out;
}

Json end_of(const Series& series, const Told& told, const End& end, int places) {
    return {{"series", series.record.name.id},
            {"value", end.value.text()},
            {"bounds", data_of(end.bounds, places)},
            {"observations", parts_of(told)}};
}

}  // namespace

Json data_of(const Interval& interval, int places) {
    Json out = Json::object();
    if (interval.low) {
        out["low"] = interval.low->rounded(places).text();
        out["with_low"] = interval.with_low;
    }
    if (interval.high) {
        out["high"] = interval.high->rounded(places).text();
        out["with_high"] = interval.with_high;
    }
    return out;
}

Json data_of(const Pair& pair, const Series& a, const Series& b, const Walk& walk,
             const Assumptions& assumptions) {
    Json out{{"period", written(pair.period)},
             {"unit", pair.unit},
             {"mirror", pair.mirror},
             {"from", end_of(pair.swapped ? b : a, pair.first, walk.from, walk.places + 1)},
             {"to", end_of(pair.swapped ? a : b, pair.second, walk.to, walk.places + 1)},
             {"flags", Json::array()},
             {"assumptions", text_of_assumptions(assumptions)},
             {"steps", Json::array()},
             {"remainder", walk.remainder.text()},
             {"remainder_bounds", data_of(walk.remainder_bounds, walk.places + 1)},
             {"may_overlap", walk.may_overlap}};
    for (const Note& note : pair.flags)
        out["flags"].push_back({{"difference", name(note.what)}, {"cause", note.cause.text()}});
    for (const Step& step : walk.steps) {
        const std::string_view source = source_of(step.assumption);
        Json one{{"cause", name(step.assumption.cause)},
                 {"form", name(step.assumption.form)},
                 {"assumed", step.assumption.value.text()},
                 {"amount", step.amount.text()},
                 {"bounds", data_of(step.bounds, walk.places + 1)},
                 {"running", step.running.text()},
                 {"widens", step.widens}};
        if (step.assumption.of_start) one["of_start"] = true;
        if (!source.empty()) one["source"] = source;
        out["steps"].push_back(std::move(one));
    }
    if (pair.converted && assumptions.rate)
        out["rate"] = {{"value", assumptions.rate->value.text()}, {"source", assumptions.rate->source}};
    constexpr int kPercentPlaces = 2;
    if (walk.break_even)
        out["break_even_percent"] = (*walk.break_even * Ratio(100)).rounded(kPercentPlaces).text();
    return out;
}

Json data_of(const std::vector<Note>& refusals) {
    Json out = Json::array();
    for (const Note& note : refusals)
        out.push_back(
            {{"difference", name(note.what)}, {"cause", note.cause.text()}, {"mend", note.mend.text()}});
    return {{"refused", std::move(out)}};
}

Json data_of(const Untold& untold) {
    return {{"series", untold.series.id},
            {"observation", untold.observation.id},
            {"period", written(untold.period)},
            {"why", name(untold.why)}};
}

Json data_of(const Judged& judged) {
    Json out{{"verdict", name(judged.verdict)}, {"findings", Json::array()}};
    if (judged.assertion) out["assertion"] = name(*judged.assertion);
    if (judged.reason != Reason::none) out["reason"] = name(judged.reason);
    if (!judged.findings.empty()) out["claimed"] = data_of(judged.claimed, kResultPlaces);
    for (const Finding& finding : judged.findings) {
        Json one{
            {"series", finding.series.id}, {"verdict", name(finding.verdict)}, {"figures", Json::array()}};
        if (finding.reason != Reason::none) one["reason"] = name(finding.reason);
        if (finding.untold) one["missing"] = data_of(*finding.untold);
        if (finding.printed) {
            one["result"] = finding.printed->rounded(kResultPlaces).text();
            one["bounds"] = data_of(finding.bounds, kResultPlaces);
            if (!finding.unit.empty()) one["unit"] = finding.unit;
        }
        Json taken = Json::array();
        if (finding.taken.period) taken.push_back("period");
        if (finding.taken.base) taken.push_back("base");
        if (!taken.empty()) one["taken"] = std::move(taken);
        for (const Used& used : finding.used) {
            Json figure{{"role", name(used.role)},
                        {"series", used.series.id},
                        {"period", written(used.period)},
                        {"value", used.told.value.text()},
                        {"bounds", data_of(used.told.bounds, used.told.value.places() + 1)},
                        {"observations", parts_of(used.told)}};
            if (used.told.several) figure["several"] = true;
            one["figures"].push_back(std::move(figure));
        }
        out["findings"].push_back(std::move(one));
    }
    return out;
}

}  // namespace tamga::figures
