#include "ck_kernels.h"

size_t ck_channelwise_f32_scratch(const ck_channelwise_f32 *op) {
    if (ck_is_pixelwise(op)) return 0;
    return ck_padded_height(&op->geometry, op->strip_rows) * ck_padded_width(&op->geometry) * CK_BLOCK;
}

size_t ck_matmul_f32_scratch(const ck_matmul_f32 *op) {
    const size_t width = ck_ceiling(op->block_columns, CK_BLOCK) * CK_BLOCK;
    return (width + (op->left_inner == 1 ? 0 : CK_BLOCK)) * op->inner + CK_PRODUCT_ROWS * width;
}

size_t ck_attention_f32_scratch(const ck_attention_f32 *op) {
    const size_t scores = ck_ceiling(op->keys, CK_BLOCK) * CK_BLOCK;
    const size_t results = ck_ceiling(op->value_depth, CK_BLOCK) * CK_BLOCK;
    return scores * op->depth + results * op->keys + CK_PRODUCT_ROWS * (scores + results);
}

size_t ck_reduce_f32_scratch(const ck_reduce_f32 *op) {
    return op->batch * ck_ceiling(op->area, CK_PART_ROWS) * ck_ceiling(op->channels, CK_BLOCK) * CK_BLOCK;
}

size_t ck_group_norm_f32_scratch(const ck_group_norm_f32 *op) {
    return 4 * op->batch * ck_ceiling(op->area, CK_PART_ROWS) * op->stride;
}

size_t ck_response_norm_f32_scratch(const ck_response_norm_f32 *op) {
    return 2 * op->batch * ck_ceiling(op->area, CK_PART_ROWS) * op->stride;
}
