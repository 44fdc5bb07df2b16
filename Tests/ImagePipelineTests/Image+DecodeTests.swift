import ByteIO
import JSON
import TestSupport
import Testing

@testable import ImagePipeline

@Suite struct ImageDecodeTests {
    struct Fact: Sendable, CustomTestStringConvertible {
        let name: String
        /// nil for a file that is refused.
        let shape: [Int]?
        let sha256: String?

        var testDescription: String { name }
    }

    static let facts = Facts.json("decode.json").fields.map { field in
        Fact(
            name: field.name, shape: field.value == .null ? nil : field.value["shape"].elements.compactMap(\.integer),
            sha256: field.value["sha256"].text)
    }

    @Test("there are facts of each format")
    func factsAreThere() {
        #expect(Self.facts.count > 150)
        #expect(Self.facts.count { $0.shape == nil } > 30)
    }

    @Test("a file becomes the pixels that OpenCV makes of it, or is refused", arguments: facts)
    func decodes(_ fact: Fact) throws {
        guard let shape = fact.shape else {
            #expect(throws: ImageError.self) { try Facts.image(fact.name) }
            return
        }
        let image = try Facts.image(fact.name)
        #expect(image.shape == shape)
        #expect(digest(of: image.samples) == fact.sha256)
    }

    @Test(
        "a refusal names the format and the reason",
        arguments: [
            ("tiff.tif", "TIFF is not decoded: OpenCV and Pillow make different pixels of it; convert it to PNG"),
            ("gif.gif", "GIF is not decoded: OpenCV and Pillow make different pixels of it; convert it to PNG"),
            ("jpeg2000.jp2", "JPEG 2000 is not decoded: there is no decoder for it here; convert it to PNG"),
            ("avif.avif", "AVIF is not decoded: there is no decoder for it here; convert it to PNG"),
            ("heif.heic", "HEIF is not decoded: there is no decoder for it here; convert it to PNG"),
            ("ico.ico", "ICO is not decoded: there is no decoder for it here; convert it to PNG"),
            (
                "png_animated.png",
                "An animated PNG is not decoded: save the picture that is meant as a PNG of its own"
            ),
            (
                "webp_animated.webp",
                "An animated WebP is not decoded: save the picture that is meant as a file of its own"
            ),
            ("bmp_rle8.bmp", "A run-length coded BMP is not decoded: save it uncompressed, or as PNG"),
            ("cut.jpg", "JPEG: the file ends before the image does; get it again from its source"),
            ("no_end.jpg", "JPEG: the file ends before the image does; get it again from its source"),
            ("png_cut.png", "PNG: the file ends before the image does; get it again from its source"),
            ("empty.jpg", "the file is empty"),
            (
                "text.jpg",
                "not an image of a format that is read (JPEG, PNG, WebP, BMP, PBM, PGM, PPM): it begins with 3c 68 74 6d 6c 3e 34 30"
            ),
            ("png_huge.png", "PNG: 1073741824 × 1073741824 pixels are more than the limit of 178956970"),
            ("bmp_huge.bmp", "BMP: 1073741824 × 1073741824 pixels are more than the limit of 178956970"),
            ("pnm_huge.ppm", "PNM: 1073741824 × 1073741824 pixels are more than the limit of 178956970"),
            ("huge.jpg", "JPEG: 65500 × 65500 pixels are more than the limit of 178956970"),
            ("webp_huge.webp", "WebP: 16384 × 16384 pixels are more than the limit of 178956970"),
            ("png_liar.png", "PNG: 12000 × 12000 pixels in a file of 212 bytes: its header is damaged"),
            ("png_empty.png", "PNG: 0 × 5 pixels: it has none"),
        ])
    func refusesInWords(_ name: String, _ message: String) throws {
        let error = #expect(throws: ImageError.self) { try Facts.image(name) }
        #expect(error?.description == message)
    }

    @Test("12-bit and lossless JPEG are named as what they are", arguments: ["bits_12.jpg", "lossless.jpg"])
    func namesUnsupportedJPEG(_ name: String) throws {
        let error = #expect(throws: ImageError.self) { try Facts.image(name) }
        #expect(error?.description.hasPrefix("This kind of JPEG is not decoded: Unsupported JPEG") == true)
    }

    @Test("EXIF's orientation is left alone on request")
    func ignoresOrientation() throws {
        var options = Image.DecodingOptions()
        options.ignoresOrientation = true
        let upright = try Image(decoding: Facts.file("exif_6.jpg"), options)
        #expect(upright == (try Facts.image("exif_1.jpg")))
        #expect(upright != (try Facts.image("exif_6.jpg")))
    }

    @Test(
        "what Pillow decodes to other pixels is refused where Pillow is asked for",
        arguments: [
            "cmyk.jpg", "ycck.jpg", "xmp_only.jpg", "exif_long_little.jpg", "exif_cut.jpg", "exif_two_tags.jpg",
            "exif_byte.jpg", "png_4_8.png", "png_0_16.png", "bmp_16.bmp", "pnm_p5_small.pgm",
        ])
    func refusesWherePillowDiffers(_ name: String) throws {
        var options = Image.DecodingOptions()
        options.mustEqualPillow = true
        #expect(throws: ImageError.self) { try Image(decoding: Facts.file(name), options) }
    }

    @Test("what Pillow decodes to the same pixels is decoded", arguments: ["exif_6.jpg", "png_4_16.png", "bmp_24.bmp"])
    func decodesWherePillowAgrees(_ name: String) throws {
        var options = Image.DecodingOptions()
        options.mustEqualPillow = true
        #expect(try Image(decoding: Facts.file(name), options) == Facts.image(name))
    }
}
