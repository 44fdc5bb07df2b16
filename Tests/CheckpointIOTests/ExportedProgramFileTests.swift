import ByteIO
import TensorCore
import TestSupport
import Testing

@testable import CheckpointIO

@Suite struct ExportedProgramFileTests {
    static let versions = ["2.6.0", "2.8.0", "2.11.0", "2.15.0"]
    static let weights: Set<Key> = [
        "conv.weight", "norm.weight", "norm.bias", "norm.running_mean", "norm.running_var", "norm.num_batches_tracked",
        "first.weight", "first.bias", "second.weight", "order",
    ]
    static let constants: Set<Key> = ["steps", "offset", "lifted_tensor_0"]

    private func open(_ name: String) throws -> Checkpoint { try Checkpoint.open(fixture("programs/\(name).pt2")) }

    @Test("every layout of the archive gives weights and constants under their own names", arguments: versions)
    func layouts(version: String) throws {
        let checkpoint = try open("versions/torch-\(version)")
        #expect(checkpoint.format == .exportedProgram)
        #expect(Set(checkpoint.tensors.map(\.key)) == Self.weights.union(Self.constants))
        #expect(checkpoint.program?.constants == Self.constants)
        let tensors = Dictionary(uniqueKeysWithValues: checkpoint.tensors.map { ($0.key, $0.tensor) })
        #expect(try tensors["order"]?.withFloat64 { Array($0) } == [7, 6, 5, 4, 3, 2, 1, 0])
        #expect(try tensors["steps"]?.withFloat64 { Array($0) } == [0, 1, 2, 3, 4, 5, 6, 7])
        #expect(try tensors["lifted_tensor_0"]?.withFloat64 { Array($0) } == [1, -1])
        #expect(tensors["conv.weight"]?.shape == [8, 3, 3, 3])
        #expect(try tensors["conv.weight"]?.withFloat64 { Array($0.prefix(3)) } == [-0.5, 0.078125, -0.34375])
        #expect(tensors["norm.num_batches_tracked"]?.dtype == .int64)
    }

    @Test("tied parameters share a storage, others do not", arguments: versions)
    func tied(version: String) throws {
        let tensors = Dictionary(
            uniqueKeysWithValues: try open("versions/torch-\(version)").tensors.map { ($0.key, $0.tensor) })
        #expect(tensors["first.weight"]?.storage === tensors["second.weight"]?.storage)
        #expect(tensors["first.weight"]?.storage !== tensors["conv.weight"]?.storage)
    }

    @Test(
        "what is wrong is one error that names the place",
        arguments: [
            (
                "unknown_major",
                "the program has version 9.1 of the schema, which PyTorch 2.15.0+cu132 wrote; what is read"
            ),
            ("no_schema", "program/models/model.json: it has no schema_version"),
            ("cut_graph", "program/models/model.json at offset 2000:"),
            ("deep_graph", "nest deeper than 128 levels"),
            ("missing_weight", "'conv.weight' needs 864 bytes of storage 'program/data/weights/weight_0'"),
            ("short_weight", "'conv.weight' needs 864 bytes"),
            ("huge_stride", "'first.weight': shape [8, 8] with strides [4611686018427387904, 1] at storage offset 0"),
            ("no_config", "the archive holds no 'program/data/weights/model_weights_config.json'"),
        ])
    func errors(name: String, text: String) throws {
        let error = #expect(throws: CheckpointError.self) { try open("hostile/\(name)") }
        #expect(error?.description.contains(text) == true, "\(error.map { "\($0)" } ?? "")")
    }

    @Test("both versions of an unknown schema are named")
    func majors() throws {
        let error = #expect(throws: CheckpointError.self) { try open("hostile/unknown_major") }
        #expect(
            error?.reason == .program(.schema(major: 9, minor: 1, known: [8], torch: "2.15.0+cu132")),
            "\(error.map { "\($0)" } ?? "")")
        #expect(error?.description.contains("9.1") == true)
        #expect(error?.description.hasSuffix("version 8") == true)
    }

    @Test("a damaged archive is an error or a checkpoint, never a crash", arguments: versions)
    func damage(version: String) throws {
        let path = fixture("programs/versions/torch-\(version).pt2")
        try openDamagedCopies(100, of: path, as: "damaged.pt2") { _ = try? $0.stateDict() }
    }
}
