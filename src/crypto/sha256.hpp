#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace tamga::crypto {

/// A SHA-256 digest (FIPS 180-4).
using Digest = std::array<std::uint8_t, 32>;

/// SHA-256 of the parts, one after the other. Any number of threads.
Digest sha256(std::string_view first, std::string_view second = {}, std::string_view third = {});

/// 64 lower-case hexadecimal digits.
std::string hex(const Digest& digest);

/// `count` bytes from the system's generator of random numbers. Ends the program if there is none.
std::string random_bytes(std::size_t count);

/// The digest's bytes as a view.
inline std::string_view bytes(const Digest& digest) {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace tamga::crypto
