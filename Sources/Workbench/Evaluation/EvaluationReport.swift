import CommandLineKit
import JSON

/// How well a model does on images.
package struct EvaluationReport: Sendable {
    package struct Metric: Sendable, Equatable {
        /// `accuracy/top1`
        package let name: String
        /// Images whose class is among the best.
        package let hits: Int
        /// The percentage in single precision, as MMPreTrain computes it.
        package let percent: Float

        init(name: String, hits: Int, of count: Int) {
            self.name = name
            self.hits = hits
            percent = Float(hits) * Float(100 / Double(max(count, 1)))
        }
    }

    /// An image that is left out.
    package struct Refusal: Error, Sendable, Equatable {
        package let path: String
        /// A sentence that names the file.
        package let reason: String
    }

    /// MMPreTrain's name of the model; empty where nobody says.
    package let model: String
    /// The metrics, in the order of the config's evaluator.
    package let metrics: [Metric]
    /// How many images the metrics are of.
    package let evaluated: Int
    package let total: Int
    package let refusals: [Refusal]
    /// Images of which the model gives scores that are not numbers.
    package let undefined: Int
    /// What somebody who compares with the reference should know.
    package let notes: [String]
    /// Where the predictions are; nil for nowhere.
    package let output: String?
    /// What loading the checkpoint in Python would do besides; nil for an ordinary one.
    package let safetyWarning: String?
    /// What of the images this is; nil for all.
    package var shard: Shard?
    /// What the scores are of; nil where nobody needs to know.
    package var identity: EvaluationIdentity?

    /// Whether every image was read, and scored with numbers.
    package var isComplete: Bool { refusals.isEmpty && undefined == 0 }

    /// A line as `tools/test.py` prints it, and how many images it is of.
    package func text(_ palette: Palette) -> String {
        let values = metrics.map { "\($0.name): \(fixedText(Double($0.percent), decimals: 4))" }
        var text = values.joined(separator: "  ") + "\n"
        text += "\(groupedText(evaluated)) of \(countText(total, "image"))"
        text += (shard.map { ", shard \($0)" } ?? "") + "\n"
        if undefined > 0 {
            text += palette(.red, "the scores of \(countText(undefined, "image")) are not numbers") + "\n"
        }
        if let output { text += "predictions: \(output.printable)\n" }
        return text
    }

    package var json: JSONValue {
        .object(metrics.map { .init(name: $0.name, value: .number(Double($0.percent))) }).adding([
            .init(name: "model", value: .string(model)),
            .init(name: "images", value: .int(evaluated)),
            .init(name: "total", value: .int(total)),
            .init(name: "undefined", value: .int(undefined)),
            .init(
                name: "unreadable",
                value: .array(refusals.map { ["img_path": .string($0.path), "error": .string($0.reason)] })),
            .init(name: "notes", value: .strings(notes)),
            .init(
                name: "hits", value: .object(metrics.map { .init(name: $0.name, value: .int($0.hits)) })),
            .init(name: "shard", value: .optional(shard.map { .string("\($0)") })),
            .init(name: "predictions", value: .optional(output.map { .string($0) })),
            .init(name: "digests", value: .optional(identity?.json)),
        ])
    }
}
