import Dispatch
import Engine
import ModelGraph
import TensorCore

/// Weights made by a formula, so that a golden of a full-size model needs only its logits.
///
/// For key k and element i (row-major): z = splitmix64(fnv1a64(utf8(k)) + i), u = (z >> 40)·2⁻²⁴, s = 2u − 1.
/// `running_var`: 0.75 + 0.5u. `running_mean`: 0.2s. Other entries of at most one dimension: 1 + 0.2s for
/// `weight`, `gamma` and `scale`, else 0.2s. The rest: s·√(3 / product(shape[1…])). Computed in double precision
/// and rounded once to float32; `scripts/seeded_weights.py` gives the same bits. Buffers that the model computes are
/// as it computes them.
package struct SeededWeights: ParameterSource {
    package init() {}

    /// The model input of this shape: s, with the key `input`; further ones with `input.1`, `input.2` ….
    package static func input(shape: [Int], number: Int = 0) -> DenseTensor<Float> {
        DenseTensor(shape: shape, scalars: floats(shape.reduce(1, *), key: "input" + suffix(number)))
    }

    /// What a model takes, in one tensor: floats s, integers and truths ⌊u·m⌋, m being how many values the model tells
    /// apart. The keys are `input`, `input.1` … of its inputs, with a further `.1`, `.2` … for further draws.
    package static func input(of graph: Graph, number: Int = 0) -> DenseTensor<Float> {
        let limits = graph.inputLimits
        let scalars = graph.inputs.enumerated().flatMap { place, input in
            let key = "input" + suffix(place) + suffix(number)
            guard input.isDiscrete else { return floats(input.count, key: key) }
            let formula = Formula(key: key, scale: Double(limits[place]), offset: 0, isVariance: true)
            return (0..<input.count).map { formula.whole(at: $0) }
        }
        return DenseTensor(shape: graph.inputShape, scalars: scalars)
    }

    private static func suffix(_ number: Int) -> String { number == 0 ? "" : ".\(number)" }

    private static func floats(_ count: Int, key: String) -> [Float] {
        let formula = Formula(key: key, scale: 1, offset: 0)
        return [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
            formula.fill(UnsafeMutableBufferPointer(rebasing: buffer[..<count])) { $0 }
            initialized = count
        }
    }

    /// - Throws: `VerificationError.noFormula` for an entry that is not a float, and what `body` throws.
    package func withFloat32<Result>(
        _ spec: ParameterSpec, _ body: (UnsafeBufferPointer<Float>) throws -> Result
    ) throws -> Result {
        try withValues(of: spec, { $0 }, body)
    }

    /// The values of `withFloat32`, widened: the model has float32 weights in either precision.
    /// - Throws: as `withFloat32`.
    package func withFloat64<Result>(
        _ spec: ParameterSpec, _ body: (UnsafeBufferPointer<Double>) throws -> Result
    ) throws -> Result {
        try withValues(of: spec, { Double($0) }, body)
    }

    private func withValues<Scalar, Result>(
        of spec: ParameterSpec, _ convert: @Sendable (Float) -> Scalar,
        _ body: (UnsafeBufferPointer<Scalar>) throws -> Result
    ) throws -> Result {
        if let table = spec.computed {
            return try table.elements.map { convert(Float($0)) }.withUnsafeBufferPointer(body)
        }
        guard spec.dtype.isFloatingPoint else { throw VerificationError.noFormula(spec.key, spec.dtype) }
        return try withUnsafeTemporaryAllocation(of: Scalar.self, capacity: spec.count) { buffer in
            Formula(spec).fill(buffer, convert)
            return try body(UnsafeBufferPointer(buffer))
        }
    }
}

/// offset + scale·s; with `isVariance`, offset + scale·u.
private struct Formula: Sendable {
    let start: UInt64
    let scale: Double
    let offset: Double
    let isVariance: Bool

    init(key: String, scale: Double, offset: Double, isVariance: Bool = false) {
        start = fnv1a64(key)
        self.scale = scale
        self.offset = offset
        self.isVariance = isVariance
    }

    init(_ spec: ParameterSpec) {
        let (key, leaf) = (spec.key.text, spec.key.leaf)
        if leaf == "running_var" {
            self.init(key: key, scale: 0.5, offset: 0.75, isVariance: true)
        } else if leaf == "running_mean" {
            self.init(key: key, scale: 0.2, offset: 0)
        } else if spec.shape.count <= 1 {
            self.init(key: key, scale: 0.2, offset: ["weight", "gamma", "scale"].contains(leaf) ? 1 : 0)
        } else {
            let fanIn = Double(spec.shape.dropFirst().reduce(1, *))
            self.init(key: key, scale: (3 / fanIn).squareRoot(), offset: 0)
        }
    }

    func value(at index: Int) -> Float { Float(number(at: index)) }

    /// ⌊value⌋, of the value before it is rounded to float32.
    func whole(at index: Int) -> Float { Float(number(at: index).rounded(.down)) }

    private func number(at index: Int) -> Double {
        let u = Double(splitmix64(start &+ UInt64(index)) >> 40) * 0x1p-24
        return (isVariance ? u : 2 * u - 1) * scale + offset
    }

    func fill<Scalar>(_ buffer: UnsafeMutableBufferPointer<Scalar>, _ convert: @Sendable (Float) -> Scalar) {
        buffer.inParallel { slice, first in
            for index in slice.indices { slice.initializeElement(at: index, to: convert(value(at: first + index))) }
        }
    }
}

extension UnsafeMutableBufferPointer {
    /// Calls `body(part, position of its first element)` for parts that cover the buffer, on all processors.
    func inParallel(_ body: @Sendable (UnsafeMutableBufferPointer, Int) -> Void) {
        let part = 1 << 18
        nonisolated(unsafe) let buffer = self
        DispatchQueue.concurrentPerform(iterations: (count + part - 1) / part) { index in
            let first = index * part
            body(UnsafeMutableBufferPointer(rebasing: buffer[first..<Swift.min(first + part, buffer.count)]), first)
        }
    }
}
