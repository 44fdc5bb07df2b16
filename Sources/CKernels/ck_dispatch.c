#include "ck_kernels.h"

const ck_kernels_f32 *ck_kernels_for(ck_isa isa) {
    switch (isa) {
    case CK_PORTABLE:
        return &ck_kernels_f32_portable;
#if defined(__x86_64__)
    case CK_AVX2:
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &ck_kernels_f32_avx2 : NULL;
    case CK_AVX512:
        return __builtin_cpu_supports("avx512f") ? &ck_kernels_f32_avx512 : NULL;
#endif
#if defined(__aarch64__)
    case CK_NEON:
        return &ck_kernels_f32_neon;
#endif
    default:
        return NULL;
    }
}

size_t ck_panel_blocks_limit(const ck_kernels_f32 *kernels) { return kernels->panel_blocks_limit; }
