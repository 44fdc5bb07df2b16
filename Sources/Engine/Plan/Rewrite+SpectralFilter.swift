import ModelGraph

extension Rewrite {
    /// A spectral filter is four products with matrices of Fourier factors, and in their middle one with the weight.
    ///
    /// Channels stay innermost. The rows of each product are in the order in which the next one reads them as one axis, so
    /// that no value is copied between them.
    static let spectralFilter = Rewrite { graph in
        for node in graph.order where graph.nodes[node].operation == .spectralFilter(.init()) {
            let (input, weight) = (graph.nodes[node].inputs[0], graph.nodes[node].inputs[1])
            let shape = graph.nodes[node].shape
            let (batch, channels, height, width) = (shape[0], shape[1], shape[2], shape[3])
            let half = width / 2 + 1
            let rows = try graph.append(.permute(.init([0, 2, 3, 1])), of: [input])
            // [N, H, 2 · half, C], real parts before imaginary ones
            let lines = try graph.multiply(.halfSpectrum(width), rows)
            let columns = try graph.swapped(lines, [batch, 2 * height, half, channels])
            // [N, half, 2 · H, C], and the same times i
            let spectrum = try graph.multiply(.spectrum(height, turned: false), columns)
            let turned = try graph.multiply(.spectrum(height, turned: true), columns)
            let filtered = try graph.append(
                .binary(.init(.add)),
                of: [
                    try graph.append(
                        .binary(.init(.multiply)), of: [spectrum, try graph.part(0, ofSpectral: weight)]),
                    try graph.append(.binary(.init(.multiply)), of: [turned, try graph.part(1, ofSpectral: weight)]),
                ])
            let back = try graph.multiply(.inverseSpectrum(height), filtered)
            let pairs = try graph.swapped(back, [batch, 2 * half, height, channels])
            let result = try graph.multiply(.inverseHalfSpectrum(width), pairs)
            graph.replace(Value(node: node), by: .permute(.init([0, 3, 1, 2])), of: [result])
        }
    }
}

extension PlanGraph {
    /// The table times the last two axes of a value.
    fileprivate mutating func multiply(_ table: ComputedTable, _ value: Value) throws(ShapeError) -> Value {
        try append(.matmul(.init()), of: [try append(.constant(.init(table)), of: []), value])
    }

    /// The value under a shape of four axes, the middle ones then swapped.
    fileprivate mutating func swapped(_ value: Value, _ shape: [Int]) throws(ShapeError) -> Value {
        try append(.permute(.init([0, 2, 1, 3])), of: [try append(.reshape(.init(shape)), of: [value])])
    }

    /// The real (0) or imaginary (1) parts of a weight `[C, H, half, 2]` as `[1, half, 2 · H, C]`, all of them twice.
    fileprivate mutating func part(_ part: Int, ofSpectral weight: Value) throws(ShapeError) -> Value {
        let parts = try append(.permute(.init([3, 2, 1, 0])), of: [weight])
        let one = try append(.slice(.init(axis: 0, start: part, count: 1)), of: [parts])
        return try append(.concat(.init(axis: 2)), of: [one, one])
    }
}

extension ComputedTable {
    /// `[(part, frequency), place]`: the real and imaginary parts of a real signal's transform.
    fileprivate static func halfSpectrum(_ extent: Int) -> ComputedTable {
        let half = extent / 2 + 1
        return ComputedTable("halfSpectrum(\(extent))", shape: [2 * half, extent]) {
            let axis = FourierAxis(extent)
            return (0..<2).flatMap { part in
                (0..<half).flatMap { frequency in
                    (0..<extent).map { place in
                        let factor = axis.factor(frequency, place)
                        return part == 0 ? factor.re : -factor.im
                    }
                }
            }
        }
    }

    /// `[(part, frequency), (place, part)]`: the transform of a complex signal.
    /// - Parameter turned: the result is multiplied by i.
    fileprivate static func spectrum(_ extent: Int, turned: Bool) -> ComputedTable {
        ComputedTable("spectrum(\(extent), \(turned))", shape: [2 * extent, 2 * extent]) {
            let axis = FourierAxis(extent)
            return (0..<2).flatMap { part in
                (0..<extent).flatMap { frequency in
                    (0..<extent).flatMap { place in
                        let (cosine, sine) = axis.factor(frequency, place)
                        // Of the real and of the imaginary part of z: the rows of z · (cos − i · sin).
                        let (real, imaginary) = ([cosine, sine], [-sine, cosine])
                        switch (part, turned) {
                        case (0, false), (1, true): return real
                        case (1, false): return imaginary
                        default: return imaginary.map { -$0 }
                        }
                    }
                }
            }
        }
    }

    /// `[(part, place), (part, frequency)]`: the complex signal of a spectrum.
    fileprivate static func inverseSpectrum(_ extent: Int) -> ComputedTable {
        ComputedTable("inverseSpectrum(\(extent))", shape: [2 * extent, 2 * extent]) {
            let axis = FourierAxis(extent)
            return (0..<2).flatMap { part in
                (0..<extent).flatMap { place in
                    (0..<2).flatMap { source in
                        (0..<extent).map { frequency in
                            let (cosine, sine) = axis.factor(frequency, place)
                            if part == source { return cosine }
                            return part == 0 ? -sine : sine
                        }
                    }
                }
            }
        }
    }

    /// `[place, (frequency, part)]`: the real signal of half a spectrum.
    fileprivate static func inverseHalfSpectrum(_ extent: Int) -> ComputedTable {
        let half = extent / 2 + 1
        return ComputedTable("inverseHalfSpectrum(\(extent))", shape: [extent, 2 * half]) {
            let axis = FourierAxis(extent)
            return (0..<extent).flatMap { place in
                (0..<half).flatMap { frequency in
                    let (factor, count) = (axis.factor(frequency, place), axis.multiplicity(frequency))
                    return [count * factor.re, -count * factor.im]
                }
            }
        }
    }
}
