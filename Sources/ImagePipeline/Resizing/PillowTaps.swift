import PlatformC

/// The filters of Pillow's `Image.resize`.
enum PillowTaps {
    /// Weights with 22 fractional bits for the outputs `range` of `target`, made of `size` inputs.
    static func taps(_ filter: ResizeMethod.Filter, size: Int, target: Int, range: Range<Int>) -> Taps<Int32> {
        let scale = Double(size) / Double(target)
        let filterScale = max(scale, 1)
        let reach = support(filter) * filterScale
        let step = 1.0 / filterScale
        let outputs = range.map { output in
            let center = (Double(output) + 0.5) * scale
            let low = max(0, Int(center - reach + 0.5))
            let high = min(size, Int(center + reach + 0.5))
            var weights = (low..<max(low, high)).map { input in
                // In this order: (x + low) − center + 0.5.
                weight(filter, (Double(input) - center + 0.5) * step)
            }
            let sum = weights.reduce(0, +)
            if sum != 0 { for index in weights.indices { weights[index] /= sum } }
            return (
                first: low,
                weights: weights.map { Int32($0 < 0 ? $0 * 4_194_304 - 0.5 : $0 * 4_194_304 + 0.5) }
            )
        }
        return Taps(outputs, size: size)
    }

    /// Half of the inputs that an output is made of, where the image is not reduced.
    private static func support(_ filter: ResizeMethod.Filter) -> Double {
        switch filter {
        case .box: 0.5
        case .bilinear, .hamming: 1
        case .bicubic: 2
        case .lanczos: 3
        case .nearest, .area: preconditionFailure("\(filter) has no taps")
        }
    }

    private static func weight(_ filter: ResizeMethod.Filter, _ place: Double) -> Double {
        let x = abs(place)
        switch filter {
        case .box: return place > -0.5 && place <= 0.5 ? 1 : 0
        case .bilinear: return x < 1 ? 1 - x : 0
        case .bicubic:
            let a = -0.5
            if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
            return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0
        case .lanczos: return place >= -3 && place < 3 ? sinc(place) * sinc(place / 3) : 0
        case .hamming:
            if x == 0 { return 1 }
            if x >= 1 { return 0 }
            let angle = x * Double.pi
            return sin(angle) / angle * (Double(Float(0.54)) + Double(Float(0.46)) * cos(angle))
        case .nearest, .area: preconditionFailure("\(filter) has no taps")
        }
    }

    private static func sinc(_ x: Double) -> Double {
        if x == 0 { return 1 }
        let angle = x * Double.pi
        return sin(angle) / angle
    }

    /// The input of each output of the filter `nearest`.
    static func nearest(size: Int, target: Int) -> [Int] {
        let scale = Double(size) / Double(target)
        var place = scale * 0.5
        return (0..<target).map { _ in
            defer { place += scale }
            return min(Int(place), size - 1)
        }
    }
}
