/* x86-64 with AVX2 and FMA: a tile of 6 × 16 keeps 12 of 16 registers. */
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define CK_ISA avx2
#define CK_LANES 8
#define CK_PANEL_BLOCKS_LIMIT 1
#define CK_TILE_PIXELS {0, 6, 0, 0, 0}
#include "ck_kernels_f32.inc"
#pragma clang attribute pop
#endif
