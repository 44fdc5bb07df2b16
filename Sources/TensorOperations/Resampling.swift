/// A line of values on another number of places: each new value is a weighted sum of old ones.
struct Resampling<Real: RealElement> {
    /// New place → which old values, and how much of each.
    let taps: [[(index: Int, weight: Real)]]

    /// - Precondition: both extents are such as the method takes, at most `extentLimit`.
    init(_ method: ResamplingMethod, from: Int, to: Int) {
        switch method {
        case .nearest: taps = Self.nearest(from, to)
        case .bilinear: taps = Self.linear(from, to)
        case .bicubic: taps = Self.cubic(from, to)
        case .geometric:
            taps = GeometricGrid(from: from, to: to).weights.map { row in
                row.enumerated().map { ($0.offset, Real($0.element)) }
            }
        }
    }

    /// - Parameters:
    ///   - values: row-major elements of `shape`.
    ///   - axis: has as many elements as this resamples.
    func resampled(_ values: [Real], _ shape: [Int], along axis: Int) -> [Real] {
        let (old, inner) = (shape[axis], shape[(axis + 1)...].reduce(1, *))
        let outer = shape[..<axis].reduce(1, *)
        var result = [Real](repeating: 0, count: outer * taps.count * inner)
        for row in 0..<outer {
            for (place, taps) in taps.enumerated() {
                let target = (row * self.taps.count + place) * inner
                for (index, weight) in taps {
                    let source = (row * old + index) * inner
                    for column in 0..<inner { result[target + column] += weight * values[source + column] }
                }
            }
        }
        return result
    }

    private static func nearest(_ from: Int, _ to: Int) -> [[(index: Int, weight: Real)]] {
        let scale = Real(from) / Real(to)
        return (0..<to).map { [(min(Int((Real($0) * scale).rounded(.down)), from - 1), 1)] }
    }

    private static func linear(_ from: Int, _ to: Int) -> [[(index: Int, weight: Real)]] {
        let scale = Real(from) / Real(to)
        return (0..<to).map { place in
            let position = max(scale * (Real(place) + 0.5) - 0.5, 0)
            let first = min(Int(position), from - 1)
            let rest = position - Real(first)
            return [(first, 1 - rest), (min(first + 1, from - 1), rest)]
        }
    }

    /// As `torch.nn.functional.interpolate(mode='bicubic', align_corners=False)`: Keys' kernel with a = −0.75, the
    /// outermost values repeated.
    /// Source: `aten/src/ATen/native/UpSample.h` of PyTorch 2.15.
    private static func cubic(_ from: Int, _ to: Int) -> [[(index: Int, weight: Real)]] {
        let scale = Real(from) / Real(to)
        let a = Real(-0.75)
        func near(_ x: Real) -> Real { ((a + 2) * x - (a + 3)) * x * x + 1 }
        func far(_ x: Real) -> Real { ((a * x - 5 * a) * x + 8 * a) * x - 4 * a }
        return (0..<to).map { place in
            let position = scale * (Real(place) + 0.5) - 0.5
            let floor = position.rounded(.down)
            let rest = position - floor
            let weights = [far(rest + 1), near(rest), near(1 - rest), far(2 - rest)]
            return weights.enumerated().map { offset, weight in
                (min(max(Int(floor) - 1 + offset, 0), from - 1), weight)
            }
        }
    }
}

/// How values between old places are found.
enum ResamplingMethod: String, Sendable, Hashable, CaseIterable {
    /// What MMPreTrain's `resize_pos_embed` does.
    case bicubic
    case bilinear
    case nearest
    /// As MMPreTrain's `resize_relative_position_bias_table`: a cubic spline over places whose distances from the
    /// middle grow geometrically.
    case geometric

    /// Elements that an axis has at most: it is of a table of positions. Bounds the work of a line.
    var extentLimit: Int { self == .geometric ? 1 << 10 : 1 << 14 }

    /// Whether an axis of so many elements can be resampled: one of relative positions has a middle.
    func takes(_ extent: Int) -> Bool {
        self == .geometric ? extent > 3 && !extent.isMultiple(of: 2) : extent > 0
    }
}
