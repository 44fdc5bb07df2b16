#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl"))), apply_to = function)
#define CK_ISA avx512
#include "ck_image.inc"
#pragma clang attribute pop
#endif
