/* AArch64 with PMULL: 16 bytes a multiplication pair. */
#if defined(__aarch64__)
#include "ck_crc32.h"
#include <arm_neon.h>

#pragma clang attribute push(__attribute__((target("aes"))), apply_to = function)

typedef uint64x2_t block;

static inline block load(const uint8_t *bytes) { return vreinterpretq_u64_u8(vld1q_u8(bytes)); }
static inline void store(uint8_t *bytes, block a) { vst1q_u8(bytes, vreinterpretq_u8_u64(a)); }
static inline block constant(uint64_t low, uint64_t high) { return vcombine_u64(vcreate_u64(low), vcreate_u64(high)); }
static inline block add(block a, block b) { return veorq_u64(a, b); }
static inline block fold(block a, block by, block next) {
    const block low = vreinterpretq_u64_p128(
        vmull_p64((poly64_t)vgetq_lane_u64(a, 0), (poly64_t)vgetq_lane_u64(by, 0)));
    const block high = vreinterpretq_u64_p128(
        vmull_high_p64(vreinterpretq_p64_u64(a), vreinterpretq_p64_u64(by)));
    return add(add(low, high), next);
}

#define CK_CRC32_NAME ck_crc32_fold_u8_pmull
size_t CK_CRC32_NAME(uint32_t crc, const void *data, size_t count, uint8_t residue[CK_CRC32_RESIDUE]);
#include "ck_crc32.inc"

#pragma clang attribute pop
#endif
