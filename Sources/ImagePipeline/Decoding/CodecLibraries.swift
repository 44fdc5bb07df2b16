import CJPEG
import CPNG
import CWebP
import SystemLibrary

/// libjpeg-turbo's functions. They stay where they are while the process runs.
///
/// Not checked: Swift does not know that the functions may be called from any thread.
struct JPEGLibrary: @unchecked Sendable {
    let functions: UnsafePointer<CJPEG_functions>

    static let shared = Result { () throws(SystemLibraryError) in try JPEGLibrary() }.mapError(ImageError.library)

    private init() throws(SystemLibraryError) {
        let interface = CJPEG_INTERFACE / 10
        let library = try SystemLibrary(
            "libjpeg-turbo", for: "JPEG", package: "libjpeg62-turbo",
            files: SystemLibrary.files(
                linux: ["libjpeg.so.\(interface == 6 ? 62 : interface)"],
                homebrew: "jpeg-turbo/lib/libjpeg.\(interface).dylib"))
        let table = try CJPEG_functions(
            std_error: library.function("jpeg_std_error"),
            create_decompress: library.function("jpeg_CreateDecompress"),
            save_markers: library.function("jpeg_save_markers"),
            resync_to_restart: library.function("jpeg_resync_to_restart"),
            read_header: library.function("jpeg_read_header"),
            start_decompress: library.function("jpeg_start_decompress"),
            read_scanlines: library.function("jpeg_read_scanlines"),
            destroy_decompress: library.function("jpeg_destroy_decompress"))
        functions = UnsafePointer(keeping: table)
    }
}

/// libpng's functions. They stay where they are while the process runs.
///
/// Not checked: Swift does not know that the functions may be called from any thread.
struct PNGLibrary: @unchecked Sendable {
    let functions: UnsafePointer<CPNG_functions>

    static let shared = Result { () throws(SystemLibraryError) in try PNGLibrary() }.mapError(ImageError.library)

    private init() throws(SystemLibraryError) {
        let library = try SystemLibrary(
            "libpng", for: "PNG", package: "libpng16-16",
            files: SystemLibrary.files(linux: ["libpng16.so.16"], homebrew: "libpng/lib/libpng16.16.dylib"))
        let table = try CPNG_functions(
            create_read_struct: library.function("png_create_read_struct"),
            create_info_struct: library.function("png_create_info_struct"),
            destroy_read_struct: library.function("png_destroy_read_struct"),
            set_read_fn: library.function("png_set_read_fn"),
            read_info: library.function("png_read_info"),
            get_image_width: library.function("png_get_image_width"),
            get_image_height: library.function("png_get_image_height"),
            get_rowbytes: library.function("png_get_rowbytes"),
            get_exif: library.function("png_get_eXIf_1"),
            set_palette_to_rgb: library.function("png_set_palette_to_rgb"),
            set_expand_gray: library.function("png_set_expand_gray_1_2_4_to_8"),
            set_strip_16: library.function("png_set_strip_16"),
            set_strip_alpha: library.function("png_set_strip_alpha"),
            set_gray_to_rgb: library.function("png_set_gray_to_rgb"),
            set_bgr: library.function("png_set_bgr"),
            set_interlace_handling: library.function("png_set_interlace_handling"),
            read_update_info: library.function("png_read_update_info"),
            read_row: library.function("png_read_row"),
            set_crc_action: library.function("png_set_crc_action"),
            read_end: library.function("png_read_end"))
        functions = UnsafePointer(keeping: table)
    }
}

/// libwebp's functions.
///
/// Not checked: Swift does not know that the functions may be called from any thread.
struct WebPLibrary: @unchecked Sendable {
    let getFeatures: CWEBP_GetFeatures
    let decodeInto: CWEBP_DecodeBGRInto

    static let shared = Result { () throws(SystemLibraryError) in try WebPLibrary() }.mapError(ImageError.library)

    private init() throws(SystemLibraryError) {
        let library = try SystemLibrary(
            "libwebp", for: "WebP", package: "libwebp7",
            files: SystemLibrary.files(linux: ["libwebp.so.7"], homebrew: "webp/lib/libwebp.7.dylib"))
        getFeatures = try library.function("WebPGetFeaturesInternal")
        decodeInto = try library.function("WebPDecodeBGRInto")
    }
}

extension UnsafePointer {
    /// A copy of `value` that is never freed.
    fileprivate init(keeping value: Pointee) {
        let place = UnsafeMutablePointer<Pointee>.allocate(capacity: 1)
        place.initialize(to: value)
        self.init(place)
    }
}
