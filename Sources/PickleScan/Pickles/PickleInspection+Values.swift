import Pickle

/// What is harmless by the values that it is made from.
extension PickleInspection {
    /// What a partial binds: judged as what may be called, but for attributes, classes and functions that are harmless unless
    /// they are called. With constants for arguments they are harmless then, too.
    func verdict(ofBound value: PickleValue?, to object: PickleObject) -> Verdict {
        guard case .node(let id)? = value else { return .review }
        let plain: Verdict
        if let judgement = judgements[id], judgement.scrutiny == .uncalled || judgement.scrutiny == .instance {
            let harm = graph.importedGlobal(id).map(\.resolved).flatMap {
                HarmfulCallables.judgement(module: $0.module, name: $0.name)
            }
            plain = harm?.verdict ?? .clean
        } else if case .object(let access) = graph[id], judgements[access.callable]?.scrutiny == .attribute {
            plain = AttributeAccess(graph.arguments(of: access), in: graph, judgements).judgement.verdict
        } else {
            return verdict(ofCallable: value)
        }
        var values = Array(graph.arguments(of: object).dropFirst())
        for state in object.states {
            // The function, its arguments, those with names, and its attributes.
            if let parts = graph.tuple(state) { values += parts.dropFirst() } else { values.append(state) }
        }
        let areConstant = object.keywords == nil && values.allSatisfy { isConstant($0) }
        return max(plain, areConstant ? .clean : .review)
    }

    /// Whether a value is a number, a text, a type of elements, or a few of these.
    func isConstant(_ value: PickleValue, depth: Int = 0) -> Bool {
        guard case .node(let id) = value else { return true }
        guard depth < 4 else { return false }
        let items: [PickleValue]
        switch graph[id] {
        case .string, .byteString, .bytes, .bigInteger: return true
        case .global(let global):
            // `torch.qint8`, `torch.per_tensor_affine`.
            return global.module == "torch" && RestrictedUnpickler.allows(global)
                && global.name.utf8.first.map { $0 >= 0x61 } ?? false
        case .tuple(let values), .list(let values): items = values
        case .dict(let entries): items = entries.flatMap { [$0.key, $0.value] }
        default: return false
        }
        return items.count <= FilledObjects.maximumArguments
            && items.allSatisfy { isConstant($0, depth: depth + 1) }
    }

    /// The globals that may be a type.
    private static let ofTypes: Set<GlobalCatalog.Scrutiny> = [.none, .instance, .uncalled]
    /// The calls that make one: `list[int]`, `type(None)`, `int | None`.
    private static let ofMadeTypes: Set<GlobalCatalog.Scrutiny> = [.item, .type, .union]

    /// The verdict on `reduce(or_, types)`; nil for another function or other values.
    func verdict(ofUnion arguments: [PickleValue]) -> Verdict? {
        guard arguments.count == 2, let function = graph.global(arguments[0])?.resolved, function.name == "or_",
            ["operator", "_operator"].contains(function.module), let types = graph.tuple(arguments[1])
        else { return nil }
        var gravest = Verdict.clean
        for case .node(let type) in types {
            if let judgement = judgements[type] {
                guard Self.ofTypes.contains(judgement.scrutiny) else { return nil }
                gravest = max(gravest, judgement.verdict)
                continue
            }
            guard case .object(let made) = graph[type], made.steps.isEmpty,
                let judgement = judgements[made.callable], Self.ofMadeTypes.contains(judgement.scrutiny)
            else { return nil }
        }
        return gravest
    }

    /// The class that the state of a script object names, if it is one of PyTorch's packed weights; else nil.
    ///
    /// Source: `ScriptObject.__setstate__` in `torch/csrc/jit/python/script_init.cpp` of PyTorch 2.13.
    func scriptType(of object: PickleObject) -> String? {
        guard makesInstance(object), graph.arguments(of: object).isEmpty, object.steps.count == 1,
            let state = object.states.first, let items = graph.tuple(state), items.count == 2,
            let type = graph.text(items[1])
        else { return nil }
        let groups = ["quantized", "rnn", "sparse"].map { "__torch__.torch.classes.\($0)." }
        return groups.contains { type.utf8.starts(with: $0.utf8) } ? type : nil
    }
}
