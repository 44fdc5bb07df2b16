import JSON
import TestSupport
import Testing

@testable import ImagePipeline

@Suite struct ImageResizeTests {
    struct Fact: Sendable, CustomTestStringConvertible {
        let image: String
        let resize: Resize
        let sha256: String

        var testDescription: String {
            "\(image) to \(resize.height) × \(resize.width) by \(resize.method), Pillow \(resize.pillow.rawValue)"
        }

        init?(_ json: JSONValue) {
            guard let words = json["method"].text?.split(separator: " "), words.count == 2,
                let backend = ResizeMethod.Backend(rawValue: String(words[0])),
                let filter = ResizeMethod.Filter(rawValue: String(words[1])),
                let method = ResizeMethod(backend, filter), let image = json["image"].text,
                let height = json["height"].integer, let width = json["width"].integer,
                let sha256 = json["sha256"].text,
                let pillow = PillowRelease(rawValue: json["pillow"].integer ?? 13)
            else { return nil }
            self.image = image
            resize = Resize(height: height, width: width, method: method, pillow: pillow)
            self.sha256 = sha256
        }
    }

    static let facts = Facts.json("resize.json").elements.compactMap(Fact.init)

    @Test("an image is resized to the bytes of OpenCV and of Pillow, by each filter of each", arguments: facts)
    func resizes(_ fact: Fact) throws {
        let image = try Facts.image(fact.image)
        #expect(digest(of: fact.resize.applied(to: image).samples) == fact.sha256)
    }

    @Test("the plain loops give the same bytes", arguments: facts)
    func resizesPlainly(_ fact: Fact) throws {
        let image = try Facts.image(fact.image)
        #expect(digest(of: fact.resize.applied(to: image, by: .plain).samples) == fact.sha256)
    }

    @Test("there are facts of every method, and of both orders of Pillow's passes")
    func factsAreThere() {
        #expect(Self.facts.count == Facts.json("resize.json").elements.count)
        #expect(ResizeMethod.all.allSatisfy { method in Self.facts.contains { $0.resize.method == method } })
        #expect(Self.facts.count { $0.resize.pillow == .v11 } > 20)
    }

    @Test(
        "kernels of all instruction sets, on odd sizes and parts, give the bytes of the plain loops", arguments: 0..<60)
    func kernelsEqualPlainLoops(_ seed: Int) throws {
        var generator = SplitMix64(seed: UInt64(seed))
        func size(_ most: Int) -> Int { Int.random(in: 1...most, using: &generator) }
        let (height, width, channels) = (size(70), size(70), [1, 3, 4][seed % 3])
        let image = Image(
            height: height, width: width, channels: channels,
            samples: (0..<height * width * channels).map { _ in
                seed % 2 == 0 ? .random(in: 0...255, using: &generator) : Bool.random(using: &generator) ? 255 : 0
            })
        for method in ResizeMethod.all {
            let resize = Resize(height: size(90), width: size(90), method: method, pillow: .v13)
            let (top, left) = (size(resize.height) - 1, size(resize.width) - 1)
            let part = Region(
                rows: top..<top + size(resize.height - top), columns: left..<left + size(resize.width - left))
            let whole = resize.applied(to: image, by: .plain)
            for kernels in ImageKernels.available {
                let configuration = "\(height) × \(width) × \(channels), \(resize), \(part), \(kernels)"
                #expect(resize.applied(to: image, by: .kernels(kernels)) == whole, "\(configuration)")
                #expect(
                    resize.applied(to: image, part: part, by: .kernels(kernels))
                        == whole.cropped(rows: part.rows, columns: part.columns), "\(configuration)")
            }
        }
    }

    @Test(
        "Pillow's releases differ in the first pass of tall images",
        arguments: [
            (PillowRelease.v11, 1000, 9, 10, 9, false), (.v12, 1000, 9, 10, 9, true), (.v12, 900, 9, 10, 9, false),
            (.v13, 200, 60, 100, 10, false), (.v13, 201, 60, 100, 10, true), (.v13, 200, 60, 200, 90, false),
        ])
    func orderOfPasses(_ release: PillowRelease, _ h: Int, _ w: Int, _ height: Int, _ width: Int, _ columns: Bool) {
        #expect(release.startsWithColumns(height: h, width: w, to: height, width) == columns)
    }

    @Test("a backend has its own filters only")
    func filters() {
        #expect(ResizeMethod(.cv2, .box) == nil)
        #expect(ResizeMethod(.cv2, .hamming) == nil)
        #expect(ResizeMethod(.pillow, .area) == nil)
        #expect(ResizeMethod.all.count == 11)
    }
}
