import ModelGraph

/// A backbone whose forward pass is a chain of modules: the stem, then stages, some of whose outputs it gives.
struct StagedBackbone: Stage {
    private let scope: Scope
    private let stem: [any Module]
    private let stages: [any Module]
    private let outIndices: Set<Int>

    /// - Parameter outIndices: of `stages`.
    init(_ scope: Scope, stem: [any Module] = [], stages: [any Module], outIndices: Set<Int>) {
        self.scope = scope
        self.stem = stem
        self.stages = stages
        self.outIndices = outIndices
    }

    func features(_ input: Features) throws(GraphError) -> Features {
        var value = input.value
        for module in stem { value = try module(value) }
        var levels: [Value] = []
        for (index, stage) in stages.enumerated() {
            value = try stage(value)
            if outIndices.contains(index) { levels.append(value) }
        }
        return try scope.features(levels)
    }
}

extension Scope {
    /// States that this stage gives a tuple of these values, and returns it.
    func features(_ levels: [Value]) throws(GraphError) -> Features {
        guard !levels.isEmpty else { throw .configuration(module: path, "gives no output") }
        output(levels)
        return Features(levels.map { [$0] })
    }
}
