import Pickle

/// Names under which Python, NumPy and PyTorch look for something in any object, as BUILD does for `__setstate__`.
///
/// Some classes have items for attributes, too: `EasyDict({'__setstate__': f})`. Reserved names count wherever a pickle puts
/// something under them.
extension PickleInspection {
    /// Attributes that the unpickler itself calls, and `copy.deepcopy`, with which some constructors begin, and NumPy: set on
    /// an object, they call without REDUCE.
    private static let calledAttributes: Set<String> = [
        "__setstate__", "append", "extend", "add", "__setitem__", "__array__", "__dlpack__",
        "__deepcopy__", "__copy__", "__reduce__", "__reduce_ex__", "__getstate__",
    ]

    /// Attributes that say where an array lies in memory.
    ///
    /// Source: `PyArray_FromInterface` in `numpy/_core/src/multiarray/ctors.c`.
    private static let places: Set<String> = ["__array_interface__", "__array_struct__", "__cuda_array_interface__"]

    /// Longer names are not looked for; in bytes.
    private static let longestAttribute = 32

    /// What a state does to the object that it is set on.
    struct StateEffect {
        let rule: ScanFinding.Rule
        let verdict: Verdict
        let reason: String
    }

    mutating func inspectState(_ state: PickleValue, _ id: PickleNodeID) {
        guard case .node(let node) = state else { return }
        let effects = stateEffects[node] ?? self.effects(ofState: state)
        stateEffects[node] = effects
        for effect in effects { add(effect.rule, .init(), effect.verdict, id, effect.reason) }
    }

    /// One for each name.
    private func effects(ofState state: PickleValue) -> [StateEffect] {
        var effects: [StateEffect] = []
        var names: Set<String> = []
        for part in graph.parts(ofState: state) {
            for entry in graph.entries(part) ?? [] {
                if isComputedText(entry.key), names.insert("").inserted { effects.append(Self.computedName) }
                guard let name = name(entry.key, isReserved: false), case .node(let value) = entry.value else {
                    continue
                }
                if name == "__class__", names.insert(name).inserted {
                    let reason = "is made an instance of another class: \(text(.node(value)))"
                    effects.append(StateEffect(rule: .mutation, verdict: .review, reason: reason))
                }
                // Reserved names are found in the dictionary itself.
                guard !names.contains(name), !name.utf8.starts(with: "__".utf8),
                    let effect = effect(of: value, under: name)
                else { continue }
                names.insert(name)
                effects.append(effect)
            }
        }
        return effects
    }

    // MARK: Items

    /// Entries of a dictionary, which may become an object's attributes.
    mutating func inspectNames(_ entries: [PickleEntry], _ id: PickleNodeID, isReserved: Bool = true) {
        for entry in entries {
            guard let name = name(entry.key, isReserved: isReserved), case .node(let value) = entry.value,
                let effect = effect(of: value, under: name)
            else { continue }
            add(effect.rule, .init(), effect.verdict, id, effect.reason)
        }
    }

    /// The entries that an object is given, and the dictionaries that it is made from.
    mutating func inspectItems(of object: PickleObject, calling callable: PickleNodeID, _ id: PickleNodeID) {
        // An object that goes on to get items has `append`, `extend` or `add` called.
        let isExtended = object.steps.contains { step in
            switch step {
            case .append, .add: true
            default: false
            }
        }
        let module = graph.importedGlobal(callable)?.resolved.module
        let isPlain = module == "collections" || module == "builtins"
        for case .setItems(let entries) in object.steps {
            inspectNames(entries, id, isReserved: !isExtended)
            if !isPlain { inspectKeys(of: entries, id) }
        }
        guard isExtended || !isPlain else { return }
        let arguments = graph.items(ofTuple: object.arguments) ?? PickleItems()
        for argument in arguments.prefix(FilledObjects.maximumArguments) {
            guard case .node(let node) = argument, inspectedArguments.insert(node).inserted,
                let entries = graph.entries(argument)
            else { continue }
            inspectNames(entries, id, isReserved: false)
            if !isPlain { inspectKeys(of: entries, id) }
        }
    }

    private mutating func inspectKeys(of entries: [PickleEntry], _ id: PickleNodeID) {
        guard entries.contains(where: { isComputedText($0.key) }) else { return }
        add(Self.computedName.rule, .init(), Self.computedName.verdict, id, Self.computedName.reason)
    }

    // MARK: Names

    private static let computedName = StateEffect(
        rule: .mutation, verdict: .review, reason: "has an attribute whose name the pickle computes")

    private func effect(of value: PickleNodeID, under name: String) -> StateEffect? {
        if Self.places.contains(name) {
            let reason = "says where an array lies, by the name '\(name)': NumPy takes bytes for addresses"
            return StateEffect(rule: .mutation, verdict: .dangerous, reason: reason)
        }
        if name == Self.instantiator { return instantiation(value) }
        guard Self.calledAttributes.contains(name) else { return nil }
        switch graph[value] {
        case .global, .object, .extensionCode, .modified, .persistentID:
            let reason = "has it called, by the name '\(name)': \(text(.node(value)))"
            return StateEffect(rule: .call, verdict: .dangerous, reason: reason)
        default: return nil
        }
    }

    /// The key of hyperparameters under which Lightning finds what it calls in place of the model's constructor.
    ///
    /// Source: `_load_state` in `lightning/pytorch/core/saving.py` of Lightning 2.5; 2.6 takes its own only.
    private static let instantiator = "_instantiator"
    private static let ownInstantiators = [
        "lightning.pytorch.cli.instantiate_module", "pytorch_lightning.cli.instantiate_module",
    ]

    private func instantiation(_ value: PickleNodeID) -> StateEffect? {
        guard let path = graph.text(.node(value)), !Self.ownInstantiators.contains(path) else { return nil }
        let judgement = NamedTargets.judgement(ofCalled: path) ?? (.review, reason: "is not Lightning's own")
        let reason = "has Lightning import and call \(text(.node(value))), its _instantiator: it \(judgement.reason)"
        return StateEffect(rule: .call, verdict: judgement.0, reason: reason)
    }

    /// A key that may be one of the names; nil for the many that are not.
    /// - Parameter isReserved: whether only names that begin with two underscores count.
    private func name(_ key: PickleValue, isReserved: Bool) -> String? {
        let mayCount = graph.withText(key) { text in
            guard text.count <= Self.longestAttribute else { return false }
            return !isReserved || text.starts(with: "__".utf8) || text.elementsEqual(Self.instantiator.utf8)
        }
        return mayCount == true ? graph.text(key) : nil
    }

    /// Whether a key is a text that a call makes: `str(b'__setstate__', 'ascii')`, or a text of NumPy's.
    private func isComputedText(_ key: PickleValue) -> Bool {
        guard let object = graph.object(key), let callee = graph.callee(of: object)?.resolved else { return false }
        switch GlobalCatalog.entry(callee.module, callee.name) {
        case "builtins str", "builtins getattr", "numpy str_", "copyreg _reconstructor", "copyreg __newobj__":
            return true
        case "numpy.core.multiarray scalar", "numpy._core.multiarray scalar":
            let type = graph.arguments(of: object).first.flatMap { graph.object($0) }
            let code = type.flatMap { graph.arguments(of: $0).first }.flatMap { graph.text($0) }
            return code?.utf8.first.map { !"?bBhHiIlLqQefdgFDGmMV".utf8.contains($0) } ?? true
        default: return false
        }
    }
}
