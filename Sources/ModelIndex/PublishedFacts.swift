/// What a metafile of MMPreTrain says of a model, true or not.
package struct PublishedFacts: Sendable, Hashable {
    /// Accuracies and the like on one dataset.
    package struct Result: Sendable, Hashable {
        /// E.g. `Image Classification`.
        package let task: String
        /// E.g. `ImageNet-1k`.
        package let dataset: String
        /// The published metrics in their order; mostly percentages.
        package let metrics: [Metric]
    }

    package struct Metric: Sendable, Hashable {
        /// E.g. `Top 1 Accuracy`.
        package let name: String
        /// Nil where the metafile has the name alone.
        package let value: Double?
    }

    /// Where the weights come from that MMPreTrain converted.
    package struct Origin: Sendable, Hashable {
        /// The URL of the original weights.
        package let weights: String
        /// The URL of the original code.
        package let code: String
    }

    /// `In Collection`.
    package let collection: String
    package let parameters: Int
    package let flops: Int?
    package let results: [Result]
    /// The URL of the published checkpoint.
    package let weights: String?
    /// `Converted From`.
    package let convertedFrom: Origin?
}
