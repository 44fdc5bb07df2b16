#if defined(__aarch64__)
#define CK_ISA neon
#include "ck_image.inc"
#endif
