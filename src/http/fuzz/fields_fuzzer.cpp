// What forms send, both ways: the first line is the Content-Type, the rest the body.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "http/form.hpp"
#include "http/target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const std::size_t line = text.find('\n');
    if (line == std::string_view::npos) return 0;
    const auto fields = tamga::http::Fields::read(text.substr(0, line), text.substr(line + 1));
    if (!fields) return 0;
    for (const auto& [name, value] : fields->all()) {
        if (!tamga::http::is_utf8(name) || !tamga::http::is_utf8(value)) std::abort();
        if (name.find_first_of("\r\n") != std::string::npos) std::abort();
        if (value.find('\r') != std::string::npos || value.find('\0') != std::string::npos) std::abort();
        if (!fields->has(name)) std::abort();
    }
    return 0;
}
