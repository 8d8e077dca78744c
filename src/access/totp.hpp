#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tamga::access {

// Codes of a second factor that change with time: RFC 6238 with HMAC-SHA-1, six digits and steps of 30
// seconds, which is what every authenticator reads. Any number of threads.

/// Twenty random bytes.
std::string make_totp_secret();

/// The secret as people type it into an authenticator (base32), and the address that gives it one:
/// otpauth://totp/ISSUER:ACCOUNT?secret=…
std::string totp_text(std::string_view secret);
std::string totp_address(std::string_view secret, std::string_view issuer, std::string_view account);

/// The code of a step, which is a time in seconds divided by 30.
std::string totp_code(std::string_view secret, std::int64_t step, unsigned digits = 6);

/// The step whose code it is, of that of `time` and the ones before and after; later than `last`, so that a
/// code is taken once. Nothing if it is none of these. Spaces in the code are passed over.
std::optional<std::int64_t> totp_step(std::string_view secret, std::string_view code, std::int64_t time,
                                      std::int64_t last);

}  // namespace tamga::access
