extension RegularExpression {
    /// Where an expression matches.
    package struct Match: Sendable, Equatable {
        /// The whole match, then each group; nil for a group that took no part.
        package let groups: [Range<Int>?]
        package var range: Range<Int> { groups[0] ?? 0..<0 }
    }

    /// The leftmost of the longest matches that begin at `start` or later.
    /// - Parameter text: Unicode scalars.
    package func firstMatch(in text: [UInt32], from start: Int) -> Match? {
        var machine = ExpressionMachine(self, text)
        return machine.run(from: start)
    }
}

/// Follows all ways through an expression at once, scalar by scalar: no text makes it slow.
private struct ExpressionMachine {
    private let expression: RegularExpression
    private let text: [UInt32]
    private let width: Int
    private var now: Ways
    private var later: Ways
    /// Where the groups of the best match so far lie.
    private var best: [Int]?
    /// Where the groups of the way that is being added lie.
    private var current: [Int]

    init(_ expression: RegularExpression, _ text: [UInt32]) {
        self.expression = expression
        self.text = text
        width = 2 * (expression.groupCount + 1)
        now = Ways(stepCount: expression.program.count)
        later = now
        current = [Int](repeating: -1, count: width)
    }

    mutating func run(from start: Int) -> RegularExpression.Match? {
        var position = start
        while position <= text.count {
            if best == nil {
                if now.steps.isEmpty, let first = expression.firstScalar {
                    while position < text.count, text[position] != first { position += 1 }
                }
                for index in current.indices { current[index] = -1 }
                now.add(0, at: position, expression.program, text, &current)
            }
            if now.steps.isEmpty, best != nil { break }
            for way in now.steps.indices { follow(way, at: position) }
            swap(&now, &later)
            later.clear()
            position += 1
        }
        return best.map { positions in
            RegularExpression.Match(
                groups: stride(from: 0, to: width, by: 2).map { index in
                    positions[index] < 0 || positions[index + 1] < 0 ? nil : positions[index]..<positions[index + 1]
                })
        }
    }

    private mutating func follow(_ way: Int, at position: Int) {
        let start = way * width
        // A match that begins earlier counts, however long another is.
        if let best, now.positions[start] > best[0] { return }
        let step = now.steps[way]
        let isTaken: Bool
        switch expression.program[step] {
        case .match:
            if let best, best[0] == now.positions[start], best[1] >= position { return }
            best = Array(now.positions[start..<start + width])
            return
        case .scalar(let scalar): isTaken = position < text.count && text[position] == scalar
        case .any: isTaken = position < text.count
        case .set(let set): isTaken = position < text.count && set.contains(text[position])
        case .assertion, .split, .jump, .save: return
        }
        guard isTaken else { return }
        for index in 0..<width { current[index] = now.positions[start + index] }
        later.add(step + 1, at: position + 1, expression.program, text, &current)
    }
}

/// The ways that are open at a position: the step of each and where its groups lie, in the order of preference.
private struct Ways {
    private(set) var steps: [Int] = []
    /// As many for each way as `current` has in `add`; −1 for none.
    private(set) var positions: [Int] = []
    /// Step → the last position at which it was added.
    private var added: [Int]

    init(stepCount: Int) { added = [Int](repeating: -1, count: stepCount) }

    mutating func clear() {
        steps.removeAll(keepingCapacity: true)
        positions.removeAll(keepingCapacity: true)
    }

    /// Adds a way and all that it leads to without taking a scalar. A step that is there already was reached by a way
    /// that is preferred.
    mutating func add(
        _ step: Int, at position: Int, _ program: [RegularExpression.Step], _ text: [UInt32], _ current: inout [Int]
    ) {
        guard added[step] != position else { return }
        added[step] = position
        switch program[step] {
        case .jump(let target): add(target, at: position, program, text, &current)
        case .split(let first, let second):
            add(first, at: position, program, text, &current)
            add(second, at: position, program, text, &current)
        case .save(let slot):
            let before = current[slot]
            current[slot] = position
            add(step + 1, at: position, program, text, &current)
            current[slot] = before
        case .assertion(let assertion):
            if assertion.holds(in: text, at: position) { add(step + 1, at: position, program, text, &current) }
        case .scalar, .any, .set, .match:
            steps.append(step)
            positions += current
        }
    }
}

extension RegularExpression.Assertion {
    fileprivate func holds(in text: [UInt32], at position: Int) -> Bool {
        let isWordBefore = position > 0 && ScalarSet.word.contains(text[position - 1])
        let isWordAfter = position < text.count && ScalarSet.word.contains(text[position])
        return switch self {
        case .start: position == 0
        case .end: position == text.count
        case .wordEdge: isWordBefore != isWordAfter
        case .noWordEdge: isWordBefore == isWordAfter
        case .wordStart: !isWordBefore && isWordAfter
        case .wordEnd: isWordBefore && !isWordAfter
        }
    }
}
