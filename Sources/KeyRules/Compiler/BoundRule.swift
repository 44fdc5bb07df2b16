import TensorCore
import TensorOperations

/// A rule under given parameter values.
final class BoundRule: Sendable {
    enum Result: Sendable {
        case targets([Side])
        case drop(reason: String)
    }

    /// A left side: the tensors of which input it names.
    struct Source: Hashable, Sendable {
        /// Nil for the input that carries the checkpoint.
        let input: String?
        let side: Side
    }

    /// Position in `RuleSet.lines`.
    let line: Int
    let location: RuleLocation
    /// The parameter values under which it reads so.
    let combinations: CombinationSet
    /// The captures of the sides first, then those that only conditions have.
    let captures: [Capture]
    /// What each capture may stand for.
    let domains: [CaptureDomain]
    /// Never empty.
    let sources: [Source]
    let result: Result
    let conditions: [Presence]
    let computation: Computation

    struct Capture: Hashable, Sendable {
        let name: String
        let domain: CaptureDomain
    }

    /// What stands between the sides.
    struct Computation: Sendable {
        /// What the operations are done to: sources by position, and zeros.
        var operands: [TensorComputation.Operand] = [.source(0)]
        /// What they make: targets by position, and zeros; what they are done to on the way back.
        var results: [TensorComputation.Operand] = [.source(0)]
        /// Nil for a rename, and for a key that is dropped.
        var forward: TensorPipeline?
        /// The way back of `forward`; nil too where there is none.
        var reverse: TensorPipeline?
        /// Why the rule cannot run backward.
        var obstacle: String?
        /// What a `stack` or `unstack` counts.
        var members: MemberList?

        /// What goes in and what comes out.
        func ends(
            _ direction: Direction
        ) -> (before: [TensorComputation.Operand], after: [TensorComputation.Operand]) {
            direction == .forward ? (operands, results) : (results, operands)
        }
    }

    init(
        line: Int, location: RuleLocation, combinations: CombinationSet, captures: [Capture], sources: [Source],
        result: Result, conditions: [Presence], computation: Computation
    ) {
        self.line = line
        self.location = location
        self.combinations = combinations
        self.captures = captures
        self.domains = captures.map(\.domain)
        self.sources = sources
        self.result = result
        self.conditions = conditions
        self.computation = computation
        targets = if case .targets(let sides) = result { sides } else { [] }
    }

    /// Empty for a key that is dropped.
    let targets: [Side]

    /// One tensor becomes one, as it is.
    var isRename: Bool { computation.forward == nil }

    /// Whether it leaves the key as it is: `{k..} -> {k..}`.
    var keepsKey: Bool { isRename && sources.count == 1 && targets == [sources[0].side] }

    /// Whether it makes tensors of several and cannot run backward.
    var joinsForGood: Bool { sources.count > 1 && !isRename && computation.obstacle != nil }

    /// The sides that name the checkpoint's keys.
    func inputSides(_ direction: Direction) -> [Source] {
        switch direction {
        case .forward: sources
        case .reverse: targets.map { Source(input: nil, side: $0) }
        }
    }

    func pipeline(_ direction: Direction) -> TensorPipeline? {
        direction == .forward ? computation.forward : computation.reverse
    }
}

/// The texts that the capture of a `stack` or `unstack` stands for, first to last.
struct MemberList: Hashable, Sendable {
    enum Order: Hashable, Sendable {
        case numbers(from: Int, through: Int)
        case words([KeyText])
    }

    /// Position among the rule's captures.
    let capture: Int
    let order: Order

    /// No tensor has as many members: a range as long as that has no end.
    private static let openEnd = 1 << 40

    /// What the member at `index` is called; nil past the last one.
    func text(at index: Int) -> KeyText? {
        switch order {
        case .numbers(let first, let last): index <= last - first ? KeyText(String(first + index)) : nil
        case .words(let words): words.indices.contains(index) ? words[index] : nil
        }
    }

    /// The number of members; nil where any number will do.
    var count: Int? {
        switch order {
        case .numbers(let first, let last):
            last - first >= Self.openEnd ? nil : last - first + 1
        case .words(let words): words.count
        }
    }
}

/// `has side ~ side`: whether a companion key is in the checkpoint.
struct Presence: Hashable, Sendable {
    let isPresent: Bool
    let forward: Side
    /// What to look for when the rule runs backward; without it the rule cannot.
    let reverse: Side?

    /// Whether it says the same of every key that its rule matches.
    var isConstant: Bool { forward.captures.isEmpty }
}
