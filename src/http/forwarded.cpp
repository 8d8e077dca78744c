#include "http/forwarded.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

namespace tamga::http {

namespace {

/// An address as it is written here, an IPv4 one in IPv6's dress without that; nothing if it is none. Some
/// proxies add the port.
std::optional<std::string> normal_address(std::string_view text) {
    while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
    while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
    if (text.starts_with('[')) {
        const std::size_t end = text.find(']');
        if (end == std::string_view::npos) return std::nullopt;
        text = text.substr(1, end - 1);
    } else if (std::ranges::count(text, ':') == 1) {
        text = text.substr(0, text.find(':'));
    }
    // inet_pton() would stop there and take what stands before it.
    if (text.find('\0') != std::string_view::npos) return std::nullopt;
    const std::string whole(text);
    std::array<char, INET6_ADDRSTRLEN> written{};
    in_addr four{};
    if (inet_pton(AF_INET, whole.c_str(), &four) == 1)
        return inet_ntop(AF_INET, &four, written.data(), written.size());
    in6_addr six{};
    if (inet_pton(AF_INET6, whole.c_str(), &six) != 1) return std::nullopt;
    if (IN6_IS_ADDR_V4MAPPED(&six)) {
        std::memcpy(&four, six.s6_addr + 12, sizeof four);
        return inet_ntop(AF_INET, &four, written.data(), written.size());
    }
    return inet_ntop(AF_INET6, &six, written.data(), written.size());
}

}  // namespace

std::string asked_by(std::string_view peer, std::string_view forwarded,
                     std::span<const std::string> proxies) {
    const auto is_proxy = [&](const std::string& address) {
        return std::ranges::any_of(
            proxies, [&](const std::string& proxy) { return normal_address(proxy) == address; });
    };
    std::string known = normal_address(peer).value_or(std::string(peer));
    while (is_proxy(known) && !forwarded.empty()) {
        const std::size_t comma = forwarded.rfind(',');
        const std::size_t begin = comma == std::string_view::npos ? 0 : comma + 1;
        auto before = normal_address(forwarded.substr(begin));
        if (!before) break;
        known = *std::move(before);
        forwarded = forwarded.substr(0, comma == std::string_view::npos ? 0 : comma);
    }
    return known;
}

}  // namespace tamga::http
