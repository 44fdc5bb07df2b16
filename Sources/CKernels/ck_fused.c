#include <string.h>

#include "ck_kernels.h"

static size_t padded(size_t channels) { return ck_ceiling(channels, CK_BLOCK) * CK_BLOCK; }

/* ---- Perceptron ---- */

size_t ck_perceptron_f32_scratch(const ck_perceptron_f32 *op) {
    return op->strip_rows * (padded(op->hidden) + (op->has_norm ? padded(op->inputs) : 0));
}

size_t ck_perceptron_f32_tasks(const ck_perceptron_f32 *op) { return ck_ceiling(op->row_count, op->strip_rows); }

/* A layer of `rows` rows; `residual` in place of the epilogue's. */
static void perform_layer(
    const ck_kernels_f32 *kernels, const ck_layer_f32 *layer, const float *input, size_t input_stride,
    const float *residual, float *output, size_t output_stride, size_t rows
) {
    ck_gemm_f32 gemm = {
        .kernels = kernels,
        .input = input,
        .input_stride = input_stride,
        .taps = 1,
        .panels = layer->panels,
        .panel_count = layer->panel_count,
        .bias = layer->bias,
        .epilogue = layer->epilogue,
        .output = output,
        .output_stride = output_stride,
        .pixels = rows,
        .chunk_pixels = rows,
        .chain = CK_CHAIN,
    };
    gemm.epilogue.residual = residual;
    for (size_t panel = 0; panel < layer->panel_count; ++panel) ck_gemm_panel(&gemm, &layer->panels[panel], 0, rows);
}

void ck_perceptron_f32_task(const void *operation, long index, long thread) {
    const ck_perceptron_f32 *op = operation;
    const size_t begin = (size_t)index * op->strip_rows, left = op->row_count - begin;
    const size_t rows = left < op->strip_rows ? left : op->strip_rows;
    float *hidden = op->scratch + (size_t)thread * ck_perceptron_f32_scratch(op);
    const float *input = op->input + begin * op->input_stride;
    size_t stride = op->input_stride;
    if (op->has_norm) {
        float *normal = hidden + op->strip_rows * padded(op->hidden);
        const ck_layer_norm_f32 norm = {
            .kernels = op->kernels,
            .input = input,
            .input_stride = stride,
            .taps = 1,
            .channels = op->inputs,
            .weight = op->norm_weight,
            .bias = op->norm_bias,
            .epsilon = op->epsilon,
            .epilogue = ck_epilogue_none(),
            .output = normal,
            .output_stride = padded(op->inputs),
            .row_count = rows,
            .chunk_rows = rows,
        };
        op->kernels->layer_norm(&norm, 0, 0);
        input = normal;
        stride = padded(op->inputs);
    }
    perform_layer(op->kernels, &op->first, input, stride, NULL, hidden, padded(op->hidden), rows);
    const ck_epilogue_f32 *e = &op->second.epilogue;
    perform_layer(
        op->kernels, &op->second, hidden, padded(op->hidden),
        e->residual ? e->residual + begin * e->residual_stride : NULL, op->output + begin * op->output_stride,
        op->output_stride, rows);
}

/* ---- Inverted residual ---- */

/* Where a task's parts lie. */
typedef struct {
    float *expanded;    /* [ck_padded_height][expanded_width][panel_width]: one panel */
    float *convolved;   /* [strip_rows · output_width][channels, in whole blocks]; with `project` only */
    int32_t *positions; /* [ck_padded_height · input_width]: where each input pixel lies in `expanded` */
} strip_parts;

/* Of the widest panel. */
static size_t panel_width(const ck_inverted_residual_f32 *op) { return op->kernels->panel_blocks_limit * CK_BLOCK; }

/* All input columns, whether windows see them or not. */
static size_t expanded_width(const ck_window_geometry *g) {
    const size_t seen = ck_padded_width(g), all = g->padding_width + g->input_width;
    return seen > all ? seen : all;
}

static size_t expanded_count(const ck_inverted_residual_f32 *op) {
    const ck_window_geometry *g = &op->geometry;
    return ck_padded_height(g, op->strip_rows) * expanded_width(g) * panel_width(op);
}

static size_t convolved_count(const ck_inverted_residual_f32 *op) {
    return op->project.panel_count ? op->strip_rows * op->geometry.output_width * padded(op->channels) : 0;
}

size_t ck_inverted_residual_f32_scratch(const ck_inverted_residual_f32 *op) {
    /* Whole lines, so that each thread's part begins with one. */
    return padded(
        expanded_count(op) + convolved_count(op)
        + ck_padded_height(&op->geometry, op->strip_rows) * op->geometry.input_width);
}

/* Parts of the panels that tasks share out among themselves. */
static size_t panel_parts(const ck_inverted_residual_f32 *op) {
    return op->project.panel_count ? 1 : ck_ceiling(op->expand.panel_count, op->strip_panels);
}

size_t ck_inverted_residual_f32_tasks(const ck_inverted_residual_f32 *op) {
    return op->batch * ck_ceiling(op->geometry.output_height, op->strip_rows) * panel_parts(op);
}

void ck_inverted_residual_f32_task(const void *operation, long index, long thread) {
    const ck_inverted_residual_f32 *op = operation;
    const ck_window_geometry *g = &op->geometry;
    const size_t parts = panel_parts(op), strips = ck_ceiling(g->output_height, op->strip_rows);
    const size_t sample = (size_t)index / parts / strips, row = (size_t)index / parts % strips * op->strip_rows;
    const size_t rows = g->output_height - row < op->strip_rows ? g->output_height - row : op->strip_rows;
    const size_t first_panel = (size_t)index % parts * op->strip_panels;
    const size_t end_panel = parts > 1 && first_panel + op->strip_panels < op->expand.panel_count
        ? first_panel + op->strip_panels
        : op->expand.panel_count;
    const size_t height = ck_padded_height(g, rows), width = expanded_width(g), lanes = panel_width(op);
    float *scratch = op->scratch + (size_t)thread * ck_inverted_residual_f32_scratch(op);
    const strip_parts p = {
        .expanded = scratch,
        .convolved = scratch + expanded_count(op),
        .positions = (int32_t *)(scratch + expanded_count(op) + convolved_count(op)),
    };

    /* The input rows that the windows see: first_row ..< first_row + seen, of which the first is row `above` of
       `expanded`. */
    const size_t top = row * g->stride_height;
    const size_t above = top < g->padding_height ? g->padding_height - top : 0;
    const size_t first_row = top + above - g->padding_height;
    size_t seen = height > above && first_row < g->input_height ? height - above : 0;
    if (seen > g->input_height - first_row) seen = g->input_height - first_row;
    for (size_t y = 0; y < height; ++y) {
        float *line = p.expanded + y * width * lanes;
        if (y < above || y >= above + seen) {
            memset(line, 0, width * lanes * sizeof *line);
            continue;
        }
        const size_t end = g->padding_width + g->input_width;
        memset(line, 0, g->padding_width * lanes * sizeof *line);
        memset(line + end * lanes, 0, (width - end) * lanes * sizeof *line);
        int32_t *positions = p.positions + (y - above) * g->input_width;
        for (size_t x = 0; x < g->input_width; ++x) positions[x] = (int32_t)(y * width + g->padding_width + x);
    }

    const size_t pixel = (sample * g->output_height + row) * g->output_width;
    const size_t stride = op->project.panel_count ? padded(op->channels) : op->output_stride;
    float *convolved = op->project.panel_count ? p.convolved : op->output + pixel * op->output_stride;
    const bool is_plain = op->epilogue.activation == CK_ACTIVATION_NONE && !op->epilogue.scale;
    ck_gemm_f32 expand = {
        .kernels = op->kernels,
        .input = op->input,
        .input_stride = op->input_stride,
        .zeros = op->zeros,
        .channels = op->input_channels,
        .taps = 1,
        .epilogue = op->expand.epilogue,
        .output = p.expanded,
        .output_stride = lanes,
        .output_rows = p.positions,
        .pixels = seen * g->input_width,
        .chain = CK_CHAIN,
    };
    const ck_window_geometry *e = &op->expand_geometry;
    if (e->kernel_height) {
        expand.input += sample * e->input_height * e->input_width * op->input_stride;
        expand.geometry = *e;
        expand.geometry.output_height = seen;
        /* The output begins at first_row: padding that is negative wraps round as positions do. */
        expand.geometry.padding_height -= first_row * e->stride_height;
        expand.taps = e->kernel_height * e->kernel_width;
    } else {
        expand.input += (sample * g->input_height + first_row) * g->input_width * op->input_stride;
    }
    for (size_t number = first_panel; number < end_panel; ++number) {
        /* The panel, put at the start of the row, and the next for its weights. */
        const size_t channel = op->expand.panels[number].first_output;
        ck_panel_f32 panels[2] = {op->expand.panels[number]};
        panels[0].first_output = 0;
        expand.panels = panels;
        expand.panel_count = 1;
        if (number + 1 < end_panel) panels[expand.panel_count++] = op->expand.panels[number + 1];
        expand.bias = op->expand.bias + channel;
        if (op->expand.epilogue.scale) expand.epilogue.scale = op->expand.epilogue.scale + channel;
        if (expand.pixels) ck_gemm_panel(&expand, panels, 0, expand.pixels);

        const ck_padded_rows_f32 windows = {
            .geometry = g,
            .input = p.expanded,
            .input_pixel = lanes,
            .input_row = width * lanes,
            .group = 1,
            .weights = op->weights ? op->weights + channel : NULL,
            .weight_stride = padded(op->channels),
            .bias = op->bias ? op->bias + channel : NULL,
            .output = convolved + channel,
            .output_stride = stride,
            .rows = rows,
            .channels = panels[0].blocks * CK_BLOCK,
            .lower = is_plain ? op->epilogue.lower : -__builtin_inff(),
            .upper = is_plain ? op->epilogue.upper : __builtin_inff(),
            .epilogue = is_plain ? NULL : &op->epilogue,
            .scale = op->epilogue.scale ? op->epilogue.scale + channel : NULL,
        };
        if (op->windows == CK_WINDOWS_MAXIMUM) {
            op->kernels->maximum_rows(&windows);
        } else {
            op->kernels->channelwise_rows(&windows);
        }
    }
    if (!op->project.panel_count) return;
    const ck_epilogue_f32 *last = &op->project.epilogue;
    perform_layer(
        op->kernels, &op->project, convolved, stride,
        last->residual ? last->residual + pixel * last->residual_stride : NULL, op->output + pixel * op->output_stride,
        op->output_stride, rows * g->output_width);
}
