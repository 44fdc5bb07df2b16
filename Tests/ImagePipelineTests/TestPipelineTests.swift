import ByteIO
import JSON
import ModelConfig
import TestSupport
import Testing

@testable import ImagePipeline

@Suite struct TestPipelineTests {
    struct Fact: Sendable, CustomTestStringConvertible {
        let name: String
        let steps: [ConfigValue]
        let preprocessor: ConfigDictionary?
        /// By image: the beginnings of the digests of all steps, and the tensor's shape.
        let images: [(name: String, digests: [String], shape: [Int])]

        var testDescription: String { name }

        init(_ json: JSONValue, _ index: Int) {
            name = "\(index): \(json["config"].text ?? "")"
            steps = json["pipeline"].elements.map(\.configValue)
            preprocessor = json["data_preprocessor"].configDictionary
            images = json["images"].fields.map { field in
                let values = field.value.elements
                return (field.name, values.compactMap(\.text), values.last?.elements.compactMap(\.integer) ?? [])
            }
        }
    }

    static let facts = Facts.json("pipelines.json").elements.enumerated().map { Fact($1, $0) }

    @Test("every pipeline of MMPreTrain's classifiers gives its arrays, step by step, and its tensor", arguments: facts)
    func runs(_ fact: Fact) throws {
        let pipeline = try TestPipeline(steps: fact.steps, preprocessor: fact.preprocessor)
        for image in fact.images {
            let file = try Facts.file(image.name)
            var digests: [String] = []
            let tensor = try pipeline.run(file) { digests.append(String(digest(of: $0.bytes).prefix(16))) }
            #expect(digests == image.digests, "\(image.name)")
            #expect(tensor.shape == image.shape, "\(image.name)")
            #expect(try pipeline.run(file) == tensor, "\(image.name): without a look at the steps")
        }
    }

    @Test("there are the 57 pipelines and others")
    func factsAreThere() {
        #expect(Self.facts.count { !$0.name.hasSuffix(": ") } >= 57)
        #expect(Self.facts.allSatisfy { !$0.images.isEmpty && !$0.steps.isEmpty })
    }

    static let load = step("LoadImageFromFile")
    static let pack = step("PackInputs")

    static func message(_ steps: [ConfigValue], _ preprocessor: ConfigDictionary? = nil) -> String? {
        do throws(PipelineError) {
            _ = try TestPipeline(steps: steps, preprocessor: preprocessor)
            return nil
        } catch {
            return error.description
        }
    }

    @Test(
        "a step that cannot be followed is named, with its place and the reason",
        arguments: [
            (
                step("RandomResizedCrop", ("scale", .int(224))),
                "config.py:1:5: 1:RandomResizedCrop: it changes images at random, which has no meaning in testing; take it out of the test pipeline"
            ),
            (
                step("ResizeEgde", ("scale", .int(224))),
                "config.py:1:5: 1:ResizeEgde: there is no such transform; did you mean 'ResizeEdge' or 'Resize'?"
            ),
            (
                step("ResizeEdge", ("scale", .int(224)), ("interpolatoin", .string("bicubic"))),
                "config.py:3:5: 1:ResizeEdge: there is no argument 'interpolatoin'; did you mean 'interpolation'?"
            ),
            (
                step("ResizeEdge", ("scale", .int(224)), ("interpolation", .string("box"))),
                "config.py:3:5: 1:ResizeEdge: interpolation: the backend 'cv2' has no 'box'; it has nearest, bilinear, bicubic, area, lanczos"
            ),
            (
                step("ResizeEdge", ("scale", .string("x"))),
                "config.py:2:5: 1:ResizeEdge: scale: needs a whole number of 1 to 1048576, found 'x'"
            ),
            (
                step("Resize", ("scale", .int(224)), ("backend", .string("gpu"))),
                "config.py:3:5: 1:Resize: backend: 'gpu' is neither 'cv2' nor 'pillow'"
            ),
            (
                step("torchvision/Resize", ("size", .int(224))),
                "config.py:1:5: 1:torchvision/Resize: transforms of other libraries are not applied; say it with LoadImageFromFile, ResizeEdge, Resize, CenterCrop, EfficientNetCenterCrop, PackInputs"
            ),
            (
                step("CenterCrop", ("crop_size", .int(0))),
                "config.py:2:5: 1:CenterCrop: crop_size: needs a whole number or (width, height), of 1 to 1048576, found 0"
            ),
            (step("Resize"), "config.py:1:5: 1:Resize: it needs 'scale' or 'scale_factor'"),
        ])
    func refusesSteps(_ wrong: ConfigValue, _ message: String) {
        #expect(Self.message([Self.load, wrong, Self.pack]) == message)
    }

    @Test(
        "options of loading that would give other bytes are refused",
        arguments: [
            ("imdecode_backend", ConfigValue.string("turbojpeg"), "is not supported; 'cv2' and 'pillow' are"),
            ("color_type", .string("grayscale"), "is not supported"),
            ("color_type", .string("unchanged"), "is not supported"),
            ("to_float32", .bool(true), "resizing of float32 images is not supported"),
            (
                "file_client_args", .dictionary(.init([.init(key: .string("backend"), value: .string("petrel"))])),
                "local"
            ),
        ])
    func refusesLoading(_ name: String, _ value: ConfigValue, _ part: String) throws {
        let load = step("LoadImageFromFile", (name, value))
        let message = try #require(Self.message([load, step("Resize", ("scale", .int(7))), Self.pack]))
        #expect(message.contains(part) && message.contains(name))
    }

    @Test("float32 images are packed as such where nothing resizes them")
    func floats() throws {
        let load = step("LoadImageFromFile", ("to_float32", .bool(true)))
        let pipeline = try TestPipeline(steps: [load, Self.pack], preprocessor: nil)
        var arrays: [PipelineArray] = []
        _ = try pipeline.run(Facts.file("exif_1.jpg")) { arrays.append($0) }
        #expect(arrays.map(\.element) == [.float32, .float32, .float32])
        #expect(arrays.map(\.step) == ["0:LoadImageFromFile", "1:PackInputs", "tensor"])
        #expect(arrays.map(\.shape) == [[17, 23, 3], [3, 17, 23], [1, 3, 17, 23]])
        #expect(arrays[1].bytes == arrays[2].bytes)
    }

    @Test("a pipeline needs steps in a sensible order")
    func order() {
        #expect(Self.message([]) == "the test pipeline has no steps")
        #expect(
            Self.message([Self.load])
                == "the test pipeline does not end with PackInputs, which makes the tensor")
        #expect(Self.message([Self.pack, Self.load])?.hasSuffix("it must be the first step") == true)
        #expect(
            Self.message([Self.pack, step("Resize", ("scale", .int(7)))])?
                .hasSuffix("there is no image any more after 0:PackInputs") == true)
    }

    @Test("names with the scope of a registry are taken, and the guide's older name with a note")
    func names() throws {
        let steps = [
            step("mmcv.LoadImageFromFile"), step("mmpretrain.ResizeEdge", ("scale", .int(9))), step("PackClsInputs"),
        ]
        let pipeline = try TestPipeline(steps: steps, preprocessor: nil)
        #expect(pipeline.notes == ["2:PackClsInputs is named PackInputs since MMPreTrain 1.0"])
    }

    @Test("a size without pixels, or with too many, is an error that names the step")
    func sizes() throws {
        let wide = try TestPipeline(
            steps: [Self.load, step("ResizeEdge", ("scale", .int(1)), ("edge", .string("long"))), Self.pack],
            preprocessor: nil)
        let file = try Facts.file("tall.jpg")
        let error = #expect(throws: PipelineError.self) { try wide.run(file) }
        #expect(
            error?.description
                == "1:ResizeEdge: an image of 62 × 200 would become one of 0 × 1 pixels, which has none")
        let huge = try TestPipeline(
            steps: [Self.load, step("Resize", ("scale_factor", .float(1e9))), Self.pack], preprocessor: nil)
        #expect(throws: PipelineError.self) { try huge.run(file) }
        let crop = try TestPipeline(
            steps: [
                Self.load, step("EfficientNetCenterCrop", ("crop_size", .int(1)), ("crop_padding", .int(400))),
                Self.pack,
            ], preprocessor: nil)
        #expect(throws: PipelineError.self) { try crop.run(file) }
    }

    @Test("a small result that would take too much memory is an error, not an allocation")
    func memory() throws {
        let resize = try TestPipeline(
            steps: [Self.load, step("Resize", ("scale", .tuple([.int(224), .int(224)]))), Self.pack],
            preprocessor: nil)
        let tall = Image(
            height: 900_000, width: 1, channels: 3, samples: [UInt8](repeating: 0, count: 2_700_000))
        let error = #expect(throws: PipelineError.self) { try resize.inputs(tall, mirrored: false) }
        #expect(
            error?.description
                == "1:Resize: an image of 1 × 900000 would become one of 224 × 224 pixels, "
                + "by way of one of more than 178956970 pixels")
        let padded = try TestPipeline(
            steps: [Self.load, Self.pack],
            preprocessor: PreprocessorTests.config(("pad_size_divisor", .int(1 << 20))))
        let small = Image(height: 1, width: 1, channels: 3, samples: [0, 0, 0])
        #expect(throws: PipelineError.self) { try padded.inputs(small, mirrored: false) }
    }
}
