import TensorCore

/// Which tensor of a checkpoint is probably which of a model, from two lists of keys and shapes in any order.
struct TensorAlignment {
    struct Pair {
        let source: Int
        let target: Int
        /// What turns the one into the other; nil for a rename.
        let operation: String?
        /// Paired where another pairing was about as likely.
        let isUnsure: Bool
    }

    /// In the order of the sources.
    private(set) var pairs: [Pair] = []

    /// Modules are matched first; of what is left, every tensor by itself.
    init(_ sources: [TensorSignature], _ targets: [TensorSignature]) {
        for separately in [false, true] {
            let (taken, made) = (Set(pairs.map(\.source)), Set(pairs.map(\.target)))
            let matcher = ModuleMatcher(
                ModuleOutline.modules(
                    of: sources, at: sources.indices.filter { !taken.contains($0) }, separately: separately),
                ModuleOutline.modules(
                    of: targets, at: targets.indices.filter { !made.contains($0) }, separately: separately))
            for match in matcher.matches {
                for (source, target) in Self.parameters(match) {
                    pairs.append(
                        Pair(
                            source: source, target: target,
                            operation: KernelLayout.operation(sources[source], targets[target]),
                            isUnsure: match.isUnsure || separately))
                }
            }
        }
        pairs.sort { $0.source < $1.source }
    }

    /// The tensors of two modules that are the same.
    private static func parameters(_ match: ModuleMatcher.Match) -> [(source: Int, target: Int)] {
        let (sources, targets) = (match.source.parameters, match.target.parameters)
        if let source = sources.first, let target = targets.first, sources.count == 1, targets.count == 1 {
            return [(source.tensor, target.tensor)]
        }
        return sources.compactMap { source in
            targets.first { $0.role == source.role && $0.shape == source.shape }.map { (source.tensor, $0.tensor) }
        }
    }
}
