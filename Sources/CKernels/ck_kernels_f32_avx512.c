/* x86-64 with AVX-512F: tiles of 14 × 32, 8 × 48 and 6 × 64 keep 24 to 28 of 32 registers. */
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx512f,fma"))), apply_to = function)
#define CK_ISA avx512
#define CK_LANES 16
#define CK_PANEL_BLOCKS_LIMIT 4
#define CK_TILE_PIXELS {0, 14, 14, 8, 6}
#include "ck_kernels_f32.inc"
#pragma clang attribute pop
#endif
