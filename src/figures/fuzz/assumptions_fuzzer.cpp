// What is assumed on a walk, as an address has it: any bytes are read or refused; what is read is written so
// that it is read as the same.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "figures/assumptions.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace tamga::figures;
    const auto read = parse_assumptions({reinterpret_cast<const char*>(data), size});
    if (!read) return 0;
    const auto again = parse_assumptions(text_of_assumptions(*read));
    if (!again || *again != *read) std::abort();
    return 0;
}
