extension RuleError.Reason: CustomStringConvertible {
    package var description: String {
        switch self {
        case .syntax(let expected): expected
        case .unknownParameter(let name): "there is no parameter '\(name)'"
        case .unknownValue(let parameter, let value, let known):
            "'\(value)' is not a value of '\(parameter)', which is "
                + known.prefix(20).joined(separator: " | ") + (known.count > 20 ? " | …" : "")
        case .unknownTable(let name): "there is no table or runs '\(name)'"
        case .declaredTwice(let name, let first): "'\(name)' is already declared in line \(first.line)"
        case .unusedParameter(let name): "no line depends on parameter '\(name)'"
        case .oneSidedCapture(let name): "capture '\(name)' stands on one side only"
        case .contradictoryCapture(let name): "no text fits all uses of capture '\(name)'"
        case .tableLength(let left, let right): "the table has \(left) values on the left, \(right) on the right"
        case .notOneToOne(let table, let text): "'\(text)' stands twice on one side of '\(table)'"
        case .overlappingTables(let name, let other):
            "'\(name)' is already defined for some of these parameter values in line \(other.line)"
        case .tooMany(let what, let count, let limit): "\(count) \(what), the limit is \(limit)"
        case .unreachable(let lines):
            "no key reaches this line: all it matches is taken by line "
                + lines.map { String($0.line) }.joined(separator: ", ")
        case .targetsMeet(let other, let target, let source, let otherSource):
            "'\(source)' becomes '\(target)', as does '\(otherSource)' by line \(other.line)"
        }
    }
}
