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
        switch precision {
        case .float64: taps(Double.self, input: input, output: output, scale: scale)
        case .float32: taps(Float.self, input: input, output: output, scale: scale)
        }
    }

    private func taps<Number: BinaryFloatingPoint>(
        _ type: Number.Type, input: Int, output: Int, scale: Double?
    ) -> [[Tap]] {
        let step: Number
        if alignCorners {
            step = output > 1 ? Number(input - 1) / Number(output - 1) : 0
        } else if let scale {
            step = Number(1 / scale)
        } else {
            step = Number(input) / Number(output)
        }
        return (0..<output).map { index in
            if mode == .nearest {
                return [Tap(position: min(Int(Number(index) * step), input - 1), weight: 1)]
            }
            let center: Number = alignCorners ? Number(index) * step : source(of: Number(index) + 0.5, step)
            func at(_ position: Int, _ weight: Number) -> Tap {
                Tap(position: min(max(position, 0), input - 1), weight: Double(weight))
            }
            if mode == .bilinear {
                let clamped = max(center, 0)
                let first = Int(clamped)
                let fraction = clamped - Number(first)
                return [at(first, 1 - fraction), at(first + 1, fraction)]
            }
            let first = Int(center.rounded(.down))
            let weights = cubicWeights(center - Number(first))
            return weights.indices.map { at(first - 1 + $0, weights[$0]) }
        }
    }

    /// The input's position for that of an output.
    ///
    /// In float32, PyTorch's kernels for AVX2 and AVX-512 round this once, in a fused multiply-add. Its bilinear kernel for
    /// outputs whose height and width add up to more than 128 rounds twice.
    private func source<Number: BinaryFloatingPoint>(of position: Number, _ step: Number) -> Number {
        let half: Number = 0.5
        let roundsTwice = precision == .float64 || mode == .bilinear && output.height + output.width > 128
        return roundsTwice ? position * step - half : (-half).addingProduct(step, position)
    }
}

/// Keys' cubic convolution with A = −0.75, of the four positions around `fraction`.
func cubicWeights<Number: BinaryFloatingPoint>(_ fraction: Number) -> [Number] {
    let a: Number = -0.75
    func near(_ x: Number) -> Number {
        let slope: Number = (a + 2) * x - (a + 3)
        return slope * x * x + 1
    }
    func far(_ x: Number) -> Number {
        let slope: Number = a * x - 5 * a
        let curve: Number = slope * x + 8 * a
        return curve * x - 4 * a
    }
    return [far(fraction + 1), near(fraction), near(1 - fraction), far(2 - fraction)]
}

extension Operation.Resize {
    func lower(_ step: FusedStep, into plan: inout PlanBuilder) { plan.lower(self, step) }
}
