#pragma once

#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>

#include "base/result.hpp"

namespace tamga::http {

/// What another server is asked.
struct Ask {
    std::string url;
    std::optional<std::string> form = {};  ///< Sent by POST; nothing: GET.
    std::string authorization = {};        ///< A header's value; empty: none is sent.
    std::string ca_file =
        {};  ///< Certificates in PEM that vouch for it, in place of the system's; empty: those.
    std::size_t most_bytes = std::size_t{256} << 10;
    int connect_seconds = 5, seconds = 10;  ///< How long all of it may take.
};
struct Fetched {
    int status = 0;
    std::string body;
};

/// Whether an address may be asked: https, or http to this machine (localhost, 127.0.0.1, [::1]), in
/// characters that stand in a header as they are, without a user, a password or a fragment.
bool may_ask(const std::string& url);

/// Asks another server, by libcurl; waits for the answer. It is led nowhere else by it, certificates are
/// checked, and no proxy is asked. Any number of threads. Errors: invalid_usage for an address that may not
/// be asked; io where no whole answer came in time, or while `stop` was requested, or it is too large.
Result<Fetched> fetch(const Ask& ask, const std::stop_token& stop = {});

}  // namespace tamga::http
