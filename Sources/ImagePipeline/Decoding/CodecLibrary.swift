import CJPEG
import CPNG
import CWebP

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A system library of functions that are looked up by name.
///
/// It is loaded when the first image needs it: tools that decode none neither link nor load it.
private struct CodecLibrary {
    let format: ImageFormat
    let handle: UnsafeMutableRawPointer

    /// Loads the first of the files that is there.
    /// - Parameter package: what Debian calls the library.
    /// - Throws: `ImageError.noLibrary`.
    init(_ format: ImageFormat, linux: [String], darwin: String, package: String) throws(ImageError) {
        #if canImport(Darwin)
            let files = ["/opt/homebrew", "/usr/local"].map { "\($0)/opt/\(darwin)" }
        #else
            let files = linux
        #endif
        guard let handle = files.lazy.compactMap({ dlopen($0, RTLD_NOW) }).first else {
            throw .noLibrary(format.rawValue, files: files, package: package)
        }
        self.format = format
        self.handle = handle
    }

    /// - Throws: `ImageError.noFunction`.
    func function<Function>(_ name: String, as type: Function.Type = Function.self) throws(ImageError) -> Function {
        guard let symbol = dlsym(handle, name) else {
            throw .noFunction(name, library: "the library for \(format.rawValue)")
        }
        return unsafeBitCast(symbol, to: type)
    }
}

/// libjpeg-turbo's functions. They stay where they are while the process runs.
///
/// Not checked: Swift does not know that the functions may be called from any thread.
struct JPEGLibrary: @unchecked Sendable {
    let functions: UnsafePointer<CJPEG_functions>

    static let shared = Result { () throws(ImageError) in try JPEGLibrary() }

    private init() throws(ImageError) {
        let interface = CJPEG_INTERFACE / 10
        let library = try CodecLibrary(
            .jpeg, linux: ["libjpeg.so.\(interface == 6 ? 62 : interface)"],
            darwin: "jpeg-turbo/lib/libjpeg.\(interface).dylib", package: "libjpeg62-turbo")
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
struct PNGLibrary: @unchecked Sendable {
    let functions: UnsafePointer<CPNG_functions>

    static let shared = Result { () throws(ImageError) in try PNGLibrary() }

    private init() throws(ImageError) {
        let library = try CodecLibrary(
            .png, linux: ["libpng16.so.16"], darwin: "libpng/lib/libpng16.16.dylib", package: "libpng16-16")
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
struct WebPLibrary: @unchecked Sendable {
    let getFeatures: CWEBP_GetFeatures
    let decodeInto: CWEBP_DecodeBGRInto

    static let shared = Result { () throws(ImageError) in try WebPLibrary() }

    private init() throws(ImageError) {
        let library = try CodecLibrary(
            .webp, linux: ["libwebp.so.7"], darwin: "webp/lib/libwebp.7.dylib", package: "libwebp7")
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
