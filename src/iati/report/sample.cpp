/// iati_report_sample FORMAT SAMPLE: writes one of the tests' reports to standard output.
#include <iostream>
#include <string_view>

#include "iati/report/report.hpp"
#include "iati/report/sample_reports.hpp"

using namespace tamga::iati;

int main(int count, char** arguments) {
    const std::string_view format = count > 1 ? arguments[1] : "", sample = count > 2 ? arguments[2] : "full";
    std::vector<Report> reports;
    if (sample == "full") reports = {samples::full()};
    if (sample == "empty") reports = {samples::clean()};
    if (sample == "many") reports = {samples::many()};
    if (sample == "hostile") reports = {samples::hostile(), samples::hostile()};
    if (sample == "several")
        reports = {samples::full(), samples::clean(), samples::malformed(), samples::missing()};
    const Provenance provenance{"rules of 2026-05-04", "code lists of 2026-04-30", "org-id.guide, 2026-05-01",
                                "0.1.0"};
    const Timing timing{0.124};
    if (format == "text" || format == "colour")
        write_text(std::cout, reports, {.colour = format == "colour", .timing = timing});
    else if (format == "summary")
        write_text(std::cout, reports, {.summary = true, .timing = timing});
    else if (format == "json" || format == "group")
        write_json(std::cout, reports, {.group = format == "group", .provenance = provenance});
    else if (format == "details")
        write_json(std::cout, reports, {.details = true, .elements = true, .provenance = provenance});
    else if (format == "sarif")
        write_sarif(std::cout, reports, {provenance});
    else if (format == "html")
        write_html(std::cout, reports, {.day = "4 May 2026", .timing = timing, .provenance = provenance});
    else
        return 2;
    return std::cout.good() ? 0 : 1;
}
