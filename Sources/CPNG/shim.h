/* Declarations only: the library is loaded when the first PNG is decoded. */
#ifndef CPNG_SHIM_H
#define CPNG_SHIM_H
#include <png.h>

/* The functions that decode a PNG, as they are looked up by name. */
typedef struct {
    __typeof__(png_create_read_struct) *create_read_struct;
    __typeof__(png_create_info_struct) *create_info_struct;
    __typeof__(png_destroy_read_struct) *destroy_read_struct;
    __typeof__(png_set_read_fn) *set_read_fn;
    __typeof__(png_read_info) *read_info;
    __typeof__(png_get_image_width) *get_image_width;
    __typeof__(png_get_image_height) *get_image_height;
    __typeof__(png_get_rowbytes) *get_rowbytes;
    __typeof__(png_get_eXIf_1) *get_exif;
    __typeof__(png_set_palette_to_rgb) *set_palette_to_rgb;
    __typeof__(png_set_expand_gray_1_2_4_to_8) *set_expand_gray;
    __typeof__(png_set_strip_16) *set_strip_16;
    __typeof__(png_set_strip_alpha) *set_strip_alpha;
    __typeof__(png_set_gray_to_rgb) *set_gray_to_rgb;
    __typeof__(png_set_bgr) *set_bgr;
    __typeof__(png_set_interlace_handling) *set_interlace_handling;
    __typeof__(png_read_update_info) *read_update_info;
    __typeof__(png_read_row) *read_row;
    __typeof__(png_set_crc_action) *set_crc_action;
    __typeof__(png_read_end) *read_end;
} CPNG_functions;

#endif
