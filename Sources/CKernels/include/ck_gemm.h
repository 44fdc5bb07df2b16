/*
 * Products: convolutions and linear layers with row maps and epilogues, depthwise convolutions, products of two
 * values. See ck.h for layouts, operations and tasks.
 */
#ifndef CK_GEMM_H
#define CK_GEMM_H

#include <stdbool.h>
#include <stdint.h>

#include "ck.h"

/* ---- Epilogues ---- */

typedef enum {
    CK_ACTIVATION_NONE,
    CK_ACTIVATION_LEAKY_RELU,   /* x < 0 ? parameter · x : x */
    CK_ACTIVATION_SIGMOID,      /* 1 / (1 + e^−x) */
    CK_ACTIVATION_SILU,         /* x · sigmoid(parameter · x); parameter is 1, or 1.702 for "quick GELU" */
    CK_ACTIVATION_GELU,         /* x · Φ(x), by the error function */
    CK_ACTIVATION_HARD_SIGMOID, /* clamp(x + 3, 0, 6) / 6 */
    CK_ACTIVATION_HARD_SWISH,   /* x · clamp(x + 3, 0, 6) / 6 */
    CK_ACTIVATION_TANH,
    CK_ACTIVATION_EXP,
} ck_activation;

/* What follows a sum x (the bias is part of it):
     y = clamp(activation(scale · x + residual)), or clamp(activation(scale · x) + residual)
   with `activation_first`. ReLU and ReLU6 are bounds. */
typedef struct {
    const float *scale;    /* [channels of the output, in whole blocks]: layer scale; or NULL: 1 */
    const float *residual; /* rows like the output's, or NULL: 0 */
    size_t residual_stride;
    ck_activation activation;
    bool activation_first;
    float parameter;
    float lower, upper; /* ∓∞: no bounds */
} ck_epilogue_f32;

/* y = x */
static inline ck_epilogue_f32 ck_epilogue_none(void) {
    const ck_epilogue_f32 none = {.parameter = 1, .lower = -__builtin_inff(), .upper = __builtin_inff()};
    return none;
}

/* ---- Convolution and linear layers ---- */

/* The most rows of a scaled input that a task multiplies at once. */
enum { CK_SCALED_ROWS = 48 };

/* y = epilogue(Σ taps · weights + bias). The input row of tap t and output row p is the first that applies of
     rows[t · pixels + p], −1 standing for zeros;
     what `geometry` says, if its kernel_height is not 0;
     p.
   `output` overlaps neither `input` nor the residual. A task is a chunk of rows of one panel; tasks are in the order of
   chunks, so that neighbours share input rows. Each fetches the first weights of the next panel. */
typedef struct {
    const ck_kernels_f32 *kernels;
    const float *input;
    size_t input_stride;
    const float *zeros; /* as many as a panel has inputs, and as `channels` reaches */
    ck_window_geometry geometry;
    const int32_t *rows;     /* [taps][pixels], or NULL */
    const int32_t *channels; /* [inputs]: where input channel i lies in its row; or NULL: at i */
    size_t taps;
    const ck_panel_f32 *panels;
    size_t panel_count;
    const float *bias; /* [output channels, in whole blocks] */
    ck_epilogue_f32 epilogue;
    float *output;
    size_t output_stride;
    const int32_t *output_rows; /* [pixels]: rows of output (and residual), all different; or NULL: p */
    size_t pixels;              /* output rows */
    size_t chunk_pixels;        /* output rows of one panel that make a task */
    size_t chain;               /* CK_CHAIN or CK_SINGLE_ROW_CHAIN */
    /* What the input's channels are multiplied by first, one row for each `scale_pixels` rows of the input: the gate of a
       squeeze-and-excitation. NULL: nothing. Otherwise there is one tap and one group, and `rows`, `channels`,
       `output_rows` and `geometry` are not set. */
    const float *input_scale;
    size_t scale_pixels, scale_stride; /* scale_stride: floats from row to row */
    float *scratch; /* ck_gemm_f32_scratch floats for each thread */
} ck_gemm_f32;

size_t ck_gemm_f32_scratch(const ck_gemm_f32 *operation);
size_t ck_gemm_f32_tasks(const ck_gemm_f32 *operation);
void ck_gemm_f32_task(const void *operation, long index, long thread);

/* The same for a kernel of 3 × 3 with stride 1, by Winograd's F(2 × 2, 3 × 3): 16 products instead of 36 for each
   2 × 2 outputs and input channel. A task is `chunk_panels` panels of `chunk_tiles` tiles of 2 × 2 outputs; each
   transforms the input channels of its panels, so more panels to a task save work unless they are of different groups,
   and fewer save reading of weights. Inputs of the panels are in ascending order.
   Lavin and Gray, "Fast algorithms for convolutional neural networks", 2016. */
typedef struct {
    const ck_kernels_f32 *kernels;
    size_t batch;
    size_t input_height, input_width;
    size_t output_height, output_width;
    size_t padding_height, padding_width;
    const float *input;
    size_t input_stride, inputs;
    const float *zeros;         /* [inputs, in whole blocks] */
    const ck_panel_f32 *panels; /* weights: [16][inputs][blocks · CK_BLOCK], transformed */
    size_t panel_count;
    const float *bias; /* [output channels, in whole blocks] */
    ck_epilogue_f32 epilogue;
    float *output;
    size_t output_stride;
    size_t chunk_tiles, chunk_panels; /* chunk_tiles: at most CK_WINOGRAD_TILES */
    float *scratch;                   /* for each thread ck_winograd_f32_scratch(inputs in whole blocks, chunk_tiles) */
} ck_convolution_3x3_f32;

enum { CK_WINOGRAD_TILES = 64, CK_WINOGRAD_PRODUCTS = 16 };

/* Filters for one block of a panel. The `lanes` filters become lanes first_lane and up of rows of CK_BLOCK floats, whose
   other lanes are zero. */
typedef struct {
    const ck_kernels_f32 *kernels;
    const float *filters; /* [lanes][inputs][taps] */
    const double *scale;  /* [lanes]: what a filter is multiplied by, in double precision and rounded once; or NULL */
    size_t first_lane, lanes, inputs, taps;
    bool is_transformed; /* 9 taps g become the 16 of Winograd's F(2 × 2, 3 × 3), G g Gᵀ, in double precision and rounded
                            once; G = [1 0 0; ½ ½ ½; ½ −½ ½; 0 0 1] */
    float *output;       /* the row of input 0 and tap 0 */
    size_t input_stride, tap_stride; /* floats from the row of an input, and of a tap, to that of the next */
} ck_filter_block_f32;

void ck_pack_filters_f32(const ck_filter_block_f32 *block);

/* Floats of scratch for each thread. */
size_t ck_winograd_f32_scratch(size_t input_stride, size_t chunk_tiles);
size_t ck_convolution_3x3_f32_tasks(const ck_convolution_3x3_f32 *operation);
void ck_convolution_3x3_f32_task(const void *operation, long index, long thread);

/* One filter a channel, or groups of 2, 4, 8 or 16 channels all of which its filters see (for larger groups panels of
   ck_gemm_f32 are faster): y = epilogue(conv(x) + bias), any kernel, stride and dilation. A task is `strip_rows` rows
   of the output in `strip_blocks` blocks of channels. */
typedef struct {
    const ck_kernels_f32 *kernels;
    ck_window_geometry geometry;
    const float *input;
    size_t input_stride;
    size_t group;         /* channels of a group: 2, 4, 8 or 16; 0 or 1: none */
    const float *weights; /* [kernel_height · kernel_width][group][channels, in whole blocks] */
    const float *bias;    /* [channels, in whole blocks] */
    ck_epilogue_f32 epilogue;
    float *output;
    size_t output_stride;
    size_t channels, batch;
    size_t strip_rows, strip_blocks;
    float *scratch; /* ck_channelwise_f32_scratch floats for each thread */
} ck_channelwise_f32;

size_t ck_channelwise_f32_scratch(const ck_channelwise_f32 *operation);
size_t ck_channelwise_f32_tasks(const ck_channelwise_f32 *operation);
void ck_channelwise_f32_task(const void *operation, long index, long thread);

/* ---- Product of two values ---- */

/* For b < batch[0], c < batch[1], with the matrices at b · ..._batch[0] + c · ..._batch[1]:
     output[m][n] = epilogue(alpha · Σ left[m][k] · right[k][n] + row_bias[m])
   Element [m][k] of left lies at m · left_row + k · left_inner, [k][n] of right at k · right_inner +
   n · right_column, [m][n] of output at m · output_row + n; nothing is written past its columns. Sums are cut into
   spans as in ck_gemm_f32. Residuals lie like the output, `residual_stride` in place of output_row; the epilogue's
   scale is [columns, in whole blocks]. A task is `block_rows` × `block_columns` of one matrix. */
typedef struct {
    const ck_kernels_f32 *kernels;
    const float *left, *right;
    float *output;
    size_t batch[2];
    size_t left_batch[2], right_batch[2], output_batch[2];
    size_t rows, inner, columns;
    size_t left_row, left_inner, right_inner, right_column, output_row;
    float alpha;
    const float *row_bias; /* [rows], or NULL */
    ck_epilogue_f32 epilogue;
    size_t block_rows, block_columns; /* block_columns: a multiple of CK_BLOCK */
    float *scratch;                   /* ck_matmul_f32_scratch floats for each thread */
} ck_matmul_f32;

size_t ck_matmul_f32_scratch(const ck_matmul_f32 *operation);
size_t ck_matmul_f32_tasks(const ck_matmul_f32 *operation);
void ck_matmul_f32_task(const void *operation, long index, long thread);

/* ---- Attention ---- */

/* For each window w and head h:
     output = softmax(scale · query · keyᵀ + bias[w][h] + mask[w mod mask_windows]) · value
   Query i of window w is row query_rows[w · queries + i] of `query` (NULL: row w · queries + i), channels
   h · query_head ..< h · query_head + depth; keys, values and output likewise. So q, k and v may lie in one packed
   matrix and windows may be scattered. Rows of bias and mask are readable up to whole blocks of keys. A task is
   `block_queries` queries of one head of one window. */
typedef struct {
    const ck_kernels_f32 *kernels;
    const float *query, *key, *value;
    float *output;
    size_t query_stride, key_stride, value_stride, output_stride; /* floats from row to row */
    size_t query_head, key_head, value_head, output_head;         /* floats from head to head; 0: shared */
    const int32_t *query_rows; /* [windows][queries], also of the output; or NULL */
    const int32_t *key_rows;   /* [windows][keys], also of the values; or NULL */
    size_t windows, heads, queries, keys;
    size_t depth, value_depth;
    float scale;
    const float *bias; /* [windows][heads][queries][keys], or NULL */
    size_t bias_window, bias_head, bias_row; /* bias_window 0: all windows share it */
    const float *mask; /* [mask_windows][queries][keys], or NULL */
    size_t mask_windows, mask_window, mask_row;
    size_t block_queries;
    float *scratch; /* ck_attention_f32_scratch floats for each thread */
} ck_attention_f32;

size_t ck_attention_f32_scratch(const ck_attention_f32 *operation);
size_t ck_attention_f32_tasks(const ck_attention_f32 *operation);
void ck_attention_f32_task(const void *operation, long index, long thread);

#endif
