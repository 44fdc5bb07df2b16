#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "include/cic.h"

#include <jerror.h>

/* Scans of a progressive file: each costs time for the whole image, whatever little data it has. Encoders write about
   ten. */
enum { SCANS_LIMIT = 100, ROWS = 16 };

struct cic_jpeg {
    struct jpeg_decompress_struct info;
    struct jpeg_error_mgr errors;
    struct jpeg_source_mgr source;
    struct jpeg_progress_mgr progress;
    const CJPEG_functions *library;
    jmp_buf escape;
    cic_status status;
    uint8_t *line; /* a row of CMYK, or NULL */
    char message[CIC_MESSAGE_SIZE];
};

static _Noreturn void fail(cic_jpeg *decoder, cic_status status) {
    decoder->status = status;
    longjmp(decoder->escape, 1);
}

static void error_exit(j_common_ptr common) {
    cic_jpeg *decoder = common->client_data;
    char text[JMSG_LENGTH_MAX];
    decoder->errors.format_message(common, text);
    strncpy(decoder->message, text, CIC_MESSAGE_SIZE - 1);
    switch (decoder->errors.msg_code) {
    case JERR_OUT_OF_MEMORY: fail(decoder, CIC_NO_MEMORY);
    case JERR_BAD_PRECISION:
    case JERR_SOF_UNSUPPORTED:
    case JERR_CONVERSION_NOTIMPL: fail(decoder, CIC_UNSUPPORTED);
    default: fail(decoder, CIC_DAMAGED);
    }
}

/* Warnings are ignored: damaged data are decoded as far as libjpeg can. */
static void emit_message(j_common_ptr common, int level) {}
static void output_message(j_common_ptr common) {}

static void count_scans(j_common_ptr common) {
    cic_jpeg *decoder = common->client_data;
    if (decoder->info.input_scan_number <= SCANS_LIMIT) return;
    strcpy(decoder->message, "more than 100 scans");
    fail(decoder, CIC_DAMAGED);
}

static void source_nothing(j_decompress_ptr info) {}

/* Called when all bytes are used up. FALSE makes libjpeg suspend, which becomes CIC_TRUNCATED. */
static boolean fill_input_buffer(j_decompress_ptr info) { return FALSE; }

static void skip_input_data(j_decompress_ptr info, long count) {
    if (count <= 0) return;
    struct jpeg_source_mgr *source = info->src;
    const size_t skipped = (size_t)count < source->bytes_in_buffer ? (size_t)count : source->bytes_in_buffer;
    source->next_input_byte += skipped;
    source->bytes_in_buffer -= skipped;
}

cic_jpeg *cic_jpeg_open(const CJPEG_functions *library, const uint8_t *bytes, size_t count) {
    cic_jpeg *decoder = calloc(1, sizeof *decoder);
    if (!decoder) return NULL;
    decoder->library = library;
    decoder->source = (struct jpeg_source_mgr){
        .next_input_byte = bytes,
        .bytes_in_buffer = count,
        .init_source = source_nothing,
        .fill_input_buffer = fill_input_buffer,
        .skip_input_data = skip_input_data,
        .resync_to_restart = library->resync_to_restart,
        .term_source = source_nothing,
    };
    decoder->progress.progress_monitor = count_scans;
    decoder->info.err = library->std_error(&decoder->errors);
    decoder->errors.error_exit = error_exit;
    decoder->errors.emit_message = emit_message;
    decoder->errors.output_message = output_message;
    decoder->info.client_data = decoder;
    return decoder;
}

void cic_jpeg_close(cic_jpeg *decoder) {
    if (!decoder) return;
    /* It frees memory, and has no errors to report. */
    if (decoder->info.mem) decoder->library->destroy_decompress(&decoder->info);
    free(decoder->line);
    free(decoder);
}

const char *cic_jpeg_message(const cic_jpeg *decoder) { return decoder->message; }

cic_exif cic_jpeg_exif(const cic_jpeg *decoder, size_t index) {
    for (jpeg_saved_marker_ptr marker = decoder->info.marker_list; marker; marker = marker->next) {
        if (marker->data_length < 6 || memcmp(marker->data, "Exif\0", 6) != 0 || index-- > 0) continue;
        return (cic_exif){marker->data + 6, marker->data_length - 6};
    }
    return (cic_exif){NULL, 0};
}

cic_status cic_jpeg_header(cic_jpeg *decoder, cic_header *header) {
    const CJPEG_functions *library = decoder->library;
    struct jpeg_decompress_struct *info = &decoder->info;
    if (setjmp(decoder->escape)) return decoder->status;
    library->create_decompress(info, JPEG_LIB_VERSION, sizeof *info);
    info->src = &decoder->source;
    info->progress = &decoder->progress;
    library->save_markers(info, JPEG_APP0 + 1, 0xFFFF);
    if (library->read_header(info, TRUE) == JPEG_SUSPENDED) return CIC_TRUNCATED;
    if (info->data_precision != 8) {
        snprintf(decoder->message, CIC_MESSAGE_SIZE, "Unsupported JPEG data precision %d", info->data_precision);
        return CIC_UNSUPPORTED;
    }
    header->width = info->image_width;
    header->height = info->image_height;
    return CIC_OK;
}

static void blue_green_red(const uint8_t *cmyk, size_t width, uint8_t *output) {
    for (size_t x = 0; x < width; ++x, cmyk += 4, output += 3) {
        const int k = cmyk[3];
        for (int i = 0; i < 3; ++i) output[2 - i] = (uint8_t)(k - ((255 - cmyk[i]) * k >> 8));
    }
}

cic_status cic_jpeg_decode(cic_jpeg *decoder, uint8_t *output) {
    const CJPEG_functions *library = decoder->library;
    struct jpeg_decompress_struct *info = &decoder->info;
    if (setjmp(decoder->escape)) return decoder->status;
    const int is_cmyk = info->num_components == 4;
    info->out_color_space = is_cmyk ? JCS_CMYK : JCS_EXT_BGR;
    if (!library->start_decompress(info)) return CIC_TRUNCATED;
    const size_t width = info->output_width;
    if (is_cmyk && !(decoder->line = malloc(width * 4))) return CIC_NO_MEMORY;
    while (info->output_scanline < info->output_height) {
        if (is_cmyk) {
            uint8_t *row = output + info->output_scanline * width * 3;
            if (library->read_scanlines(info, &decoder->line, 1) != 1) return CIC_TRUNCATED;
            blue_green_red(decoder->line, width, row);
            continue;
        }
        JSAMPROW rows[ROWS];
        JDIMENSION count = 0;
        for (; count < ROWS && info->output_scanline + count < info->output_height; ++count)
            rows[count] = output + (info->output_scanline + count) * width * 3;
        if (library->read_scanlines(info, rows, count) == 0) return CIC_TRUNCATED;
    }
    return CIC_OK;
}
