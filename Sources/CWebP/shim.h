/* Declarations only: the library is loaded when the first WebP is decoded. */
#ifndef CWEBP_SHIM_H
#define CWEBP_SHIM_H

#if __has_include(<webp/decode.h>)
#include <webp/decode.h>
#else
/* What is used of libwebp's interface, for machines without its development files. All versions 0x02xx agree on it. */
#include <stddef.h>
#include <stdint.h>

#define WEBP_DECODER_ABI_VERSION 0x0209

typedef enum VP8StatusCode {
    VP8_STATUS_OK = 0,
    VP8_STATUS_OUT_OF_MEMORY,
    VP8_STATUS_INVALID_PARAM,
    VP8_STATUS_BITSTREAM_ERROR,
    VP8_STATUS_UNSUPPORTED_FEATURE,
    VP8_STATUS_SUSPENDED,
    VP8_STATUS_USER_ABORT,
    VP8_STATUS_NOT_ENOUGH_DATA
} VP8StatusCode;

typedef struct WebPBitstreamFeatures {
    int width, height;
    int has_alpha, has_animation;
    int format;
    uint32_t pad[5];
} WebPBitstreamFeatures;

VP8StatusCode WebPGetFeaturesInternal(const uint8_t *, size_t, WebPBitstreamFeatures *, int);
uint8_t *WebPDecodeBGRInto(const uint8_t *data, size_t data_size, uint8_t *output, size_t output_size, int stride);
#endif

/* The functions that decode a WebP, as they are looked up by name. */
typedef __typeof__(WebPGetFeaturesInternal) *CWEBP_GetFeatures;
typedef __typeof__(WebPDecodeBGRInto) *CWEBP_DecodeBGRInto;

enum { CWEBP_INTERFACE = WEBP_DECODER_ABI_VERSION };

#endif
