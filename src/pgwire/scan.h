/* Finding the next of a few characters, sixteen bytes at a time where the machine can. */
#ifndef PGWIRE_SCAN_H
#define PGWIRE_SCAN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* Fewer than four: repeat one. */
struct pgwire_scan_set {
    uint8_t chars[4];
};

/* The first byte of at … end - 1 that is in the set; `end` when there is none. */
static inline const uint8_t *pgwire_scan(const uint8_t *at, const uint8_t *end, struct pgwire_scan_set set) {
#ifdef __SSE2__
    __m128i a = _mm_set1_epi8((char)set.chars[0]), b = _mm_set1_epi8((char)set.chars[1]);
    __m128i c = _mm_set1_epi8((char)set.chars[2]), d = _mm_set1_epi8((char)set.chars[3]);
    for (; end - at >= 16; at += 16) {
        __m128i block = _mm_loadu_si128((const __m128i *)at);
        __m128i ab = _mm_or_si128(_mm_cmpeq_epi8(block, a), _mm_cmpeq_epi8(block, b));
        __m128i cd = _mm_or_si128(_mm_cmpeq_epi8(block, c), _mm_cmpeq_epi8(block, d));
        int hits = _mm_movemask_epi8(_mm_or_si128(ab, cd));
        if (hits)
            return at + __builtin_ctz((unsigned)hits);
    }
#endif
    for (; at < end; at++)
        if (*at == set.chars[0] || *at == set.chars[1] || *at == set.chars[2] || *at == set.chars[3])
            break;
    return at;
}

#endif
