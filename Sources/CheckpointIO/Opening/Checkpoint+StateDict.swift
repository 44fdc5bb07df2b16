import Pickle
import TensorCore

extension Checkpoint {
    /// The tensors of the container at the dotted path `stateKey` (`""`: the root); without one, of the first path of
    /// `searching` that leads to a dictionary with tensors or a module, else of the one that stands beside optimizers,
    /// else of the root.
    ///
    /// A module that the file holds whole has the state dict that its `state_dict()` would give. A list or tuple is the
    /// dictionary of its elements under 0, 1 …, a tensor by itself that of one tensor under `tensor`.
    /// - Parameter allowsTwins: whether two paths may join to one key, as is fine for showing them.
    /// - Throws: `CheckpointError.Reason.noContainer`, or `duplicateKey` for twins that are not allowed.
    package func stateDict(
        at stateKey: String? = nil, searching: [String] = StateDict.usualKeys, allowsTwins: Bool = false
    ) throws(CheckpointError) -> StateDict {
        if !allowsTwins { try checkPlaceholders() }
        if let stateKey, !stateKey.isEmpty {
            return try stateDict(container(at: stateKey), path: stateKey, allowsTwins)
        }
        if stateKey == nil, case .dictionary(let root) = root, !root.isFlat {
            for name in searching {
                switch name.utf8.contains(UInt8(ascii: ".")) ? try? container(at: name) : root[name] {
                case .dictionary(let found)? where found.tensorCount > 0:
                    return try stateDict(.dictionary(found), path: name, allowsTwins)
                case .object(let object)?:
                    if let found = try stateDict(of: object, path: name, isShown: allowsTwins) { return found }
                default: break
                }
            }
            if let found = try onlyModule(in: root, isShown: allowsTwins) { return found }
            if let own = try ContainedModules.checkpoint(replacingIn: self.root, of: source) {
                return try own.stateDict(searching: searching, allowsTwins: allowsTwins)
            }
            if let weights = onlyWeights(in: root) {
                return try stateDict(weights.value, path: weights.path, allowsTwins)
            }
        }
        return try stateDict(root, path: "", allowsTwins, tensors: tensors)
    }

    /// What `torch.load` can open of the checkpoint: all of it, but of a TorchScript archive, whose classes only
    /// `torch.jit.load` makes, the state dict alone.
    package func loadable() throws(CheckpointError) -> Checkpoint {
        try checkPlaceholders()
        guard format == .torchScript else { return self }
        let stateDict = try stateDict()
        try stateDict.checkConstants()
        return stateDict.checkpoint
    }

    /// A sequence with tensors, or a tensor, as a checkpoint of its own that is a dictionary.
    /// - Returns: nil for another value.
    private func dictionary(of value: CheckpointValue, path: String) throws(CheckpointError) -> Checkpoint? {
        let items: [(name: String, value: CheckpointValue)]
        switch value {
        case .sequence(let sequence) where sequence.tensorCount > 0:
            items = sequence.elements.enumerated().map { (String($0.offset), $0.element) }
        case .tensor: items = [("tensor", value)]
        default: return nil
        }
        var output = OutputGraph(source)
        var entries: [PickleEntry] = []
        for (name, value) in items {
            let image =
                if case .tensor(let tensor) = value { PickleValue.node(tensor.node.node) } else { output.value(value) }
            entries.append(PickleEntry(output.graph.string(name), image))
        }
        output.graph.root = .node(output.graph.orderedDict(entries))
        let place = path.isEmpty ? "the file is" : "'\(path)' is"
        let what =
            items.count == 1 && items[0].name == "tensor"
            ? "one tensor, whose key here is 'tensor'" : "a \(value.sequenceName), whose keys here are 0, 1 …"
        return try Checkpoint(source.replacing(output.graph, notes: ["\(place) \(what)"]))
    }

    /// Whether the root is a dictionary, a module or a sequence of modules: what has a state dict without a path.
    package var hasStateDict: Bool {
        switch root {
        case .dictionary: true
        case .sequence: ContainedModules.areIn(root, of: source)
        case .object(let object): ModuleContents(object, source.scriptClasses) != nil
        default: false
        }
    }

    /// The averaged model of a training checkpoint whose model is None, or the one module, of a root that holds its
    /// tensors in modules; of several each stays under its name.
    private func onlyModule(
        in root: CheckpointDictionary, isShown: Bool
    ) throws(CheckpointError) -> StateDict? {
        var modules: [(name: String, object: CheckpointObject)] = []
        for entry in root.entries {
            switch entry.value {
            case .object(let object) where object.tensorCount > 0 && !entry.value.isOptimizer:
                modules.append((entry.name, object))
            case .tensor: return nil
            default: break
            }
        }
        if modules.count > 1, case .none? = root["model"] { modules.removeAll { $0.name != "ema" } }
        guard modules.count == 1, let chosen = modules.first else { return nil }
        return try stateDict(of: chosen.object, path: chosen.name, isShown: isShown)
    }

    /// The one dictionary with tensors that stands beside optimizers, whatever a trainer calls it.
    private func onlyWeights(in root: CheckpointDictionary) -> WeightSets.Member? {
        let parts = root.entries.filter { $0.value.tensorCount > 0 }
        let others = parts.filter { !$0.value.isOptimizer }
        if others.count == 1, others.count < parts.count, case .dictionary = others[0].value {
            return WeightSets.Member(path: others[0].name, value: others[0].value)
        }
        let sets = WeightSets(in: root)
        return sets.weights.count == 1 && !sets.optimizers.isEmpty ? sets.weights[0] : nil
    }

    /// - Parameter isShown: whether a module that packs some of its tensors may be without them.
    /// - Returns: nil for an object that is not a module.
    /// - Throws: `CheckpointError.Reason.packedModule`.
    fileprivate func stateDict(
        of object: CheckpointObject, path: String, isShown: Bool
    ) throws(CheckpointError) -> StateDict? {
        let module = StateDict.Module(path: path, className: object.typeName)
        guard let own = try ModuleStateDict.checkpoint(of: object, in: source, note: module.note) else { return nil }
        if !isShown, let packed = ModuleStateDict.packed(in: object, source.scriptClasses, path: path) {
            throw CheckpointError(self.path, .packedModule(path: packed.path, className: packed.className))
        }
        return try own.stateDict(at: "").taken(from: module, of: self)
    }

    /// Follows a dotted path. Keys may hold dots themselves: the shortest key that leads on is taken.
    private func container(at stateKey: String) throws(CheckpointError) -> CheckpointValue {
        var value = root
        var rest = stateKey[...]
        while !rest.isEmpty {
            guard let (next, remaining) = value.child(along: rest) else {
                throw CheckpointError(path, .noContainer(path: stateKey, candidates: value.childNames))
            }
            value = next
            rest = remaining
        }
        return value
    }

    /// - Parameter tensors: those in `value`, where they are known.
    private func stateDict(
        _ value: CheckpointValue, path: String, _ allowsTwins: Bool, tensors: [NamedTensor]? = nil
    ) throws(CheckpointError) -> StateDict {
        if case .object(let object) = value,
            let found = try stateDict(of: object, path: path, isShown: allowsTwins)
        {
            return found
        }
        if ContainedModules.areIn(value, of: source),
            let own = try ContainedModules.checkpoint(replacingIn: root, of: source)
        {
            return try own.stateDict(at: path, allowsTwins: allowsTwins)
        }
        if let found = try dictionary(of: value, path: path) {
            return try found.stateDict(at: "", allowsTwins: allowsTwins)
        }
        guard case .dictionary(let container) = value else {
            throw CheckpointError(self.path, .noContainer(path: path, candidates: value.childNames))
        }
        let tensors = if let tensors { tensors } else { try NamedTensor.all(in: value, path: self.path) }
        // The texts of a dictionary are unique; keys that are joined of several, or made of other keys, need not be.
        let isFlat = container.isFlat
        if !isFlat, !allowsTwins {
            do throws(CheckpointError) { try checkKeys(of: tensors) } catch {
                // Optimizers that were saved whole have parameters for keys.
                let sets = WeightSets(in: container)
                guard path.isEmpty, sets.weights.count > 1, !sets.optimizers.isEmpty else { throw error }
                throw sets.error(self.path)
            }
        }
        var metadata: [StateDict.Metadata] = []
        if case .dictionary(let modules)? = container.attribute("_metadata") {
            metadata = modules.entries.map { StateDict.Metadata(module: $0.name, value: $0.value) }
        }
        return StateDict(
            path: path, tensors: tensors, others: isFlat ? [] : container.entries.filter { $0.value.tensorCount == 0 },
            metadata: metadata, checkpoint: self, container: container)
    }
}

extension StateDict {
    /// A module may hold all its numbers outside of its state dict: one of `torch.jit.freeze` has constants only.
    /// - Throws: `CheckpointError.Reason.notCheckpoint`.
    func checkConstants() throws(CheckpointError) {
        guard tensors.isEmpty, let whole, whole.root.tensorCount > 0 else { return }
        throw CheckpointError(
            whole.path,
            .notCheckpoint(
                "has an empty state dict: \(grouped(whole.root.tensorCount)) tensors are outside of it, without names, as "
                    + "torch.jit.freeze leaves them; save the module before it is frozen"))
    }

    /// The other entries with tensors at the file's root, where the state dict is that of a module; modules as their
    /// state dicts.
    package var neighbours: [(name: String, value: CheckpointValue, isModule: Bool)] {
        guard let whole, let module, case .dictionary(let root) = whole.root else { return [] }
        return root.entries.compactMap { entry in
            guard entry.value.tensorCount > 0, !(module.path + ".").hasPrefix(entry.name + ".") else { return nil }
            if case .object(let object) = entry.value,
                let found = try? whole.stateDict(of: object, path: entry.name, isShown: true)
            {
                return (entry.name, .dictionary(found.container), true)
            }
            return (entry.name, entry.value, false)
        }
    }
}

extension Checkpoint {
    /// - Throws: `duplicateKey` for the first key that two tensors have.
    private func checkKeys(of tensors: [NamedTensor]) throws(CheckpointError) {
        var seen = KeyTable(capacity: tensors.count)
        for (position, tensor) in tensors.enumerated()
        where seen.earlierPosition(of: tensor.key.text, orEnterAt: position) != nil {
            throw CheckpointError(path, .duplicateKey(tensor.key))
        }
    }
}

extension CheckpointValue {
    /// The state of one of `torch.optim`'s, one that was saved whole, or a scheduler around it; or a list of such.
    package var isOptimizer: Bool {
        switch self {
        case .dictionary(let dictionary): dictionary["param_groups"] != nil && dictionary["state"] != nil
        case .object(let object):
            object.typeName.hasPrefix("torch.optim.lr_scheduler.")
                || ["param_groups", "state"].allSatisfy { name in object.attributes.contains { $0.name == name } }
        case .sequence(let sequence):
            sequence.tensorCount > 0
                && sequence.elements.allSatisfy { $0.tensorCount == 0 || $0.isOptimizer }
                && sequence.elements.contains { $0.isOptimizer }
        default: false
        }
    }

    fileprivate var sequenceName: String {
        if case .sequence(let sequence) = self { sequence.typeName } else { "list" }
    }

    /// What a path leads to, by name: entries of dictionaries and objects, attributes, elements by index.
    private var children: [(name: String, value: CheckpointValue)] {
        switch self {
        case .dictionary(let dictionary):
            dictionary.entries.map { ($0.name, $0.value) } + dictionary.attributes.map { ($0.name, $0.value) }
        case .sequence(let sequence):
            sequence.elements.enumerated().map { (String($0.offset), $0.element) }
        case .object(let object):
            object.entries.map { ($0.name, $0.value) } + object.attributes.map { ($0.name, $0.value) }
        default: []
        }
    }

    var childNames: [String] { children.map(\.name) }

    /// The child whose name `path` is or starts with before a dot, and the path from there.
    fileprivate func child(along path: Substring) -> (CheckpointValue, Substring)? {
        var best: (value: CheckpointValue, name: String)?
        for child in children where path.utf8.starts(with: child.name.utf8) {
            let end = path.utf8.index(path.startIndex, offsetBy: child.name.utf8.count)
            guard end == path.endIndex || path.utf8[end] == UInt8(ascii: ".") else { continue }
            if best.map({ child.name.utf8.count < $0.name.utf8.count }) ?? true { best = (child.value, child.name) }
        }
        guard let best else { return nil }
        let rest = path.utf8.dropFirst(best.name.utf8.count)
        return (best.value, Substring(rest.isEmpty ? rest : rest.dropFirst()))
    }
}
