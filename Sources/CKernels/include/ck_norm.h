/*
 * Operations whose result depends on a whole row or map: normalisations, softmax, reductions. Sums over the
 * channels of a row: 16 lanes, each summing every 16th channel, and a fixed tree of the lanes. Sums over rows:
 * parts of CK_PART_ROWS rows, added in order. See ck.h for layouts, operations and tasks.
 */
#ifndef CK_NORM_H
#define CK_NORM_H

#include <stdint.h>

#include "ck_gemm.h"

enum { CK_PART_ROWS = 64 };

/* y = (x − mean) / √(variance + epsilon) · weight + bias over the channels of each row, then the activation of
   `epilogue` and its bounds. An output row joins the `channels` channels of `taps` input rows, one after another:
   rows[t · row_count + r], −1 standing for zeros; NULL: r, for one tap. A task is `chunk_rows` rows. `output` may be
   `input` where `rows` is NULL. */
typedef struct {
    const ck_kernels_f32 *kernels;
    const float *input;
    size_t input_stride;
    const int32_t *rows;
    const float *zeros; /* [channels, in whole blocks]; NULL where no row is −1 */
    size_t taps, channels;
    const float *weight, *bias; /* [taps · channels, in whole blocks], or NULL */
    float epsilon;
    ck_epilogue_f32 epilogue; /* neither scale nor residual */
    float *output;
    size_t output_stride;
    size_t row_count, chunk_rows;
} ck_layer_norm_f32;

size_t ck_layer_norm_f32_tasks(const ck_layer_norm_f32 *operation);
void ck_layer_norm_f32_task(const void *operation, long index, long thread);

/* The same over `area` rows and channels / groups channels of each sample. Three steps, each of ..._tasks tasks:
   mean, variance, apply. */
typedef struct {
    const ck_kernels_f32 *kernels;
    const float *input;
    size_t stride; /* of input and output */
    size_t batch, area, channels, groups;
    const float *weight, *bias; /* [channels, in whole blocks], or NULL */
    float epsilon;
    ck_epilogue_f32 epilogue; /* residual at `residual_stride`; no scale */
    float *output;
    float *scratch; /* ck_group_norm_f32_scratch floats, of the whole operation */
} ck_group_norm_f32;

size_t ck_group_norm_f32_scratch(const ck_group_norm_f32 *operation);
size_t ck_group_norm_f32_tasks(const ck_group_norm_f32 *operation);
void ck_group_norm_f32_mean_task(const void *operation, long index, long thread);
void ck_group_norm_f32_variance_task(const void *operation, long index, long thread);
void ck_group_norm_f32_apply_task(const void *operation, long index, long thread);

/* Global response normalisation: g = √Σx² over the `area` rows of a sample, a channel at a time;
   y = weight · x · g / (mean of g over channels + epsilon) + bias + x. Two steps, each of ..._tasks tasks: sum, apply.
   `output` may be `input`. Woo et al., "ConvNeXt V2", 2023. */
typedef struct {
    const ck_kernels_f32 *kernels;
    const float *input;
    size_t stride; /* of input and output */
    size_t batch, area, channels;
    const float *weight, *bias; /* [channels, in whole blocks] */
    float epsilon;
    float *output;
    float *scratch; /* ck_response_norm_f32_scratch floats, of the whole operation */
} ck_response_norm_f32;

size_t ck_response_norm_f32_scratch(const ck_response_norm_f32 *operation);
size_t ck_response_norm_f32_tasks(const ck_response_norm_f32 *operation);
void ck_response_norm_f32_sum_task(const void *operation, long index, long thread);
void ck_response_norm_f32_apply_task(const void *operation, long index, long thread);

/* x / max(‖x‖, epsilon) · scale[s] over `channels` channels from s · segment of each row, for s < segments: heads of
   queries and keys. Nothing else of the row is written. `output` may be `input`. */
typedef struct {
    const ck_kernels_f32 *kernels;
    const float *input;
    size_t input_stride;
    size_t segments, segment, channels;
    const float *scale; /* [segments], or NULL: 1 */
    float epsilon;
    float *output;
    size_t output_stride;
    size_t row_count, chunk_rows;
} ck_l2_normalize_f32;

size_t ck_l2_normalize_f32_tasks(const ck_l2_normalize_f32 *operation);
void ck_l2_normalize_f32_task(const void *operation, long index, long thread);

/* e^(z − max z) / Σ over the channels of each row, z = scale · x + mask. Row r reads row
   r / mask_repeat mod mask_rows of the mask. `output` may be `input`. */
typedef struct {
    const ck_kernels_f32 *kernels;
    const float *input;
    size_t input_stride;
    size_t channels;
    float scale;
    const float *mask; /* [mask_rows][mask_stride], or NULL */
    size_t mask_stride, mask_rows, mask_repeat;
    float *output;
    size_t output_stride;
    size_t row_count, chunk_rows;
} ck_softmax_f32;

size_t ck_softmax_f32_tasks(const ck_softmax_f32 *operation);
void ck_softmax_f32_task(const void *operation, long index, long thread);

typedef enum { CK_REDUCE_MEAN, CK_REDUCE_SUM, CK_REDUCE_MAX } ck_reduction;

/* One row of the output for `area` rows of each sample. A task is `chunk_blocks` blocks of channels. With `parts`, a step
   of ..._parts_tasks tasks runs first. Each of its tasks reduces CK_PART_ROWS rows of all channels, and this step reads
   `parts` in place of `input`. */
typedef struct {
    const ck_kernels_f32 *kernels;
    ck_reduction kind;
    const float *input;
    size_t input_stride;
    size_t batch, area, channels;
    float *output;
    size_t output_stride;
    size_t chunk_blocks;
    float *parts; /* ck_reduce_f32_scratch floats, of the whole operation; or NULL */
} ck_reduce_f32;

size_t ck_reduce_f32_scratch(const ck_reduce_f32 *operation);
size_t ck_reduce_f32_parts_tasks(const ck_reduce_f32 *operation);
void ck_reduce_f32_parts_task(const void *operation, long index, long thread);

size_t ck_reduce_f32_tasks(const ck_reduce_f32 *operation);
void ck_reduce_f32_task(const void *operation, long index, long thread);

#endif
