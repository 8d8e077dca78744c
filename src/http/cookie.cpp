#include "http/cookie.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "http/target.hpp"

namespace tamga::http {

namespace {

/// cookie-octet: no control character, space, '"', ',', ';' or '\'.
bool is_value(std::string_view text) {
    return std::ranges::all_of(
        text, [](char c) { return c > 0x20 && c < 0x7f && c != '"' && c != ',' && c != ';' && c != '\\'; });
}

std::string_view trim(std::string_view text) {
    const auto space = [](char c) { return c == ' ' || c == '\t'; };
    while (!text.empty() && space(text.front())) text.remove_prefix(1);
    while (!text.empty() && space(text.back())) text.remove_suffix(1);
    return text;
}

}  // namespace

std::optional<std::string_view> cookie_value(std::string_view header, std::string_view name) {
    std::optional<std::string_view> found;
    while (!header.empty()) {
        const std::size_t end = std::min(header.find(';'), header.size());
        const std::string_view pair = header.substr(0, end);
        header.remove_prefix(std::min(end + 1, header.size()));
        const std::size_t equals = pair.find('=');
        if (equals == std::string_view::npos || trim(pair.substr(0, equals)) != name) continue;
        if (found) return std::nullopt;
        found = trim(pair.substr(equals + 1));
    }
    if (found && !is_value(*found)) return std::nullopt;
    return found;
}

std::string cookie_name(std::string_view name, bool secure) {
    return fmt::format("{}{}", secure ? "__Host-" : "", name);
}

std::string set_cookie(std::string_view name, std::string_view value, const CookieUse& use) {
    if (!is_token(name) || !is_value(value)) std::abort();
    std::string out =
        fmt::format("{}={}; Path=/; HttpOnly; SameSite=Lax", cookie_name(name, use.secure), value);
    if (use.secure) out += "; Secure";
    if (use.lasts_seconds) out += fmt::format("; Max-Age={}", *use.lasts_seconds);
    return out;
}

}  // namespace tamga::http
