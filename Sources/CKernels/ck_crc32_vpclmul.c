/* x86-64 with AVX-512 and VPCLMULQDQ: 64 bytes a multiplication pair, four pairs under way. */
#if defined(__x86_64__)
#include "ck_crc32.h"
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,vpclmulqdq,pclmul,sse4.1"))), apply_to = function)

size_t ck_crc32_fold_u8_vpclmul(uint32_t crc, const void *data, size_t count, uint8_t residue[CK_CRC32_RESIDUE]);

/* As in ck_crc32.inc: moves a block forward by 2048, 512 and 128 bits. */
#define CK_CRC32_BY_2048 0x11542778a, 0x1322d1430
#define CK_CRC32_BY_512 0x154442bd4, 0x1c6e41596
#define CK_CRC32_BY_128 0x1751997d0, 0x0ccaa009e

static inline __m512i load(const uint8_t *bytes) { return _mm512_loadu_si512(bytes); }
static inline __m128i constant(uint64_t low, uint64_t high) { return _mm_set_epi64x((long long)high, (long long)low); }
static inline __m512i fold(__m512i a, __m512i by, __m512i next) {
    enum { XOR3 = 0x96 };
    return _mm512_ternarylogic_epi64(
        _mm512_clmulepi64_epi128(a, by, 0x00), _mm512_clmulepi64_epi128(a, by, 0x11), next, XOR3);
}
static inline __m128i fold128(__m128i a, __m128i next) {
    const __m128i by = constant(CK_CRC32_BY_128);
    return _mm_xor_si128(_mm_xor_si128(_mm_clmulepi64_si128(a, by, 0x00), _mm_clmulepi64_si128(a, by, 0x11)), next);
}

size_t ck_crc32_fold_u8_vpclmul(uint32_t crc, const void *data, size_t count, uint8_t residue[CK_CRC32_RESIDUE]) {
    if (count < 256) return 0;
    const uint8_t *bytes = data;
    const uint8_t *const end = bytes + count / 64 * 64;
    const __m512i by2048 = _mm512_broadcast_i32x4(constant(CK_CRC32_BY_2048));
    const __m512i by512 = _mm512_broadcast_i32x4(constant(CK_CRC32_BY_512));
    __m512i a = _mm512_xor_si512(load(bytes), _mm512_zextsi128_si512(constant((uint32_t)~crc, 0)));
    __m512i b = load(bytes + 64), c = load(bytes + 128), d = load(bytes + 192);
    for (bytes += 256; end - bytes >= 256; bytes += 256) {
        a = fold(a, by2048, load(bytes));
        b = fold(b, by2048, load(bytes + 64));
        c = fold(c, by2048, load(bytes + 128));
        d = fold(d, by2048, load(bytes + 192));
    }
    a = fold(fold(fold(a, by512, b), by512, c), by512, d);
    for (; bytes < end; bytes += 64) a = fold(a, by512, load(bytes));
    __m128i rest = fold128(_mm512_castsi512_si128(a), _mm512_extracti32x4_epi32(a, 1));
    rest = fold128(rest, _mm512_extracti32x4_epi32(a, 2));
    rest = fold128(rest, _mm512_extracti32x4_epi32(a, 3));
    _mm_storeu_si128((__m128i *)residue, rest);
    return count / 64 * 64;
}

#pragma clang attribute pop
#endif
