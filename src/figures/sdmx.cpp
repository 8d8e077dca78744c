#include "figures/sdmx.hpp"

#include "formats/sdmx_time.hpp"

namespace tamga::figures {

namespace {

std::string joined(const std::vector<std::string>& parts) {
    std::string out;
    for (const std::string& part : parts) out += (out.empty() ? "" : "+") + part;
    return out;
}

std::string sources_of(const Json& body) {
    std::string out;
    if (const auto sources = body.find("sources"); sources != body.end())
        for (const Json& citation : *sources) out += (out.empty() ? "" : ";") + citation.value("source", "");
    return out;
}

/// CL_OBS_STATUS: A normal, P provisional; L exists and was not collected, O missing, Q suppressed.
std::string obs_status(const Json& body) {
    if (const auto missing = missing_named(text_of(body, "missing")))
        return *missing == Missing::not_reported ? "L" : *missing == Missing::not_available ? "O" : "Q";
    return text_of(body, "status") == "preliminary" ? "P" : "A";
}

}  // namespace

const std::vector<std::string>& sdmx_components() {
    static const std::vector<std::string> kComponents = {
        "SERIES",    "INDICATOR",   "FLOW",         "REPORTER",      "REF_AREA",   "COUNTERPART_AREA",
        "FREQ",      "TIME_PERIOD", "OBS_VALUE",    "UNIT_MEASURE",  "OBS_STATUS", "CONF_STATUS",
        "QUALIFIER", "VALUATION",   "TRADE_SYSTEM", "PARTNER_BASIS", "SOURCE"};
    return kComponents;
}

std::vector<std::string> sdmx_values(const Item& series, const Item& observation) {
    const Json &of = *series.body, &body = *observation.body;
    std::string period = text_of(body, "period"), frequency;
    if (const auto read = parse_period(period)) {
        const formats::Days days{read->first, read->last};
        period = formats::sdmx_period(days);
        frequency = formats::sdmx_frequency(days);
    }
    const std::string status = obs_status(body);
    return {series.name.id,
            text_of(of, "indicator"),
            text_of(of, "flow"),
            text_of(of, "reporter"),
            joined(list_of(of, "area")),
            joined(list_of(of, "partner")),
            frequency,
            period,
            text_of(body, "value"),
            text_of(of, "unit"),
            status,
            status == "Q" ? "C" : "F",
            text_of(body, "qualifier"),
            text_of(of, "valuation"),
            text_of(of, "trade_system"),
            text_of(of, "partner_basis"),
            sources_of(body)};
}

}  // namespace tamga::figures
