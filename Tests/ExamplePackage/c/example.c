#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "checkpoint_io.h"

/* Says what a call reports, and ends the program. */
static void fail(char *error) {
    fprintf(stderr, "example: %s\n", error);
    ckpt_error_free(error);
    exit(2);
}

/* Prints every tensor, with the sum of those of floats. */
static void inspect(const char *path) {
    char *error;
    ckpt_file *file = ckpt_open(path, NULL, &error);
    if (!file) fail(error);
    printf("%s, %zu tensors\n", ckpt_format(file), ckpt_count(file));
    for (size_t i = 0; i < ckpt_count(file); i++) {
        size_t rank, count = ckpt_value_count(file, i);
        const int64_t *shape = ckpt_shape(file, i, &rank);
        printf("%s %s", ckpt_key(file, i, NULL), ckpt_dtype(file, i));
        for (size_t axis = 0; axis < rank; axis++) printf(" %" PRId64, shape[axis]);
        float *values = malloc(count * sizeof *values);
        if (count && !values) abort();
        if (ckpt_read_floats(file, i, values, count, &error)) {
            printf(": %s\n", error);
            ckpt_error_free(error);
        } else {
            double sum = 0;
            for (size_t k = 0; k < count; k++) sum += values[k];
            printf(": sum %g\n", sum);
        }
        free(values);
    }
    ckpt_close(file);
}

/* Copies one tensor and adds another. */
static void create(const char *input, const char *key, const char *output) {
    char *error;
    ckpt_file *file = ckpt_open(input, NULL, &error);
    if (!file) fail(error);
    ptrdiff_t index = ckpt_find(file, key);
    if (index < 0) {
        fprintf(stderr, "example: %s has no '%s'\n", input, key);
        exit(2);
    }
    ckpt_writer *writer = ckpt_writer_new();
    const float scale[] = {0.5f, 2};
    const int64_t shape[] = {2};
    if (ckpt_writer_add_stored(writer, key, file, (size_t)index, &error)) fail(error);
    if (ckpt_writer_add(writer, "scale", "float32", shape, 1, scale, sizeof scale, &error)) fail(error);
    if (ckpt_writer_write(writer, output, &error)) fail(error);
    ckpt_writer_free(writer);
    ckpt_close(file);
}

int main(int argc, char **argv) {
    if (argc != 4) return 2;
    inspect(argv[1]);
    create(argv[1], argv[2], argv[3]);
    inspect(argv[3]);
    return 0;
}
