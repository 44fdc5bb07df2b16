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

/// Two modules one after the other that are not a module together, so that hooks see their outputs only.
struct Pair: Module {
    let first, second: any Module

    func callAsFunction(_ input: Value) throws(GraphError) -> Value { try second(try first(input)) }
}

extension Scope {
    /// States that this stage gives a tuple of these values, and returns it.
    func features(_ levels: [Value]) throws(GraphError) -> Features {
        guard !levels.isEmpty else { throw .configuration(module: path, "gives no output") }
        output(levels)
        return Features(levels.map { [$0] })
    }

    /// States that this stage gives what `change` makes of each level, and returns it.
    /// - Throws: `GraphError.configuration` for a level of several values.
    func features(
        _ input: Features, changing change: (Value) throws(GraphError) -> Value
    ) throws(GraphError) -> Features {
        var levels: [Value] = []
        for level in input.levels {
            guard level.count == 1 else {
                throw .configuration(module: path, "takes one value per level, not a tuple of \(level.count)")
            }
            levels.append(try change(level[0]))
        }
        return try features(levels)
    }

    /// Declares `norm0`, `norm1` … for the stages whose outputs a backbone gives.
    /// - Parameters:
    ///   - norm: nil for identities.
    ///   - channels: by stage.
    func outputNorms(
        _ norm: NormLayer?, _ outIndices: Set<Int>, channels: [Int]
    ) throws(GraphError) -> [Int: any Module] {
        var norms: [Int: any Module] = [:]
        for index in outIndices.sorted() {
            let place = self("norm\(index)")
            norms[index] = if let norm { try norm.layer(place, channels[index]) } else { Identity(place) }
        }
        return norms
    }
}
