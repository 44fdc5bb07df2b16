#include "ck_kernels.h"

size_t ck_pool_f32_tasks(const ck_pool_f32 *op) { return op->batch * op->row_count; }

void ck_pool_f32_task(const void *operation, long index, long thread) {
    (void)thread;
    const ck_pool_f32 *op = operation;
    op->kernels->pool(op, (size_t)index);
}

/* A task that the instruction set does as a whole. */
#define CK_TASK(operation_name, kernel) \
    void ck_##operation_name##_task(const void *operation, long index, long thread) { \
        const ck_##operation_name *op = operation; \
        op->kernels->kernel(op, (size_t)index, (size_t)thread); \
    }
#define CK_STEP(operation_name, step, kernel) \
    void ck_##operation_name##_##step##_task(const void *operation, long index, long thread) { \
        const ck_##operation_name *op = operation; \
        op->kernels->kernel(op, (size_t)index, (size_t)thread); \
    }

size_t ck_channelwise_f32_tasks(const ck_channelwise_f32 *op) {
    return op->batch * ck_ceiling(op->geometry.output_height, op->strip_rows)
        * ck_ceiling(ck_ceiling(op->channels, CK_BLOCK), op->strip_blocks);
}
CK_TASK(channelwise_f32, channelwise)

size_t ck_matmul_f32_tasks(const ck_matmul_f32 *op) {
    return op->batch[0] * op->batch[1] * ck_ceiling(op->rows, op->block_rows)
        * ck_ceiling(op->columns, op->block_columns);
}
CK_TASK(matmul_f32, matmul)

size_t ck_attention_f32_tasks(const ck_attention_f32 *op) {
    return op->windows * op->heads * ck_ceiling(op->queries, op->block_queries);
}
CK_TASK(attention_f32, attention)

size_t ck_layer_norm_f32_tasks(const ck_layer_norm_f32 *op) { return ck_ceiling(op->row_count, op->chunk_rows); }
CK_TASK(layer_norm_f32, layer_norm)

size_t ck_l2_normalize_f32_tasks(const ck_l2_normalize_f32 *op) { return ck_ceiling(op->row_count, op->chunk_rows); }
CK_TASK(l2_normalize_f32, l2_normalize)

size_t ck_softmax_f32_tasks(const ck_softmax_f32 *op) { return ck_ceiling(op->row_count, op->chunk_rows); }
CK_TASK(softmax_f32, softmax)

size_t ck_activate_f32_tasks(const ck_activate_f32 *op) { return ck_ceiling(op->row_count, op->chunk_rows); }
CK_TASK(activate_f32, activate)

size_t ck_binary_f32_tasks(const ck_binary_f32 *op) { return ck_ceiling(op->row_count, op->chunk_rows); }
CK_TASK(binary_f32, binary)

size_t ck_reduce_f32_tasks(const ck_reduce_f32 *op) {
    return op->batch * ck_ceiling(ck_ceiling(op->channels, CK_BLOCK), op->chunk_blocks);
}
CK_TASK(reduce_f32, reduce)
size_t ck_reduce_f32_parts_tasks(const ck_reduce_f32 *op) { return op->batch * ck_ceiling(op->area, CK_PART_ROWS); }
CK_STEP(reduce_f32, parts, reduce_parts)

size_t ck_copy_f32_tasks(const ck_copy_f32 *op) {
    return ck_ceiling(op->extents[0] * op->extents[1] * op->extents[2] * op->extents[3], op->chunk);
}
CK_TASK(copy_f32, copy)

size_t ck_resample_f32_tasks(const ck_resample_f32 *op) { return op->batch * op->rows.outputs; }
CK_TASK(resample_f32, resample)

size_t ck_group_norm_f32_tasks(const ck_group_norm_f32 *op) { return op->batch * ck_ceiling(op->area, CK_PART_ROWS); }
CK_STEP(group_norm_f32, mean, group_norm_mean)
CK_STEP(group_norm_f32, variance, group_norm_variance)
CK_STEP(group_norm_f32, apply, group_norm_apply)

size_t ck_response_norm_f32_tasks(const ck_response_norm_f32 *op) {
    return op->batch * ck_ceiling(op->area, CK_PART_ROWS);
}
CK_STEP(response_norm_f32, sum, response_norm_sum)
CK_STEP(response_norm_f32, apply, response_norm_apply)
