// Accept-Language: any bytes ask for a language that there is, and for none but English without naming it.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "i18n/language.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string header(reinterpret_cast<const char*>(data), size);
    const std::string_view tag = tamga::i18n::negotiate(header);
    if (std::ranges::find(tamga::languages(), tag) == tamga::languages().end()) std::abort();
    std::ranges::transform(header, header.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    const bool named = header.find(tag) != std::string::npos || header.find('*') != std::string::npos;
    if (tag != "en" && !named) std::abort();
    return 0;
}
