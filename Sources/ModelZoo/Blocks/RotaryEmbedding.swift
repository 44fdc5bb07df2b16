import ModelGraph
import PlatformC

/// Rotation of pairs of channels by the places of their patches: `RotaryEmbeddingFast`.
///
/// Its tables are buffers that upstream has under several keys, and replaces when an image of another size comes.
/// Source: `mmpretrain/models/utils/position_encoding.py` of MMPreTrain 1.2.
struct RotaryEmbedding {
    /// The scope of the module that hooks see.
    private let scope: Scope
    private let cosines, sines: Value

    /// - Parameters:
    ///   - cosines: `[h·w, channels]`, and so are `sines`.
    init(_ scope: Scope, cosines: Value, sines: Value) {
        self.scope = scope
        self.cosines = cosines
        self.sines = sines
    }

    /// `[N, heads, h·w, channels]` → the same shape.
    func callAsFunction(_ input: Value) throws(GraphError) -> Value {
        let shape = scope.shape(of: input)
        let pairs = try scope.reshape(input, Array(shape.dropLast()) + [shape[3] / 2, 2])
        let parts = try scope.unbind(pairs, axis: -1)
        let turned = try scope.stack([try scope.scale(parts[1], by: -1), parts[0]], axis: 4)
        let rotated = try scope.reshape(turned, shape)
        return scope.output(
            try scope.add(
                try scope.multiply(input, by: cosines), try scope.multiply(rotated, by: sines)))
    }
}

extension ComputedTable {
    /// cos or sin of place · frequency, for rows in the first half of the channels and columns in the second;
    /// `[h·w, channels]`.
    static func rotary(_ grid: Extent2d, channels: Int, sine: Bool) -> ComputedTable {
        ComputedTable(
            "rotary(\(grid.height), \(grid.width), \(channels), \(sine))", shape: [grid.height * grid.width, channels]
        ) {
            let half = channels / 2
            let frequencies = stride(from: 0, to: half, by: 2).map { 1 / pow(10000, Double($0) / Double(half)) }
            var elements: [Double] = []
            for row in 0..<grid.height {
                for column in 0..<grid.width {
                    for place in [
                        Double(row) / Double(grid.height), Double(column) / Double(grid.width),
                    ] {
                        let angles = frequencies.map { place * Double(half) * $0 }
                        // `repeat(1, 2)`: the frequencies one after the other, twice.
                        elements += (angles + angles).map { sine ? sin($0) : cos($0) }
                    }
                }
            }
            return elements
        }
    }
}
