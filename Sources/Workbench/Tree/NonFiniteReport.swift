import CheckpointIO
import CommandLineKit
import JSON
import TensorCore

/// `2 NaN, 1 infinite`
func nonFiniteText(nan: Int, infinite: Int) -> String {
    [(nan, "NaN"), (infinite, "infinite")].filter { $0.0 > 0 }
        .map { "\(groupedText($0.0)) \($0.1)" }.joined(separator: ", ")
}

/// The tensors of a checkpoint that hold NaN or infinity.
package struct NonFiniteReport: Sendable {
    /// A tensor and how many of its elements are not finite.
    package struct Finding: Sendable, Equatable {
        package let key: Key
        package let shape: [Int]
        package let dtype: DType
        package let nanCount, infinityCount: Int
    }

    package let file: String
    /// Tensors whose elements were read; others have no real numbers, or none of their own.
    package let readCount: Int
    /// The tensors with NaN or infinity, in file order.
    package let findings: [Finding]

    /// Reads every tensor that `options` keep.
    /// - Parameter progress: called with the bytes of the tensors that have been read and of all, from time to time.
    /// - Throws: as `TensorListing`.
    package static func run(
        _ checkpoint: Checkpoint, _ options: TreeOptions, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws -> NonFiniteReport {
        var options = options
        options.showsStatistics = true
        options.measuresSpread = false
        let listing = try TensorListing(of: checkpoint, options, progress: progress)
        let read = listing.tensors.compactMap { row in
            row.facts.statistics.map { (row.named, $0) }
        }
        return NonFiniteReport(
            file: checkpoint.path, readCount: read.count,
            findings: read.compactMap { named, statistics in
                guard statistics.nanCount + statistics.infinityCount > 0 else { return nil }
                return Finding(
                    key: named.key, shape: named.tensor.shape, dtype: named.tensor.dtype,
                    nanCount: statistics.nanCount, infinityCount: statistics.infinityCount)
            })
    }

    package func text(_ palette: Palette) -> String {
        guard !findings.isEmpty else { return "\(file): \(countText(readCount, "tensor")): all numbers are finite\n" }
        let verb = findings.count == 1 ? "holds" : "hold"
        var text =
            "\(file): \(groupedText(findings.count)) of \(countText(readCount, "tensor")) \(verb) NaN or infinity\n"
        for finding in findings {
            text += "  \(palette(.red, finding.key.text.printable)) \(pythonTuple(finding.shape)) \(finding.dtype)  "
            text += nonFiniteText(nan: finding.nanCount, infinite: finding.infinityCount) + "\n"
        }
        return text
    }

    /// `{file, tensors, nonfinite: [{key, shape, dtype, nan, infinite}]}`
    package var json: JSONValue {
        [
            "file": .string(file), "tensors": .int(readCount),
            "nonfinite": .array(
                findings.map {
                    [
                        "key": .string($0.key.text), "shape": .ints($0.shape), "dtype": .string("\($0.dtype)"),
                        "nan": .int($0.nanCount), "infinite": .int($0.infinityCount),
                    ]
                }),
        ]
    }
}
