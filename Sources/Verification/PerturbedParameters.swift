import Engine
import ModelGraph

/// Parameters of which each has moved to the next float32 above or below, as a hash of its place decides.
///
/// A model that runs with them is as good a float32 version of the function as the one that runs without.
struct PerturbedParameters: ParameterSource {
    let base: any ParameterSource
    /// Which of the perturbations; each draw moves other parameters up.
    let draw: Int

    func withFloat32<Result>(
        _ spec: ParameterSpec, _ body: (UnsafeBufferPointer<Float>) throws -> Result
    ) throws -> Result {
        try base.withFloat32(spec) { values in
            try withUnsafeTemporaryAllocation(of: Float.self, capacity: values.count) { moved in
                let seed = Self.seed(spec.key.text, draw)
                nonisolated(unsafe) let values = values
                moved.inParallel { part, first in
                    for index in part.indices {
                        let position = first + index
                        part.initializeElement(at: index, to: Self.moved(values[position], seed, position))
                    }
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

    /// `values` with each element moved, for the model's input.
    static func moved(_ values: [Float], draw: Int) -> [Float] {
        let seed = seed("input", draw)
        return values.enumerated().map { moved($1, seed, $0) }
    }

    private static func seed(_ key: String, _ draw: Int) -> UInt64 { fnv1a64("\(key)#\(draw)") }

    /// The neighbour of `value` away from or towards zero. Zero stays: a pruned weight is exact.
    private static func moved(_ value: Float, _ seed: UInt64, _ position: Int) -> Float {
        guard value != 0, value.isFinite else { return value }
        let isUp = splitmix64(seed &+ UInt64(position)) >> 63 == 1
        return Float(bitPattern: isUp ? value.bitPattern &+ 1 : value.bitPattern &- 1)
    }
}
