import CheckpointIO
import ModelGraph
import ModelZoo
import TensorCore
import TestSupport
import Testing

@testable import Verification

@Suite struct GoldenTests {
    @Test("a golden holds input, output, layers and what computed them")
    func contents() throws {
        let golden = try Fixtures.golden("small_net")
        #expect(golden.input.shape == [2, 3, 9, 7])
        #expect(golden.input.scalars == SeededWeights.input(shape: [2, 3, 9, 7]).scalars.map { $0 * 24 })
        #expect(golden.output.shape == [2, 10] && golden.output.dtype == .float32)
        #expect(golden.outputFloat64?.dtype == .float64)
        #expect(golden.module == "" && golden.weights == "seeded")
        #expect(golden.layers.map(\.path).prefix(4) == ["stem.0", "stem.1", "stem.2", "stem"])
        #expect(try golden.layers[0].read().shape == [2, 8, 5, 4])
        #expect(golden.source == "small_net, torch 2.15.0, float32, cpu")
    }

    @Test("a seeded input is made from its shape")
    func seededInput() throws {
        let golden = try Fixtures.golden("mobilenet_v2_published_features")
        #expect(golden.input == SeededWeights.input(shape: [1, 3, 224, 224]))
        #expect(golden.module == "neck")
        #expect(golden.output.shape == [1, 1280])
    }

    @Test("layers may be recorded by some of their elements")
    func samples() throws {
        let golden = try Fixtures.golden("resnet18_8xb32_in1k")
        #expect(!golden.layers.contains { !$0.isSample })
        #expect(try golden.layers[0].read().shape == [16])
    }

    @Test("a checkpoint without golden entries is an error that names the first one missing")
    func noGolden() throws {
        let checkpoint = try Fixtures.checkpoint("demo/mobilenet_v2_legacy.pt")
        #expect(throws: VerificationError.golden(entry: "output", "is missing: it is the tensor to compare with")) {
            try Golden(checkpoint)
        }
    }

    @Test("a golden may hold the name of its image, and what each step made of it")
    func images() throws {
        let golden = try Golden(Fixtures.checkpoint("guide/golden_steps.pth"))
        #expect(golden.images == ["portrait.jpg"])
        #expect(
            golden.steps.map { $0.map(\.name) } == [
                ["0:LoadImageFromFile", "1:ResizeEdge", "2:CenterCrop", "3:PackInputs", "tensor"]
            ])
        #expect(golden.steps[0].allSatisfy { $0.sha256.count == 64 })
        let plain = try Fixtures.golden("small_net")
        #expect(plain.images.isEmpty && plain.steps.isEmpty)
    }

    @Test("images and steps that do not go with the input are errors")
    func wrongImages() throws {
        #expect(throws: VerificationError.golden(entry: "image", "is neither a name nor a list of names")) {
            try Golden.images(.int(3), count: 1)
        }
        #expect(throws: VerificationError.golden(entry: "image", "has 1 names; the input has 2 images")) {
            try Golden.images(.string("a.jpg"), count: 2)
        }
        #expect(throws: VerificationError.golden(entry: "image", "has a name that no file can have")) {
            try Golden.images(.string(""), count: 1)
        }
        #expect(throws: VerificationError.golden(entry: "steps", "is not a list")) {
            try Golden.steps(.string("1:ResizeEdge"), count: 1)
        }
    }

    private static let notExtents = "is not a list of positive integers with a product of at most 16777216"

    static let malformed = [
        ("no_input", "input", "is neither a tensor nor the text 'seeded'"),
        ("large_integers", "input", "has integers of 2^24 or more, which float32 does not tell apart"),
        ("complex_input", "input", "is complex64, not of real numbers"),
        ("huge_inputs", "input.1", "makes 24000000 elements of input, the limit is 16777216"),
        ("huge_input", "input", "makes 192000000 elements of input, the limit is 16777216"),
        ("integer_output", "output", "is int64, not a floating-point tensor"),
        ("no_input_shape", "input_shape", "is missing: a seeded input needs its shape"),
        ("huge_input_shape", "input_shape", notExtents), ("negative_input_shape", "input_shape", notExtents),
    ]

    @Test("an entry that is not what it should be is an error that names it", arguments: malformed)
    func malformedEntries(name: String, entry: String, problem: String) throws {
        let checkpoint = try Fixtures.checkpoint("goldens/malformed/\(name).pth")
        #expect(throws: VerificationError.golden(entry: entry, problem)) { try Golden(checkpoint) }
    }

    @Test("several inputs are given to a model one after the other, and its integers are not moved with the others")
    func severalInputs() throws {
        let golden = try Golden(Checkpoint.open(fixture("programs/inputs/captioned.golden.pth")))
        #expect(
            golden.inputs == [
                GraphInput([2, 9], isDiscrete: true), GraphInput([2, 9], isDiscrete: true), GraphInput([2, 3, 8, 8]),
            ])
        #expect(golden.input.shape == [420])
        let moved = PerturbedParameters.moved(golden.input.scalars, of: golden.inputs, draw: 1)
        #expect(moved[..<36] == golden.input.scalars[..<36] && moved[36...] != golden.input.scalars[36...])
        #expect(golden.input.scalars[..<18].allSatisfy { $0 == $0.rounded() && 0..<40 ~= $0 })
        #expect(golden.input.scalars[18..<36].allSatisfy { $0 == 0 || $0 == 1 })
    }

    /// The stand-in for the published weights has the keys of another library, so no stage has its parameters.
    @Test("without a stage that the checkpoint has parameters for, the error says what each stage lacks")
    func noStage() throws {
        let checkpoint = try Fixtures.checkpoint("demo/mobilenet_v2_legacy.pt")
        let graph = try ModelZoo.model(named: "mobilenet_v2").graph(input: [1, 3, 224, 224])
        let golden = Golden(
            input: SeededWeights.input(shape: [1, 3, 224, 224]),
            output: RecordedTensor(shape: [1, 1280], scalars: [Double](repeating: 0, count: 1280)))
        let parameters = CheckpointParameters(try checkpoint.stateDict())
        #expect(
            throws: VerificationError.noStage(
                shape: [1, 1280],
                stages: [
                    .init(path: "", shape: [1, 1000], missing: 262),
                    .init(path: "head", shape: [1, 1000], missing: 262),
                    .init(path: "neck", shape: [1, 1280], missing: 260),
                    .init(path: "backbone", shape: [1, 1280, 7, 7], missing: 260),
                ])
        ) { try golden.part(of: graph, for: parameters) }
    }
}
