/// How large an image may be, judged by its header before anything is allocated.
enum PixelLimit {
    /// The most that Pillow decodes without an error: twice its `MAX_IMAGE_PIXELS`. Half a gigabyte at 3 bytes each.
    static let pixels = 178_956_970

    /// A file may have `freePixels`, and `pixelsPerByte` more for each of its bytes: zlib makes at most 1,032 bytes of
    /// one, each 8 pixels of a black and white PNG; a flat JPEG has some hundreds of pixels per byte.
    static let freePixels = 1 << 24
    static let pixelsPerByte = 1 << 14

    /// - Throws: `ImageError.noPixels`, `.tooLarge`, `.unjustified`.
    static func check(_ format: ImageFormat, width: Int, height: Int, bytes: Int) throws(ImageError) {
        let name = format.rawValue
        guard width > 0, height > 0 else { throw .noPixels(name, width: width, height: height) }
        let (count, overflow) = width.multipliedReportingOverflow(by: height)
        guard !overflow, count <= pixels else {
            throw .tooLarge(name, width: width, height: height, limit: pixels)
        }
        guard count <= freePixels + min(bytes, pixels) * pixelsPerByte else {
            throw .unjustified(name, width: width, height: height, bytes: bytes)
        }
    }
}
