import TensorCore

extension StateDict {
    /// The state dict under edited keys, and what became of each key: the tensors' in their order, then the others'.
    /// Entries that hold no tensor are edited as tensors are, where their keys are text.
    /// - Throws: `CheckpointError.Reason.keyEdit`.
    package func edited(
        by edits: KeyEdits
    ) throws(CheckpointError) -> (stateDict: StateDict, outcomes: [KeyEdits.Outcome]) {
        guard !edits.isEmpty else { return (self, []) }
        let named = others.filter { if case .string = $0.key { true } else { false } }
        let outcomes: [KeyEdits.Outcome]
        do throws(KeyEditError) {
            outcomes = try edits.outcomes(of: tensors.map(\.key) + named.map { Key($0.name) })
        } catch {
            throw CheckpointError(checkpoint.path, .keyEdit("\(error)"))
        }
        let renamed = zip(tensors, outcomes).compactMap { tensor, outcome in
            outcome.target.map { NamedTensor(key: $0, tensor: tensor.tensor, parents: [], name: $0.text) }
        }
        guard !renamed.isEmpty || tensors.isEmpty else {
            throw CheckpointError(checkpoint.path, .keyEdit("no tensor is left of \(grouped(tensors.count))"))
        }
        let targets = Dictionary(
            outcomes.dropFirst(tensors.count).map { ($0.source, $0.target) }, uniquingKeysWith: { first, _ in first })
        let others = others.compactMap { entry -> CheckpointDictionary.Entry? in
            guard case .string(let name) = entry.key else { return edits.keeps.isEmpty ? entry : nil }
            guard let target = targets[Key(name)] ?? nil else { return nil }
            return CheckpointDictionary.Entry(key: .string(target.text), value: entry.value)
        }
        let moved = outcomes.prefix(tensors.count).compactMap { outcome in
            outcome.target.map { (source: outcome.source, target: $0) }
        }
        return (with(renamed, others: others, metadata: metadata(under: moved)), outcomes)
    }

    /// `_metadata` under the modules' new names: that of the module a tensor came from goes to the module that it is in
    /// now. What belongs to modules without tensors is left out, except the root's.
    package func metadata(under renames: [(source: Key, target: Key)]) -> [Metadata] {
        guard !metadata.isEmpty else { return [] }
        var targets: [Key: [Key]] = [Key(""): [Key("")]]
        var taken: Set<Key> = [Key("")]
        for (source, target) in renames {
            let module = Key(target.modulePath)
            guard taken.insert(module).inserted else { continue }
            targets[Key(source.modulePath), default: []].append(module)
        }
        return metadata.flatMap { item in
            (targets[Key(item.module)] ?? []).map { Metadata(module: $0.text, value: item.value) }
        }
    }
}
