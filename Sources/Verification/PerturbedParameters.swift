import Engine
import ModelGraph
import Synchronization

/// Parameters of which each has moved to a float32 close above or below, as a hash of its place decides.
///
/// A model that runs with them is as good a float32 version of the function as the one that runs without: most move to the
/// next number, and those of a patch's window as far as the roundings of so long a sum come to (`steps`).
struct PerturbedParameters: ParameterSource {
    let base: any ParameterSource
    /// Which of the perturbations; each draw moves other parameters up.
    let draw: Int

    private let scratch = Scratch()

    init(base: any ParameterSource, draw: Int) {
        self.base = base
        self.draw = draw
    }

    func withFloat32<Result>(
        _ spec: ParameterSpec, _ body: (UnsafeBufferPointer<Float>) throws -> Result
    ) throws -> Result {
        try base.withFloat32(spec) { values in
            try scratch.with(values.count) { moved in
                let seed = Self.seed(spec.key.text, draw)
                let steps = Self.steps(spec.shape)
                nonisolated(unsafe) let values = values
                moved.inParallel { part, first in
                    Self.move(values[first..<first + part.count], at: first, seed, by: steps, into: part)
                }
                return try body(UnsafeBufferPointer(moved))
            }
        }
    }

    func withFloat64<Result>(
        _ spec: ParameterSpec, _ body: (UnsafeBufferPointer<Double>) throws -> Result
    ) throws -> Result {
        try withFloat32(spec) { values in try Array(values.lazy.map(Double.init)).withUnsafeBufferPointer(body) }
    }

    /// The same for a model of several inputs, of which integers and truths stay.
    static func moved(_ values: [Float], of inputs: [GraphInput], draw: Int) -> [Float] {
        var moved = moved(values, draw: draw)
        for (input, range) in zip(inputs, inputs.ranges) where input.isDiscrete {
            moved.replaceSubrange(range, with: values[range])
        }
        return moved
    }

    /// `values` with each element moved, for the model's input.
    static func moved(_ values: [Float], draw: Int) -> [Float] {
        values.withUnsafeBufferPointer { values in
            [Float](unsafeUninitializedCapacity: values.count) { moved, count in
                move(
                    values[...], at: 0, seed("input", draw), by: 1,
                    into: UnsafeMutableBufferPointer(rebasing: moved[..<values.count]))
                count = values.count
            }
        }
    }

    /// How far the weights of a layer move, in neighbouring numbers.
    ///
    /// A running sum of m products in float32 is the exact one of products that are each off by √(m/6) · 2⁻²⁴ on average
    /// (Higham and Mary, *A New Approach to Probabilistic Rounding Error Analysis*, 2019: term j goes through m − j
    /// roundings). `NoiseFloor.allowance` grants sums in 16 parts fewer; what a sum of n has beyond that, m = n/16, the
    /// weights show here. Our kernels sum in spans of at most 384 terms and show less by themselves: a patch of
    /// 32 × 32 pixels is a sum of 3,072. A step is 1.44 · 2⁻²⁴ on average.
    ///
    /// Only the windows of patches are so treated, which other libraries sum in one chain. Sums over channels they split,
    /// and the neighbouring numbers alone show enough.
    /// - Parameter shape: `[out, in, height, width]`; of other parameters each moves by one.
    static func steps(_ shape: [Int]) -> UInt32 {
        guard shape.count == 4, shape[2] * shape[3] >= 256 else { return 1 }
        let terms = shape.dropFirst().reduce(1.0) { $0 * Double($1) }
        return UInt32(Swift.max(1, Swift.min((terms / 200).squareRoot().rounded(), 64)))
    }

    private static func seed(_ key: String, _ draw: Int) -> UInt64 { fnv1a64("\(key)#\(draw)") }

    /// Initializes `moved` with the neighbours of `values`, or the numbers so many steps on, away from or towards zero.
    /// Zero stays: a pruned weight is exact.
    ///
    /// 32 elements in a row share a hash, a bit each: the loop over them has no dependencies and vectorises.
    /// - Parameter first: the position of the first of `values` in its parameter.
    private static func move(
        _ values: Slice<UnsafeBufferPointer<Float>>, at first: Int, _ seed: UInt64, by steps: UInt32,
        into moved: UnsafeMutableBufferPointer<Float>
    ) {
        guard let source = UnsafeBufferPointer(rebasing: values).baseAddress, let target = moved.baseAddress else {
            return
        }
        var index = 0
        while index < moved.count {
            let position = first + index
            let bits = UInt32(truncatingIfNeeded: splitmix64(seed &+ UInt64(position / 32)) >> 32)
            let start = UInt32(position % 32)
            let count = min(32 - position % 32, moved.count - index)
            for offset in 0..<count {
                let pattern = source[index + offset].bitPattern
                let magnitude = pattern & 0x7FFF_FFFF
                let isUp = (bits &>> (start &+ UInt32(truncatingIfNeeded: offset))) & 1
                let other = pattern &- steps &+ (isUp &* steps &* 2)
                let stays = magnitude <= steps || magnitude >= 0x7F80_0000
                (target + index + offset).initialize(to: Float(bitPattern: stays ? pattern : other))
            }
            index += count
        }
    }
}

/// Memory that one parameter after the other is moved in, as large as the largest so far.
private final class Scratch: Sendable {
    private let floats = Mutex<[Float]>([])

    func with<Result>(_ count: Int, _ body: (UnsafeMutableBufferPointer<Float>) throws -> Result) throws -> Result {
        // Taken out, so that a parameter may be borrowed inside another.
        var memory = floats.withLock { floats in
            let taken = floats
            floats = []
            return taken
        }
        defer { floats.withLock { if $0.count < memory.count { $0 = memory } } }
        if memory.count < count { memory = [Float](repeating: 0, count: count) }
        return try memory.withUnsafeMutableBufferPointer { buffer in
            try body(UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
        }
    }
}
