/*
 * Element by element, copies and resampling. See ck.h for layouts, operations and tasks.
 */
#ifndef CK_ELEMENTS_H
#define CK_ELEMENTS_H

#include <stdint.h>

#include "ck_gemm.h"

/* epilogue(x). `output` may be `input`. A task is `chunk_rows` rows. */
typedef struct {
    const ck_kernels_f32 *kernels;
    ck_epilogue_f32 epilogue;
    const float *input;
    size_t input_stride;
    float *output;
    size_t output_stride;
    size_t channels;
    size_t row_count, chunk_rows;
} ck_activate_f32;

size_t ck_activate_f32_tasks(const ck_activate_f32 *operation);
void ck_activate_f32_task(const void *operation, long index, long thread);

/* Row r of the result reads row r / repeat mod period: (1, rows) for one like the result, (area, N) for one row a
   sample, (1, area) for one that all samples share, (any, 1) for one row. */
typedef struct {
    const float *base;
    size_t stride;
    size_t repeat, period;
    bool is_column; /* the row's first element stands for all channels */
} ck_operand_f32;

typedef enum { CK_BINARY_ADD, CK_BINARY_SUBTRACT, CK_BINARY_MULTIPLY, CK_BINARY_DIVIDE, CK_BINARY_MAXIMUM,
               CK_BINARY_MINIMUM } ck_binary_kind;

/* epilogue(left ∘ right). `output` may be an operand that is like the result. */
typedef struct {
    const ck_kernels_f32 *kernels;
    ck_binary_kind kind;
    ck_operand_f32 left, right;
    ck_epilogue_f32 epilogue;
    float *output;
    size_t output_stride;
    size_t channels;
    size_t row_count, chunk_rows;
} ck_binary_f32;

size_t ck_binary_f32_tasks(const ck_binary_f32 *operation);
void ck_binary_f32_task(const void *operation, long index, long thread);

enum { CK_AXES = 6 };

/* Any rearrangement: output[Σ i·output_strides] = input[Σ i·input_strides] for all i < extents, last axis
   innermost. Strides in floats; unused axes have the extent 1. Permutation, slice, concatenation and broadcast are
   such. Fast where one axis has the stride 1 on both sides, or one on either. A task is `chunk` of the indices of all
   axes but the last two, in order. */
typedef struct {
    const ck_kernels_f32 *kernels;
    size_t extents[CK_AXES];
    ptrdiff_t input_strides[CK_AXES], output_strides[CK_AXES];
    const float *input;
    float *output;
    size_t chunk;
} ck_copy_f32;

size_t ck_copy_f32_tasks(const ck_copy_f32 *operation);
void ck_copy_f32_task(const void *operation, long index, long thread);

/* Row r of the output is row rows[r] of the input, or zeros for −1. Only `channels` channels are written. */
typedef struct {
    const float *input;
    size_t input_stride;
    const int32_t *rows;
    float *output;
    size_t output_stride;
    size_t channels;
    size_t row_count, chunk_rows;
} ck_gather_f32;

size_t ck_gather_f32_tasks(const ck_gather_f32 *operation);
void ck_gather_f32_task(const void *operation, long index, long thread);

/* Channel c of each row of the output is channel channels[c] of the same row of the input. */
typedef struct {
    const float *input;
    size_t input_stride;
    const int32_t *channels; /* [count] */
    float *output;
    size_t output_stride;
    size_t count;
    size_t row_count, chunk_rows;
} ck_select_f32;

size_t ck_select_f32_tasks(const ck_select_f32 *operation);
void ck_select_f32_task(const void *operation, long index, long thread);

/* The `taps` input positions that each output position along an axis is a weighted sum of. */
typedef struct {
    const int32_t *positions; /* [outputs][taps] */
    const float *weights;     /* [outputs][taps] */
    size_t taps, outputs, inputs;
} ck_resample_axis_f32;

/* y = Σ rows.weights · (Σ columns.weights · x), sums in order: nearest, bilinear, bicubic, any filter. A task is a
   row of the output. */
typedef struct {
    const ck_kernels_f32 *kernels;
    const float *input;
    ck_resample_axis_f32 rows, columns;
    float *output;
    size_t stride; /* of input and output */
    size_t batch;
} ck_resample_f32;

size_t ck_resample_f32_tasks(const ck_resample_f32 *operation);
void ck_resample_f32_task(const void *operation, long index, long thread);

#endif
