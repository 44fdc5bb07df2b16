/// What a verification found.
public struct VerificationReport: Sendable, Equatable {
    /// The arithmetic whose result is judged.
    public enum Precision: String, Sendable, CaseIterable {
        /// The fast plan, single precision.
        case float32
        /// The reference interpreter, double precision.
        case float64
    }

    /// Dotted path of the module whose output is compared; "" is the whole model.
    public let module: String
    public let precision: Precision
    /// The judged output and the golden's; nil where one of them holds NaN or infinity, which is a finding.
    public let output: Deviation?
    /// The golden's distance from the float64 oracle: what its own implementation lost to rounding.
    public let golden: Deviation?
    /// The float32 plan's distance from the float64 oracle: what this engine lost to rounding.
    public let engine: Deviation?
    /// The measured floor that the distances are judged by.
    public let noiseFloor: NoiseFloor
    /// The largest `output.max` that passes.
    public let tolerance: Double
    /// Whether the best class, and the best five, are the golden's; classes that tie within the tolerance count
    /// as equal. nil where there is nothing to compare.
    public let top1Equal: Bool?
    public let top5Equal: Bool?
    /// The golden's layers in execution order; empty unless asked for.
    public let layers: [LayerReport]
    /// Layers of the golden that the model has no module for, under the golden's names.
    public let unknownLayers: [String]
    /// Everything that keeps the verification from passing.
    public let findings: [VerificationFinding]

    public var passed: Bool { findings.isEmpty }

    /// The first layer in execution order that does not agree with the golden.
    public var firstDivergingLayer: LayerReport? { layers.first { !$0.passed } }
}

/// How one module's output agrees with the golden's.
public struct LayerReport: Sendable, Equatable {
    /// Dotted path of the module.
    public let module: String
    /// What the golden calls it.
    package let recordedAs: String
    /// The golden's distance from the float64 oracle; nil where there is a finding that keeps it from being taken.
    public let deviation: Deviation?
    public let noiseFloor: NoiseFloor
    /// The largest `deviation.max` that passes.
    public let tolerance: Double
    public let finding: VerificationFinding?

    public var passed: Bool { finding == nil }
}
