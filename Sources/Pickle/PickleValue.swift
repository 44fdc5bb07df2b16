/// What a pickle's stack, memo and containers hold: a constant, or a reference to a node.
///
/// Two `.node` values are equal when they are the same node (Python's `is`), two floats when their bits are.
package enum PickleValue: Sendable, BitwiseCopyable {
    case none
    case bool(Bool)
    case int(Int64)
    case float(Double)
    case node(PickleNodeID)
}

/// The identity of an object in a `PickleGraph`: its place in the arena. It means nothing in another graph.
package struct PickleNodeID: Hashable, Sendable, BitwiseCopyable {
    @usableFromInline let rawValue: Int32

    init(_ index: Int) { rawValue = Int32(index) }

    init(rawValue: Int32) { self.rawValue = rawValue }

    /// The node's place in its graph: 0 ..< `graph.count`.
    @inlinable package var index: Int { Int(rawValue) }
}

extension PickleValue: Hashable {
    package static func == (left: PickleValue, right: PickleValue) -> Bool {
        switch (left, right) {
        case (.none, .none): true
        case (.bool(let a), .bool(let b)): a == b
        case (.int(let a), .int(let b)): a == b
        case (.float(let a), .float(let b)): a.bitPattern == b.bitPattern
        case (.node(let a), .node(let b)): a == b
        default: false
        }
    }

    package func hash(into hasher: inout Hasher) {
        switch self {
        case .none: hasher.combine(0)
        case .bool(let value): hasher.combine(value)
        case .int(let value): hasher.combine(value)
        case .float(let value): hasher.combine(value.bitPattern)
        case .node(let id): hasher.combine(id)
        }
    }
}
