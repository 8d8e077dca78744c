#include "iati/finding.hpp"

namespace tamga::iati {

std::string_view name(Severity severity) {
    constexpr std::string_view kNames[] = {"critical", "error", "warning", "advisory"};
    return kNames[static_cast<std::size_t>(severity)];
}

}  // namespace tamga::iati
