/* SIMD micro-kernels of the engine. */
#ifndef CK_H
#define CK_H
#endif
