import Pickle

/// What a pickle changes in objects that are there already, or has called by setting an attribute.
extension PickleInspection {
    /// A global whose attributes or items are set changes for the whole process.
    mutating func inspectChange(of base: PickleNodeID, _ steps: [PickleStep], _ id: PickleNodeID) {
        guard case .global(let global) = graph[base], !steps.isEmpty else { return }
        add(
            .mutation, GlobalName(global), .dangerous, id,
            "is changed itself, for the whole process: \(text(.node(id)))")
    }

    /// A type, an attribute or a logger that is set to something changes for the whole process; a type of NumPy's whose
    /// state lies has it read elsewhere than in the array.
    mutating func inspectChange(of object: PickleObject, calling callable: PickleNodeID, _ id: PickleNodeID) {
        guard !object.steps.isEmpty, let judgement = judgements[callable] else { return }
        if types.lies(object) {
            let reason = "is a type whose state contradicts itself: NumPy takes bytes for addresses"
            return add(.mutation, name(callable), .dangerous, id, reason)
        }
        let global = graph.importedGlobal(callable)?.resolved
        let isShared =
            switch judgement.scrutiny {
            case .attribute, .type, .item: true
            default: global?.module == "logging" && global?.name == "getLogger"
            }
        let isChanged = object.steps.contains { step in if case .call = step { false } else { true } }
        guard isShared, isChanged else { return }
        add(
            .mutation, name(callable), .dangerous, id,
            "changes what is shared by the whole process: \(text(.node(id)))")
    }

    /// The argument that PyTorch sets as the state of the tensor that it rebuilds.
    func stateArgument(of object: PickleObject, calling callable: PickleNodeID) -> PickleValue? {
        guard let global = graph.importedGlobal(callable)?.resolved else { return nil }
        switch (global.module, global.name) {
        case ("torch._tensor", "_rebuild_from_type_v2"), ("torch._utils", "_rebuild_parameter_with_state"):
            let arguments = graph.arguments(of: object)
            return arguments.count > 3 ? arguments[3] : nil
        default: return nil
        }
    }

    /// A state that the pickle computes may hold what `inspectState` looks for. Python sets the state last: what follows
    /// is there for the unpickler to call it.
    mutating func inspectStepsAfterState(of object: PickleObject, _ id: PickleNodeID) {
        let computed = object.steps.firstIndex { step in
            guard case .build(let state) = step else { return false }
            return graph.parts(ofState: state).contains(where: isComputed)
        }
        guard let computed, computed < object.steps.count - 1 else { return }
        add(
            .call, .init(), .dangerous, id,
            "may have the unpickler call what the pickle computes: items or a state follow a computed state")
    }

    /// Whether a value is what a call returns, or comes from outside.
    private func isComputed(_ value: PickleValue) -> Bool {
        guard case .node(let id) = value else { return false }
        return switch graph[id] {
        case .object, .extensionCode, .modified, .persistentID: true
        default: false
        }
    }
}
