/* Plain vectors of four: the instruction set that the compiler was told to assume. */
#define CK_ISA portable
#define CK_LANES 4
#define CK_PANEL_BLOCKS_LIMIT 1
#define CK_TILE_PIXELS {0, 6, 0, 0, 0}
#include "ck_kernels_f32.inc"
