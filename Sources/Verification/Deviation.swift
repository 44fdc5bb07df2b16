/// How much values differ from recorded ones.
package struct Deviation: Sendable, Equatable {
    /// max |value − recorded|
    package let max: Double
    /// √(mean (value − recorded)²)
    package let rms: Double
    /// max |value − recorded| / |recorded| over the recorded elements that are larger than `negligible`; 0 where
    /// none is.
    package let relative: Double
    /// The cosine of the angle between the two as vectors; 1 where both are zero.
    package let cosine: Double
    /// Row-major position of the element that differs most.
    package let worst: Int

    /// - Parameters:
    ///   - values: as many as `recorded`, all of both finite.
    ///   - negligible: elements that are not larger are within the noise of zero and have no relative error.
    init(of values: [Double], from recorded: [Double], negligible: Double) {
        var (largest, squares, relative, worst) = (0.0, 0.0, 0.0, 0)
        var (dot, left, right) = (0.0, 0.0, 0.0)
        for (index, (value, truth)) in zip(values, recorded).enumerated() {
            let difference = abs(value - truth)
            if difference > largest { (largest, worst) = (difference, index) }
            squares += difference * difference
            if abs(truth) > negligible { relative = Swift.max(relative, difference / abs(truth)) }
            dot += value * truth
            left += value * value
            right += truth * truth
        }
        max = largest
        rms = values.isEmpty ? 0 : (squares / Double(values.count)).squareRoot()
        self.relative = relative
        self.worst = worst
        let norms = left.squareRoot() * right.squareRoot()
        cosine = norms > 0 ? Swift.min(1, Swift.max(-1, dot / norms)) : left == right ? 1 : 0
    }
}

/// Elements that are NaN or infinite.
package struct NonFinite: Sendable, Equatable, CustomStringConvertible {
    package let count: Int
    package let total: Int
    /// Row-major position of the first.
    package let first: Int
    /// Whether the first is NaN; else it is infinite.
    package let isNaN: Bool

    /// nil if all values are finite.
    init?<Scalars: Collection>(in values: Scalars) where Scalars.Element: BinaryFloatingPoint {
        var (count, first, isNaN) = (0, 0, false)
        for (index, value) in values.enumerated() where !value.isFinite {
            if count == 0 { (first, isNaN) = (index, value.isNaN) }
            count += 1
        }
        guard count > 0 else { return nil }
        self.count = count
        self.total = values.count
        self.first = first
        self.isNaN = isNaN
    }

    package var description: String {
        "\(count) of \(total) elements are not finite; the first, at \(first), is \(isNaN ? "NaN" : "infinite")"
    }
}
