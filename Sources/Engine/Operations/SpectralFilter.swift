import ModelGraph
import PlatformC

extension Operation.SpectralFilter: OperationImplementation {
    /// Fourier transforms as they are defined, axis by axis. Plans multiply by matrices: `Rewrite.spectralFilter`.
    func evaluate(_ operands: ReferenceOperands, into output: inout [Double]) {
        let (shape, weight) = (operands.shape, operands.inputs[1].scalars)
        let (height, width) = (shape[2], shape[3])
        let (rows, columns) = (FourierAxis(height), FourierAxis(width))
        for plane in 0..<shape[0] * shape[1] {
            let first = plane * height * width
            var spectrum = columns.halfTransform(operands.elements[first..<first + height * width])
            rows.transform(&spectrum, lines: columns.half, sign: -1)
            let channel = plane % shape[1] * spectrum.count
            for index in spectrum.indices {
                let (a, b) = (spectrum[index], 2 * (channel + index))
                spectrum[index] = (
                    re: a.re * weight[b] - a.im * weight[b + 1], im: a.re * weight[b + 1] + a.im * weight[b]
                )
            }
            rows.transform(&spectrum, lines: columns.half, sign: 1)
            output.replaceSubrange(first..<first + height * width, with: columns.inverse(spectrum))
        }
    }
}

/// The discrete Fourier transform of one axis, scaled by 1 / √extent.
struct FourierAxis {
    typealias Complex = (re: Double, im: Double)

    let extent: Int
    /// The cosines and sines of 2π · i / extent, over √extent.
    private let cosines, sines: [Double]

    init(_ extent: Int) {
        self.extent = extent
        let angles = (0..<extent).map { 2 * Double.pi * Double($0) / Double(extent) }
        let scale = 1 / Double(extent).squareRoot()
        cosines = angles.map { cos($0) * scale }
        sines = angles.map { sin($0) * scale }
    }

    /// Frequencies that a real signal has.
    var half: Int { extent / 2 + 1 }

    /// e^(2πi · frequency · place / extent) / √extent.
    func factor(_ frequency: Int, _ place: Int) -> Complex {
        let turn = frequency * place % extent
        return (cosines[turn], sines[turn])
    }

    /// How often a frequency of a real signal counts: those between stand for their conjugates, too.
    func multiplicity(_ frequency: Int) -> Double { frequency == 0 || 2 * frequency == extent ? 1 : 2 }

    /// Rows of real numbers → `half` complex ones for each row.
    fileprivate func halfTransform(_ rows: ArraySlice<Double>) -> [Complex] {
        var result: [Complex] = []
        for first in stride(from: rows.startIndex, to: rows.endIndex, by: extent) {
            for frequency in 0..<half {
                var sum: Complex = (0, 0)
                for place in 0..<extent {
                    let (x, factor) = (rows[first + place], factor(frequency, place))
                    sum = (sum.re + x * factor.re, sum.im - x * factor.im)
                }
                result.append(sum)
            }
        }
        return result
    }

    /// The real part of the sum over frequencies, the inverse of `halfTransform` for the spectrum of a real signal.
    fileprivate func inverse(_ rows: [Complex]) -> [Double] {
        var result: [Double] = []
        for first in stride(from: 0, to: rows.count, by: half) {
            for place in 0..<extent {
                var sum = 0.0
                for frequency in 0..<half {
                    let (z, factor) = (rows[first + frequency], factor(frequency, place))
                    sum += multiplicity(frequency) * (z.re * factor.re - z.im * factor.im)
                }
                result.append(sum)
            }
        }
        return result
    }

    /// Transforms the first axis of `[extent, lines]` in place.
    /// - Parameter sign: of the exponent: −1 forward, 1 back.
    fileprivate func transform(_ spectrum: inout [Complex], lines: Int, sign: Double) {
        let source = spectrum
        for frequency in 0..<extent {
            for line in 0..<lines {
                var sum: Complex = (0, 0)
                for place in 0..<extent {
                    let (z, factor) = (source[place * lines + line], factor(frequency, place))
                    sum.re += z.re * factor.re - sign * z.im * factor.im
                    sum.im += sign * z.re * factor.im + z.im * factor.re
                }
                spectrum[frequency * lines + line] = sum
            }
        }
    }
}
