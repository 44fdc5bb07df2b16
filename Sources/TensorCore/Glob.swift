/// A shell pattern over a whole key: `*` any text, dots included, `?` one character, `[a-z]` one of a set,
/// `[!a-z]` one outside it. `\` takes the special meaning from the character after it.
package struct Glob: Sendable, Hashable {
    private enum Step: Sendable, Hashable {
        case text
        case one
        case scalar(Unicode.Scalar)
        case set([ClosedRange<Unicode.Scalar>], isInverted: Bool)
    }

    /// The pattern as it was written.
    package let pattern: String
    private let steps: [Step]

    /// Every text is a pattern: a `[` that nothing closes stands for itself.
    package init(_ pattern: String) {
        self.pattern = pattern
        let scalars = Array(pattern.unicodeScalars)
        var steps: [Step] = []
        var next = 0
        while next < scalars.count {
            let scalar = scalars[next]
            next += 1
            switch scalar {
            case "*": if steps.last != .text { steps.append(.text) }
            case "?": steps.append(.one)
            case "\\" where next < scalars.count:
                steps.append(.scalar(scalars[next]))
                next += 1
            case "[":
                if let (set, end) = Self.set(in: scalars, from: next) {
                    steps.append(set)
                    next = end
                } else {
                    steps.append(.scalar(scalar))
                }
            default: steps.append(.scalar(scalar))
            }
        }
        self.steps = steps
    }

    /// Reads what follows a `[`; a `]` in first place stands for itself.
    private static func set(in scalars: [Unicode.Scalar], from start: Int) -> (Step, end: Int)? {
        var next = start
        var ranges: [ClosedRange<Unicode.Scalar>] = []
        let isInverted = next < scalars.count && (scalars[next] == "!" || scalars[next] == "^")
        if isInverted { next += 1 }
        while next < scalars.count {
            let low = scalars[next]
            if low == "]", !ranges.isEmpty { return (.set(ranges, isInverted: isInverted), next + 1) }
            if next + 2 < scalars.count, scalars[next + 1] == "-", scalars[next + 2] != "]" {
                let high = scalars[next + 2]
                ranges.append(min(low, high)...max(low, high))
                next += 3
            } else {
                ranges.append(low...low)
                next += 1
            }
        }
        return nil
    }

    /// Whether the pattern covers the whole key. Takes time proportional to key × pattern at worst.
    package func matches(_ key: Key) -> Bool {
        let scalars = Array(key.text.unicodeScalars)
        var scalar = 0
        var step = 0
        var retry: (step: Int, scalar: Int)?
        while scalar < scalars.count {
            if step < steps.count, steps[step] == .text {
                retry = (step + 1, scalar)
                step += 1
            } else if step < steps.count, Self.accepts(steps[step], scalars[scalar]) {
                step += 1
                scalar += 1
            } else if let (star, start) = retry {
                retry = (star, start + 1)
                step = star
                scalar = start + 1
            } else {
                return false
            }
        }
        return steps[step...].allSatisfy { $0 == .text }
    }

    private static func accepts(_ step: Step, _ scalar: Unicode.Scalar) -> Bool {
        switch step {
        case .text: false
        case .one: true
        case .scalar(let wanted): wanted == scalar
        case .set(let ranges, let isInverted): ranges.contains { $0.contains(scalar) } != isInverted
        }
    }
}

extension Glob: CustomStringConvertible {
    package var description: String { pattern }
}
