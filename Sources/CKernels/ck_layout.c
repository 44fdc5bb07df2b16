#include <string.h>

#include "ck_kernels.h"

size_t ck_interleave_f32_tasks(const ck_interleave_f32 *op) {
    return op->batch * (op->top + op->height + op->bottom);
}

/* A row of pixels of three channels, in a form that the compiler vectorises. */
static void interleave_colours(const float *input, size_t plane, size_t width, float *restrict output) {
    const float *red = input, *green = input + plane, *blue = input + 2 * plane;
    for (size_t x = 0; x < width; ++x) {
        output[3 * x] = red[x];
        output[3 * x + 1] = green[x];
        output[3 * x + 2] = blue[x];
    }
}

void ck_interleave_f32_task(const void *operation, long index, long thread) {
    (void)thread;
    const ck_interleave_f32 *op = operation;
    const size_t rows = op->top + op->height + op->bottom, columns = op->left + op->width + op->right;
    const size_t sample = (size_t)index / rows, row = (size_t)index % rows - op->top;
    float *output = op->output + (size_t)index * columns * op->stride;
    if (row >= op->height) {
        memset(output, 0, columns * op->stride * sizeof *output);
        return;
    }
    memset(output, 0, op->left * op->stride * sizeof *output);
    output += op->left * op->stride;
    const float *input = op->input + (sample * op->channels * op->height + row) * op->width;
    const size_t area = op->height * op->width;
    if (op->channels == 3 && op->stride == 3) {
        interleave_colours(input, area, op->width, output);
    } else {
        for (size_t channel = 0; channel < op->channels; ++channel) {
            const float *plane = input + channel * area;
            for (size_t x = 0; x < op->width; ++x) output[x * op->stride + channel] = plane[x];
        }
        for (size_t channel = op->channels; channel < op->stride; ++channel) {
            for (size_t x = 0; x < op->width; ++x) output[x * op->stride + channel] = 0;
        }
    }
    memset(output + op->width * op->stride, 0, op->right * op->stride * sizeof *output);
}

size_t ck_gather_f32_tasks(const ck_gather_f32 *op) { return ck_ceiling(op->row_count, op->chunk_rows); }

void ck_gather_f32_task(const void *operation, long index, long thread) {
    (void)thread;
    const ck_gather_f32 *op = operation;
    const size_t begin = (size_t)index * op->chunk_rows;
    const size_t end = begin + op->chunk_rows < op->row_count ? begin + op->chunk_rows : op->row_count;
    for (size_t row = begin; row < end; ++row) {
        float *output = op->output + row * op->output_stride;
        if (op->rows[row] < 0) {
            memset(output, 0, op->channels * sizeof *output);
        } else {
            memcpy(output, op->input + (size_t)op->rows[row] * op->input_stride, op->channels * sizeof *output);
        }
    }
}

size_t ck_select_f32_tasks(const ck_select_f32 *op) { return ck_ceiling(op->row_count, op->chunk_rows); }

void ck_select_f32_task(const void *operation, long index, long thread) {
    (void)thread;
    const ck_select_f32 *op = operation;
    const size_t begin = (size_t)index * op->chunk_rows;
    const size_t end = begin + op->chunk_rows < op->row_count ? begin + op->chunk_rows : op->row_count;
    for (size_t row = begin; row < end; ++row) {
        const float *restrict input = op->input + row * op->input_stride;
        float *restrict output = op->output + row * op->output_stride;
        for (size_t c = 0; c < op->count; ++c) output[c] = input[op->channels[c]];
    }
}
