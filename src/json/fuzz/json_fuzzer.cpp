// JSON: what is read has a canonical form, which is read as the same.

#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "json/json.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto value = tamga::parse_json({reinterpret_cast<const char*>(data), size});
    if (!value) return 0;
    const auto text = tamga::canonical(*value);
    if (!text) return 0;  // numbers and names that the canonical form does not have
    const auto again = tamga::parse_json(*text);
    if (!again || *again != *value || *tamga::canonical(*again) != *text) std::abort();
    return 0;
}
