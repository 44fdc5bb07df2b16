import FoundationEssentials
import ModelGraph
import TensorCore
import TestSupport

@testable import Engine

/// What PyTorch computed for one operation (`scripts/make_engine_facts.py`).
struct OperationFact: Decodable, Sendable {
    struct Tensor: Decodable, Sendable {
        var name: String?
        let shape: [Int]
        let values: [Double]
    }

    struct Options: Decodable, Sendable {
        var stride: [Int]?
        var padding: [Int]?
        var dilation: [Int]?
        var groups: Int?
        var kernel: [Int]?
        var ceil: Bool?
        var countIncludePad: Bool?
        var epsilon: Double?
        var size: [Int]?
    }

    let operation: String
    let options: Options
    let weights: [Tensor]
    let input: Tensor
    let output: Tensor

    /// All facts of the fixture.
    static let all: [OperationFact] = {
        guard let data = try? Data(contentsOf: URL(filePath: fixture("engine/operations.json"))) else { return [] }
        return (try? JSONDecoder().decode([OperationFact].self, from: data)) ?? []
    }()

    /// A model of this one operation.
    var graph: Graph {
        get throws {
            let builder = GraphBuilder(inputShape: input.shape)
            let weights = try weights.map { try builder.root.declare($0.name ?? "", $0.shape) }
            let parsed = try parsed
            return builder.finish(
                try weights.isEmpty
                    ? builder.root.record(parsed, builder.input)
                    : builder.root.record(parsed, builder.input, weights: weights))
        }
    }

    private var parsed: Operation {
        get throws {
            switch operation {
            case "conv2d":
                return .conv2d(
                    Conv2dGeometry(
                        stride: extent(options.stride), padding: extent(options.padding),
                        dilation: extent(options.dilation), groups: options.groups ?? 1))
            case "batchNorm2d": return .batchNorm2d(epsilon: options.epsilon ?? 0)
            case "maxPool2d": return .maxPool2d(pool)
            case "averagePool2d":
                return .averagePool2d(pool, countIncludePad: options.countIncludePad ?? true)
            case "adaptiveAveragePool2d":
                let size = extent(options.size)
                return .adaptiveAveragePool2d(height: size.height, width: size.width)
            case "flatten": return .flatten
            case "linear": return .linear
            default:
                guard let activation = Activation(rawValue: operation) else { throw UnknownOperation(name: operation) }
                return .activation(activation)
            }
        }
    }

    private var pool: Pool2dGeometry {
        Pool2dGeometry(
            kernel: extent(options.kernel), stride: extent(options.stride), padding: extent(options.padding),
            ceilMode: options.ceil ?? false)
    }

    private func extent(_ pair: [Int]?) -> Extent2d {
        guard let pair, pair.count == 2 else { return .square(0) }
        return Extent2d(height: pair[0], width: pair[1])
    }

    struct UnknownOperation: Error { let name: String }
}

extension OperationFact: ParameterSource {
    struct MissingWeight: Error, Equatable { let key: Key }

    func withFloat64<Result>(
        _ spec: ParameterSpec, _ body: (UnsafeBufferPointer<Double>) throws -> Result
    ) throws -> Result {
        guard let weight = weights.first(where: { $0.name == spec.key.text }) else {
            throw MissingWeight(key: spec.key)
        }
        return try weight.values.withUnsafeBufferPointer(body)
    }

    func withFloat32<Result>(
        _ spec: ParameterSpec, _ body: (UnsafeBufferPointer<Float>) throws -> Result
    ) throws -> Result {
        try withFloat64(spec) { try $0.map(Float.init).withUnsafeBufferPointer(body) }
    }
}
