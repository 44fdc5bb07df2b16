/* Declarations only: the library is loaded when the first JPEG is decoded. */
#ifndef CJPEG_SHIM_H
#define CJPEG_SHIM_H
#include <stddef.h>
#include <stdio.h>

#include <jpeglib.h>

#ifndef LIBJPEG_TURBO_VERSION
#error "libjpeg-turbo is needed: another libjpeg has no output in the order blue, green, red"
#endif

/* The functions that decode a JPEG, as they are looked up by name. */
typedef struct {
    __typeof__(jpeg_std_error) *std_error;
    __typeof__(jpeg_CreateDecompress) *create_decompress;
    __typeof__(jpeg_save_markers) *save_markers;
    __typeof__(jpeg_resync_to_restart) *resync_to_restart;
    __typeof__(jpeg_read_header) *read_header;
    __typeof__(jpeg_start_decompress) *start_decompress;
    __typeof__(jpeg_read_scanlines) *read_scanlines;
    __typeof__(jpeg_destroy_decompress) *destroy_decompress;
} CJPEG_functions;

/* The version of the library's interface that the header describes; its file's name contains it. */
enum { CJPEG_INTERFACE = JPEG_LIB_VERSION };

#endif
