import ByteIO
import ImagePipeline
import ModelZoo
import TensorCore
import TestSupport
import Testing
import Verification

@testable import Workbench

/// Goldens that timm and MMPreTrain made of a photograph, `fixtures/guide`.
@Suite struct InputAlignmentTests {
    private func verify(
        _ golden: String, _ config: String = GuideFixture.config, edit: (String) -> String = { $0 },
        images: [String] = ["portrait.jpg"]
    ) throws -> ModelVerification {
        let guide = try GuideFixture()
        let checkpoint = try guide.convert()
        let text = String(decoding: try guide.folder.contents("guide/" + config), as: UTF8.self)
        try guide.write("config.py", edit(text))
        return try ModelVerification.run(
            .init(
                checkpoint: checkpoint, golden: guide.path + "/" + golden,
                model: ModelSource(.config(guide.path + "/config.py")), images: images.map { guide.path + "/" + $0 }))
    }

    @Test("the input that MMPreTrain made of a photograph is made again, every bit, and the model gives its output")
    func equal() throws {
        for images in [["portrait.jpg"], ["."], ["data", "golden.pth", "portrait.jpg"]] {
            let found = try verify("golden_steps.pth", images: images)
            #expect(found.alignment?.verdict == .equal)
            #expect(found.passed && found.findings.isEmpty)
            #expect(found.together?.deviation?.max == found.report.output?.max)
        }
    }

    @Test("another code base's input of the same pixels passes: its normalisation rounds in another order")
    func rounding() throws {
        let found = try verify("golden.pth")
        #expect(found.alignment?.verdict == .rounding, "\(String(describing: found.alignment))")
        #expect(found.passed)
        #expect(found.together?.top1Equal == true)
        #expect(found.notes.contains("the golden's pixels are the same; its normalisation rounds in another order"))
    }

    @Test("what OpenCV's bicubic filter by Intel's IPP makes passes, with a note, and that of Pillow does not")
    func oneLevel() throws {
        let native = { (text: String) in text.replacing("backend='pillow'", with: "backend='cv2'") }
        let found = try verify("golden_ipp.pth", edit: native)
        #expect(found.alignment?.verdict == .oneLevel)
        #expect(found.passed && found.notes.contains { $0.hasPrefix("the input differs by at most 1 of 255, in ") })
        #expect(
            try verify("golden_ipp.pth").alignment?.finding
                == "input differs from step 1:ResizeEdge on; it equals backend='cv2'")
    }

    static let faults: [(from: String, to: String, finding: String)] = [
        (
            "backend='pillow', interpolation='bicubic'", "interpolation='bicubic'",
            "input differs from step 1:ResizeEdge on; it equals backend='pillow'"
        ),
        (
            "interpolation='bicubic'", "interpolation='bilinear'",
            "input differs from step 1:ResizeEdge on; it equals interpolation='bicubic'"
        ),
        (
            "backend='pillow', interpolation='bicubic'", "backend='cv2', interpolation='area'",
            "input differs from step 1:ResizeEdge on; it equals backend='pillow', interpolation='bicubic'"
        ),
        ("scale=73", "scale=71", "input differs from step 1:ResizeEdge on; it equals scale=73"),
        ("edge='short'", "edge='long'", "input differs from step 1:ResizeEdge on; it equals edge='short'"),
        (
            "to_rgb=True", "to_rgb=False",
            "input differs from step data_preprocessor on; it equals to_rgb=True"
        ),
        (
            "mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375]", "mean=[127.5] * 3, std=[127.5] * 3",
            "input differs from step data_preprocessor on; it equals ImageNet's mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375]"
        ),
        (
            "scale=73, edge='short', backend='pillow'", "scale=64, edge='short'",
            "input differs from step 1:ResizeEdge on; it equals backend='pillow' with scale=73"
        ),
    ]

    @Test(
        "a config that prepares images otherwise is told which step differs, and what it should be",
        arguments: ["golden.pth", "golden_steps.pth"], faults)
    func named(golden: String, fault: (from: String, to: String, finding: String)) throws {
        let found = try verify(golden, edit: { $0.replacing(fault.from, with: fault.to) })
        #expect(!found.passed)
        let finding = try #require(found.alignment?.finding)
        // Two changes may be found in either order.
        let parts = { (text: String) in text.split(separator: "equals ").last?.components(" with ").sorted() }
        #expect(
            parts(finding) == parts(fault.finding) && finding.hasPrefix(fault.finding.prefix { $0 != ";" }),
            "\(finding)")
        #expect(found.report.passed, "the model is judged apart, on the golden's input")
    }

    @Test("the crop's size and the order of crop and resize are found")
    func sizes() throws {
        let small = try verify("golden.pth", edit: { $0.replacing("crop_size=64", with: "crop_size=56") })
        #expect(
            small.alignment?.finding
                == "input differs from step 2:CenterCrop on: it is (1, 3, 56, 56), the golden's is (1, 3, 64, 64); it equals crop_size=64"
        )
        #expect(small.together == nil)
        let swapped = try verify(
            "golden_steps.pth",
            edit: {
                $0.replacing(
                    "dict(type='ResizeEdge', scale=73, edge='short', backend='pillow', interpolation='bicubic'),\n    dict(type='CenterCrop', crop_size=64)",
                    with: "dict(type='EfficientNetCenterCrop', crop_size=64, backend='pillow', interpolation='bicubic')"
                )
            })
        let finding = try #require(swapped.alignment?.finding)
        #expect(
            finding
                == "input differs from step 1:EfficientNetCenterCrop on; it equals ResizeEdge(scale=73) and CenterCrop",
            "\(finding)")
    }

    @Test("where nothing that is tried fits, the report says how far the input is off")
    func unknown() throws {
        let found = try verify("golden.pth", images: ["data/val/class 0/00.jpg"])
        #expect(found.notes.first { $0.contains("portrait.jpg") }?.hasSuffix("00.jpg is taken for it") == true)
        let finding = try #require(found.alignment?.finding)
        #expect(finding.hasPrefix("input differs: by up to "), "\(finding)")
        #expect(finding.contains(" of 255, in ") && finding.hasSuffix(" other pipelines gives it"), "\(finding)")
        #expect(found.report.passed && !found.passed)
    }

    @Test("images that are not the golden's, or are not there, are an error")
    func otherImages() throws {
        for (images, message) in [
            (["data"], "the golden's image 'portrait.jpg' is not among "), (["gone.jpg"], "gone.jpg"),
            (["original.pth"], "original.pth: "),
        ] {
            let error = #expect(throws: (any Error).self) { try verify("golden.pth", images: images) }
            #expect("\(error!)".contains(message), "\(error!)")
        }
    }

    /// What a pipeline with other steps makes of pictures, taken for a golden's input.
    private func alignment(
        _ pictures: [String], _ own: (String) -> String = { $0 }, with other: (String) -> String,
        pillow: PillowRelease = .v13
    ) throws -> InputAlignment {
        let guide = try GuideFixture()
        let text = own(String(decoding: try guide.folder.contents("guide/" + GuideFixture.config), as: UTF8.self))
        let paths = pictures.map { fixture("images/" + $0) }
        func definition(_ text: String) throws -> ModelDefinition {
            try ModelSource(.config(guide.write("config.py", text))).definition()
        }
        let changed = try definition(other(text))
        let pipeline = try TestPipeline(
            steps: try #require(changed.testPipeline), preprocessor: changed.dataPreprocessor,
            options: .init(pillow: pillow))
        let inputs = try paths.map { try pipeline.run(MappedFile(path: $0).bytes) }
        let golden = Golden(
            input: DenseTensor(shape: [paths.count, 3, 64, 64], scalars: inputs.flatMap(\.values)),
            output: RecordedTensor(shape: [paths.count, 1], scalars: paths.map { _ in 0 }), images: pictures)
        return try InputAlignment.run(definition(text), golden: golden, images: [fixture("images")], pillow: .v13)
    }

    @Test("several images must all fit, and loading, order and scale are found as well")
    func otherFaults() throws {
        let both = ["landscape.jpg", "tall.jpg"]
        #expect(try alignment(both, with: { $0 }).verdict == .equal)
        for (pictures, from, to, finding) in [
            (both, "'pillow'", "'cv2'", "input differs from step 1:ResizeEdge on; it equals backend='cv2'"),
            (
                ["exif_6.jpg"], "type='LoadImageFromFile'",
                "type='LoadImageFromFile', color_type='color_ignore_orientation'",
                "input differs from step 0:LoadImageFromFile on; it equals color_type='color_ignore_orientation'"
            ),
            (
                ["landscape.jpg"], "type='ResizeEdge', scale=73, edge='short'", "type='Resize', scale=73",
                "input differs from step 1:ResizeEdge on; it equals type='Resize', scale=73, which keeps no proportions"
            ),
            (
                ["landscape.jpg"], "scale=73", "scale=64",
                "input differs from step 1:ResizeEdge on; it equals scale=64"
            ),
        ] {
            let found = try alignment(pictures, with: { $0.replacing(from, with: to) })
            #expect(found.finding == finding)
        }
        // Pillow before 12.2 resizes the columns of a tall picture last.
        let square = { (text: String) in
            text.replacing("type='ResizeEdge', scale=73, edge='short'", with: "type='Resize', scale=64")
        }
        let passes = try alignment(["tall.jpg"], square, with: { $0 }, pillow: .v11)
        #expect(
            passes.finding
                == "input differs from step 1:Resize on; it equals the order of passes of Pillow 11")
    }
}

extension Substring {
    fileprivate func components(_ separator: String) -> [String] { split(separator: separator).map(String.init) }
}
