#pragma once

#include <span>
#include <string>
#include <string_view>

namespace tamga::http {

/// Who asks, as an IP address in the form in which programs write it: the peer; or, if that is one of
/// `proxies`, the last of the addresses in an X-Forwarded-For that is none of them. What stands before that
/// one anybody can have written. Where the header tells no address there, the last proxy that is known.
/// `forwarded` comes from strangers: any bytes at all. Pure.
std::string asked_by(std::string_view peer, std::string_view forwarded, std::span<const std::string> proxies);

}  // namespace tamga::http
