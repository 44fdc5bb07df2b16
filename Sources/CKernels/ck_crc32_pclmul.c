/* x86-64 with PCLMULQDQ: 16 bytes a multiplication pair. */
#if defined(__x86_64__)
#include "ck_crc32.h"
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("pclmul,sse4.1"))), apply_to = function)

typedef __m128i block;

static inline block load(const uint8_t *bytes) { return _mm_loadu_si128((const __m128i *)bytes); }
static inline void store(uint8_t *bytes, block a) { _mm_storeu_si128((__m128i *)bytes, a); }
static inline block constant(uint64_t low, uint64_t high) { return _mm_set_epi64x((long long)high, (long long)low); }
static inline block add(block a, block b) { return _mm_xor_si128(a, b); }
static inline block fold(block a, block by, block next) {
    return add(add(_mm_clmulepi64_si128(a, by, 0x00), _mm_clmulepi64_si128(a, by, 0x11)), next);
}

#define CK_CRC32_NAME ck_crc32_fold_u8_pclmul
size_t CK_CRC32_NAME(uint32_t crc, const void *data, size_t count, uint8_t residue[CK_CRC32_RESIDUE]);
#include "ck_crc32.inc"

#pragma clang attribute pop
#endif
