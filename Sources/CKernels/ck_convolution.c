#include "ck_kernels.h"

enum {
    SPAN_TAPS_LIMIT = 64,
    TILE_PIXELS_LIMIT = 8,
};

/* A part of the sum: taps first_tap ..< first_tap + taps, input channels first ..< first + inputs of the panel. */
typedef struct {
    size_t first_tap, taps;
    size_t first, inputs;
    int is_first, is_last;
} span;

static size_t ceiling(size_t n, size_t d) { return (n + d - 1) / d; }

size_t ck_convolution_f32_tasks(const ck_convolution_f32 *op) {
    return op->panel_count * ceiling(op->pixels, op->chunk_pixels);
}

/* Where the input channels from `channel` lie for each tap of the span and each of `count` pixels. */
static void find_rows(
    const ck_convolution_f32 *op, const span *s, size_t channel, size_t pixel, size_t count, const float **rows
) {
    const ck_window_geometry *g = &op->geometry;
    size_t x = pixel % g->output_width, y = pixel / g->output_width % g->output_height;
    size_t sample = pixel / g->output_width / g->output_height;
    for (size_t p = 0; p < count; ++p) {
        const float *base = op->input + sample * g->input_height * g->input_width * op->input_stride + channel;
        const size_t y0 = y * g->stride_height - g->padding_height, x0 = x * g->stride_width - g->padding_width;
        size_t tap_y = s->first_tap / g->kernel_width, tap_x = s->first_tap % g->kernel_width;
        for (size_t tap = 0; tap < s->taps; ++tap) {
            /* Positions left of or above the input wrap round to huge numbers. */
            const size_t row = y0 + tap_y * g->dilation_height, column = x0 + tap_x * g->dilation_width;
            const int inside = row < g->input_height && column < g->input_width;
            rows[tap * count + p] = inside ? base + (row * g->input_width + column) * op->input_stride : op->zeros;
            if (++tap_x == g->kernel_width) tap_x = 0, ++tap_y;
        }
        if (++x == g->output_width) {
            x = 0;
            if (++y == g->output_height) y = 0, ++sample;
        }
    }
}

/* Adds one span to the sums of pixels begin ..< end of a panel. */
static void add_span(
    const ck_convolution_f32 *op, const ck_panel_f32 *panel, const span *s, size_t begin, size_t end
) {
    const size_t width = panel->blocks * CK_BLOCK, tile_pixels = op->kernels->tile_pixels[panel->blocks];
    const float *rows[SPAN_TAPS_LIMIT * TILE_PIXELS_LIMIT];
    ck_tile_f32 tile = {
        .rows = rows,
        .taps = s->taps,
        .inputs = s->inputs,
        .weights = panel->weights + (s->first_tap * panel->inputs + s->first) * width,
        .bias = s->is_first ? op->bias + panel->first_output : NULL,
        .output_stride = op->output_stride,
        .lower = s->is_last ? op->lower : -__builtin_inff(),
        .upper = s->is_last ? op->upper : __builtin_inff(),
    };
    const float *residual = s->is_last ? op->residual : NULL;
    for (size_t pixel = begin; pixel < end; pixel += tile_pixels) {
        const size_t count = end - pixel < tile_pixels ? end - pixel : tile_pixels;
        find_rows(op, s, panel->first_input + s->first, pixel, count, rows);
        tile.output = op->output + pixel * op->output_stride + panel->first_output;
        tile.residual = residual ? residual + pixel * op->output_stride + panel->first_output : NULL;
        op->kernels->gemm(&tile, panel->blocks, count);
    }
}

void ck_convolution_f32_task(const void *operation, long index, long thread) {
    (void)thread;
    const ck_convolution_f32 *op = operation;
    const size_t chunks = ceiling(op->pixels, op->chunk_pixels);
    const ck_panel_f32 *panel = &op->panels[(size_t)index / chunks];
    const size_t begin = (size_t)index % chunks * op->chunk_pixels;
    const size_t end = begin + op->chunk_pixels < op->pixels ? begin + op->chunk_pixels : op->pixels;
    const size_t taps = op->geometry.kernel_height * op->geometry.kernel_width;

    /* Spans of several whole taps, or of a part of one: as equal as may be. */
    size_t limit = panel->inputs < CK_SPAN ? CK_SPAN / (panel->inputs ? panel->inputs : 1) : 1;
    if (limit > SPAN_TAPS_LIMIT) limit = SPAN_TAPS_LIMIT;
    const size_t tap_parts = ceiling(taps, limit), input_parts = ceiling(panel->inputs, CK_SPAN);
    for (size_t t = 0; t < tap_parts; ++t) {
        for (size_t i = 0; i < input_parts; ++i) {
            const size_t tap = taps * t / tap_parts, first = panel->inputs * i / input_parts;
            const span s = {
                .first_tap = tap,
                .taps = taps * (t + 1) / tap_parts - tap,
                .first = first,
                .inputs = panel->inputs * (i + 1) / input_parts - first,
                .is_first = t == 0 && i == 0,
                .is_last = t + 1 == tap_parts && i + 1 == input_parts,
            };
            add_span(op, panel, &s, begin, end);
        }
    }
}
