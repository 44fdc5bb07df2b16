import FoundationEssentials
import ModelGraph
import TensorCore
import TestSupport

@testable import Engine

/// What PyTorch computed for one operation (`scripts/makers/make_engine_facts.py`).
struct OperationFact: Decodable, Sendable {
    struct Tensor: Decodable, Sendable {
        var name: String?
        let shape: [Int]
        let values: [Double]
    }

    struct Options: Decodable, Sendable {
        var stride, padding, dilation, kernel, size: [Int]?
        var groups: Int?
        var ceil, countIncludePad, corners: Bool?
        var epsilon, scale, shift, slope, lower, upper: Double?
        var mode, kind: String?
        var axes, before, after, shifts, index: [Int]?
        var axis, start, count, step: Int?
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

    struct UnknownOperation: Error { let name: String }

    /// A model of this one operation.
    var graph: Graph {
        get throws {
            let builder = GraphBuilder(inputShape: input.shape)
            let scope = builder.root
            let weights = try weights.map { try scope.declare($0.name ?? "", $0.shape) }
            return builder.finish(try record(scope, builder.input, weights))
        }
    }

    private func record(_ scope: Scope, _ x: Value, _ weights: [Int]) throws -> Value {
        if let operation = weighted ?? unweighted { return try scope.record(operation, x, weights: weights) }
        func other() throws -> Value { try scope.value(ofParameter: weights[0]) }
        switch operation {
        case "flatten": return try scope.flatten(x)
        case "cat": return try scope.concat([x, x], axis: options.axis ?? 0)
        case "add", "subtract", "multiply":
            guard let kind = Operation.Binary.Kind(rawValue: operation) else { break }
            return try scope.record(.binary(.init(kind)), x, other())
        case "divide":
            let divisor = try other()
            return try scope.divide(x, by: scope.scale(scope.multiply(divisor, by: divisor), adding: 1))
        case "matmul": return try scope.matmul(x, other())
        case "matmulTransposed": return try scope.matmul(x, other(), transposed: true)
        case "spectralFilter": return try scope.spectralFilter(x, by: other())
        case "einsum": return try scope.matmul(x, other(), transposed: true, isEinsum: true)
        case "resizeLinear": return try scope.resizeLinearly(x, to: options.size?[0] ?? 0)
        case "topk": return try scope.topK(distinct(x, scope), options.count ?? 0)
        case "selectRows": return try scope.selectRows(x, at: scope.topK(distinct(x, scope), options.count ?? 0))
        case "attention": return try scope.attention(x, x, x, mask: other(), scale: options.scale)
        default: break
        }
        throw UnknownOperation(name: operation)
    }

    /// x + i / 1024 for the i-th element of a row: none are equal then.
    private func distinct(_ x: Value, _ scope: Scope) throws -> Value {
        let extent = scope.shape(of: x).last ?? 0
        return try scope.add(
            x, scope.constant(ComputedTable("1/1024", shape: [extent]) { (0..<extent).map { Double($0) / 1024 } }))
    }

    /// Operations that read their weights themselves.
    private var weighted: Operation? {
        let epsilon = options.epsilon ?? 0
        switch operation {
        case "conv2d":
            return .conv2d(
                .init(
                    Conv2dGeometry(
                        stride: extent(options.stride), padding: extent(options.padding),
                        dilation: extent(options.dilation), groups: options.groups ?? 1)))
        case "linear": return .linear
        case "batchNorm1d", "batchNorm2d": return .batchNorm(.init(epsilon: epsilon))
        case "layerNorm": return .layerNorm(.init(epsilon: epsilon))
        case "groupNorm": return .groupNorm(.init(groups: options.groups ?? 1, epsilon: epsilon))
        default: return nil
        }
    }

    private var unweighted: Operation? {
        let axis = options.axis ?? 0
        switch operation {
        case "maxPool2d": return .maxPool2d(pool)
        case "averagePool2d": return .averagePool2d(.init(pool, countIncludePad: options.countIncludePad ?? true))
        case "adaptiveAveragePool2d": return .adaptiveAveragePool2d(.init(extent(options.size)))
        case "softmax": return .softmax(.init(axis: axis))
        case "normalize": return .normalize(.init(axis: axis))
        case "affine": return .affine(.init(scale: options.scale ?? 1, shift: options.shift ?? 0))
        case "resize":
            guard let mode = options.mode.flatMap(Operation.Resize.Mode.init) else { return nil }
            return .resize(.init(mode, to: extent(options.size), alignCorners: options.corners ?? false))
        case "reduce":
            guard let kind = options.kind.flatMap(Operation.Reduce.Kind.init) else { return nil }
            return .reduce(.init(kind, axes: options.axes ?? []))
        case "reshape": return .reshape(.init(options.size ?? []))
        case "permute": return .permute(.init(options.axes ?? []))
        case "expand": return .expand(.init(options.size ?? []))
        case "slice":
            return .slice(
                .init(axis: axis, start: options.start ?? 0, count: options.count ?? 0, step: options.step ?? 1))
        case "pad": return .pad(.init(before: options.before ?? [], after: options.after ?? []))
        case "roll": return .roll(.init(shifts: options.shifts ?? [], axes: options.axes ?? []))
        case "gather":
            let index = (options.index ?? []).map(Double.init)
            let table = ComputedTable("\(index)", shape: [index.count], dtype: .int64) { index }
            return .gather(.init(axis: axis, index: table))
        case "unfold":
            return .unfold(
                .init(
                    kernel: extent(options.kernel), stride: extent(options.stride), padding: extent(options.padding),
                    dilation: extent(options.dilation)))
        default: return activation.map { .activation($0) }
        }
    }

    private var activation: Activation? {
        switch operation {
        case "leaky_relu": return .leakyReLU(slope: options.slope ?? 0)
        case "clamp": return .clamp(lower: options.lower ?? 0, upper: options.upper ?? 0)
        default:
            let plain: [Activation] = [
                .relu, .relu6, .sigmoid, .silu, .quickGELU, .gelu, .hardSwish, .hardSigmoid, .tanh, .exp,
            ]
            return plain.first { $0.functionName == operation }
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
