#include "ck_crc32.h"

#if defined(__x86_64__)
size_t ck_crc32_fold_u8_pclmul(uint32_t crc, const void *data, size_t count, uint8_t residue[CK_CRC32_RESIDUE]);
size_t ck_crc32_fold_u8_vpclmul(uint32_t crc, const void *data, size_t count, uint8_t residue[CK_CRC32_RESIDUE]);
#endif
#if defined(__aarch64__)
size_t ck_crc32_fold_u8_pmull(uint32_t crc, const void *data, size_t count, uint8_t residue[CK_CRC32_RESIDUE]);
#if defined(__linux__)
#include <sys/auxv.h>
/* HWCAP_PMULL of Linux's asm/hwcap.h. */
static int has_pmull(void) { return (getauxval(AT_HWCAP) & (1 << 4)) != 0; }
#else
static int has_pmull(void) { return 1; }
#endif
#endif

ck_crc32_fold *ck_crc32_fold_for(ck_isa isa) {
    switch (isa) {
#if defined(__x86_64__)
    case CK_AVX2:
        return __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("sse4.1") ? ck_crc32_fold_u8_pclmul : NULL;
    case CK_AVX512:
        return __builtin_cpu_supports("vpclmulqdq") && __builtin_cpu_supports("avx512f") ? ck_crc32_fold_u8_vpclmul
                                                                                        : NULL;
#endif
#if defined(__aarch64__)
    case CK_NEON:
        return has_pmull() ? ck_crc32_fold_u8_pmull : NULL;
#endif
    default:
        return NULL;
    }
}
