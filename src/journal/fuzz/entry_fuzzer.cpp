// An entry's header: what is read has a canonical text, which is read as the same.

#include <cstdint>
#include <cstdlib>

#include "journal/entry.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace tamga::journal;
    const auto header = parse_header({reinterpret_cast<const char*>(data), size});
    if (!header) return 0;
    const std::string text = header->text();
    const auto again = parse_header(text);
    if (!again || again->text() != text || again->author.text() != header->author.text()) std::abort();
    return 0;
}
