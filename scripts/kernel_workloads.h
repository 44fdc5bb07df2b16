/* What scripts/bench_kernels times: operations like those of real networks, on random numbers. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "ck.h"
#include "ck_elements.h"
#include "ck_fused.h"
#include "ck_gemm.h"
#include "ck_norm.h"

enum { COPIES = 64, STEPS = 4, COLD_BYTES = 96 << 20 };

typedef struct {
    const char *path;
    void *handle;
    const ck_kernels_f32 *kernels;
} library;

/* A few operations, one after another. If it is of several copies, with weights of their own, these take turns, so that
   the weights are not in the cache. */
typedef struct {
    char name[80];
    double flops;
    size_t copies, steps;
    const char *symbols[STEPS];
    void *operations[COPIES][STEPS];
} workload;

/* Part of the names of the workloads to time. */
static const char *filter = "";

static int is_wanted(const workload *w) { return strstr(w->name, filter) != NULL; }

/* What the current workload allocated. */
static void *memory[1 << 16];
static size_t memory_count = 0;

static void *keep(void *p) {
    if (!p || memory_count == sizeof memory / sizeof *memory) fputs("bench_kernels: no memory\n", stderr), exit(2);
    return memory[memory_count++] = p;
}

static void release(void) {
    while (memory_count > 0) free(memory[--memory_count]);
}

static float *numbers(size_t count) {
    const size_t bytes = (count * sizeof(float) + (2u << 20) - 1) & ~(size_t)((2u << 20) - 1);
    float *p = keep(aligned_alloc(2 << 20, bytes));
#ifdef MADV_HUGEPAGE
    madvise(p, bytes, MADV_HUGEPAGE);
#endif
    unsigned state = 12345;
    for (size_t i = 0; i < count; ++i) {
        state = state * 1664525u + 1013904223u;
        p[i] = (float)(state >> 8) * 0x1p-23f - 1;
    }
    return p;
}

/* NULL if the library has none. */
static void *symbol(const library *l, const char *name, const char *suffix) {
    char text[96];
    snprintf(text, sizeof text, "%s%s", name, suffix);
    return dlsym(l->handle, text);
}

/* What an operation works in. */
static float *scratch(const library *l, const char *name, const void *operation) {
    size_t (*const count)(const void *) = (size_t (*)(const void *))symbol(l, name, "_scratch");
    return numbers(count ? count(operation) : 1);
}

static size_t padded(size_t n) { return (n + CK_BLOCK - 1) / CK_BLOCK * CK_BLOCK; }

/* Panels of random weights: what they hold is of no consequence here. */
static ck_panel_f32 *panels(const library *l, size_t taps, size_t inputs, size_t outputs, size_t *count) {
    const size_t limit = ((size_t (*)(const ck_kernels_f32 *))symbol(l, "ck_panel_blocks_limit", ""))(l->kernels);
    const size_t blocks = padded(outputs) / CK_BLOCK;
    *count = (blocks + limit - 1) / limit;
    ck_panel_f32 *result = keep(calloc(*count, sizeof *result));
    float *weights = numbers(taps * inputs * blocks * CK_BLOCK);
    for (size_t p = 0; p < *count; ++p) {
        const size_t first = blocks * p / *count, end = blocks * (p + 1) / *count;
        result[p] = (ck_panel_f32){weights + taps * inputs * first * CK_BLOCK, first * CK_BLOCK, end - first, 0, inputs};
    }
    return result;
}

static size_t cold_copies(size_t floats) {
    const size_t copies = COLD_BYTES / (floats * sizeof(float)) + 1;
    return copies > COPIES ? COPIES : copies;
}

/* A convolution of `side` × `side` pixels, or a linear layer of `side` rows if the kernel is 0. */
static workload gemm(const library *l, size_t side, size_t kernel, size_t inputs, size_t outputs, ck_activation kind) {
    const size_t pixels = kernel ? side * side : side, taps = kernel ? kernel * kernel : 1;
    workload w = {.steps = 1, .symbols = {"ck_gemm_f32"}, .copies = 1};
    w.flops = 2.0 * (double)(pixels * taps * inputs * outputs);
    snprintf(w.name, sizeof w.name, "gemm %zu x %zu x %zu, %zu taps%s", pixels, inputs, outputs, taps,
        kind == CK_ACTIVATION_GELU ? ", GELU" : kind == CK_ACTIVATION_SILU ? ", SiLU" : "");
    if (!is_wanted(&w)) return w;
    w.copies = cold_copies(taps * inputs * outputs);
    const float *input = numbers(pixels * padded(inputs)), *zeros = keep(calloc(padded(inputs), sizeof *zeros));
    float *output = numbers(pixels * padded(outputs)), *bias = numbers(padded(outputs));
    for (size_t c = 0; c < w.copies; ++c) {
        ck_gemm_f32 *op = keep(calloc(1, sizeof *op));
        *op = (ck_gemm_f32){.kernels = l->kernels, .input = input, .input_stride = padded(inputs), .zeros = zeros};
        if (kernel) {
            op->geometry = (ck_window_geometry){
                side, side, side, side, kernel, kernel, 1, 1, kernel / 2, kernel / 2, 1, 1};
        }
        op->taps = taps;
        op->panels = panels(l, taps, inputs, outputs, &op->panel_count);
        op->bias = bias;
        op->epilogue = ck_epilogue_none();
        op->epilogue.activation = kind;
        op->output = output;
        op->output_stride = padded(outputs);
        op->pixels = pixels;
        op->chunk_pixels = pixels > 600 ? (pixels + 3) / 4 : pixels;
        op->chain = pixels > 1 ? CK_CHAIN : CK_SINGLE_ROW_CHAIN;
        w.operations[c][0] = op;
    }
    return w;
}

/* A convolution of 3 × 3 on groups of `group` channels, 8 or more, as the plan lays them out: panels of whole blocks. */
static workload grouped(const library *l, size_t side, size_t channels, size_t group) {
    enum { TAPS = 9 };
    workload w = {.steps = 1, .symbols = {"ck_gemm_f32"}, .copies = 1};
    w.flops = 2.0 * (double)(side * side * TAPS * channels * group);
    snprintf(w.name, sizeof w.name, "grouped 3 / 1, %zu^2 x %zu, groups of %zu", side, channels, group);
    if (!is_wanted(&w)) return w;
    const size_t limit = ((size_t (*)(const ck_kernels_f32 *))symbol(l, "ck_panel_blocks_limit", ""))(l->kernels);
    const size_t width = group < CK_BLOCK ? CK_BLOCK : group;
    const size_t blocks = width / CK_BLOCK < limit ? width / CK_BLOCK : limit, count = channels / CK_BLOCK / blocks;
    ck_panel_f32 *parts = keep(calloc(count, sizeof *parts));
    for (size_t p = 0; p < count; ++p) {
        const size_t output = p * blocks * CK_BLOCK;
        parts[p] = (ck_panel_f32){
            numbers(TAPS * width * blocks * CK_BLOCK), output, blocks, output / width * width, width};
    }
    ck_gemm_f32 *op = keep(calloc(1, sizeof *op));
    *op = (ck_gemm_f32){
        .kernels = l->kernels,
        .input = numbers(side * side * channels),
        .input_stride = channels,
        .zeros = keep(calloc(2 * channels, sizeof(float))),
        .geometry = {side, side, side, side, 3, 3, 1, 1, 1, 1, 1, 1},
        .taps = TAPS,
        .panels = parts,
        .panel_count = count,
        .bias = numbers(channels),
        .epilogue = ck_epilogue_none(),
        .output = numbers(side * side * channels),
        .output_stride = channels,
        .pixels = side * side,
        .chunk_pixels = side * side > 600 ? (side * side + 7) / 8 : side * side, .chain = CK_CHAIN,
    };
    w.operations[0][0] = op;
    return w;
}

static workload winograd(const library *l, size_t side, size_t inputs, size_t outputs, size_t tiles, size_t parts) {
    workload w = {
        .flops = 18.0 * (double)(side * side * inputs * outputs),
        .steps = 1,
        .symbols = {"ck_convolution_3x3_f32"},
        .copies = cold_copies(16 * inputs * outputs),
    };
    snprintf(w.name, sizeof w.name, "winograd %zu^2 x %zu x %zu, %zu tiles, %zu parts", side, inputs, outputs, tiles, parts);
    if (!is_wanted(&w)) return w;
    const float *input = numbers(side * side * inputs), *zeros = keep(calloc(inputs, sizeof *zeros));
    float *output = numbers(side * side * outputs), *bias = numbers(outputs);
    float *room = numbers(((size_t (*)(size_t, size_t))symbol(l, "ck_winograd_f32", "_scratch"))(padded(inputs), tiles));
    for (size_t c = 0; c < w.copies; ++c) {
        ck_convolution_3x3_f32 *op = keep(calloc(1, sizeof *op));
        *op = (ck_convolution_3x3_f32){
            .kernels = l->kernels, .batch = 1, .input_height = side, .input_width = side, .output_height = side,
            .output_width = side, .padding_height = 1, .padding_width = 1, .input = input, .input_stride = inputs,
            .inputs = inputs, .zeros = zeros, .bias = bias, .epilogue = ck_epilogue_none(), .output = output,
            .output_stride = outputs, .chunk_tiles = tiles, .scratch = room,
        };
        op->panels = panels(l, 16, inputs, outputs, &op->panel_count);
        op->chunk_panels = (op->panel_count + parts - 1) / parts;
        w.operations[c][0] = op;
    }
    return w;
}

static workload attention(const library *l, size_t windows, size_t heads, size_t length, size_t depth, int has_bias) {
    workload w = {
        .flops = 4.0 * (double)(windows * heads * length * length * depth),
        .steps = 1, .symbols = {"ck_attention_f32"},
        .copies = 1,
    };
    snprintf(w.name, sizeof w.name, "attention %zu x %zu x %zu x %zu", windows, heads, length, depth);
    if (!is_wanted(&w)) return w;
    const size_t width = heads * depth, stride = padded(3 * width);
    const float *packed = numbers(windows * length * stride);
    ck_attention_f32 *op = keep(calloc(1, sizeof *op));
    *op = (ck_attention_f32){
        .kernels = l->kernels, .query = packed, .key = packed + width, .value = packed + 2 * width,
        .output = numbers(windows * length * padded(width)), .query_stride = stride, .key_stride = stride,
        .value_stride = stride, .output_stride = padded(width), .query_head = depth, .key_head = depth,
        .value_head = depth, .output_head = depth, .windows = windows, .heads = heads, .queries = length,
        .keys = length, .depth = depth, .value_depth = depth, .scale = 0.125f, .block_queries = length,
    };
    if (has_bias) {
        op->bias = numbers(heads * length * padded(length));
        op->bias_row = padded(length);
        op->bias_head = length * padded(length);
    }
    op->scratch = scratch(l, "ck_attention_f32", op);
    w.operations[0][0] = op;
    return w;
}

/* `heads` matrices of the tokens × tokens kind (0) or of the channels × channels kind (1). */
static workload matmul(const library *l, size_t heads, size_t tokens, size_t depth, int is_cross) {
    workload w = {
        .flops = 2.0 * (double)(heads * depth * depth * tokens),
        .steps = 1,
        .symbols = {"ck_matmul_f32"},
        .copies = 1,
    };
    const size_t stride = padded(heads * depth);
    ck_matmul_f32 *op = keep(calloc(1, sizeof *op));
    *op = (ck_matmul_f32){
        .kernels = l->kernels, .left = numbers(tokens * stride), .right = numbers(tokens * stride),
        .batch = {1, heads}, .left_batch = {0, depth}, .right_batch = {0, depth}, .rows = depth, .inner = tokens,
        .columns = depth, .left_row = 1, .left_inner = stride, .right_inner = stride, .right_column = 1,
        .output_batch = {0, depth * padded(depth)}, .output_row = padded(depth), .alpha = 1,
        .epilogue = ck_epilogue_none(), .block_rows = depth, .block_columns = padded(depth),
    };
    if (!is_cross) {
        op->left_row = op->right_column = stride;
        op->left_inner = op->right_inner = 1;
        op->rows = op->columns = tokens;
        op->inner = depth;
        op->output_row = padded(tokens);
        op->output_batch[1] = tokens * padded(tokens);
        op->block_rows = tokens;
        op->block_columns = padded(tokens);
        w.flops = 2.0 * (double)(heads * depth * tokens * tokens);
    }
    snprintf(w.name, sizeof w.name, "matmul %zu x %zu x %zu x %zu", heads, op->rows, op->inner, op->columns);
    if (!is_wanted(&w)) return w;
    op->output = numbers(heads * op->rows * op->output_row);
    op->scratch = scratch(l, "ck_matmul_f32", op);
    w.operations[0][0] = op;
    return w;
}

static workload channelwise(
    const library *l, size_t side, size_t kernel, size_t stride, size_t channels, size_t group
) {
    const size_t output = (side + stride - 1) / stride;
    workload w = {
        .flops = 2.0 * (double)(output * output * kernel * kernel * channels * group),
        .steps = 1, .symbols = {"ck_channelwise_f32"},
        .copies = 1,
    };
    snprintf(w.name, sizeof w.name, "depthwise %zu / %zu, %zu^2 x %zu, groups of %zu", kernel, stride, side,
        channels, group);
    if (!is_wanted(&w)) return w;
    ck_channelwise_f32 *op = keep(calloc(1, sizeof *op));
    *op = (ck_channelwise_f32){
        .kernels = l->kernels,
        .geometry = {side, side, output, output, kernel, kernel, stride, stride, kernel / 2, kernel / 2, 1, 1},
        .input = numbers(side * side * channels), .input_stride = channels,
        .group = group, .weights = numbers(kernel * kernel * channels * group), .bias = numbers(channels), .epilogue = ck_epilogue_none(),
        .output = numbers(output * output * channels), .output_stride = channels, .channels = channels, .batch = 1,
        .strip_rows = output > 28 ? output / 4 : output, .strip_blocks = channels / CK_BLOCK,
    };
    op->scratch = scratch(l, "ck_channelwise_f32", op);
    w.operations[0][0] = op;
    return w;
}

static workload layer_norm(const library *l, size_t rows, size_t channels) {
    workload w = {.flops = 8.0 * (double)(rows * channels), .steps = 1, .symbols = {"ck_layer_norm_f32"}, .copies = 1};
    snprintf(w.name, sizeof w.name, "layer norm %zu x %zu", rows, channels);
    if (!is_wanted(&w)) return w;
    ck_layer_norm_f32 *op = keep(calloc(1, sizeof *op));
    *op = (ck_layer_norm_f32){
        .kernels = l->kernels, .input = numbers(rows * padded(channels)), .input_stride = padded(channels), .taps = 1,
        .channels = channels, .weight = numbers(padded(channels)), .bias = numbers(padded(channels)), .epsilon = 1e-6f,
        .epilogue = ck_epilogue_none(), .output = numbers(rows * padded(channels)), .output_stride = padded(channels),
        .row_count = rows, .chunk_rows = rows,
    };
    w.operations[0][0] = op;
    return w;
}

static workload activation(const library *l, size_t rows, size_t channels, ck_activation kind, const char *name) {
    workload w = {.flops = (double)(rows * channels), .steps = 1, .symbols = {"ck_activate_f32"}, .copies = 1};
    snprintf(w.name, sizeof w.name, "%s %zu x %zu", name, rows, channels);
    if (!is_wanted(&w)) return w;
    ck_activate_f32 *op = keep(calloc(1, sizeof *op));
    float *data = numbers(rows * channels);
    *op = (ck_activate_f32){
        .kernels = l->kernels, .epilogue = ck_epilogue_none(), .input = data, .input_stride = channels,
        .output = numbers(rows * channels), .output_stride = channels, .channels = channels, .row_count = rows,
        .chunk_rows = rows,
    };
    op->epilogue.activation = kind;
    w.operations[0][0] = op;
    return w;
}

static ck_layer_f32 layer(const library *l, size_t inputs, size_t outputs, ck_activation kind) {
    ck_layer_f32 result = {.bias = numbers(padded(outputs)), .epilogue = ck_epilogue_none()};
    result.panels = panels(l, 1, inputs, outputs, &result.panel_count);
    result.epilogue.activation = kind;
    return result;
}

static ck_gemm_f32 *single(const library *l, ck_layer_f32 of, const float *input, size_t inputs, float *output,
                           size_t outputs, size_t rows) {
    ck_gemm_f32 *op = keep(calloc(1, sizeof *op));
    *op = (ck_gemm_f32){
        .kernels = l->kernels, .input = input, .input_stride = padded(inputs), .taps = 1, .panels = of.panels,
        .panel_count = of.panel_count, .bias = of.bias, .epilogue = of.epilogue, .output = output,
        .output_stride = padded(outputs), .pixels = rows, .chunk_pixels = rows > 600 ? (rows + 3) / 4 : rows,
        .chain = CK_CHAIN,
    };
    return op;
}

/* Norm, two layers and a residual, as one operation of `strip` rows a task or, for 0, as three. */
static workload perceptron(const library *l, size_t rows, size_t channels, size_t strip) {
    workload w = {.flops = 16.0 * (double)(rows * channels * channels), .copies = 1, .steps = 1};
    snprintf(w.name, sizeof w.name, "perceptron %zu x %zu, strips of %zu", rows, channels, strip);
    if (!is_wanted(&w)) return w;
    w.copies = cold_copies(8 * channels * channels);
    const float *input = numbers(rows * channels);
    float *output = numbers(rows * channels), *normal = numbers(rows * channels), *hidden = numbers(4 * rows * channels);
    const float *weight = numbers(channels), *bias = numbers(channels);
    for (size_t c = 0; c < w.copies; ++c) {
        const ck_layer_f32 first = layer(l, channels, 4 * channels, CK_ACTIVATION_GELU);
        ck_layer_f32 second = layer(l, 4 * channels, channels, CK_ACTIVATION_NONE);
        second.epilogue.residual = input;
        second.epilogue.residual_stride = channels;
        if (strip) {
            ck_perceptron_f32 *op = keep(calloc(1, sizeof *op));
            *op = (ck_perceptron_f32){
                .kernels = l->kernels, .input = input, .input_stride = channels, .inputs = channels, .has_norm = true,
                .norm_weight = weight, .norm_bias = bias, .epsilon = 1e-6f, .first = first, .second = second,
                .hidden = 4 * channels, .output = output, .output_stride = channels, .row_count = rows,
                .strip_rows = strip,
            };
            op->scratch = scratch(l, "ck_perceptron_f32", op);
            w.symbols[0] = "ck_perceptron_f32";
            w.operations[c][0] = op;
            continue;
        }
        ck_layer_norm_f32 *norm = keep(calloc(1, sizeof *norm));
        *norm = (ck_layer_norm_f32){
            .kernels = l->kernels, .input = input, .input_stride = channels, .taps = 1, .channels = channels,
            .weight = weight, .bias = bias, .epsilon = 1e-6f, .epilogue = ck_epilogue_none(), .output = normal,
            .output_stride = channels, .row_count = rows, .chunk_rows = rows,
        };
        w.steps = 3;
        w.symbols[0] = "ck_layer_norm_f32";
        w.symbols[1] = w.symbols[2] = "ck_gemm_f32";
        w.operations[c][0] = norm;
        w.operations[c][1] = single(l, first, normal, channels, hidden, 4 * channels, rows);
        w.operations[c][2] = single(l, second, hidden, 4 * channels, output, channels, rows);
    }
    return w;
}

/* An inverted residual, as one operation of `strip` rows a task or, for 0, as three. */
static workload inverted_residual(
    const library *l, size_t side, size_t kernel, size_t stride, size_t inputs, size_t channels, size_t outputs,
    ck_activation kind, size_t strip
) {
    const size_t after = (side + stride - 1) / stride, pixels = after * after;
    workload w = {.copies = 1, .steps = 1};
    w.flops = 2.0 * (double)(side * side * inputs * channels + pixels * channels * (kernel * kernel + outputs));
    snprintf(w.name, sizeof w.name, "inverted %zu/%zu %zu^2 %zu-%zu-%zu, strips of %zu", kernel, stride, side, inputs,
        channels, outputs, strip);
    if (!is_wanted(&w)) return w;
    const ck_layer_f32 expand = layer(l, inputs, channels, kind);
    const ck_layer_f32 project = layer(l, channels, outputs, CK_ACTIVATION_NONE);
    const float *input = numbers(side * side * padded(inputs));
    float *expanded = numbers(side * side * padded(channels)), *convolved = numbers(pixels * padded(channels));
    float *output = numbers(pixels * padded(outputs));
    ck_channelwise_f32 *windows = keep(calloc(1, sizeof *windows));
    *windows = (ck_channelwise_f32){
        .kernels = l->kernels,
        .geometry = {side, side, after, after, kernel, kernel, stride, stride, kernel / 2, kernel / 2, 1, 1},
        .input = expanded, .input_stride = padded(channels), .group = 1, .weights = numbers(kernel * kernel * padded(channels)),
        .bias = numbers(padded(channels)), .epilogue = ck_epilogue_none(), .output = convolved,
        .output_stride = padded(channels), .channels = channels, .batch = 1,
        .strip_rows = after > 28 ? after / 4 : after, .strip_blocks = padded(channels) / CK_BLOCK,
    };
    windows->epilogue.activation = kind;
    if (strip) {
        ck_inverted_residual_f32 *op = keep(calloc(1, sizeof *op));
        *op = (ck_inverted_residual_f32){
            .kernels = l->kernels, .geometry = windows->geometry, .input = input, .input_stride = padded(inputs),
            .expand = expand, .weights = windows->weights, .bias = windows->bias, .epilogue = windows->epilogue,
            .channels = channels, .project = project, .output = output, .output_stride = padded(outputs), .batch = 1,
            .strip_rows = strip, .strip_panels = expand.panel_count,
        };
        op->scratch = scratch(l, "ck_inverted_residual_f32", op);
        w.symbols[0] = "ck_inverted_residual_f32";
        w.operations[0][0] = op;
        return w;
    }
    windows->scratch = scratch(l, "ck_channelwise_f32", windows);
    w.steps = 3;
    w.symbols[0] = w.symbols[2] = "ck_gemm_f32";
    w.symbols[1] = "ck_channelwise_f32";
    w.operations[0][0] = single(l, expand, input, inputs, expanded, channels, side * side);
    w.operations[0][1] = windows;
    w.operations[0][2] = single(l, project, convolved, channels, output, outputs, pixels);
    return w;
}

/* Makes the workload of this number, counted from 0; false if there are no more. */
static int make(const library *l, size_t number, workload *w) {
    size_t n = 0;
    static const size_t shapes[][3] = {
        {3136, 64, 256}, {3136, 256, 64}, {784, 512, 128}, {784, 128, 512}, {196, 256, 1024}, {196, 1024, 256},
        {49, 512, 2048}, {49, 2048, 512}, {197, 768, 768}, {197, 768, 2304}, {197, 3072, 768}, {3136, 96, 384},
        {784, 384, 96}, {3136, 16, 96}, {784, 144, 24}, {1, 2048, 1000}, {1, 4096, 4096},
    };
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; ++i) {
        if (n++ == number) *w = gemm(l, shapes[i][0], 0, shapes[i][1], shapes[i][2], CK_ACTIVATION_NONE);
    }
    if (n++ == number) *w = gemm(l, 197, 0, 768, 3072, CK_ACTIVATION_GELU);
    if (n++ == number) *w = gemm(l, 3136, 0, 96, 384, CK_ACTIVATION_GELU);
    if (n++ == number) *w = gemm(l, 784, 0, 40, 240, CK_ACTIVATION_SILU);
    if (n++ == number) *w = gemm(l, 7, 3, 512, 512, CK_ACTIVATION_NONE);
    if (n++ == number) *w = gemm(l, 14, 3, 256, 256, CK_ACTIVATION_NONE);
    if (n++ == number) *w = gemm(l, 56, 3, 64, 64, CK_ACTIVATION_NONE);
    static const size_t groups[][3] = {{28, 256, 8}, {14, 512, 16}, {7, 1024, 32}, {14, 432, 48}};
    for (size_t i = 0; i < sizeof groups / sizeof *groups; ++i) {
        if (n++ == number) *w = grouped(l, groups[i][0], groups[i][1], groups[i][2]);
    }
    static const size_t winograds[][5] = {
        {56, 64, 64, 18, 1}, {56, 64, 64, 24, 1}, {56, 64, 64, 48, 1}, {28, 128, 128, 18, 1}, {28, 128, 128, 24, 1},
        {28, 128, 128, 48, 1}, {14, 256, 256, 25, 1}, {14, 256, 256, 49, 1}, {14, 256, 256, 49, 2},
        {28, 512, 512, 24, 1}, {28, 512, 512, 49, 1},
    };
    for (size_t i = 0; i < sizeof winograds / sizeof *winograds; ++i) {
        const size_t *g = winograds[i];
        if (n++ == number) *w = winograd(l, g[0], g[1], g[2], g[3], g[4]);
    }
    if (n++ == number) *w = attention(l, 1, 12, 197, 64, 0);
    if (n++ == number) *w = attention(l, 64, 3, 49, 32, 1);
    if (n++ == number) *w = attention(l, 4, 12, 49, 32, 1);
    if (n++ == number) *w = matmul(l, 8, 784, 48, 1);
    if (n++ == number) *w = matmul(l, 12, 197, 64, 0);
    static const size_t windows[][4] = {
        {56, 7, 1, 96}, {28, 7, 1, 192}, {14, 7, 1, 384}, {7, 7, 1, 768}, {112, 3, 1, 32}, {112, 3, 2, 96},
        {14, 3, 1, 384}, {28, 5, 1, 240}, {14, 5, 2, 672}, {28, 31, 1, 256},
    };
    for (size_t i = 0; i < sizeof windows / sizeof *windows; ++i) {
        if (n++ == number) *w = channelwise(l, windows[i][0], windows[i][1], windows[i][2], windows[i][3], 1);
    }
    if (n++ == number) *w = channelwise(l, 56, 3, 1, 128, 4);
    if (n++ == number) *w = channelwise(l, 28, 3, 1, 256, 8);
    if (n++ == number) *w = channelwise(l, 28, 3, 2, 256, 8);
    if (n++ == number) *w = channelwise(l, 14, 3, 1, 512, 16);
    if (n++ == number) *w = channelwise(l, 56, 1, 1, 256, 1);
    if (n++ == number) *w = layer_norm(l, 197, 768);
    if (n++ == number) *w = layer_norm(l, 3136, 96);
    if (n++ == number) *w = activation(l, 196, 384, CK_ACTIVATION_GELU, "GELU");
    if (n++ == number) *w = activation(l, 196, 384, CK_ACTIVATION_SILU, "SiLU");
    static const size_t perceptrons[][3] = {
        {3136, 96, 0}, {3136, 96, 49}, {3136, 96, 98}, {3136, 96, 196}, {784, 192, 0}, {784, 192, 49}, {784, 192, 98},
        {784, 192, 196}, {196, 384, 0}, {196, 384, 49}, {196, 384, 98}, {196, 384, 196},
    };
    for (size_t i = 0; i < sizeof perceptrons / sizeof *perceptrons; ++i) {
        if (n++ == number) *w = perceptron(l, perceptrons[i][0], perceptrons[i][1], perceptrons[i][2]);
    }
    static const size_t residuals[][7] = {
        {112, 3, 2, 16, 96, 24, 0}, {112, 3, 2, 16, 96, 24, 4}, {112, 3, 2, 16, 96, 24, 7},
        {112, 3, 2, 16, 96, 24, 14}, {56, 3, 1, 24, 144, 24, 0}, {56, 3, 1, 24, 144, 24, 7},
        {56, 3, 1, 24, 144, 24, 14}, {28, 3, 1, 32, 192, 32, 0}, {28, 3, 1, 32, 192, 32, 7},
        {28, 3, 1, 32, 192, 32, 14}, {14, 3, 1, 64, 384, 64, 0}, {14, 3, 1, 64, 384, 64, 7},
        {14, 3, 1, 64, 384, 64, 14}, {28, 5, 1, 40, 240, 40, 0}, {28, 5, 1, 40, 240, 40, 14},
    };
    for (size_t i = 0; i < sizeof residuals / sizeof *residuals; ++i) {
        const size_t *r = residuals[i];
        if (n++ == number) *w = inverted_residual(
            l, r[0], r[1], r[2], r[3], r[4], r[5], r[1] == 5 ? CK_ACTIVATION_SILU : CK_ACTIVATION_NONE, r[6]);
    }
    return number < n;
}
