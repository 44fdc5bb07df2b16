/// The set of keys that one side spells, as a finite automaton over bytes.
///
/// Exact for a side whose captures are independent; where a capture occurs twice it holds more keys than the side.
struct KeyAutomaton: Sendable {
    /// The bytes that a transition takes.
    enum Label: Sendable {
        case byte(UInt8)
        case separator
        /// Any byte but a separator.
        case segmentByte
        case digits(ClosedRange<UInt8>)

        func accepts(_ byte: UInt8) -> Bool {
            switch self {
            case .byte(let wanted): wanted == byte
            case .separator: Separator.contains(byte)
            case .segmentByte: !Separator.contains(byte)
            case .digits(let range): range.contains(byte &- UInt8(ascii: "0"))
            }
        }

        /// Whether some byte is accepted by both.
        func meets(_ other: Label) -> Bool {
            switch (self, other) {
            case (.byte(let byte), let label), (let label, .byte(let byte)): label.accepts(byte)
            case (.digits(let one), .digits(let two)): one.overlaps(two)
            case (.separator, .separator): true
            case (.separator, _), (_, .separator): false
            case (.segmentByte, _), (_, .segmentByte): true
            }
        }
    }

    struct Transition: Sendable {
        let label: Label
        let target: Int
    }

    /// By state; state 0 is where a key begins.
    private(set) var transitions: [[Transition]] = [[]]
    private(set) var accepting: Set<Int> = [0]

    init(_ side: Side, domains: [CaptureDomain]) {
        var ends = [0]
        for step in side.steps {
            switch step {
            case .literal(let literal): ends = append(literal, to: ends)
            case .capture(let index, let view): ends = append(domains[index], view, to: ends)
            }
        }
        accepting = Set(ends)
    }

    private mutating func addState() -> Int {
        transitions.append([])
        return transitions.count - 1
    }

    private mutating func connect(_ states: [Int], _ label: Label, to target: Int) {
        for state in states { transitions[state].append(Transition(label: label, target: target)) }
    }

    private mutating func append(_ literal: KeyText, to starts: [Int]) -> [Int] {
        var ends = starts
        for byte in literal {
            let state = addState()
            connect(ends, .byte(byte), to: state)
            ends = [state]
        }
        return ends
    }

    private mutating func append(_ domain: CaptureDomain, _ view: CaptureView, to starts: [Int]) -> [Int] {
        switch domain {
        case .words(let words):
            return append(words: words.compactMap { view.text(for: $0) }, to: starts)
        case .integer(let range):
            guard case .offset(let offset) = view else { return append(numbers: range, to: starts) }
            let high = range.upperBound.addingReportingOverflow(offset)
            let low = max(0, range.lowerBound + offset)
            return append(numbers: low...max(low, high.overflow ? Int.max : high.partialValue), to: starts)
        case .segment:
            let inside = addState()
            connect(starts + [inside], .segmentByte, to: inside)
            return [inside]
        case .path:
            let inside = addState()
            let between = addState()
            connect(starts + [inside, between], .segmentByte, to: inside)
            connect([inside], .separator, to: between)
            return [inside]
        }
    }

    /// The words as a tree: those that begin alike share states.
    private mutating func append(words: [KeyText], to starts: [Int]) -> [Int] {
        var first: [UInt8: Int] = [:]
        var ends: Set<Int> = []
        for word in words {
            var node: Int?
            for byte in word {
                let next: Int? = if let node { child(of: node, byte) } else { first[byte] }
                if let next {
                    node = next
                    continue
                }
                let state = addState()
                connect(node.map { [$0] } ?? starts, .byte(byte), to: state)
                if node == nil { first[byte] = state }
                node = state
            }
            ends.formUnion(node.map { [$0] } ?? starts)
        }
        return ends.sorted()
    }

    /// Where `byte` leads from a state that no other label leaves.
    private func child(of state: Int, _ byte: UInt8) -> Int? {
        transitions[state].first { $0.label.accepts(byte) }?.target
    }

    /// Decimal numbers without leading zeros, one length after the other.
    private mutating func append(numbers: ClosedRange<Int>, to starts: [Int]) -> [Int] {
        var ends: [Int] = []
        var low = numbers.lowerBound
        while true {
            let lowDigits = String(low).utf8.map { $0 - UInt8(ascii: "0") }
            let nines = [UInt8](repeating: 9, count: lowDigits.count)
            let highest = KeyText(String(repeating: "9", count: lowDigits.count)).number ?? Int.max
            if numbers.upperBound <= highest, numbers.upperBound != Int.max {
                let highDigits = String(numbers.upperBound).utf8.map { $0 - UInt8(ascii: "0") }
                return ends + append(from: lowDigits, through: highDigits, to: starts)
            }
            ends += append(from: lowDigits, through: nines, to: starts)
            if numbers.upperBound == Int.max {
                return ends + [appendLonger(than: lowDigits.count, to: starts)]
            }
            low = highest + 1
        }
    }

    /// Every number of more than `count` digits.
    private mutating func appendLonger(than count: Int, to starts: [Int]) -> Int {
        var state = addState()
        connect(starts, .digits(1...9), to: state)
        for _ in 0..<count {
            let next = addState()
            connect([state], .digits(0...9), to: next)
            state = next
        }
        connect([state], .digits(0...9), to: state)
        return state
    }

    /// The numbers between two of as many digits.
    private mutating func append(from low: [UInt8], through high: [UInt8], to starts: [Int]) -> [Int] {
        /// States by whether the digits so far are those of `low` and of `high`.
        var frontier: [[Bool]: [Int]] = [[true, true]: starts]
        for position in low.indices {
            var next: [[Bool]: [Int]] = [:]
            for (bounds, states) in frontier {
                let first = bounds[0] ? low[position] : 0
                let last = bounds[1] ? high[position] : 9
                guard first <= last else { continue }
                for digit in first...last {
                    let key = [bounds[0] && digit == first, bounds[1] && digit == last]
                    let state = next[key]?.first ?? addState()
                    next[key] = [state]
                    connect(states, .digits(digit...digit), to: state)
                }
            }
            frontier = next
        }
        return frontier.values.flatMap { $0 }.sorted()
    }
}
