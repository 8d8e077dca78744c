// Cookie headers. What is read can be set again, and is then the same.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "http/cookie.hpp"
#include "http/target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto value = tamga::http::cookie_value(text, "session");
    if (!value) return 0;
    const std::string line = tamga::http::set_cookie("session", *value, {.secure = false});
    if (!tamga::http::is_field_value(line)) std::abort();
    if (tamga::http::cookie_value(line, "session") != *value) std::abort();
    return 0;
}
