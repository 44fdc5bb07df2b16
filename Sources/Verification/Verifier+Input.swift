import Engine
import ModelGraph
import TensorCore

/// How the model's output for another input than the golden's agrees with the golden's output.
package struct InputOutcome: Sendable, Equatable {
    /// nil where one of them has NaN or infinity.
    package let deviation: Deviation?
    /// Whether the best class, and the best five, are the golden's; nil where there is nothing to compare.
    package let top1Equal: Bool?
    package let top5Equal: Bool?
}

extension Verifier {
    /// Runs the plan on the input that was made here of the golden's images.
    /// - Parameters:
    ///   - input: of the golden's shape.
    ///   - tie: scores that are no further apart may stand for each other.
    /// - Throws: `EngineError`, or what the parameters throw.
    package func outcome(for input: DenseTensor<Float>, tie: Double) throws -> InputOutcome {
        let plan = try ExecutionPlan(
            graph: part.graph, parameters: parameters, options: .init(threads: options.threads))
        let output = try plan.run(input).scalars.map(Double.init)
        let recorded = golden.output.scalars
        guard NonFinite(in: output) == nil, NonFinite(in: recorded) == nil else {
            return InputOutcome(deviation: nil, top1Equal: nil, top5Equal: nil)
        }
        let classes = golden.output.shape.last ?? 0
        func agrees(_ k: Int) -> Bool? {
            classes == 0 ? nil : Ranking.agree(output, recorded, classes: classes, best: k, tie: tie)
        }
        return InputOutcome(
            deviation: Deviation(of: output, from: recorded, negligible: tie), top1Equal: agrees(1),
            top5Equal: agrees(5))
    }
}
