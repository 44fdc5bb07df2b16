/* The table of kernels that an instruction set provides. */
#ifndef CK_KERNELS_H
#define CK_KERNELS_H

#include "ck.h"

/* `pixels` rows of the output of one panel, over one span of the sum. */
typedef struct {
    const float *const *rows; /* [taps][pixels]: where the input channels of each tap lie */
    size_t taps, inputs;
    const float *weights; /* [taps][inputs][blocks · CK_BLOCK] */
    const float *bias;    /* what the span's sum is added to; NULL: to what `output` holds */
    const float *residual;
    float *output;
    size_t output_stride; /* also of residual */
    float lower, upper;
} ck_tile_f32;

/* A tile of 2 × 2 outputs, the first of which is at (sample, y, x). */
typedef struct {
    size_t sample, y, x;
} ck_winograd_tile;

struct ck_kernels_f32 {
    size_t panel_blocks_limit;
    /* The most pixels of a tile, by blocks of its panel. */
    size_t tile_pixels[5];
    void (*gemm)(const ck_tile_f32 *tile, size_t blocks, size_t pixels);
    /* `transformed` is [16][count][input_stride]. */
    void (*winograd_input)(
        const ck_winograd_f32 *operation, const ck_winograd_tile *tiles, size_t count, float *transformed);
    /* `products` is [16][count][blocks · CK_BLOCK]. */
    void (*winograd_output)(
        const ck_winograd_f32 *operation, const ck_panel_f32 *panel, const ck_winograd_tile *tiles, size_t count,
        const float *products);
    void (*depthwise)(const ck_depthwise_f32 *operation, size_t row);
    void (*pool)(const ck_pool_f32 *operation, size_t row);
    void (*pointwise)(const ck_pointwise_f32 *operation, size_t first, size_t end);
};

extern const ck_kernels_f32 ck_kernels_f32_portable;
#if defined(__x86_64__)
extern const ck_kernels_f32 ck_kernels_f32_avx2;
extern const ck_kernels_f32 ck_kernels_f32_avx512;
#endif
#if defined(__aarch64__)
extern const ck_kernels_f32 ck_kernels_f32_neon;
#endif

#endif
