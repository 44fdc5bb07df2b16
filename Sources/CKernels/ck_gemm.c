#include <string.h>

#include "ck_kernels.h"

enum {
    SPAN_TAPS_LIMIT = 64,
    FINISHED_ROWS = 24, /* rows that go through the epilogue together */
};

/* A part of the sum: taps first_tap ..< first_tap + taps, input channels first ..< first + inputs of the panel. */
typedef struct {
    size_t first_tap, taps;
    size_t first, inputs;
    int is_first, is_last;
} span;

/* The rows of `count` pixels by the table or one by one, for each tap of the span. */
static void look_up_rows(
    const ck_gemm_f32 *op, const span *s, const float *base, size_t pixel, size_t count, const float **rows
) {
    if (!op->rows) {
        const float *row = base + pixel * op->input_stride;
        for (size_t p = 0; p < count; ++p, row += op->input_stride) rows[p] = row;
        return;
    }
    for (size_t tap = 0; tap < s->taps; ++tap, rows += count) {
        const int32_t *table = op->rows + (s->first_tap + tap) * op->pixels + pixel;
        for (size_t p = 0; p < count; ++p) {
            rows[p] = table[p] < 0 ? op->zeros : base + (size_t)table[p] * op->input_stride;
        }
    }
}

/* Where the input channels from `base` lie for each tap of the span and each of `count` pixels: [taps][count]. */
static void find_rows(
    const ck_gemm_f32 *op, const span *s, const float *base, size_t pixel, size_t count, const float **rows
) {
    const ck_window_geometry *g = &op->geometry;
    const size_t step = g->stride_width * op->input_stride;
    size_t x = pixel % g->output_width, y = pixel / g->output_width % g->output_height;
    size_t sample = pixel / g->output_width / g->output_height;
    for (size_t p = 0, run; p < count; p += run) {
        /* Pixels of one output row. */
        run = g->output_width - x < count - p ? g->output_width - x : count - p;
        const float *first = base + sample * g->input_height * g->input_width * op->input_stride;
        /* Positions left of or above the input wrap round to huge numbers. */
        const size_t y0 = y * g->stride_height - g->padding_height, x0 = x * g->stride_width - g->padding_width;
        size_t tap_y = s->first_tap / g->kernel_width, tap_x = s->first_tap % g->kernel_width;
        const float **found = rows + p;
        for (size_t tap = 0; tap < s->taps; ++tap, found += count) {
            const size_t row = y0 + tap_y * g->dilation_height;
            size_t column = x0 + tap_x * g->dilation_width;
            const float *line = first + row * g->input_width * op->input_stride;
            if (row >= g->input_height) {
                for (size_t r = 0; r < run; ++r) found[r] = op->zeros;
            } else if (column < g->input_width && column + (run - 1) * g->stride_width < g->input_width) {
                line += column * op->input_stride;
                for (size_t r = 0; r < run; ++r, line += step) found[r] = line;
            } else {
                for (size_t r = 0; r < run; ++r, column += g->stride_width) {
                    found[r] = column < g->input_width ? line + column * op->input_stride : op->zeros;
                }
            }
            if (++tap_x == g->kernel_width) tap_x = 0, ++tap_y;
        }
        x = 0;
        if (++y == g->output_height) y = 0, ++sample;
    }
}

/* What the epilogue makes of the sums of pixels begin ..< end of a panel. */
static void finish_pixels(
    const ck_gemm_f32 *op, const ck_panel_f32 *panel, const float *sums, size_t begin, size_t end
) {
    const ck_epilogue_f32 *e = &op->epilogue;
    const size_t width = panel->blocks * CK_BLOCK;
    for (size_t pixel = begin, step; pixel < end; pixel += step) {
        const size_t row = op->output_rows ? (size_t)op->output_rows[pixel] : pixel;
        step = op->output_rows ? 1 : end - begin;
        /* Output rows in a run. */
        while (pixel + step < end && (size_t)op->output_rows[pixel + step] == row + step) ++step;
        const ck_strip_f32 strip = {
            .input = sums + (pixel - begin) * width,
            .input_stride = width,
            .output = op->output + row * op->output_stride + panel->first_output,
            .output_stride = op->output_stride,
            .scale = e->scale ? e->scale + panel->first_output : NULL,
            .residual = e->residual ? e->residual + row * e->residual_stride + panel->first_output : NULL,
            .count = step,
            .channels = width,
        };
        op->kernels->finish(e, &strip);
    }
}

/* Adds one span to the sums of pixels begin ..< end of a panel. The weights of the next span, which may be another
   panel's, are fetched from memory meanwhile: a part by each tile. */
static void add_span(const ck_gemm_f32 *op, const ck_panel_f32 *panel, const span *s, size_t begin, size_t end) {
    const ck_epilogue_f32 *e = &op->epilogue;
    const size_t width = panel->blocks * CK_BLOCK;
    const size_t tiles = ck_ceiling(end - begin, op->kernels->tile_pixels[panel->blocks]);
    const size_t channel = panel->first_input + s->first;
    /* The tile finishes what is plain; for all else its sums go elsewhere first. */
    const bool is_plain = ck_is_plain(e);
    const int is_finished_here = s->is_last && !is_plain;
    _Alignas(64) float sums[FINISHED_ROWS * CK_PANEL_WIDTH_LIMIT];
    const float *rows[SPAN_TAPS_LIMIT * CK_TILE_PIXELS_LIMIT], *residuals[CK_TILE_PIXELS_LIMIT];
    const float *partial[CK_TILE_PIXELS_LIMIT];
    float *outputs[CK_TILE_PIXELS_LIMIT];
    ck_tile_f32 tile = {
        .rows = rows,
        .taps = s->taps,
        .inputs = s->inputs,
        .chain = op->chain,
        .channels = op->channels ? op->channels + channel : NULL,
        .weights = panel->weights + (s->first_tap * panel->inputs + s->first) * width,
        .bias = s->is_first ? op->bias + panel->first_output : NULL,
        .partial = partial,
        .outputs = outputs,
        .residuals = s->is_last && is_plain && e->residual ? residuals : NULL,
        .lower = s->is_last && is_plain ? e->lower : -__builtin_inff(),
        .upper = s->is_last && is_plain ? e->upper : __builtin_inff(),
    };
    const int has_next = !s->is_last || panel + 1 < op->panels + op->panel_count;
    const size_t count_of_weights = s->taps * s->inputs * width;
    const float *next = s->is_last && has_next ? panel[1].weights : tile.weights + count_of_weights;
    const size_t next_lines = count_of_weights / CK_LINE;
    const float *base = op->input + (op->channels ? 0 : channel);
    float *output = op->output + panel->first_output;
    const float *residual = tile.residuals ? e->residual + panel->first_output : NULL;
    size_t finished = begin, pixel = begin;
    for (size_t t = 0; t < tiles; ++t) {
        const size_t after = begin + (end - begin) * (t + 1) / tiles, count = after - pixel;
        if (has_next) {
            tile.next = next + next_lines * t / tiles * CK_LINE;
            tile.next_end = next + next_lines * (t + 1) / tiles * CK_LINE;
        }
        if (op->rows || op->geometry.kernel_height == 0) {
            look_up_rows(op, s, base, pixel, count, rows);
        } else {
            find_rows(op, s, base, pixel, count, rows);
        }
        if (op->output_rows) {
            for (size_t p = 0; p < count; ++p) {
                const size_t row = (size_t)op->output_rows[pixel + p];
                outputs[p] = output + row * op->output_stride;
                if (residual) residuals[p] = residual + row * e->residual_stride;
            }
        } else {
            for (size_t p = 0; p < count; ++p) outputs[p] = output + (pixel + p) * op->output_stride;
            for (size_t p = 0; residual && p < count; ++p) residuals[p] = residual + (pixel + p) * e->residual_stride;
        }
        if (!s->is_first) memcpy(partial, outputs, count * sizeof *outputs);
        if (is_finished_here) {
            for (size_t p = 0; p < count; ++p) outputs[p] = sums + (pixel + p - finished) * width;
        }
        op->kernels->gemm(&tile, panel->blocks, count);
        pixel = after;
        if (is_finished_here && (pixel == end || pixel - finished + CK_TILE_PIXELS_LIMIT > FINISHED_ROWS)) {
            finish_pixels(op, panel, sums, finished, pixel);
            finished = pixel;
        }
    }
}

size_t ck_gemm_f32_tasks(const ck_gemm_f32 *op) { return op->panel_count * ck_ceiling(op->pixels, op->chunk_pixels); }

/* Pixels begin ..< end of a panel of an operation whose input is scaled: CK_SCALED_ROWS rows at a time are scaled into
   `scratch`, then multiplied. */
static void multiply_scaled(
    const ck_gemm_f32 *op, const ck_panel_f32 *panel, size_t begin, size_t end, float *scratch
) {
    const size_t stride = ck_ceiling(panel->inputs, CK_BLOCK) * CK_BLOCK;
    ck_gemm_f32 part = *op;
    part.input = scratch;
    part.input_stride = stride;
    part.input_scale = NULL;
    for (size_t first = begin; first < end; first += CK_SCALED_ROWS) {
        const size_t count = end - first < CK_SCALED_ROWS ? end - first : CK_SCALED_ROWS;
        for (size_t row = 0; row < count; ++row) {
            op->kernels->scale(
                op->input + (first + row) * op->input_stride,
                op->input_scale + (first + row) / op->scale_pixels * op->scale_stride, stride, scratch + row * stride);
        }
        part.output = op->output + first * op->output_stride;
        if (op->epilogue.residual) {
            part.epilogue.residual = op->epilogue.residual + first * op->epilogue.residual_stride;
        }
        ck_gemm_panel(&part, panel, 0, count);
    }
}

size_t ck_gemm_f32_scratch(const ck_gemm_f32 *op) {
    return op->input_scale ? CK_SCALED_ROWS * ck_ceiling(op->panels->inputs, CK_BLOCK) * CK_BLOCK : 0;
}

void ck_gemm_f32_task(const void *operation, long index, long thread) {
    const ck_gemm_f32 *op = operation;
    const ck_panel_f32 *panel = &op->panels[(size_t)index % op->panel_count];
    const size_t begin = (size_t)index / op->panel_count * op->chunk_pixels;
    const size_t end = begin + op->chunk_pixels < op->pixels ? begin + op->chunk_pixels : op->pixels;
    if (op->input_scale) {
        multiply_scaled(op, panel, begin, end, op->scratch + (size_t)thread * ck_gemm_f32_scratch(op));
    } else {
        ck_gemm_panel(op, panel, begin, end);
    }
}

void ck_pack_filters_f32(const ck_filter_block_f32 *block) { block->kernels->pack_filters(block); }

void ck_gemm_panel(const ck_gemm_f32 *op, const ck_panel_f32 *panel, size_t begin, size_t end) {
    /* Spans of several whole taps, or of a part of one: as equal as may be. */
    size_t limit = panel->inputs < CK_SPAN ? CK_SPAN / (panel->inputs ? panel->inputs : 1) : 1;
    if (limit > SPAN_TAPS_LIMIT) limit = SPAN_TAPS_LIMIT;
    const size_t tap_parts = ck_ceiling(op->taps, limit), input_parts = ck_ceiling(panel->inputs, CK_SPAN);
    for (size_t t = 0; t < tap_parts; ++t) {
        for (size_t i = 0; i < input_parts; ++i) {
            const size_t tap = op->taps * t / tap_parts, first = panel->inputs * i / input_parts;
            const span s = {
                .first_tap = tap,
                .taps = op->taps * (t + 1) / tap_parts - tap,
                .first = first,
                .inputs = panel->inputs * (i + 1) / input_parts - first,
                .is_first = t == 0 && i == 0,
                .is_last = t + 1 == tap_parts && i + 1 == input_parts,
            };
            add_span(op, panel, &s, begin, end);
        }
    }
}
