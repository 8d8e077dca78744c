#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

// Finding, counting and comparing bytes, sixteen at a time where the processor can.

namespace tamga::xml {

/// The first byte in [at, end) that is one of `stops`, or end.
template <char... stops>
inline const char* find_any(const char* at, const char* end) {
#if defined(__SSE2__)
    while (end - at >= 16) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
        __m128i hit = _mm_setzero_si128();
        ((hit = _mm_or_si128(hit, _mm_cmpeq_epi8(bytes, _mm_set1_epi8(stops)))), ...);
        if (const int mask = _mm_movemask_epi8(hit)) return at + __builtin_ctz(static_cast<unsigned>(mask));
        at += 16;
    }
#endif
    while (at < end && ((*at != stops) && ...)) ++at;
    return at;
}

#if defined(__SSE2__)
/// How many bytes of the blocks of sixteen at the front of a text `marks` sets to 0xff; goes past the blocks.
template <typename Marks>
std::uint64_t count_marked(std::string_view& text, const Marks& marks) {
    const __m128i zero = _mm_setzero_si128();
    std::uint64_t count = 0;
    while (text.size() >= 16) {
        // A counter of a byte holds at most 255 blocks.
        __m128i counts = zero;
        for (int blocks = 0; blocks < 255 && text.size() >= 16; ++blocks, text.remove_prefix(16))
            counts =
                _mm_sub_epi8(counts, marks(_mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data()))));
        const __m128i sums = _mm_sad_epu8(counts, zero);
        count += static_cast<std::uint64_t>(_mm_cvtsi128_si64(sums)) +
                 static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm_unpackhi_epi64(sums, sums)));
    }
    return count;
}
#endif

/// How many line feeds are in a text.
inline std::uint64_t count_lines(std::string_view text) {
    std::uint64_t count = 0;
#if defined(__SSE2__)
    count = count_marked(text, [](__m128i bytes) { return _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n')); });
#endif
    for (const char c : text) count += c == '\n';
    return count;
}

/// How many characters a text in UTF-8 has: bytes that are not 10xxxxxx.
inline std::uint64_t count_characters(std::string_view text) {
    std::uint64_t count = 0;
#if defined(__SSE2__)
    count = count_marked(text, [](__m128i bytes) { return _mm_cmpgt_epi8(bytes, _mm_set1_epi8(-65)); });
#endif
    for (const char c : text) count += (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    return count;
}

/// Whether two runs of `size` bytes are equal; for short ones, which a call would cost more than comparing.
inline bool same_bytes(const char* a, const char* b, std::size_t size) {
    const auto differ = [&]<typename T>(std::size_t at, T) {
        T left;
        T right;
        std::memcpy(&left, a + at, sizeof(T));
        std::memcpy(&right, b + at, sizeof(T));
        return left != right;
    };
    if (size >= 8) {
        for (std::size_t at = 0; at + 8 < size; at += 8)
            if (differ(at, std::uint64_t{})) return false;
        return !differ(size - 8, std::uint64_t{});
    }
    if (size >= 4) return !differ(0, std::uint32_t{}) && !differ(size - 4, std::uint32_t{});
    for (std::size_t at = 0; at < size; ++at)
        if (a[at] != b[at]) return false;
    return true;
}

}  // namespace tamga::xml
