/* Declarations only: the library is loaded when the first WebP is decoded. */
#ifndef CWEBP_SHIM_H
#define CWEBP_SHIM_H
#include <webp/decode.h>

/* The functions that decode a WebP, as they are looked up by name. */
typedef __typeof__(WebPGetFeaturesInternal) *CWEBP_GetFeatures;
typedef __typeof__(WebPDecodeBGRInto) *CWEBP_DecodeBGRInto;

enum { CWEBP_INTERFACE = WEBP_DECODER_ABI_VERSION };

#endif
