#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// The classes of characters of XML 1.0 (fifth edition), 2.2 and 2.3.

namespace tamga::xml {

inline constexpr std::uint8_t kNameStart = 1;  ///< NameStartChar among ASCII, without the colon.
inline constexpr std::uint8_t kNamePart = 2;   ///< NameChar among ASCII, without the colon.
inline constexpr std::uint8_t kSpace = 4;      ///< S (production 3).

inline constexpr auto kClasses = [] {
    std::array<std::uint8_t, 256> classes{};
    for (int c = 'a'; c <= 'z'; ++c) classes[c] = classes[c - 32] = kNameStart | kNamePart;
    classes['_'] = kNameStart | kNamePart;
    for (int c = '0'; c <= '9'; ++c) classes[c] = kNamePart;
    classes['-'] = classes['.'] = kNamePart;
    classes[' '] = classes['\t'] = classes['\n'] = classes['\r'] = kSpace;
    return classes;
}();

inline bool is_space(char c) {
    return (kClasses[static_cast<unsigned char>(c)] & kSpace) != 0;
}
inline bool is_blank(std::string_view text) {
    for (char c : text)
        if (!is_space(c)) return false;
    return true;
}

/// The text without white space around it.
inline std::string_view stripped(std::string_view text) {
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return text;
}

/// Production 2: may it stand in a document at all?
bool is_char(std::uint32_t code_point);
/// Productions 4 and 4a, without the colon.
bool is_name_start(std::uint32_t code_point);
bool is_name_part(std::uint32_t code_point);

/// Decodes the character at `text[at]`, which must be valid UTF-8, and goes past it.
std::uint32_t decode(std::string_view text, std::size_t& at);

/// The offset of the first byte that makes `text` something else than UTF-8 of characters that XML allows;
/// nothing if all is well. Quick where all is ASCII.
std::optional<std::size_t> first_bad_byte(std::string_view text);

/// How many bytes of white space as ECMAScript has it (ECMA-262, 12.2 and 12.3: Unicode's, and line ends) a
/// text begins with: one character's, or 0.
std::size_t wide_space_at_start(std::string_view text);

}  // namespace tamga::xml
