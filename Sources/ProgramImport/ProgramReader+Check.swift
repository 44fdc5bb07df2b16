import ModelGraph

extension ProgramReader {
    /// About 90 times the calls of the largest program of fixtures/programs: a decomposed GRU has 1,116.
    static let mostCalls = 100_000

    /// Whether graph and signature tell the same story.
    /// - Throws: `ImportError.signature` for inputs or outputs that only one of them has, and for a name that two values
    ///   have; `.tooManyCalls`.
    func check() throws(ImportError) {
        var calls = 0
        graph.forEachCall { _ in calls += 1 }
        guard calls <= Self.mostCalls else { throw .tooManyCalls(calls, limit: Self.mostCalls) }
        try Self.compare("inputs", graph.inputs.map(\.firstName), signature.inputs.map(\.argumentName))
        try Self.compare("outputs", graph.outputs.map(\.firstName), signature.outputs.map(\.argumentName))
        try graph.checkNames()
    }

    /// - Parameter inGraph, inSignature: names; nil for what has none.
    private static func compare(
        _ what: String, _ inGraph: [String?], _ inSignature: [String?]
    ) throws(ImportError) {
        guard inGraph.count == inSignature.count else {
            throw .signature("the graph has \(inGraph.count) \(what), its signature \(inSignature.count)")
        }
        for (number, (own, other)) in zip(inGraph, inSignature).enumerated() where own != other {
            let (own, other) = (own.map { "'\($0)'" } ?? "none", other.map { "'\($0)'" } ?? "none")
            throw .signature("\(what.dropLast()) \(number) is \(own) in the graph, \(other) in its signature")
        }
    }
}

extension ProgramGraph {
    /// - Throws: `ImportError.signature` for a name that two values of one graph have.
    fileprivate func checkNames() throws(ImportError) {
        var names: Set<String> = []
        for argument in inputs + calls.flatMap(\.outputs) {
            for name in argument.names where !names.insert(name).inserted {
                throw .signature("two values of the program are called '\(name)'")
            }
        }
        for call in calls {
            for case (_, .graph(let inner)) in call.inputs { try inner.checkNames() }
        }
    }
}

extension ProgramSignature.Input {
    fileprivate var argumentName: String? {
        switch self {
        case .user(let argument): argument.firstName
        case .parameter(let name, _), .buffer(let name, _, _), .constant(let name, _), .token(let name): name
        case .fixed, .other: nil
        }
    }
}

extension ProgramSignature.Output {
    fileprivate var argumentName: String? {
        switch self {
        case .user(let argument): argument.firstName
        case .hidden(let name): name
        }
    }
}
