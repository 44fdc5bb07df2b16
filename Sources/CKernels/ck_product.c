#include "ck_product.h"

/* No fused multiply-add: the results are those of the textbook's two operations on every instruction set. */
#pragma STDC FP_CONTRACT OFF

enum { PART = 256 };

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#define CK_ISA avx2
#define CK_DOUBLES 4
#define CK_ROWS 6
#include "ck_product.inc"
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx512f"))), apply_to = function)
#define CK_ISA avx512
#define CK_DOUBLES 8
#define CK_ROWS 8
#include "ck_product.inc"
#pragma clang attribute pop
#endif

/* The instruction set that the compiler was told to assume. */
#define CK_ISA portable
#define CK_DOUBLES 2
#if defined(__aarch64__)
#define CK_ROWS 4
#else
#define CK_ROWS 2
#endif
#include "ck_product.inc"

void ck_product_f64_perform(const ck_product_f64 *operation) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f")) return ck_product_f64_avx512(operation);
    if (__builtin_cpu_supports("avx2")) return ck_product_f64_avx2(operation);
#endif
    ck_product_f64_portable(operation);
}
