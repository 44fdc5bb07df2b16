import PlatformC

/// One axis of OpenCV's `resize`: `size` inputs become `target` outputs.
struct OpenCVAxis {
    let size, target: Int
    /// Outputs an input, and inputs an output. The second is the inverse of the first as a floating-point number.
    let inverse, scale: Double

    init(size: Int, target: Int) {
        self.size = size
        self.target = target
        inverse = Double(target) / Double(size)
        scale = 1 / inverse
    }

    /// The scale where it is a whole number.
    var wholeScale: Int? {
        abs(scale - scale.rounded(.toNearestOrEven)) < 0x1p-52 ? Int(scale.rounded(.toNearestOrEven)) : nil
    }

    /// The input of each output of the filter `nearest`.
    func nearest() -> [Int] { (0..<target).map { min(Int((Double($0) * scale).rounded(.down)), size - 1) } }

    /// Weights with 11 fractional bits of a bilinear sum.
    /// - Parameter clampsFraction: whether an output past the first or last input is that input, as along rows; along
    ///   columns it is a sum of that input with itself, whose rounding may differ.
    func linear(_ range: Range<Int>, clampsFraction: Bool, isArea: Bool = false) -> Taps<Int32> {
        var taps = Taps<Int32>(count: 2, outputs: range.count)
        for output in range {
            var (start, fraction) = isArea ? areaPlace(output) : place(output)
            if clampsFraction {
                if start < 0 { (start, fraction) = (0, 0) }
                if start >= size - 1 { (start, fraction) = (size - 1, 0) }
            }
            taps.append(first: start, [Self.fixed(1 - fraction), Self.fixed(fraction)])
        }
        return taps
    }

    /// Weights of the cubic convolution with a = −0.75.
    func cubic(_ range: Range<Int>) -> Taps<Int32> {
        var taps = Taps<Int32>(count: 4, outputs: range.count)
        let a: Float = -0.75
        for output in range {
            let (start, f) = place(output)
            let far = ((a * (f + 1) - 5 * a) * (f + 1) + 8 * a) * (f + 1) - 4 * a
            let near = ((a + 2) * f - (a + 3)) * f * f + 1
            let g = 1 - f
            let next = ((a + 2) * g - (a + 3)) * g * g + 1
            taps.append(first: start - 1, [far, near, next, 1 - far - near - next].map(Self.fixed))
        }
        return taps
    }

    /// Weights of a Lanczos window of eight inputs.
    func lanczos(_ range: Range<Int>) -> Taps<Int32> {
        let half = 0.70710678118654752440084436210485
        let turns: [(sine: Double, cosine: Double)] = [
            (1, 0), (-half, -half), (0, 1), (half, -half), (-1, 0), (half, half), (0, -1), (-half, half),
        ]
        var taps = Taps<Int32>(count: 8, outputs: range.count)
        for output in range {
            let (start, f) = place(output)
            let angle = Double(-(f + 3)) * Double.pi * 0.25
            let (sine, cosine) = (sin(angle), cos(angle))
            var weights: [Float] = []
            var sum: Float = 0
            for (tap, turn) in turns.enumerated() {
                let distance = f + 3 - Float(tap)
                if abs(distance) < 1e-6 {
                    weights.append(1e30)
                } else {
                    let y = Double(-distance) * Double.pi * 0.25
                    weights.append(Float((turn.sine * sine + turn.cosine * cosine) / (y * y)))
                }
                sum += weights[tap]
            }
            let factor = 1 / sum
            taps.append(first: start - 3, weights.map { Self.fixed($0 * factor) })
        }
        return taps
    }

    /// The parts of the inputs that an output covers, where `scale` is at least 1.
    func area(_ range: Range<Int>) -> Taps<Float> {
        let end = Double(size)
        let outputs = range.map { output in
            let low = Double(output) * scale
            let high = low + scale
            let cell = min(scale, end - low)
            var first = Int(low.rounded(.up))
            let last = min(Int(high.rounded(.down)), size - 1)
            first = min(first, last)
            var start = first
            var weights: [Float] = []
            if Double(first) - low > 1e-3 {
                start -= 1
                weights.append(Float((Double(first) - low) / cell))
            }
            weights += repeatElement(Float(1 / cell), count: last - first)
            if high - Double(last) > 1e-3 {
                weights.append(Float(min(min(high - Double(last), 1), cell) / cell))
            }
            return (first: start, weights: weights)
        }
        return Taps(outputs, size: size)
    }

    /// The input at or before the centre of an output, and how far past it that is.
    private func place(_ output: Int) -> (start: Int, fraction: Float) {
        let center = Float((Double(output) + 0.5) * scale - 0.5)
        let start = center.rounded(.down)
        return (Int(start), center - start)
    }

    /// The same for the filter `area` where the image is enlarged.
    private func areaPlace(_ output: Int) -> (start: Int, fraction: Float) {
        let start = (Double(output) * scale).rounded(.down)
        let fraction = Float(Double(output + 1) - (start + 1) * inverse)
        return (Int(start), fraction <= 0 ? 0 : fraction - fraction.rounded(.down))
    }

    private static func fixed(_ weight: Float) -> Int32 {
        Int32(Int16(clamping: Int((weight * 2048).rounded(.toNearestOrEven))))
    }
}
