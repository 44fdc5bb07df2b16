/*
 * Layers that follow each other, fused by strips of rows: what lies between them stays in the second-level cache. The
 * results have the bits of the single operations. See ck.h for layouts, operations and tasks.
 */
#ifndef CK_FUSED_H
#define CK_FUSED_H

#include "ck_norm.h"

/* y = epilogue(x · weights + bias) */
typedef struct {
    const ck_panel_f32 *panels;
    size_t panel_count;
    const float *bias; /* [output channels, in whole blocks] */
    ck_epilogue_f32 epilogue;
} ck_layer_f32;

/* output = second(first(norm(input))), a row at a time: the perceptron of a transformer or of ConvNeXt. `norm` may be
   absent. `output` may be `input` only if the sum of `second` is of one span. A task is `strip_rows` rows. */
typedef struct {
    const ck_kernels_f32 *kernels;
    const float *input;
    size_t input_stride, inputs;
    bool has_norm;
    const float *norm_weight, *norm_bias; /* [inputs, in whole blocks], or NULL */
    float epsilon;
    ck_layer_f32 first, second; /* their residuals have the rows of `input`; that of `first` is NULL */
    size_t hidden;              /* outputs of `first` */
    float *output;
    size_t output_stride;
    size_t row_count, strip_rows;
    float *scratch; /* ck_perceptron_f32_scratch floats for each thread */
} ck_perceptron_f32;

size_t ck_perceptron_f32_scratch(const ck_perceptron_f32 *operation);
size_t ck_perceptron_f32_tasks(const ck_perceptron_f32 *operation);
void ck_perceptron_f32_task(const void *operation, long index, long thread);

typedef enum {
    CK_WINDOWS_CONVOLVE, /* one filter a channel */
    CK_WINDOWS_MAXIMUM,  /* the largest value, zeros in the padding: for what `expand` keeps from being negative */
} ck_windows;

/* output = project(windows(expand(input))): an inverted residual, or a stem with what follows it. `expand` is a layer
   of single pixels, or a convolution if expand_geometry has a kernel; its output is the input of `geometry`. Without
   panels of `project` the output is that of the windows, for what needs all of it first. A task is `strip_rows` rows of
   the output; without `project`, of `strip_panels` panels of `expand`. Strips expand the rows that their windows share
   anew. */
typedef struct {
    const ck_kernels_f32 *kernels;
    const float *input;
    size_t input_stride;
    const int32_t *input_channels; /* `channels` of ck_gemm_f32 */
    const float *zeros;            /* as in ck_gemm_f32; NULL for a layer of single pixels */
    ck_window_geometry expand_geometry;
    ck_layer_f32 expand;
    ck_window_geometry geometry; /* of the windows; no dilation for the maximum */
    ck_windows windows;
    const float *weights, *bias; /* of the depthwise convolution, as in ck_channelwise_f32 */
    ck_epilogue_f32 epilogue;    /* of the windows; no residual */
    size_t channels;             /* expanded */
    ck_layer_f32 project;
    float *output;
    size_t output_stride;
    size_t batch, strip_rows, strip_panels;
    float *scratch; /* ck_inverted_residual_f32_scratch floats for each thread */
} ck_inverted_residual_f32;

size_t ck_inverted_residual_f32_scratch(const ck_inverted_residual_f32 *operation);
size_t ck_inverted_residual_f32_tasks(const ck_inverted_residual_f32 *operation);
void ck_inverted_residual_f32_task(const void *operation, long index, long thread);

#endif
