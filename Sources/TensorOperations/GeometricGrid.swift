/// A table of relative positions for a window of another size: the old positions are moved so that their distances grow
/// geometrically from 1 to what the new window needs, and a cubic spline gives the values between them.
///
/// Source: `resize_relative_position_bias_table` in MMPreTrain 1.2 `mmpretrain/models/utils/embed.py`, which is BEiT's;
/// the spline is FITPACK's, through all values, with knots at all places but the second and the last but one
/// ("not a knot"), and constant outside.
struct GeometricGrid {
    /// New place → the weights of the old values.
    let weights: [[Double]]

    /// - Precondition: both are odd, `from` is at least 5.
    init(from: Int, to: Int) {
        let places = Self.places(from, to)
        let half = Double(to / 2)
        let spline = CubicSpline(places)
        weights = (0..<to).map { spline.weights(at: min(max(Double($0) - half, places[0]), places[from - 1])) }
    }

    /// Where the old values are, in steps of the new window.
    private static func places(_ from: Int, _ to: Int) -> [Double] {
        let (old, new) = (from / 2, Double(to / 2))
        var (left, right) = (1.01, 1.5)
        var ratio = left
        while right - left > 1e-6 {
            ratio = (left + right) / 2
            let reach = (1 - Self.power(ratio, old)) / (1 - ratio)
            if reach > new { right = ratio } else { left = ratio }
        }
        var distances: [Double] = []
        var distance = 1.0
        for step in 0..<old {
            distances.append(distance)
            distance += power(ratio, step + 1)
        }
        return distances.reversed().map { -$0 } + [0] + distances
    }

    private static func power(_ base: Double, _ exponent: Int) -> Double {
        (0..<exponent).reduce(1) { product, _ in product * base }
    }
}

/// A cubic spline through values at given places, whose first two and last two pieces are one polynomial each.
private struct CubicSpline {
    private let places: [Double]
    /// By place, the weights of the values in the second derivative there.
    private let curvatures: [[Double]]

    /// - Parameter places: at least 4, rising.
    init(_ places: [Double]) {
        self.places = places
        curvatures = Self.curvatures(places)
    }

    /// The weights of the values in the spline's value at `x`, which lies among the places.
    func weights(at x: Double) -> [Double] {
        let piece = min(max((places.firstIndex { $0 > x } ?? places.count) - 1, 0), places.count - 2)
        let width = places[piece + 1] - places[piece]
        let right = (x - places[piece]) / width
        let left = 1 - right
        let (bendLeft, bendRight) = (
            (left * left * left - left) * width * width / 6, (right * right * right - right) * width * width / 6
        )
        var weights = places.indices.map { bendLeft * curvatures[piece][$0] + bendRight * curvatures[piece + 1][$0] }
        weights[piece] += left
        weights[piece + 1] += right
        return weights
    }

    /// Solves the spline's equations for each value being 1 and the others 0: tridiagonal, once the first and the last
    /// curvature are expressed by their neighbours, as the two outermost pieces being one polynomial demands.
    private static func curvatures(_ places: [Double]) -> [[Double]] {
        let (count, last) = (places.count, places.count - 1)
        let widths = (0..<last).map { places[$0 + 1] - places[$0] }
        let (first, second, inner, outer) = (widths[0], widths[1], widths[last - 2], widths[last - 1])
        var (lower, diagonal, upper) = (
            [Double](repeating: 0, count: count), [Double](repeating: 0, count: count),
            [Double](repeating: 0, count: count)
        )
        for row in 1..<last {
            (lower[row], diagonal[row], upper[row]) = (
                widths[row - 1], 2 * (widths[row - 1] + widths[row]), widths[row]
            )
        }
        diagonal[1] += first * (first + second) / second
        upper[1] -= first * first / second
        diagonal[last - 1] += outer * (outer + inner) / inner
        lower[last - 1] -= outer * outer / inner
        var rows = (0..<count).map { row in
            var right = [Double](repeating: 0, count: count)
            guard row > 0, row < last else { return right }
            right[row - 1] = 6 / widths[row - 1]
            right[row] = -6 / widths[row - 1] - 6 / widths[row]
            right[row + 1] = 6 / widths[row]
            return right
        }
        for row in 2..<max(last, 2) {
            let factor = lower[row] / diagonal[row - 1]
            diagonal[row] -= factor * upper[row - 1]
            for column in 0..<count { rows[row][column] -= factor * rows[row - 1][column] }
        }
        for row in (1..<last).reversed() {
            for column in 0..<count {
                let next = row < last - 1 ? upper[row] * rows[row + 1][column] : 0
                rows[row][column] = (rows[row][column] - next) / diagonal[row]
            }
        }
        for column in 0..<count {
            rows[0][column] = ((first + second) * rows[1][column] - first * rows[2][column]) / second
            rows[last][column] = ((outer + inner) * rows[last - 1][column] - outer * rows[last - 2][column]) / inner
        }
        return rows
    }
}
