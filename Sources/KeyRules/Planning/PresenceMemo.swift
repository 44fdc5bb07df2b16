/// Whether the checkpoint holds keys that some captures leave open: an answer costs a walk through all keys, and lines ask
/// the same for one key after the other.
final class PresenceMemo {
    private struct Question: Hashable {
        let rule: ObjectIdentifier
        let side: Side
        /// The texts of the side's captures; nil for an open one.
        let values: [KeyText?]
    }

    private var answers: [Question: Bool] = [:]

    /// - Parameters:
    ///   - values: by capture of the rule.
    ///   - find: what to do where the same was not asked before.
    func answer(_ side: Side, of rule: BoundRule, _ values: [KeyText?], _ find: () -> Bool) -> Bool {
        var known = [KeyText?](repeating: nil, count: values.count)
        for capture in side.captures { known[capture] = values[capture] }
        let question = Question(rule: ObjectIdentifier(rule), side: side, values: known)
        if let answer = answers[question] { return answer }
        let answer = find()
        answers[question] = answer
        return answer
    }
}
