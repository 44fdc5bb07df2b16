import JSON
import ModelZoo

/// What each of several models costs.
package struct ComplexitySurvey: Sendable {
    /// A model that refuses the size of the image.
    package struct Refusal: Sendable, Equatable {
        /// MMPreTrain's name.
        package let model: String
        package let reason: String
    }

    package let reports: [ComplexityReport]
    package let refusals: [Refusal]

    /// Counts every built-in model whose name matches.
    /// - Parameters:
    ///   - pattern: a glob over names, upper or lower case alike.
    ///   - size: as `ComplexityReport.Options.size`.
    ///   - progress: called with the number of models that are counted, and that of all.
    /// - Throws: `WorkbenchError.noModels` if no name matches.
    package static func run(
        modelsMatching pattern: String, size: (height: Int, width: Int)?, countsFusedAttention: Bool,
        progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws -> ComplexitySurvey {
        let definitions = ModelZoo.models(matching: pattern)
        guard !definitions.isEmpty else { throw WorkbenchError.noModels(pattern: pattern) }
        var (reports, refusals): ([ComplexityReport], [Refusal]) = ([], [])
        for (index, definition) in definitions.enumerated() {
            progress(index, definitions.count)
            do {
                reports.append(
                    try ComplexityReport(of: definition, size: size, countsFusedAttention: countsFusedAttention))
            } catch {
                refusals.append(Refusal(model: definition.name, reason: "\(error)"))
            }
        }
        return ComplexitySurvey(reports: reports, refusals: refusals)
    }

    /// A line for each model that was counted.
    package var text: String { ComplexityReport.table(reports) }

    /// `{models: […]}`, each as `ComplexityReport.json`, then `{model, error}` for each that refused.
    package func json(layers: Bool) -> JSONValue {
        [
            "models": .array(
                reports.map { $0.json(layers: layers) }
                    + refusals.map { ["model": .string($0.model), "error": .string($0.reason)] })
        ]
    }
}
