// A libFuzzer target: any bytes at all are given to the whole engine. What must hold besides "no fault": the
// outcome is the same for one thread and for several, and whatever is told to be well-formed is so to the
// reader of whole documents too.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "iati/check/check.hpp"
#include "xml/read.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace tamga;
    static const iati::Checker checkers[] = {
        *iati::Checker::make({}),
        *iati::Checker::make({.profile = iati::Profile::strict,
                              .prefixes = {},
                              .publishers = {},
                              .known_activities = {},
                              .ruleset = {}}),
    };
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    for (const iati::Checker& checker : checkers) {
        iati::Options options;
        options.now_ms = 1'764'547'200'000;
        options.most_bytes_of_element = 1 << 16;
        const auto one_source = xml::memory_source(bytes);
        const auto one = checker.check(*one_source, "fuzz", options);
        options.jobs = 2;
        const auto two_source = xml::memory_source(bytes);
        const auto two = checker.check(*two_source, "fuzz", options);
        if (one.has_value() != two.has_value()) std::abort();
        if (one && (one->counts != two->counts || one->findings.size() != two->findings.size())) std::abort();
    }
    return 0;
}
