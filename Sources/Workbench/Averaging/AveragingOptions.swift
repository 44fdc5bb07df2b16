import CommandLineKit

/// Which checkpoints to average, and how.
package struct AveragingOptions: Sendable {
    /// What holds for each input, and for the output.
    package var conversion: ConversionOptions
    /// One for each input; nil for equal ones. They are divided by their sum.
    package var weights: [Double]?

    package init(_ conversion: ConversionOptions, weights: [Double]? = nil) {
        self.conversion = conversion
        self.weights = weights
    }

    /// Reads `0.5,0.3,0.2`.
    /// - Parameter count: of the inputs.
    /// - Throws: `UsageError` unless there are as many numbers as inputs and their sum is above 0.
    package static func weights(_ text: String, count: Int) throws(UsageError) -> [Double] {
        var weights: [Double] = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let weight = Double(word.filter { $0 != " " }), weight.isFinite else {
                throw .combination("--weights needs numbers with commas between them, found '\(word)' in '\(text)'")
            }
            weights.append(weight)
        }
        guard weights.count == count else {
            throw .combination("--weights gives \(weights.count) numbers for \(countText(count, "checkpoint"))")
        }
        let sum = weights.reduce(0, +)
        guard sum.isFinite, sum > 0 else { throw .combination("--weights must come to more than 0 together") }
        return weights
    }

    /// What each input counts with; nil for equal weights. A sum of 1 but for rounding leaves them as they are.
    var factors: [Double]? {
        weights.map { weights in
            let sum = weights.reduce(0, +)
            return abs(sum - 1) < 1e-9 ? weights : weights.map { $0 / sum }
        }
    }
}
