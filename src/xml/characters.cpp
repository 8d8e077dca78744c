#include "xml/characters.hpp"

#include "base/utf8.hpp"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace tamga::xml {

bool is_char(std::uint32_t c) {
    if (c < 0x20) return c == '\t' || c == '\n' || c == '\r';
    return c <= 0xd7ff || (c >= 0xe000 && c <= 0xfffd) || (c >= 0x10000 && c <= 0x10ffff);
}

bool is_name_start(std::uint32_t c) {
    if (c < 0x80) return (kClasses[c] & kNameStart) != 0;
    return (c >= 0xc0 && c <= 0x2ff && c != 0xd7 && c != 0xf7) || (c >= 0x370 && c <= 0x1fff && c != 0x37e) ||
           c == 0x200c || c == 0x200d || (c >= 0x2070 && c <= 0x218f) || (c >= 0x2c00 && c <= 0x2fef) ||
           (c >= 0x3001 && c <= 0xd7ff) || (c >= 0xf900 && c <= 0xfdcf) || (c >= 0xfdf0 && c <= 0xfffd) ||
           (c >= 0x10000 && c <= 0xeffff);
}

bool is_name_part(std::uint32_t c) {
    if (c < 0x80) return (kClasses[c] & kNamePart) != 0;
    return is_name_start(c) || c == 0xb7 || (c >= 0x300 && c <= 0x36f) || c == 0x203f || c == 0x2040;
}

std::uint32_t decode(std::string_view text, std::size_t& at) {
    const auto byte = [&](std::size_t i) {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i]));
    };
    const std::uint32_t first = byte(at);
    if (first < 0x80) return at += 1, first;
    if (first < 0xe0) return at += 2, (first & 0x1f) << 6 | (byte(at - 1) & 0x3f);
    if (first < 0xf0)
        return at += 3, (first & 0xf) << 12 | (byte(at - 2) & 0x3f) << 6 | (byte(at - 1) & 0x3f);
    at += 4;
    return (first & 7) << 18 | (byte(at - 3) & 0x3f) << 12 | (byte(at - 2) & 0x3f) << 6 |
           (byte(at - 1) & 0x3f);
}

namespace {

/// Bytes of the well-formed character at `at` (RFC 3629, section 4; XML's Char), or 0.
std::size_t character_bytes(const unsigned char* at, std::size_t left) {
    const unsigned first = at[0];
    if (first < 0x80) return first >= 0x20 || first == '\t' || first == '\n' || first == '\r';
    const std::size_t length = utf8::length({reinterpret_cast<const char*>(at), left});
    // U+FFFE and U+FFFF are no characters.
    return first == 0xef && length == 3 && at[1] == 0xbf && at[2] >= 0xbe ? 0 : length;
}

/// Sixteen bytes of which each is a character of ASCII that XML allows.
bool is_plain(const unsigned char* bytes) {
#if defined(__SSE2__)
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes));
    // Compared as signed numbers, what has its high bit set is below the space as well.
    const __m128i low = _mm_cmplt_epi8(block, _mm_set1_epi8(0x20));
    if (_mm_movemask_epi8(low) == 0) return true;
    const __m128i space = _mm_or_si128(
        _mm_or_si128(_mm_cmpeq_epi8(block, _mm_set1_epi8('\n')), _mm_cmpeq_epi8(block, _mm_set1_epi8('\t'))),
        _mm_cmpeq_epi8(block, _mm_set1_epi8('\r')));
    return _mm_movemask_epi8(_mm_andnot_si128(space, low)) == 0;
#else
    for (int i = 0; i < 16; ++i)
        if (bytes[i] >= 0x80 || (bytes[i] < 0x20 && bytes[i] != '\n' && bytes[i] != '\t' && bytes[i] != '\r'))
            return false;
    return true;
#endif
}

}  // namespace

std::optional<std::size_t> first_bad_byte(std::string_view text) {
    const auto* const bytes = reinterpret_cast<const unsigned char*>(text.data());
    std::size_t at = 0;
    while (at < text.size()) {
        while (text.size() - at >= 16 && is_plain(bytes + at)) at += 16;
        const std::size_t stop = std::min(text.size(), at + 16);
        while (at < stop) {
            const std::size_t length = character_bytes(bytes + at, text.size() - at);
            if (length == 0) return at;
            at += length;
        }
    }
    return std::nullopt;
}

std::size_t wide_space_at_start(std::string_view text) {
    if (text.empty()) return 0;
    const auto c = static_cast<unsigned char>(text[0]);
    if (c == ' ' || (c >= '\t' && c <= '\r')) return 1;
    for (std::string_view space :
         {"\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006", "\u2007",
          "\u2008", "\u2009", "\u200a", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000", "\ufeff"})
        if (text.starts_with(space)) return space.size();
    return 0;
}

}  // namespace tamga::xml
