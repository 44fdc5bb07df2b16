/*
 * JPEG and PNG files in memory → rows of 8-bit blue, green and red.
 *
 * libjpeg and libpng report errors by longjmp, which must not cross Swift frames: it stays inside these functions. The
 * libraries come as tables of functions, so that nothing here is linked to them.
 *
 * Nothing is shared between decoders; each is for one thread at a time. `bytes` must stay where they are until the
 * decoder is closed.
 */
#ifndef CIC_H
#define CIC_H

#include <stddef.h>
#include <stdint.h>

#include "../../CJPEG/shim.h"
#include "../../CPNG/shim.h"

typedef enum {
    CIC_OK,
    CIC_NO_MEMORY,
    /* The file ends before the image does. */
    CIC_TRUNCATED,
    /* The library says that it does not decode this kind; the message says which. */
    CIC_UNSUPPORTED,
    /* Anything else that the library says; the message says what. */
    CIC_DAMAGED,
} cic_status;

typedef struct {
    uint32_t width, height;
} cic_header;

/* EXIF data in a file: what follows `Exif\0\0`. Valid until the decoder is closed; NULL for none. */
typedef struct {
    const uint8_t *bytes;
    size_t count;
} cic_exif;

enum { CIC_MESSAGE_SIZE = 200 };

/* Decodes one JPEG. */
typedef struct cic_jpeg cic_jpeg;

/* Returns NULL if memory cannot be allocated. */
cic_jpeg *cic_jpeg_open(const CJPEG_functions *library, const uint8_t *bytes, size_t count);
void cic_jpeg_close(cic_jpeg *decoder);
/* Why the last call failed, in the library's words; empty if it has none. */
const char *cic_jpeg_message(const cic_jpeg *decoder);
/* Reads what precedes the image. Called once, before `cic_jpeg_decode`. */
cic_status cic_jpeg_header(cic_jpeg *decoder, cic_header *header);
/* The EXIF data with that index, counted from 0, of those that precede the image. */
cic_exif cic_jpeg_exif(const cic_jpeg *decoder, size_t index);
/* Decodes into height · width · 3 bytes. Data that are damaged but complete give the image that libjpeg makes of them.
   Bytes after the last row are ignored. CMYK becomes BGR as in OpenCV: c' = k − ((255 − c) · k >> 8). */
cic_status cic_jpeg_decode(cic_jpeg *decoder, uint8_t *output);

/* Decodes one PNG. */
typedef struct cic_png cic_png;

/* Returns NULL if memory cannot be allocated. */
cic_png *cic_png_open(const CPNG_functions *library, const uint8_t *bytes, size_t count);
void cic_png_close(cic_png *decoder);
const char *cic_png_message(const cic_png *decoder);
/* Reads what precedes the image. Called once, before `cic_png_decode`. */
cic_status cic_png_header(cic_png *decoder, cic_header *header);
/* Decodes into height · width · 3 bytes: 16-bit samples lose their low byte, alpha is dropped, colour profiles and gamma
   are ignored. Reads the file to its end; checksums after the image are ignored. */
cic_status cic_png_decode(cic_png *decoder, uint8_t *output);
/* The EXIF data that precede the image; once it is decoded, also those that follow it. */
cic_exif cic_png_exif(cic_png *decoder);

#endif
