#include "ck_crc32c.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

__attribute__((target("sse4.2"))) static uint32_t ck_crc32c_u8_sse42(uint32_t crc, const void *data, size_t count) {
    const uint8_t *bytes = data;
    uint64_t state = (uint32_t)~crc;
    for (; count >= 8; bytes += 8, count -= 8) {
        uint64_t word;
        memcpy(&word, bytes, 8);
        state = _mm_crc32_u64(state, word);
    }
    for (; count > 0; bytes++, count--) state = _mm_crc32_u8((uint32_t)state, *bytes);
    return ~(uint32_t)state;
}
#endif

ck_crc32c *ck_crc32c_for(ck_isa isa) {
#if defined(__x86_64__)
    if (isa == CK_AVX2 && __builtin_cpu_supports("sse4.2")) return ck_crc32c_u8_sse42;
#endif
    (void)isa;
    return NULL;
}
