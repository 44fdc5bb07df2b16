/// Looks for a shortest key that some automata accept and others refuse.
struct KeySearch {
    enum Outcome: Equatable {
        case found(KeyText)
        case none
        /// Given up: more states than the limit, or no budget left.
        case undecided
    }

    /// The work that all searches of one rule file may take together, in steps of an automaton over a byte, so that
    /// a file of thousands of entangled lines is read in seconds. What is undecided by then is left to the keys of a
    /// checkpoint, where two sources of one target and lines without a key are errors too.
    final class Budget {
        private(set) var steps = 15_000_000

        var isSpent: Bool { steps <= 0 }

        func spend(_ count: Int) { steps -= count }
    }

    let budget = Budget()

    /// One byte for each kind that the rules of a file can tell apart, those that read best first.
    let alphabet: [UInt8]
    /// States to visit before giving up.
    static let limit = 50_000

    /// - Parameter texts: every literal and every listed value of the file.
    init(texts: [KeyText]) {
        var special = Set(texts.flatMap { $0 })
        special.formUnion("0123456789./:".utf8)
        let fresh = "xyzwvutsrqponmlkjihgfedcba".utf8.filter { !special.contains($0) }.prefix(1)
        alphabet = Array(fresh) + special.sorted()
    }

    private struct State: Hashable {
        var required: [Int]
        /// By excluded automaton, the states that it may be in.
        var excluded: [[Int]]
    }

    /// A key in every `required` set and in no `excluded` one.
    func key(in required: [KeyAutomaton], butNotIn excluded: [KeyAutomaton] = []) -> Outcome {
        let start = State(
            required: required.map { _ in 0 }, excluded: excluded.map { _ in [0] })
        var states = [start]
        var origins: [(previous: Int, byte: UInt8)] = [(0, 0)]
        var seen: Set<State> = [start]
        var next = 0
        while next < states.count {
            let state = states[next]
            budget.spend(alphabet.count * (required.count + excluded.count))
            guard !budget.isSpent else { return .undecided }
            if isFound(state, required, excluded) { return .found(path(to: next, origins)) }
            for byte in alphabet {
                let combinations = Self.step(required, state.required, byte)
                guard !combinations.isEmpty else { continue }
                let after = zip(excluded, state.excluded).map { Self.step($0, $1, byte) }
                for combination in combinations {
                    let following = State(required: combination, excluded: after)
                    guard seen.insert(following).inserted else { continue }
                    guard states.count < Self.limit else { return .undecided }
                    states.append(following)
                    origins.append((next, byte))
                }
            }
            next += 1
        }
        return .none
    }

    /// Whether some key is in both sets; true too where that takes more states than the limit. Far cheaper than to find
    /// a key, and most pairs have none.
    func mayMeet(_ left: KeyAutomaton, _ right: KeyAutomaton) -> Bool {
        let width = right.transitions.count
        var seen: Set<Int> = [0]
        var open = [0]
        while let pair = open.popLast() {
            let (one, other) = (pair / width, pair % width)
            if left.accepting.contains(one), right.accepting.contains(other) { return true }
            for transition in left.transitions[one] {
                for step in right.transitions[other] where transition.label.meets(step.label) {
                    let next = transition.target * width + step.target
                    if seen.insert(next).inserted { open.append(next) }
                }
            }
            budget.spend(1)
            guard seen.count < Self.limit, !budget.isSpent else { return true }
        }
        return false
    }

    private func isFound(_ state: State, _ required: [KeyAutomaton], _ excluded: [KeyAutomaton]) -> Bool {
        for (automaton, position) in zip(required, state.required) where !automaton.accepting.contains(position) {
            return false
        }
        for (automaton, positions) in zip(excluded, state.excluded)
        where positions.contains(where: automaton.accepting.contains) {
            return false
        }
        return true
    }

    private func path(to index: Int, _ origins: [(previous: Int, byte: UInt8)]) -> KeyText {
        var bytes: [UInt8] = []
        var index = index
        while index > 0 {
            bytes.append(origins[index].byte)
            index = origins[index].previous
        }
        return bytes.reversed()[...]
    }

    /// All the states that a non-deterministic automaton may be in after one more byte, in order.
    private static func step(_ automaton: KeyAutomaton, _ states: [Int], _ byte: UInt8) -> [Int] {
        var result: [Int] = []
        for state in states {
            for transition in automaton.transitions[state]
            where transition.label.accepts(byte) && !result.contains(transition.target) {
                result.append(transition.target)
            }
        }
        return result.sorted()
    }

    /// Every combination of one next state of each automaton.
    private static func step(_ automata: [KeyAutomaton], _ states: [Int], _ byte: UInt8) -> [[Int]] {
        for (automaton, state) in zip(automata, states)
        where !automaton.transitions[state].contains(where: { $0.label.accepts(byte) }) {
            return []
        }
        var combinations: [[Int]] = [[]]
        for (automaton, state) in zip(automata, states) {
            let next = automaton.transitions[state].filter { $0.label.accepts(byte) }.map(\.target)
            combinations = combinations.flatMap { head in next.map { head + [$0] } }
        }
        return combinations
    }
}
