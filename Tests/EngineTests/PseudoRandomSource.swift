import Engine
import ModelGraph
import TensorCore
import TestSupport

/// Numbers in −1 ..< 1 that are the same on each machine.
struct PseudoRandom {
    private var bits: SplitMix64

    init(seed: UInt64) { bits = SplitMix64(seed: seed) }

    mutating func next() -> Float { Float(bits.next() >> 40) * 0x1p-23 - 1 }

    static func tensor(_ shape: [Int], seed: UInt64) -> DenseTensor<Float> {
        var random = PseudoRandom(seed: seed)
        return DenseTensor(shape: shape, scalars: (0..<shape.reduce(1, *)).map { _ in random.next() })
    }
}

/// Pseudo-random weights; running variances are positive.
struct PseudoRandomSource: ParameterSource {
    /// Gives the magnitudes of the weights, signed so that no term of any sum cancels another: what the
    /// reference computes from them bounds the rounding errors.
    var magnitudesOnly = false

    func withFloat32<Result>(
        _ spec: ParameterSpec, _ body: (UnsafeBufferPointer<Float>) throws -> Result
    ) throws -> Result {
        let seed = spec.key.text.utf8.reduce(UInt64(spec.count)) { $0 &* 31 &+ UInt64($1) }
        let weights = PseudoRandom.tensor(spec.shape, seed: seed).scalars.map { value -> Float in
            if spec.key.leaf == "running_var" { return 1 + 0.5 * value }
            guard magnitudesOnly else { return value }
            return spec.key.leaf == "running_mean" ? -abs(value) : abs(value)
        }
        return try weights.withUnsafeBufferPointer(body)
    }

    func withFloat64<Result>(
        _ spec: ParameterSpec, _ body: (UnsafeBufferPointer<Double>) throws -> Result
    ) throws -> Result {
        try withFloat32(spec) { try $0.map(Double.init).withUnsafeBufferPointer(body) }
    }
}
