import ByteIO
import CImageCodecs
import CWebP

extension Image {
    package struct DecodingOptions: Sendable, Equatable {
        /// Whether EXIF's orientation is left alone.
        package var ignoresOrientation = false
        /// Whether to refuse files that Pillow, as mmcv calls it, decodes to other pixels than OpenCV.
        package var mustEqualPillow = false

        package init() {}
    }

    /// The image in a file, as `cv2.imdecode(…, IMREAD_COLOR)` of OpenCV 5.0 gives it: blue, green, red; without alpha;
    /// turned as its EXIF data say.
    /// - Throws: `ImageError`.
    package init(decoding file: Bytes, _ options: DecodingOptions = DecodingOptions()) throws(ImageError) {
        self = try file.withUnsafeBytes { (bytes) throws(ImageError) in
            let format = try ImageFormat(bytes)
            if options.mustEqualPillow { try PillowDifference.check(bytes, format) }
            let (image, exif) = try Self.decoded(bytes, format)
            guard let exif else { return image }
            if options.mustEqualPillow, !exif.isOrdinary {
                throw .unsupported("\(format.rawValue) with unusual EXIF data", reason: PillowDifference.reason)
            }
            return options.ignoresOrientation ? image : exif.orientation.applied(to: image)
        }
    }

    /// The image as it is stored, and what EXIF says of it.
    private static func decoded(
        _ bytes: UnsafeRawBufferPointer, _ format: ImageFormat
    ) throws(ImageError) -> (Image, ExifOrientation?) {
        switch format {
        case .jpeg: try jpeg(bytes)
        case .png: try png(bytes)
        case .webp: try webp(bytes)
        case .bmp: (try BitmapReader(bytes).image(), nil)
        case .pixmap: (try PixmapReader(bytes).image(), nil)
        }
    }

    private static func jpeg(
        _ bytes: UnsafeRawBufferPointer
    ) throws(ImageError) -> (Image, ExifOrientation?) {
        let library = try JPEGLibrary.shared.get()
        let source = bytes.bindMemory(to: UInt8.self)
        guard let decoder = cic_jpeg_open(library.functions, source.baseAddress, source.count) else {
            throw .noMemory("JPEG", width: 0, height: 0)
        }
        defer { cic_jpeg_close(decoder) }
        let image = try image(
            .jpeg, byteCount: bytes.count, header: { cic_jpeg_header(decoder, $0) },
            decode: { cic_jpeg_decode(decoder, $0) }, message: { String(cString: cic_jpeg_message(decoder)) })
        for index in 0... {
            guard let exif = ExifOrientation(cic_jpeg_exif(decoder, index)) else { break }
            if exif.value != nil { return (image, exif) }
        }
        return (image, nil)
    }

    private static func png(
        _ bytes: UnsafeRawBufferPointer
    ) throws(ImageError) -> (Image, ExifOrientation?) {
        let chunks = PNGChunks(bytes)
        if let size = chunks.size {
            try PixelLimit.check(.png, width: size.width, height: size.height, bytes: bytes.count)
        }
        guard !chunks.isAnimated else {
            throw .unsupported("An animated PNG", reason: "save the picture that is meant as a PNG of its own")
        }
        let library = try PNGLibrary.shared.get()
        let source = bytes.bindMemory(to: UInt8.self)
        guard let decoder = cic_png_open(library.functions, source.baseAddress, source.count) else {
            throw .noMemory("PNG", width: 0, height: 0)
        }
        defer { cic_png_close(decoder) }
        let image = try image(
            .png, byteCount: bytes.count, header: { cic_png_header(decoder, $0) },
            decode: { cic_png_decode(decoder, $0) }, message: { String(cString: cic_png_message(decoder)) })
        return (image, ExifOrientation(cic_png_exif(decoder)))
    }

    /// The image that libjpeg or libpng decodes.
    /// - Parameters:
    ///   - readHeader: is called first.
    ///   - decode: writes the samples.
    ///   - message: why the last call failed.
    private static func image(
        _ format: ImageFormat, byteCount: Int, header readHeader: (UnsafeMutablePointer<cic_header>) -> cic_status,
        decode: (UnsafeMutablePointer<UInt8>?) -> cic_status, message: () -> String
    ) throws(ImageError) -> Image {
        var header = cic_header()
        try check(readHeader(&header), format, header, message())
        let (width, height) = (Int(header.width), Int(header.height))
        try PixelLimit.check(format, width: width, height: height, bytes: byteCount)
        return try Image(height: height, width: width, channels: 3) { (target) throws(ImageError) in
            try check(decode(target.baseAddress), format, header, message())
        }
    }

    private static func check(
        _ status: cic_status, _ format: ImageFormat, _ header: cic_header, _ message: String
    ) throws(ImageError) {
        let name = format.rawValue
        switch status {
        case CIC_OK: return
        case CIC_NO_MEMORY: throw .noMemory(name, width: Int(header.width), height: Int(header.height))
        case CIC_TRUNCATED: throw .truncated(name)
        case CIC_UNSUPPORTED:
            throw .unsupported("This kind of \(name)", reason: "\(message); save it as an ordinary \(name) or PNG")
        default: throw .damaged(name, reason: message)
        }
    }

    private static func webp(
        _ bytes: UnsafeRawBufferPointer
    ) throws(ImageError) -> (Image, ExifOrientation?) {
        let library = try WebPLibrary.shared.get()
        let source = bytes.bindMemory(to: UInt8.self)
        var features = WebPBitstreamFeatures()
        switch library.getFeatures(source.baseAddress, source.count, &features, Int32(CWEBP_INTERFACE)) {
        case VP8_STATUS_OK: break
        case VP8_STATUS_NOT_ENOUGH_DATA: throw .truncated("WebP")
        case let status: throw .damaged("WebP", reason: "libwebp's status is \(status.rawValue)")
        }
        guard features.has_animation == 0 else {
            throw .unsupported("An animated WebP", reason: "save the picture that is meant as a file of its own")
        }
        let (width, height) = (Int(features.width), Int(features.height))
        try PixelLimit.check(.webp, width: width, height: height, bytes: bytes.count)
        let image = try Image(height: height, width: width, channels: 3) { (target) throws(ImageError) in
            let output = library.decodeInto(
                source.baseAddress, source.count, target.baseAddress, target.count, Int32(width * 3))
            guard output != nil else {
                throw .damaged("WebP", reason: "it is cut, or its data are wrong; get it again from its source")
            }
        }
        return (image, RIFFChunks(bytes).first(named: "EXIF").map(ExifOrientation.init))
    }
}

extension ExifOrientation {
    /// Returns nil where there are no data.
    fileprivate init?(_ exif: cic_exif) {
        guard let bytes = exif.bytes else { return nil }
        self.init(UnsafeRawBufferPointer(start: bytes, count: exif.count))
    }
}
