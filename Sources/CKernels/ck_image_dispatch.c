#include "ck_image_kernels.h"

const ck_image_kernels *ck_image_kernels_for(ck_isa isa) {
    switch (isa) {
    case CK_PORTABLE:
        return &ck_image_kernels_portable;
#if defined(__x86_64__)
    case CK_AVX2:
        return __builtin_cpu_supports("avx2") ? &ck_image_kernels_avx2 : NULL;
    case CK_AVX512:
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
                && __builtin_cpu_supports("avx512vl")
            ? &ck_image_kernels_avx512
            : NULL;
#endif
#if defined(__aarch64__)
    case CK_NEON:
        return &ck_image_kernels_neon;
#endif
    default:
        return NULL;
    }
}

/* A stripe of 16 rows of the input, as bytes, and one of the output, of at most 4 bytes an element; neither shorter
   than a vector. */
size_t ck_image_scratch(size_t inputs, size_t outputs, size_t channels) {
    const size_t read = inputs * channels, written = outputs * channels;
    return 16 * (read < 16 ? 16 : read) + 64 * (written < 16 ? 16 : written);
}

void ck_image_horizontal_pass(
    const ck_image_kernels *kernels, ck_image_arithmetic arithmetic, const ck_image_horizontal *pass) {
    kernels->horizontal[arithmetic](pass);
}

void ck_image_vertical_pass(
    const ck_image_kernels *kernels, ck_image_arithmetic arithmetic, const ck_image_vertical *pass) {
    kernels->vertical[arithmetic](pass);
}

void ck_image_normalize(const ck_image_kernels *kernels, const ck_image_normalization *operation) {
    kernels->normalize(operation);
}
