/* The table of kernels that an instruction set provides. */
#ifndef CK_KERNELS_H
#define CK_KERNELS_H

#include "ck.h"
#include "ck_elements.h"
#include "ck_fused.h"
#include "ck_gemm.h"
#include "ck_norm.h"

/* The most pixels of a tile, of any instruction set. */
enum { CK_TILE_PIXELS_LIMIT = 14 };

enum {
    CK_PANEL_WIDTH_LIMIT = 4 * CK_BLOCK,
    CK_STRIP_COLUMNS = 7, /* columns of a depthwise convolution that are summed together */
    CK_LINE = 16,         /* floats of a cache line */
    CK_PRODUCT_ROWS = 12, /* rows of a product of values that go through its epilogue together */
};

static inline size_t ck_ceiling(size_t n, size_t d) { return (n + d - 1) / d; }

/* Whether sums need no strip: the kernels that sum add a residual and keep to bounds themselves. */
static inline bool ck_is_plain(const ck_epilogue_f32 *e) {
    return e->activation == CK_ACTIVATION_NONE && !e->scale && !(e->activation_first && e->residual);
}

/* `pixels` rows of the output of one panel, over one span of the sum. */
typedef struct {
    const float *const *rows;        /* [taps][pixels]: where the input channels of each tap lie */
    size_t taps, inputs;
    size_t chain;                    /* terms that are summed before they are added to those before */
    const int32_t *channels;         /* [inputs]: where each lies in its row; NULL: one after another */
    const float *weights;            /* [taps][inputs][blocks · CK_BLOCK] */
    const float *next, *next_end;    /* weights that are needed soon, a line for each input at most; or NULL */
    const float *bias;               /* what the span's sum is added to; NULL: to `partial` */
    const float *const *partial;     /* [pixels]: sums of the spans before */
    float *const *outputs;           /* [pixels] */
    const float *const *residuals;   /* [pixels], or NULL */
    float lower, upper;
} ck_tile_f32;

/* `count` rows of sums for the epilogue. Pointers are to the first of `channels` channels, a multiple of CK_BLOCK.
   `output` may be `input`. */
typedef struct {
    const float *input;
    size_t input_stride;
    float *output;
    size_t output_stride;
    const float *scale, *residual; /* or NULL */
    size_t count, channels;
} ck_strip_f32;

/* Rows of the input that the windows of `rows` rows of outputs see. */
static inline size_t ck_padded_height(const ck_window_geometry *g, size_t rows) {
    return (rows - 1) * g->stride_height + (g->kernel_height - 1) * g->dilation_height + 1;
}

/* Columns of the input that all windows see, those of the columns that complete the last CK_STRIP_COLUMNS as well. */
static inline size_t ck_padded_width(const ck_window_geometry *g) {
    const size_t columns = ck_ceiling(g->output_width, CK_STRIP_COLUMNS) * CK_STRIP_COLUMNS;
    return (columns - 1) * g->stride_width + (g->kernel_width - 1) * g->dilation_width + 1;
}

/* One filter a channel on `rows` rows of outputs, whose windows lie in an input with its padding written out: pixels of
   `input_pixel` floats in rows of `input_row`, ck_padded_width pixels a row. */
typedef struct {
    const ck_window_geometry *geometry; /* without the padding */
    const float *input;
    size_t input_pixel, input_row;
    size_t group;         /* channels that a filter sees; more than 1 only if input_pixel is CK_BLOCK */
    const float *weights; /* [taps][group][weight_stride] */
    size_t weight_stride;
    const float *bias;
    float *output;
    size_t output_stride;
    size_t rows, channels; /* channels: whole blocks */
    float lower, upper;
    const ck_epilogue_f32 *epilogue; /* or NULL: nothing follows */
    const float *scale, *residual;   /* of the epilogue, or NULL: from the first channel, those of the first row on */
} ck_padded_rows_f32;

/* Whether windows are single pixels: outputs lie where their inputs do. */
static inline bool ck_is_pixelwise(const ck_channelwise_f32 *op) {
    const ck_window_geometry *g = &op->geometry;
    return op->group <= 1 && g->kernel_height * g->kernel_width == 1 && g->stride_height == 1 && g->stride_width == 1
        && g->output_height == g->input_height && g->output_width == g->input_width;
}

/* Sums and epilogue of pixels begin ..< end of one panel of the operation. */
void ck_gemm_panel(const ck_gemm_f32 *operation, const ck_panel_f32 *panel, size_t begin, size_t end);

/* A tile of 2 × 2 outputs, the first of which is at (sample, y, x). */
typedef struct {
    size_t sample, y, x;
} ck_winograd_tile;

struct ck_kernels_f32 {
    size_t panel_blocks_limit;
    /* The most pixels of a tile, by blocks of its panel. */
    size_t tile_pixels[5];
    void (*pack_filters)(const ck_filter_block_f32 *block);
    void (*gemm)(const ck_tile_f32 *tile, size_t blocks, size_t pixels);
    /* `transformed` is [16][count][inputs, in whole blocks]. */
    void (*winograd_input)(
        const ck_convolution_3x3_f32 *operation, const ck_winograd_tile *tiles, size_t count, float *transformed);
    /* `products` is [16][count][blocks · CK_BLOCK]. Adds the bias and `residual` if that is not NULL. */
    void (*winograd_output)(
        const ck_convolution_3x3_f32 *operation, const ck_panel_f32 *panel, const ck_winograd_tile *tiles, size_t count,
        const float *products, const float *residual, float lower, float upper);
    void (*pool)(const ck_pool_f32 *operation, size_t row);
    void (*finish)(const ck_epilogue_f32 *epilogue, const ck_strip_f32 *strip);
    /* output[i] = input[i] · scale[i] for `count` channels, whole blocks. */
    void (*scale)(const float *input, const float *scale, size_t count, float *output);
    void (*channelwise_rows)(const ck_padded_rows_f32 *rows);
    void (*maximum_rows)(const ck_padded_rows_f32 *rows); /* the largest of each window */
    /* Whole tasks. */
    void (*channelwise)(const ck_channelwise_f32 *operation, size_t index, size_t thread);
    void (*matmul)(const ck_matmul_f32 *operation, size_t index, size_t thread);
    void (*attention)(const ck_attention_f32 *operation, size_t index, size_t thread);
    void (*layer_norm)(const ck_layer_norm_f32 *operation, size_t index, size_t thread);
    void (*group_norm_mean)(const ck_group_norm_f32 *operation, size_t index, size_t thread);
    void (*group_norm_variance)(const ck_group_norm_f32 *operation, size_t index, size_t thread);
    void (*group_norm_apply)(const ck_group_norm_f32 *operation, size_t index, size_t thread);
    void (*response_norm_sum)(const ck_response_norm_f32 *operation, size_t index, size_t thread);
    void (*response_norm_apply)(const ck_response_norm_f32 *operation, size_t index, size_t thread);
    void (*l2_normalize)(const ck_l2_normalize_f32 *operation, size_t index, size_t thread);
    void (*softmax)(const ck_softmax_f32 *operation, size_t index, size_t thread);
    void (*reduce)(const ck_reduce_f32 *operation, size_t index, size_t thread);
    void (*reduce_parts)(const ck_reduce_f32 *operation, size_t index, size_t thread);
    void (*activate)(const ck_activate_f32 *operation, size_t index, size_t thread);
    void (*binary)(const ck_binary_f32 *operation, size_t index, size_t thread);
    void (*copy)(const ck_copy_f32 *operation, size_t index, size_t thread);
    void (*resample)(const ck_resample_f32 *operation, size_t index, size_t thread);
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
