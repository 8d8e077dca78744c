#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tamga::http {

/// The value of a cookie in a Cookie header (RFC 6265bis 4.2.1), which comes from strangers: any bytes at
/// all. Nothing if it is not there, is not made of the characters that cookies' values have, or is there more
/// than once: somebody else's site may have set the other, and which of the two is ours is not told. A view
/// into `header`. Pure.
std::optional<std::string_view> cookie_value(std::string_view header, std::string_view name);

/// What is said of a cookie beside its value. It is always HttpOnly, SameSite=Lax and for every path of this
/// host alone.
struct CookieUse {
    /// Of a site that is reached by https: the cookie is Secure, and its name begins with "__Host-", so that
    /// browsers take it from no other host and from no connection that can be listened to.
    bool secure = true;
    /// For how long a browser keeps it; nothing: until it is closed; 0: it is taken away.
    std::optional<std::int64_t> lasts_seconds = {};
};

/// The name under which a cookie is set and read: "__Host-session", or "session" where that cannot be.
std::string cookie_name(std::string_view name, bool secure);

/// The value of a Set-Cookie header (RFC 6265bis 4.1). `name` is the plain one, a token; `value` has only
/// characters that cookies' values have: anything else is a bug, and ends the program.
std::string set_cookie(std::string_view name, std::string_view value, const CookieUse& use);

}  // namespace tamga::http
