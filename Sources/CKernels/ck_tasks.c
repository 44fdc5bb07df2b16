#include "ck_kernels.h"

size_t ck_depthwise_f32_tasks(const ck_depthwise_f32 *op) { return op->batch * op->geometry.output_height; }

void ck_depthwise_f32_task(const void *operation, long index, long thread) {
    (void)thread;
    const ck_depthwise_f32 *op = operation;
    op->kernels->depthwise(op, (size_t)index);
}

size_t ck_pool_f32_tasks(const ck_pool_f32 *op) { return op->batch * op->row_count; }

void ck_pool_f32_task(const void *operation, long index, long thread) {
    (void)thread;
    const ck_pool_f32 *op = operation;
    op->kernels->pool(op, (size_t)index);
}

size_t ck_pointwise_f32_tasks(const ck_pointwise_f32 *op) {
    return (op->pixels + op->chunk_pixels - 1) / op->chunk_pixels;
}

void ck_pointwise_f32_task(const void *operation, long index, long thread) {
    (void)thread;
    const ck_pointwise_f32 *op = operation;
    const size_t first = (size_t)index * op->chunk_pixels;
    const size_t end = first + op->chunk_pixels < op->pixels ? first + op->chunk_pixels : op->pixels;
    op->kernels->pointwise(op, first, end);
}
