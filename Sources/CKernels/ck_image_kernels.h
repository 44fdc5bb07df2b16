/* The table of image kernels that an instruction set provides. */
#ifndef CK_IMAGE_KERNELS_H
#define CK_IMAGE_KERNELS_H

#include "ck_image.h"

struct ck_image_kernels {
    void (*horizontal[CK_IMAGE_ARITHMETICS])(const ck_image_horizontal *pass);
    void (*vertical[CK_IMAGE_ARITHMETICS])(const ck_image_vertical *pass);
    void (*normalize)(const ck_image_normalization *operation);
};

extern const ck_image_kernels ck_image_kernels_portable;
#if defined(__x86_64__)
extern const ck_image_kernels ck_image_kernels_avx2;
extern const ck_image_kernels ck_image_kernels_avx512;
#endif
#if defined(__aarch64__)
extern const ck_image_kernels ck_image_kernels_neon;
#endif

#endif
