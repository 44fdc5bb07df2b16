/* The instruction set that the compiler was told to assume. */
#define CK_ISA portable
#include "ck_image.inc"
