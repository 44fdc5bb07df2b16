import TensorCore

/// Which tensor of a checkpoint is probably which of a model, from two lists of keys and shapes in any order.
struct TensorAlignment {
    struct Pair {
        /// Positions of the tensors, one of them unless tensors are joined.
        let sources: [Int]
        let targets: [Int]
        /// The keys; of joined tensors as `TensorJoin.pattern` has them.
        let source: Key
        let target: Key
        /// What turns the one into the other; nil for a rename.
        let operation: String?
        /// Paired by order or likelihood: names, numbers and shapes do not decide it.
        let isUnsure: Bool
    }

    /// The pairs, in the order of the sources.
    private(set) var pairs: [Pair] = []

    /// Tensors that are one in the other list are joined. Then modules are matched first; of what is left, every tensor by
    /// itself.
    init(_ sources: [TensorSignature], _ targets: [TensorSignature]) {
        let left = TensorJoin.joined(sources, TensorJoin.joins(of: sources, for: targets))
        let right = TensorJoin.joined(targets, TensorJoin.joins(of: targets, for: sources))
        let (sources, targets) = (left.map(\.tensor), right.map(\.tensor))
        var found: [(source: Int, target: Int, isUnsure: Bool)] = []
        for separately in [false, true] {
            let (taken, made) = (Set(found.map(\.source)), Set(found.map(\.target)))
            let (left, right) = (
                ModuleOutline.modules(
                    of: sources, at: sources.indices.filter { !taken.contains($0) }, separately: separately),
                ModuleOutline.modules(
                    of: targets, at: targets.indices.filter { !made.contains($0) }, separately: separately)
            )
            let matches = ModuleMatcher(left, right).matches
            let evidence = MatchEvidence(left, right, matches)
            for (index, match) in matches.enumerated() {
                let isUnsure = match.isByShape || separately || evidence.isUnsure[index]
                found += Self.parameters(match).map { ($0, $1, isUnsure) }
            }
        }
        pairs = found.sorted { $0.source < $1.source }.map { source, target, isUnsure in
            let (one, other) = (left[source], right[target])
            let join = one.join.map { _ in "concat 0" } ?? other.join.map { "split 0 \($0.parts.count)" }
            return Pair(
                sources: one.join?.parts.compactMap { $0 } ?? [one.position],
                targets: other.join?.parts.compactMap { $0 } ?? [other.position],
                source: one.join?.pattern ?? one.tensor.key, target: other.join?.pattern ?? other.tensor.key,
                operation: join ?? KernelLayout.operation(one.tensor, other.tensor), isUnsure: isUnsure)
        }
    }

    /// The tensors of two modules that are the same.
    private static func parameters(_ match: ModuleMatcher.Match) -> [(source: Int, target: Int)] {
        let (sources, targets) = (match.source.parameters, match.target.parameters)
        if let source = sources.first, let target = targets.first, sources.count == 1, targets.count == 1 {
            return [(source.tensor, target.tensor)]
        }
        return sources.compactMap { source in
            targets.first { $0.role == source.role && $0.core == source.core }.map { (source.tensor, $0.tensor) }
        }
    }
}
