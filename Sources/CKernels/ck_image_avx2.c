#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#define CK_ISA avx2
#include "ck_image.inc"
#pragma clang attribute pop
#endif
