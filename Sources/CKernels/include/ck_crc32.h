/*
 * CRC-32 as zip and zlib define it: polynomial 0x04C11DB7, bits reflected, complemented before and after.
 *
 * A kernel folds a long run of bytes into 16 that have the same CRC, with carry-less multiplications:
 * V. Gopal and others, "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ Instruction", Intel, 2009. What
 * is left, like every short run, is for zlib.
 */
#ifndef CK_CRC32_H
#define CK_CRC32_H

#include "ck.h"
#include <stdint.h>

enum { CK_CRC32_RESIDUE = 16 };

/* Folds the longest beginning of `data` that this kernel takes. The CRC-32 of what was folded, continuing `crc`, is
   that of `residue`, continuing 0xFFFFFFFF (whose complement, the register at that point, is 0).
   Returns how many bytes were folded: 0, and `residue` is untouched, where they are too few. */
typedef size_t ck_crc32_fold(uint32_t crc, const void *data, size_t count, uint8_t residue[CK_CRC32_RESIDUE]);

/* The kernel for `isa`, or NULL if this CPU does not run it or it has none. CK_AVX2 stands for PCLMULQDQ alone,
   CK_AVX512 for VPCLMULQDQ, CK_NEON for PMULL. */
ck_crc32_fold *ck_crc32_fold_for(ck_isa isa);

#endif
