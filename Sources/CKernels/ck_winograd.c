#include "ck_kernels.h"

enum { PRODUCTS = CK_WINOGRAD_PRODUCTS };

size_t ck_winograd_f32_scratch(size_t input_stride, size_t chunk_tiles) {
    return PRODUCTS * chunk_tiles * (input_stride + CK_PANEL_WIDTH_LIMIT);
}

static const float no_bias[CK_PANEL_WIDTH_LIMIT];

/* products[i] = transformed[i] · weights[i] of the panel, for each of the 16. The first channel of `transformed` is
   `first_input`. */
static void multiply(
    const ck_convolution_3x3_f32 *op, const ck_panel_f32 *panel, size_t first_input, size_t count,
    const float *transformed, float *products
) {
    const size_t own = panel->first_input - first_input;
    const size_t stride = ck_ceiling(op->inputs, CK_BLOCK) * CK_BLOCK, width = panel->blocks * CK_BLOCK;
    const size_t tiles = ck_ceiling(count, op->kernels->tile_pixels[panel->blocks]);
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
                .chain = CK_CHAIN,
                .weights = panel->weights + (i * panel->inputs + first) * width,
                .bias = part == 0 ? no_bias : NULL,
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
                    rows[p] = transformed + (i * count + t + p) * stride + own + first;
                    partial[p] = outputs[p] = products + (i * count + t + p) * width;
                }
                op->kernels->gemm(&tile, panel->blocks, pixels);
            }
        }
    }
}

/* What the epilogue does to one panel of the tiles: runs of tiles side by side cover runs of pixels. */
static void finish_tiles(
    const ck_convolution_3x3_f32 *op, const ck_panel_f32 *panel, const ck_winograd_tile *tiles, size_t count
) {
    const ck_epilogue_f32 *e = &op->epilogue;
    for (size_t first = 0, end; first < count; first = end) {
        end = first + 1;
        while (end < count && tiles[end].sample == tiles[first].sample && tiles[end].y == tiles[first].y) ++end;
        const size_t x = tiles[first].x, after = tiles[end - 1].x + 2;
        for (size_t y = tiles[first].y; y < tiles[first].y + 2 && y < op->output_height; ++y) {
            const size_t pixel = (tiles[first].sample * op->output_height + y) * op->output_width + x;
            float *output = op->output + pixel * op->output_stride + panel->first_output;
            const ck_strip_f32 strip = {
                .input = output,
                .input_stride = op->output_stride,
                .output = output,
                .output_stride = op->output_stride,
                .scale = e->scale ? e->scale + panel->first_output : NULL,
                .residual = e->residual ? e->residual + pixel * e->residual_stride + panel->first_output : NULL,
                .count = (after < op->output_width ? after : op->output_width) - x,
                .channels = panel->blocks * CK_BLOCK,
            };
            op->kernels->finish(e, &strip);
        }
    }
}

static size_t tile_count(const ck_convolution_3x3_f32 *op) {
    return op->batch * ck_ceiling(op->output_height, 2) * ck_ceiling(op->output_width, 2);
}

size_t ck_convolution_3x3_f32_tasks(const ck_convolution_3x3_f32 *op) {
    return ck_ceiling(tile_count(op), op->chunk_tiles) * ck_ceiling(op->panel_count, op->chunk_panels);
}

void ck_convolution_3x3_f32_task(const void *operation, long index, long thread) {
    const ck_convolution_3x3_f32 *op = operation;
    const ck_epilogue_f32 *e = &op->epilogue;
    const bool is_plain = ck_is_plain(e);
    const size_t parts = ck_ceiling(op->panel_count, op->chunk_panels);
    const size_t first_panel = (size_t)index % parts * op->chunk_panels;
    const size_t left = op->panel_count - first_panel;
    const size_t end_panel = first_panel + (left < op->chunk_panels ? left : op->chunk_panels);
    const size_t first = (size_t)index / parts * op->chunk_tiles, total = tile_count(op);
    const size_t count = total - first < op->chunk_tiles ? total - first : op->chunk_tiles;
    const size_t columns = ck_ceiling(op->output_width, 2), rows = ck_ceiling(op->output_height, 2);
    ck_winograd_tile tiles[CK_WINOGRAD_TILES];
    for (size_t t = 0; t < count; ++t) {
        const size_t tile = first + t;
        tiles[t] = (ck_winograd_tile){
            .sample = tile / columns / rows,
            .y = tile / columns % rows * 2,
            .x = tile % columns * 2,
        };
    }
    const size_t stride = ck_ceiling(op->inputs, CK_BLOCK) * CK_BLOCK;
    float *transformed = op->scratch + (size_t)thread * ck_winograd_f32_scratch(stride, op->chunk_tiles);
    float *products = transformed + PRODUCTS * op->chunk_tiles * stride;
    /* The channels that these panels see: of groups some, otherwise all. */
    const ck_panel_f32 *last = &op->panels[end_panel - 1];
    const size_t first_input = op->panels[first_panel].first_input;
    ck_convolution_3x3_f32 part = *op;
    part.input += first_input;
    part.inputs = last->first_input + last->inputs - first_input;
    op->kernels->winograd_input(&part, tiles, count, transformed);
    for (size_t p = first_panel; p < end_panel; ++p) {
        const ck_panel_f32 *panel = &op->panels[p];
        multiply(&part, panel, first_input, count, transformed, products);
        op->kernels->winograd_output(
            op, panel, tiles, count, products, is_plain ? e->residual : NULL,
            is_plain ? e->lower : -__builtin_inff(), is_plain ? e->upper : __builtin_inff());
        if (!is_plain) finish_tiles(op, panel, tiles, count);
    }
}
