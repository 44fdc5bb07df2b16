/*
 * SIMD kernels for images of 8-bit samples: the passes of a resize, and normalisation.
 *
 * A resize is two passes of weighted sums, along rows and along columns. Each sum is one chain whose order does not
 * depend on the instruction set, and nothing is contracted to fused multiply-adds: the bytes are those of OpenCV and
 * Pillow under every instruction set. Sums of integers wrap around.
 */
#ifndef CK_IMAGE_H
#define CK_IMAGE_H

#include "ck.h"
#include <stdint.h>

/* How samples become sums, and sums samples. */
typedef enum {
    /* Weights int32 with 22 fractional bits; uint8 → uint8 in both passes. */
    CK_IMAGE_PILLOW,
    /* Weights int32 with 11 fractional bits; uint8 → int16 that lack 4 of 11 fractional bits → uint8. Two taps. */
    CK_IMAGE_LINEAR,
    /* Weights int32 with 11 fractional bits; uint8 → int32 → uint8 through floats. Four taps. */
    CK_IMAGE_CUBIC,
    /* The same through integers, any number of taps. */
    CK_IMAGE_FIXED,
    /* Weights float; uint8 → float → uint8. */
    CK_IMAGE_AREA,
} ck_image_arithmetic;

enum { CK_IMAGE_ARITHMETICS = CK_IMAGE_AREA + 1 };

typedef struct ck_image_kernels ck_image_kernels;

/* The kernels for `isa`, or NULL if this CPU does not run them. CK_AVX512 stands for AVX-512F, BW and VL. */
const ck_image_kernels *ck_image_kernels_for(ck_isa isa);

/* Sums along rows. Output i of a row is the sum of pixels first[i] ..< first[i] + taps, each times its weight. */
typedef struct {
    const uint8_t *input; /* [rows][inputs · channels] */
    size_t input_stride;  /* samples between rows */
    size_t rows, inputs, channels;
    const int32_t *first; /* [outputs]; first[i] + taps ≤ inputs */
    const void *weights;  /* [outputs][taps] */
    size_t outputs, taps;
    void *output;         /* [rows][outputs · channels] */
    size_t output_stride; /* elements between rows */
    void *scratch;        /* ck_image_scratch(inputs, outputs, channels) bytes, aligned to 64 */
} ck_image_horizontal;

size_t ck_image_scratch(size_t inputs, size_t outputs, size_t channels);
void ck_image_horizontal_pass(
    const ck_image_kernels *kernels, ck_image_arithmetic arithmetic, const ck_image_horizontal *pass);

/* Sums along columns, for one row of the output. */
typedef struct {
    const void *const *rows; /* [taps] of count elements */
    const void *weights;     /* [taps] */
    size_t taps, count;
    /* CK_IMAGE_CUBIC: where elements begin that are summed as CK_IMAGE_FIXED does; at most count. */
    size_t floats;
    uint8_t *output; /* [count] */
} ck_image_vertical;

void ck_image_vertical_pass(
    const ck_image_kernels *kernels, ck_image_arithmetic arithmetic, const ck_image_vertical *pass);

/* (x − mean) / deviation in IEEE single precision, each channel in a plane of its own. */
typedef struct {
    const uint8_t *input; /* [height][width · channels] */
    size_t input_stride;
    size_t height, width, channels; /* 1 or 3 channels */
    int flips;                      /* whether the order of the channels is reversed */
    const float *mean, *deviation;  /* [channels of the output], in its order */
    float *output;                  /* [channels][height][width] */
    size_t output_stride;           /* elements between rows */
    size_t output_plane;            /* elements between channels */
} ck_image_normalization;

void ck_image_normalize(const ck_image_kernels *kernels, const ck_image_normalization *operation);

#endif
