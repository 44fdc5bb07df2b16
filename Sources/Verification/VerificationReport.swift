/// What a verification found.
package struct VerificationReport: Sendable, Equatable {
    /// The arithmetic whose result is judged.
    package enum Precision: String, Sendable, CaseIterable {
        /// The fast plan, single precision.
        case float32
        /// The reference interpreter, double precision.
        case float64
    }

    /// Dotted path of the module whose output is compared; "" is the whole model.
    package let module: String
    package let precision: Precision
    /// The judged output and the golden's; nil where one of them holds NaN or infinity, which is a finding.
    package let output: Deviation?
    /// The golden's distance from the float64 oracle: what its own implementation lost to rounding.
    package let golden: Deviation?
    /// The float32 plan's distance from the float64 oracle: what this engine lost to rounding.
    package let engine: Deviation?
    /// The measured floor that the distances are judged by.
    package let noiseFloor: NoiseFloor
    /// The largest `output.max` that passes.
    package let tolerance: Double
    /// The largest `golden.max` that passes.
    package let goldenTolerance: Double
    /// Whether the best class, and the best five, are the golden's; classes that tie within the tolerance count
    /// as equal. nil where there is nothing to compare.
    package let top1Equal: Bool?
    package let top5Equal: Bool?
    /// The golden's layers in execution order; empty unless asked for.
    package let layers: [LayerReport]
    /// Layers of the golden that the model has no module for, under the golden's names.
    package let unknownLayers: [String]
    /// Everything that keeps the verification from passing.
    package let findings: [VerificationFinding]

    package var passed: Bool { findings.isEmpty }

    /// The first layer in execution order that does not agree with the golden.
    package var firstDivergingLayer: LayerReport? { layers.first { !$0.passed } }
}

/// How one module's output agrees with the golden's.
package struct LayerReport: Sendable, Equatable {
    /// Dotted path of the module.
    package let module: String
    /// What the golden calls it.
    package let recordedAs: String
    /// The golden's distance from the float64 oracle; nil where there is a finding that keeps it from being taken.
    package let deviation: Deviation?
    package let noiseFloor: NoiseFloor
    /// The largest `deviation.max` that passes.
    package let tolerance: Double
    package let finding: VerificationFinding?

    package var passed: Bool { finding == nil }
}
