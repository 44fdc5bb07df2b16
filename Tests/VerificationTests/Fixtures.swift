import CheckpointIO
import Engine
import ModelGraph
import TensorCore
import TestSupport
import Testing

@testable import Verification

/// Files under `fixtures/`, found from this source file.
enum Fixtures {
    static func checkpoint(_ path: String) throws -> Checkpoint { try Checkpoint.open(fixture(path)) }

    static func golden(_ name: String) throws -> Golden { try Golden(checkpoint("goldens/\(name).pth")) }
}

/// Parameters of which one entry is changed.
struct EditedParameters: ParameterSource {
    var base: any ParameterSource = SeededWeights()
    let key: Key
    let edit: @Sendable (inout [Double]) -> Void

    func withFloat32<Result>(
        _ spec: ParameterSpec, _ body: (UnsafeBufferPointer<Float>) throws -> Result
    ) throws -> Result {
        guard spec.key == key else { return try base.withFloat32(spec, body) }
        return try withFloat64(spec) { try $0.map { Float($0) }.withUnsafeBufferPointer(body) }
    }

    func withFloat64<Result>(
        _ spec: ParameterSpec, _ body: (UnsafeBufferPointer<Double>) throws -> Result
    ) throws -> Result {
        guard spec.key == key else { return try base.withFloat64(spec, body) }
        var values = try base.withFloat64(spec) { Array($0) }
        edit(&values)
        return try values.map { Double(Float($0)) }.withUnsafeBufferPointer(body)
    }
}

/// The tensors of a checkpoint whose entries are a model's in the model's order, under other names.
struct RenamedParameters: ParameterSource {
    private let tensors: [Key: LazyTensor]

    init(_ specs: [ParameterSpec], inOrder tensors: [NamedTensor]) throws {
        try #require(specs.map(\.shape) == tensors.map(\.tensor.shape))
        self.tensors = Dictionary(uniqueKeysWithValues: zip(specs.map(\.key), tensors.map(\.tensor)))
    }

    func withFloat32<Result>(
        _ spec: ParameterSpec, _ body: (UnsafeBufferPointer<Float>) throws -> Result
    ) throws -> Result {
        try #require(tensors[spec.key]).withFloat32(body)
    }

    func withFloat64<Result>(
        _ spec: ParameterSpec, _ body: (UnsafeBufferPointer<Double>) throws -> Result
    ) throws -> Result {
        try #require(tensors[spec.key]).withFloat64(body)
    }
}

extension Golden {
    /// A golden with another output, or other layers.
    func with(output: RecordedTensor? = nil, layers: [Layer]? = nil) -> Golden {
        Golden(
            input: input, output: output ?? self.output, outputFloat64: outputFloat64, module: module,
            layers: layers ?? self.layers, weights: weights, source: source)
    }
}

extension ParameterSpec {
    /// An entry of a model that declares nothing else.
    static func make(_ key: String, _ shape: [Int], dtype: DType = .float32) throws -> ParameterSpec {
        let builder = GraphBuilder(inputShape: [1])
        let (path, leaf) = (Key(key).modulePath, Key(key).leaf)
        _ = try (path.isEmpty ? builder.root : builder.root(path)).declare(leaf, shape, dtype: dtype)
        return try #require(builder.finish(builder.input).parameters.first)
    }
}
