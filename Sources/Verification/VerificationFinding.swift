import TensorCore

/// One reason why a verification does not pass.
package enum VerificationFinding: Sendable, Equatable {
    /// Two outputs that ought to be equal are further apart than rounding explains.
    case differs(Comparison, Deviation, noiseFloor: NoiseFloor, tolerance: Double)
    /// Numbers that are NaN or infinite; `of` says whose.
    case nonFinite(of: String, NonFinite)
    /// A weight of the checkpoint that is NaN or infinite.
    case nonFiniteWeight(Key, NonFinite)
    /// A buffer that the model computes from its hyper-parameters holds other values in the checkpoint.
    case computedBuffer(Key, elements: Int)
    /// Two keys of what is one tensor in the model differ in so many elements.
    case untied(Key, Key, elements: Int)
    /// A layer of the golden has another shape than the model's.
    case layerShape(String, expected: [Int], found: [Int])
    /// What is found of the N-th of several outputs.
    indirect case ofOutput(Int, VerificationFinding)

    /// Which two outputs are compared.
    package enum Comparison: Sendable, Equatable {
        /// The judged output with the golden's.
        case output(VerificationReport.Precision)
        /// The golden's output with the float64 oracle's.
        case golden
        /// The float32 plan's output with the float64 oracle's.
        case engine
        /// The golden's record of a module with the float64 oracle's.
        case layer(String)
    }
}

extension VerificationFinding: CustomStringConvertible {
    package var description: String { text(.golden) }

    /// - Parameter truth: what the model is held against.
    package func text(_ truth: Truth) -> String {
        switch self {
        case .differs(let comparison, let deviation, let floor, let tolerance):
            "\(comparison.text(truth)) by up to \(significant(deviation.max)) (rms \(significant(deviation.rms))), at element "
                + "\(deviation.worst); rounding explains \(significant(tolerance)) "
                + "(noise floor \(significant(floor.max)), rms \(significant(floor.rms)))"
        case .nonFinite(let owner, let elements):
            "\(owner): \(elements)"
        case .nonFiniteWeight(let key, let elements):
            "'\(key)': \(elements)"
        case .untied(let first, let key, let elements):
            "'\(first)' and '\(key)' are one tensor in the model and differ in \(elements) elements"
        case .computedBuffer(let key, let elements):
            "'\(key)': \(elements) elements are not what the model computes from its hyper-parameters"
        case .layerShape(let path, let expected, let found):
            "layer '\(path)' has shape \(found) in the \(truth), \(expected) in the model"
        case .ofOutput(let index, let finding): "output \(index): \(finding.text(truth))"
        }
    }
}

extension VerificationFinding.Comparison {
    fileprivate func text(_ truth: Truth) -> String {
        switch self {
        case .output(let precision): "the \(precision.rawValue) output differs from the \(truth)"
        case .golden: "the \(truth) differs from the float64 run"
        case .engine: "the float32 run differs from the float64 run"
        case .layer(let path): "layer '\(path)' differs from the \(truth)"
        }
    }
}

/// `value` with three significant digits: `0.0123`, `1.53e-07`.
func significant(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return value == 0 ? "0" : "\(value)" }
    var (mantissa, exponent) = (abs(value), 0)
    while mantissa >= 9.995 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
    while mantissa < 0.9995 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
    let digits = String(Int((mantissa * 100).rounded()))
    let sign = value < 0 ? "-" : ""
    switch exponent {
    case -3 ... -1: return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits
    case 0...2:
        let split = digits.index(digits.startIndex, offsetBy: exponent + 1)
        return sign + digits[..<split] + (exponent == 2 ? "" : "." + digits[split...])
    default:
        let power = String(abs(exponent))
        return sign + digits.prefix(1) + "." + digits.dropFirst() + (exponent < 0 ? "e-" : "e+")
            + (power.count < 2 ? "0" : "") + power
    }
}
