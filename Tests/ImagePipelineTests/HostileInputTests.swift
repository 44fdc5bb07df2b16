import ByteIO
import TestSupport
import Testing

@testable import ImagePipeline

/// A decoder either gives an image or an `ImageError`, whatever it is fed.
@Suite struct HostileInputTests {
    static let files = [
        "exif_6.jpg", "ycck.jpg", "png_3_4_transparent.png", "png_2_8_interlaced.png", "png_exif_3.png",
        "webp_lossless.webp", "webp_exif_6.webp", "bmp_8_short_palette.bmp", "bmp_16_565.bmp", "pnm_p3.ppm",
        "pnm_p5_16.pgm",
    ]

    @Test("a file that is cut anywhere is refused, or gives the whole image", arguments: files)
    func cut(_ name: String) throws {
        let bytes = try Facts.file(name).withUnsafeBytes { Array($0) }
        let whole = try Image(decoding: Bytes(bytes))
        for count in stride(from: 0, to: bytes.count, by: bytes.count > 600 ? 7 : 1) {
            do throws(ImageError) {
                let image = try Image(decoding: Bytes(bytes[..<count]))
                #expect(image == whole, "\(name) cut to \(count) bytes")
            } catch {}
        }
    }

    @Test("bytes that are changed give an image or an error", arguments: files)
    func changed(_ name: String) throws {
        let bytes = try Facts.file(name).withUnsafeBytes { Array($0) }
        var generator = SplitMix64(seed: 12)
        var images = 0
        for _ in 0..<200 {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                damaged[Int.random(in: 0..<damaged.count, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            if let image = try? Image(decoding: Bytes(damaged)) {
                #expect(image.samples.count == image.height * image.width * 3)
                images += 1
            }
        }
        #expect(images < 200)
    }

    @Test("every prefix of every signature is refused")
    func signatures() {
        for text in ["\u{FF}\u{D8}\u{FF}", "RIFF....WEBPVP8 ", "BM", "P5\n", "P1 ", "....ftypavif", "GIF89a"] {
            let bytes = text.unicodeScalars.map { UInt8($0.value) }
            for count in 0...bytes.count {
                #expect(throws: ImageError.self) { try Image(decoding: Bytes(bytes[..<count])) }
            }
        }
        let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        for count in 0...8 { #expect(throws: ImageError.self) { try Image(decoding: Bytes(png[..<count])) } }
    }
}
