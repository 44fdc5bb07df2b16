/// The files that Pillow, as mmcv's backend 'pillow' calls it, decodes to other pixels than OpenCV.
enum PillowDifference {
    static let reason =
        "Pillow and OpenCV make different pixels of it; load it by imdecode_backend='cv2', or convert it"

    /// - Throws: `ImageError.unsupported`, naming the kind.
    static func check(_ bytes: UnsafeRawBufferPointer, _ format: ImageFormat) throws(ImageError) {
        guard let kind = kind(bytes, format) else { return }
        throw .unsupported(kind, reason: reason)
    }

    private static func kind(_ bytes: UnsafeRawBufferPointer, _ format: ImageFormat) -> String? {
        switch format {
        case .jpeg:
            if JPEGFrame(bytes)?.components == 4 { return "A CMYK JPEG" }
            return contains(bytes, "tiff:Orientation") ? "A JPEG whose XMP data name an orientation" : nil
        case .png:
            guard bytes.count > 25 else { return nil }
            switch (depth: bytes[24], color: bytes[25]) {
            case (8, 4): return "A gray PNG with alpha"
            case (16, 0): return "A gray PNG of 16 bits"
            default: return contains(bytes, "tiff:Orientation") ? "A PNG whose XMP data name an orientation" : nil
            }
        case .webp: return contains(bytes, "tiff:Orientation") ? "A WebP whose XMP data name an orientation" : nil
        case .bmp: return bytes.count > 28 && bytes[28] == 16 ? "A BMP of 16 bits" : nil
        case .pixmap:
            guard let reader = try? PixmapReader(bytes) else { return nil }
            return reader.isScaled ? "A PNM whose largest sample is not 255" : nil
        }
    }

    private static func contains(_ bytes: UnsafeRawBufferPointer, _ text: String) -> Bool {
        let text = Array(text.utf8)
        guard bytes.count >= text.count else { return false }
        return (0...bytes.count - text.count).contains { bytes[$0] == text[0] && bytes[$0...].starts(with: text) }
    }
}
