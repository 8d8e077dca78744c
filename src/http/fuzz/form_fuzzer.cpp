// Forms: the first line is the Content-Type, the rest the body.

#include <cstdint>
#include <cstdlib>
#include <functional>
#include <string_view>

#include "http/form.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const std::size_t line = text.find('\n');
    if (line == std::string_view::npos) return 0;
    const std::string_view body = text.substr(line + 1);
    const auto parts = tamga::http::parse_form(text.substr(0, line), body);
    if (!parts) return 0;
    if (parts->size() > 100) std::abort();
    // The contents stand in the body, one after another.
    const char* at = body.data();
    for (const auto& part : *parts) {
        if (std::less<>()(part.content.data(), at)) std::abort();
        at = part.content.data() + part.content.size();
    }
    if (std::less<>()(body.data() + body.size(), at)) std::abort();
    return 0;
}
