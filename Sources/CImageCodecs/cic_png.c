#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "include/cic.h"

struct cic_png {
    png_structp png;
    png_infop info;
    const CPNG_functions *library;
    const uint8_t *bytes;
    size_t count;
    jmp_buf escape;
    cic_status status;
    char message[CIC_MESSAGE_SIZE];
};

/* The decoder whose function runs on this thread. Callbacks cannot ask libpng for it: they would need the table of its
   functions, which the decoder has. */
static _Thread_local cic_png *current;

static _Noreturn void fail(cic_status status, const char *message) {
    current->status = status;
    strncpy(current->message, message, CIC_MESSAGE_SIZE - 1);
    longjmp(current->escape, 1);
}

static _Noreturn void error(png_structp png, png_const_charp message) {
    fail(strstr(message, "ut of memory") ? CIC_NO_MEMORY : CIC_DAMAGED, message);
}

static void warning(png_structp png, png_const_charp message) {}

static void read_data(png_structp png, png_bytep target, size_t count) {
    if (count > current->count) fail(CIC_TRUNCATED, "");
    memcpy(target, current->bytes, count);
    current->bytes += count;
    current->count -= count;
}

cic_png *cic_png_open(const CPNG_functions *library, const uint8_t *bytes, size_t count) {
    cic_png *decoder = calloc(1, sizeof *decoder);
    if (!decoder) return NULL;
    current = decoder;
    decoder->library = library;
    decoder->bytes = bytes;
    decoder->count = count;
    if (setjmp(decoder->escape) == 0) {
        decoder->png = library->create_read_struct(PNG_LIBPNG_VER_STRING, NULL, error, warning);
        if (decoder->png) decoder->info = library->create_info_struct(decoder->png);
        if (decoder->info) {
            library->set_read_fn(decoder->png, NULL, read_data);
            return decoder;
        }
    }
    cic_png_close(decoder);
    return NULL;
}

void cic_png_close(cic_png *decoder) {
    if (!decoder) return;
    current = decoder;
    if (decoder->png) decoder->library->destroy_read_struct(&decoder->png, &decoder->info, NULL);
    free(decoder);
}

const char *cic_png_message(const cic_png *decoder) { return decoder->message; }

cic_exif cic_png_exif(cic_png *decoder) {
    png_bytep exif = NULL;
    png_uint_32 count = 0;
    current = decoder;
    if (setjmp(decoder->escape)) return (cic_exif){NULL, 0};
    if (decoder->library->get_exif(decoder->png, decoder->info, &count, &exif) == 0) return (cic_exif){NULL, 0};
    return (cic_exif){exif, count};
}

cic_status cic_png_header(cic_png *decoder, cic_header *header) {
    const CPNG_functions *library = decoder->library;
    current = decoder;
    if (setjmp(decoder->escape)) return decoder->status;
    library->read_info(decoder->png, decoder->info);
    header->width = library->get_image_width(decoder->png, decoder->info);
    header->height = library->get_image_height(decoder->png, decoder->info);
    return CIC_OK;
}

cic_status cic_png_decode(cic_png *decoder, uint8_t *output) {
    const CPNG_functions *library = decoder->library;
    const png_structp png = decoder->png;
    current = decoder;
    if (setjmp(decoder->escape)) return decoder->status;
    library->set_palette_to_rgb(png);
    library->set_expand_gray(png);
    library->set_strip_16(png);
    library->set_strip_alpha(png);
    library->set_gray_to_rgb(png);
    library->set_bgr(png);
    const int passes = library->set_interlace_handling(png);
    library->read_update_info(png, decoder->info);
    const size_t width = library->get_image_width(png, decoder->info);
    const size_t height = library->get_image_height(png, decoder->info);
    if (library->get_rowbytes(png, decoder->info) != width * 3)
        fail(CIC_UNSUPPORTED, "samples that do not become 8-bit colours");
    for (int pass = 0; pass < passes; ++pass) {
        for (size_t y = 0; y < height; ++y) library->read_row(png, output + y * width * 3, NULL);
    }
    library->set_crc_action(png, PNG_CRC_QUIET_USE, PNG_CRC_NO_CHANGE);
    library->read_end(png, decoder->info);
    return CIC_OK;
}
