/*
 * SIMD kernels of the engine, float32. That of zip archives is in ck_crc32.h.
 *
 * A feature map is [N, H, W, stride] floats: the channels of a pixel, padded to a multiple of CK_BLOCK. What
 * the padding holds is of no consequence. Pointers need no alignment beyond that of float.
 *
 * Each output element is computed by one chain of fused multiply-adds whose order depends on the operation
 * only, so results have the same bits under every instruction set and for every division into tasks.
 *
 * An operation is a struct and a function (operation, index, thread) that performs one of its `..._tasks` tasks.
 * Tasks write disjoint parts of the output and may run at the same time, on threads of different numbers.
 */
#ifndef CK_H
#define CK_H

#include <stddef.h>

enum { CK_BLOCK = 16 };

/* Tells the CPU that the caller spins. */
static inline void ck_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/* ---- Instruction sets ---- */

typedef enum { CK_PORTABLE, CK_AVX2, CK_AVX512, CK_NEON } ck_isa;

typedef struct ck_kernels_f32 ck_kernels_f32;

/* The kernels for `isa`, or NULL if this CPU does not run them. */
const ck_kernels_f32 *ck_kernels_for(ck_isa isa);

/* The widest panel of output channels that these kernels work on, in blocks. */
size_t ck_panel_blocks_limit(const ck_kernels_f32 *kernels);

/* ---- Convolution and matrix product ---- */

typedef struct {
    size_t input_height, input_width;
    size_t output_height, output_width;
    size_t kernel_height, kernel_width;
    size_t stride_height, stride_width;
    size_t padding_height, padding_width;
    size_t dilation_height, dilation_width;
} ck_window_geometry;

/* `blocks` blocks of output channels from `first_output`, fed by input channels
   first_input ..< first_input + inputs. */
typedef struct {
    const float *weights; /* [kernel_height · kernel_width][inputs][blocks · CK_BLOCK] */
    size_t first_output, blocks;
    size_t first_input, inputs;
} ck_panel_f32;

/* Long sums are cut into spans of at most so many terms, each summed from zero, which are then added up in order. A span
   in turn is cut into chains, as a chain's error grows with its length. A layer that an image passes in one row, such as
   a classifier, waits for its weights: there short chains cost nothing, and its error is the one that nothing after it
   evens out. */
enum { CK_SPAN = 384, CK_CHAIN = 128, CK_SINGLE_ROW_CHAIN = 32 };

/* ---- Pooling ---- */

/* One window along an axis: input positions first ..< first + count, and the count with padding. */
typedef struct {
    size_t first, count, padded_count;
} ck_extent;

typedef enum { CK_POOL_MAX, CK_POOL_AVERAGE, CK_POOL_AVERAGE_PADDED } ck_pool_kind;

/* A task is a row of the output. NaN is the largest number of all. */
typedef struct {
    const ck_kernels_f32 *kernels;
    ck_pool_kind kind;
    const float *input;
    size_t input_height, input_width;
    const ck_extent *rows;
    size_t row_count;
    const ck_extent *columns;
    size_t column_count;
    float *output;
    size_t stride; /* of input and output */
    size_t batch;
} ck_pool_f32;

size_t ck_pool_f32_tasks(const ck_pool_f32 *operation);
void ck_pool_f32_task(const void *operation, long index, long thread);

/* ---- Layout ---- */

/* [N, C, H, W] → [N, H + top + bottom, W + left + right, stride] with zeros around it. A task is a row. */
typedef struct {
    const float *input;
    size_t batch, channels, height, width;
    size_t top, bottom, left, right;
    float *output;
    size_t stride;
} ck_interleave_f32;

size_t ck_interleave_f32_tasks(const ck_interleave_f32 *operation);
void ck_interleave_f32_task(const void *operation, long index, long thread);

#endif
