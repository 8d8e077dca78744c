#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

// What is well-formed UTF-8 (RFC 3629, section 4), decided in one place. Inline, because readers of whole
// files ask it of every character that is not ASCII.

namespace tamga::utf8 {

/// Whether a byte goes on with a character that began before it (10xxxxxx).
constexpr bool continues(char byte) {
    return (static_cast<unsigned char>(byte) & 0xc0) == 0x80;
}

/// Bytes of the well-formed character at the start of a text: 1 to 4; 0 if there is none, or no text.
constexpr std::size_t length(std::string_view text) {
    if (text.empty()) return 0;
    const auto byte = [&](std::size_t i) -> unsigned { return static_cast<unsigned char>(text[i]); };
    const unsigned first = byte(0);
    if (first < 0x80) return 1;
    const std::size_t bytes = first < 0xc2 || first > 0xf4 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (bytes == 0 || text.size() < bytes) return 0;
    // Neither longer than need be, nor a surrogate, nor beyond U+10FFFF.
    const unsigned low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    const unsigned high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (byte(1) < low || byte(1) > high) return 0;
    for (std::size_t i = 2; i < bytes; ++i)
        if (!continues(text[i])) return 0;
    return bytes;
}

constexpr bool is_valid(std::string_view text) {
    while (!text.empty()) {
        const std::size_t bytes = length(text);
        if (bytes == 0) return false;
        text.remove_prefix(bytes);
    }
    return true;
}

/// The beginning of a text, at most so many bytes and cut between characters.
constexpr std::string_view beginning(std::string_view text, std::size_t most) {
    if (text.size() <= most) return text;
    while (most > 0 && continues(text[most])) --most;
    return text.substr(0, most);
}

/// The text with the letters A to Z in lower case, and nothing else changed.
inline std::string lower_ascii(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

/// Puts the character of a code point, which is no surrogate and at most U+10FFFF, at the end of a text.
inline void append(std::string& out, std::uint32_t c) {
    const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
    if (c < 0x80) {
        put(c);
    } else if (c < 0x800) {
        put(0xc0 | c >> 6);
        put(0x80 | (c & 0x3f));
    } else if (c < 0x10000) {
        put(0xe0 | c >> 12);
        put(0x80 | (c >> 6 & 0x3f));
        put(0x80 | (c & 0x3f));
    } else {
        put(0xf0 | c >> 18);
        put(0x80 | (c >> 12 & 0x3f));
        put(0x80 | (c >> 6 & 0x3f));
        put(0x80 | (c & 0x3f));
    }
}

/// The text with U+FFFD for each byte that is of no well-formed character: for terminals and logs.
inline std::string repaired(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::size_t bytes = length(text);
        out += bytes == 0 ? std::string_view("\xef\xbf\xbd") : text.substr(0, bytes);
        text.remove_prefix(bytes == 0 ? 1 : bytes);
    }
    return out;
}

}  // namespace tamga::utf8
