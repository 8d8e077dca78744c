#include "access/totp.hpp"

#include <fmt/format.h>
#include <liboath/oath.h>

#include <array>
#include <cstdlib>

#include "access/sodium.hpp"
#include "crypto/sha256.hpp"

namespace tamga::access {

namespace {

constexpr std::int64_t kStepSeconds = 30;

/// What an address takes as it is (RFC 3986, unreserved), the rest escaped.
std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           std::string_view("-._~").find(c) != std::string_view::npos;
        out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

void start_oath() {
    static const int started = oath_init();
    if (started != OATH_OK) std::abort();
}

}  // namespace

std::string make_totp_secret() {
    return crypto::random_bytes(20);
}

std::string totp_text(std::string_view secret) {
    char* text = nullptr;
    std::size_t size = 0;
    if (oath_base32_encode(secret.data(), secret.size(), &text, &size) != OATH_OK)
        std::abort();  // No memory.
    std::string copy(text, size);
    std::free(text);  // NOLINT(cppcoreguidelines-no-malloc): liboath took it from malloc().
    return copy;
}

std::string totp_address(std::string_view secret, std::string_view issuer, std::string_view account) {
    return fmt::format("otpauth://totp/{0}:{1}?secret={2}&issuer={0}&algorithm=SHA1&digits=6&period={3}",
                       escaped(issuer), escaped(account), totp_text(secret), kStepSeconds);
}

std::string totp_code(std::string_view secret, std::int64_t step, unsigned digits) {
    start_oath();
    std::array<char, 16> code{};
    if (oath_totp_generate(secret.data(), secret.size(), static_cast<time_t>(step * kStepSeconds),
                           static_cast<unsigned>(kStepSeconds), 0, digits, code.data()) != OATH_OK)
        std::abort();  // Its arguments are constants of ours.
    return code.data();
}

std::optional<std::int64_t> totp_step(std::string_view secret, std::string_view code, std::int64_t time,
                                      std::int64_t last) {
    std::string digits;
    for (const char c : code)
        if (c != ' ') digits += c;
    const std::int64_t now = time / kStepSeconds;
    std::optional<std::int64_t> found;
    for (std::int64_t step = now - 1; step <= now + 1; ++step)
        if (step > last && step >= 0 && same_in_constant_time(digits, totp_code(secret, step)) && !found)
            found = step;
    return found;
}

}  // namespace tamga::access
