#include "ck_kernels.h"

enum {
    PRODUCTS = CK_WINOGRAD_PRODUCTS,
    TILES_LIMIT = 64, /* of a chunk */
};

static size_t tile_count(const ck_winograd_f32 *op) {
    return op->batch * ck_ceiling(op->output_height, 2) * ck_ceiling(op->output_width, 2);
}

size_t ck_winograd_f32_scratch(size_t input_stride, size_t chunk_tiles) {
    return PRODUCTS * chunk_tiles * (input_stride + CK_PANEL_WIDTH_LIMIT);
}

size_t ck_winograd_f32_tasks(const ck_winograd_f32 *op) { return ck_ceiling(tile_count(op), op->chunk_tiles); }

/* products[i] = transformed[i] · weights[i] of the panel, for each of the 16. */
static void multiply(
    const ck_winograd_f32 *op, const ck_panel_f32 *panel, size_t count, const float *transformed, float *products
) {
    const size_t width = panel->blocks * CK_BLOCK, tiles = ck_ceiling(count, op->kernels->tile_pixels[panel->blocks]);
    const size_t parts = ck_ceiling(panel->inputs, CK_SPAN);
    const float *rows[CK_TILE_PIXELS_LIMIT];
    float *outputs[CK_TILE_PIXELS_LIMIT];
    const float *partial[CK_TILE_PIXELS_LIMIT];
    for (size_t i = 0; i < PRODUCTS; ++i) {
        for (size_t part = 0; part < parts; ++part) {
            const size_t first = panel->inputs * part / parts;
            ck_tile_f32 tile = {
                .rows = rows,
                .taps = 1,
                .inputs = panel->inputs * (part + 1) / parts - first,
                .weights = panel->weights + (i * panel->inputs + first) * width,
                .bias = part == 0 ? op->zeros : NULL,
                .partial = partial,
                .outputs = outputs,
                .lower = -__builtin_inff(),
                .upper = __builtin_inff(),
            };
            /* The weights of the next part are the next in memory; those of the next panel mostly are, too. */
            const int is_end = i + 1 == PRODUCTS && part + 1 == parts;
            const int has_next = !is_end || panel + 1 < op->panels + op->panel_count;
            const float *next = is_end && has_next ? panel[1].weights : tile.weights + tile.inputs * width;
            const size_t next_lines = tile.inputs * width / CK_LINE;
            for (size_t n = 0; n < tiles; ++n) {
                const size_t t = count * n / tiles, pixels = count * (n + 1) / tiles - t;
                if (has_next) {
                    tile.next = next + next_lines * n / tiles * CK_LINE;
                    tile.next_end = next + next_lines * (n + 1) / tiles * CK_LINE;
                }
                for (size_t p = 0; p < pixels; ++p) {
                    rows[p] = transformed + (i * count + t + p) * op->input_stride + first;
                    partial[p] = outputs[p] = products + (i * count + t + p) * width;
                }
                op->kernels->gemm(&tile, panel->blocks, pixels);
            }
        }
    }
}

void ck_winograd_f32_task(const void *operation, long index, long thread) {
    const ck_winograd_f32 *op = operation;
    const size_t first = (size_t)index * op->chunk_tiles, total = tile_count(op);
    const size_t count = total - first < op->chunk_tiles ? total - first : op->chunk_tiles;
    const size_t columns = ck_ceiling(op->output_width, 2), rows = ck_ceiling(op->output_height, 2);
    ck_winograd_tile tiles[TILES_LIMIT];
    for (size_t t = 0; t < count; ++t) {
        const size_t tile = first + t;
        tiles[t] = (ck_winograd_tile){
            .sample = tile / columns / rows,
            .y = tile / columns % rows * 2,
            .x = tile % columns * 2,
        };
    }
    float *transformed = op->scratch + (size_t)thread * ck_winograd_f32_scratch(op->input_stride, op->chunk_tiles);
    float *products = transformed + PRODUCTS * op->chunk_tiles * op->input_stride;
    op->kernels->winograd_input(op, tiles, count, transformed);
    for (size_t p = 0; p < op->panel_count; ++p) {
        multiply(op, &op->panels[p], count, transformed, products);
        op->kernels->winograd_output(op, &op->panels[p], tiles, count, products);
    }
}
