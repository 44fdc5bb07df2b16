import ModelGraph

extension Operation.Resize: OperationImplementation {
    func evaluate(_ operands: ReferenceOperands, into output: inout [Double]) {
        let shape = operands.inputs[0].shape
        let rows = taps(input: shape[2], output: self.output.height, scale: scale?.height)
        let columns = taps(input: shape[3], output: self.output.width, scale: scale?.width)
        operands.withInput(&output) { input, output in
            var next = output
            for plane in 0..<shape[0] * shape[1] {
                let plane = input + plane * shape[2] * shape[3]
                for row in rows {
                    for column in columns {
                        var sum = 0.0
                        for y in row {
                            var line = 0.0
                            for x in column { line += x.weight * plane[y.position * shape[3] + x.position] }
                            sum += y.weight * line
                        }
                        next[0] = sum
                        next += 1
                    }
                }
            }
        }
    }

    /// An input position of an axis and its share of an output.
    struct Tap: Equatable {
        let position: Int
        let weight: Double
    }

    /// What each output position of an axis is made of, as in `aten/src/ATen/native/UpSample.h`: a position outside
    /// counts as that on the border.
    /// - Parameter scale: output over input extent where the caller gave it.
    func taps(input: Int, output: Int, scale: Double?) -> [[Tap]] {
        let step =
            alignCorners
            ? (output > 1 ? Double(input - 1) / Double(output - 1) : 0)
            : scale.map { 1 / $0 } ?? Double(input) / Double(output)
        return (0..<output).map { index in
            if mode == .nearest {
                return [Tap(position: min(Int(Double(index) * step), input - 1), weight: 1)]
            }
            let center = alignCorners ? Double(index) * step : (Double(index) + 0.5) * step - 0.5
            func at(_ position: Int, _ weight: Double) -> Tap {
                Tap(position: min(max(position, 0), input - 1), weight: weight)
            }
            if mode == .bilinear {
                let clamped = max(center, 0)
                let first = Int(clamped)
                let fraction = clamped - Double(first)
                return [at(first, 1 - fraction), at(first + 1, fraction)]
            }
            let first = Int(center.rounded(.down))
            let weights = cubicWeights(center - Double(first))
            return weights.indices.map { at(first - 1 + $0, weights[$0]) }
        }
    }
}

/// Keys' cubic convolution with A = −0.75, of the four positions around `fraction`.
private func cubicWeights(_ fraction: Double) -> [Double] {
    let a = -0.75
    func near(_ x: Double) -> Double { ((a + 2) * x - (a + 3)) * x * x + 1 }
    func far(_ x: Double) -> Double { ((a * x - 5 * a) * x + 8 * a) * x - 4 * a }
    return [far(fraction + 1), near(fraction), near(1 - fraction), far(2 - fraction)]
}

extension Operation.Resize {
    func lower(_ step: FusedStep, into plan: inout PlanBuilder) { plan.lower(self, step) }
}
