/* SIMD kernels of the engine. */
#ifndef CK_H
#define CK_H

#include <stddef.h>

/* Tells the CPU that the caller spins. */
static inline void ck_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

#endif
