// Checks one IATI file and prints what is found: the engine as a library. Link with tamga::iati.
#include <chrono>
#include <iostream>

#include "iati/check/check.hpp"

int main(int count, char** arguments) {
    using namespace tamga;
    if (count != 2) return 2;
    const auto checker = iati::Checker::make({});  // the standard's own rules and lists
    const auto source = xml::open_source(arguments[1]);
    if (!checker || !source) return 3;
    iati::Options options;
    options.now_ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                         std::chrono::system_clock::now().time_since_epoch())
                         .count();
    options.jobs = 2;
    const auto report = checker->check(**source, arguments[1], options);
    if (!report) {
        std::cerr << report.error().message() << "\n";
        return 3;
    }
    for (const iati::Finding& finding : report->findings) {
        const iati::Place place = finding.context.empty() ? iati::Place{} : finding.context.front().place;
        std::cout << place.line << ":" << place.column << " " << name(finding.severity) << " " << finding.id
                  << " " << finding.message << "\n";
    }
    return report->valid() ? 0 : 1;
}
