#pragma once

#include <cstdint>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

// Finding the next of a few bytes, sixteen at a time where the processor can.

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

}  // namespace tamga::xml
