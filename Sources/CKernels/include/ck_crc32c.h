/*
 * CRC-32 of Castagnoli's polynomial 0x1EDC6F41, bits reflected, complemented before and after: RFC 3720, appendix B.4.
 */
#ifndef CK_CRC32C_H
#define CK_CRC32C_H

#include "ck.h"
#include <stdint.h>

/* The CRC of what gave `crc` followed by `data`; that of nothing is 0. */
typedef uint32_t ck_crc32c(uint32_t crc, const void *data, size_t count);

/* The kernel for `isa`, or NULL if this CPU does not run it or it has none. CK_AVX2 stands for the instruction CRC32 of
   SSE4.2. */
ck_crc32c *ck_crc32c_for(ck_isa isa);

#endif
