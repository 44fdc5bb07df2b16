/* AArch64: a tile of 6 × 16 keeps 24 of 32 registers. */
#if defined(__aarch64__)
#define CK_ISA neon
#define CK_LANES 4
#define CK_PANEL_BLOCKS_LIMIT 1
#define CK_TILE_PIXELS {0, 6, 0, 0, 0}
#include "ck_kernels_f32.inc"
#endif
