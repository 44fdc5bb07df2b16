#include "ck_kernels.h"

size_t ck_channelwise_f32_scratch(const ck_channelwise_f32 *op) {
    const ck_window_geometry *g = &op->geometry;
    const size_t columns = ck_ceiling(g->output_width, CK_STRIP_COLUMNS) * CK_STRIP_COLUMNS;
    const size_t width = (columns - 1) * g->stride_width + (g->kernel_width - 1) * g->dilation_width + 1;
    const size_t height = (op->strip_rows - 1) * g->stride_height + (g->kernel_height - 1) * g->dilation_height + 1;
    return height * width * CK_BLOCK;
}

size_t ck_matmul_f32_scratch(const ck_matmul_f32 *op) {
    const size_t width = ck_ceiling(op->block_columns, CK_BLOCK) * CK_BLOCK;
    return (width + (op->left_inner == 1 ? 0 : CK_PRODUCT_ROWS)) * op->inner + CK_PRODUCT_ROWS * width;
}

size_t ck_attention_f32_scratch(const ck_attention_f32 *op) {
    const size_t scores = ck_ceiling(op->keys, CK_BLOCK) * CK_BLOCK;
    const size_t results = ck_ceiling(op->value_depth, CK_BLOCK) * CK_BLOCK;
    return scores * op->depth + results * op->keys + CK_PRODUCT_ROWS * (scores + results);
}

size_t ck_group_norm_f32_scratch(const ck_group_norm_f32 *op) {
    return 4 * op->batch * ck_ceiling(op->area, CK_PART_ROWS) * op->stride;
}

size_t ck_response_norm_f32_scratch(const ck_response_norm_f32 *op) {
    return 2 * op->batch * ck_ceiling(op->area, CK_PART_ROWS) * op->stride;
}
