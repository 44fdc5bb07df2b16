import TensorCore

/// Something that planning a conversion found out about a checkpoint.
public struct Finding: Sendable, Hashable, CustomStringConvertible {
    /// What follows for the plan; the raw value stands in reports that others parse.
    public enum Severity: String, Sendable, Hashable {
        /// The plan must not be executed.
        case error
        /// Worth a look; the plan holds.
        case warning
        /// Said so that nothing happens silently.
        case note
    }

    /// What was found; the raw value stands in reports that others parse.
    package enum Code: String, Sendable, Hashable, CaseIterable {
        case unmatchedKey = "unmatched-key"
        case unusedRule = "unused-rule"
        case sharedTarget = "shared-target"
        case missingKey = "missing-key"
        case unexpectedKey = "unexpected-key"
        case shapeMismatch = "shape-mismatch"
        case dtypeMismatch = "dtype-mismatch"
        case partialGroup = "partial-group"
        case absentGroup = "absent-group"
        case incompleteConstants = "incomplete-constants"
        case constantsMade = "constants-made"
        case computedBuffers = "computed-buffers"
        case otherBuffer = "other-buffer"
        case forwardOnly = "forward-only"
        case operationMismatch = "operation-mismatch"
        case incompleteLine = "incomplete-line"
        case missingInput = "missing-input"
        case unknownSetting = "unknown-setting"
        case undecidedSettings = "undecided-settings"
        case unfitSettings = "unfit-settings"
        case closestSettings = "closest-settings"
        case uncheckedSettings = "unchecked-settings"
        case unknownModel = "unknown-model"
        case wrapperPrefix = "wrapper-prefix"
        case alreadyConverted = "already-converted"
        case foreignCheckpoint = "foreign-checkpoint"
        case emptyCheckpoint = "empty-checkpoint"
    }

    /// Whether the keys alone chose no parameter values: several fit, or several are equally far from it.
    package var leavesSettingsOpen: Bool { code == .undecidedSettings || code == .unfitSettings }

    /// Whether it keeps the plan from being carried out.
    public let severity: Severity
    package let code: Code
    /// The tensor in question.
    public let key: Key?
    /// The line in question.
    public let rule: RuleLocation?
    /// The other line, where two disagree.
    package let related: RuleLocation?
    /// One sentence without the location.
    public let message: String

    package init(
        _ severity: Severity, _ code: Code, key: Key? = nil, rule: RuleLocation? = nil, related: RuleLocation? = nil,
        _ message: String
    ) {
        self.severity = severity
        self.code = code
        self.key = key
        self.rule = rule
        self.related = related
        self.message = message
    }

    /// `vgg.rules:4: …`
    public var description: String { rule.map { "\($0): \(message)" } ?? message }
}
