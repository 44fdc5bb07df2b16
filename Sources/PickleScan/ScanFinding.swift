/// Something in a file that a user should know of before Python loads it.
package struct ScanFinding: Sendable, Hashable {
    /// What kind of thing was found; the raw value is the rule's name in SARIF.
    package enum Rule: String, Sendable, CaseIterable {
        case global = "pickle-global"
        case call = "computed-call"
        case mutation = "global-changed"
        case brokenPickle = "broken-pickle"
        case archive = "archive-mismatch"
        case hiddenData = "hidden-data"
        case opaque = "not-looked-into"
        case limit = "limit"
        case code = "embedded-code"
    }

    package let rule: Rule
    /// `module.name` as Python 3 looks it up; empty where no global is concerned.
    package let global: String
    package let verdict: Verdict
    /// The part of the file: the archive's entry, or `pickle 2` of a row; parts within parts are joined by ` > `.
    package let place: String
    /// The offset of the first opcode or record concerned, from the start of the innermost part.
    package let offset: Int
    package let reason: String
    /// The global as the pickle spells it: `__builtin__.eval` where `global` is `builtins.eval`.
    package var written = ""
    /// Another name of the global, `posix.system` for `os.system`; empty where none is known.
    package var identity = ""
    /// How often it occurs at `place`.
    package var count = 1
}

extension ScanFinding {
    init(_ observation: PickleInspection.Observation, place: String) {
        self.init(
            rule: observation.rule, global: observation.global.text, verdict: observation.verdict, place: place,
            offset: observation.offset, reason: observation.reason, written: observation.global.written,
            identity: observation.global.identity)
    }
}
