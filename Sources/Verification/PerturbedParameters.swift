import Engine
import ModelGraph
import Synchronization

/// Parameters of which each has moved to the next float32 above or below, as a hash of its place decides.
///
/// A model that runs with them is as good a float32 version of the function as the one that runs without.
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
