/// Objects: how they are made, then what happens to them.
extension PickleEmitter {
    mutating func writeObject(_ object: PickleObject, _ id: PickleNodeID) throws(PickleError) {
        switch object.construction {
        case .newObjectExtended: neededVersion = max(neededVersion, 4)
        case .inst, .obj: emit(.mark)
        case .reduce, .newObject: break
        }
        try push(.object(id, object, next: 0))
    }

    /// Writes part `next` of an object, and after the last the opcode that makes it.
    mutating func resumeObject(_ id: PickleNodeID, _ object: PickleObject, _ next: Int) throws(PickleError) {
        if let part = try part(next, of: object) {
            try push(.object(id, object, next: next + 1))
            return try write(part)
        }
        try emitConstruction(object)
        let isShared = referenceCounts.map { $0[id.index] > 1 } ?? true
        if object.isMemoized || isShared || isMemoized(id) {
            guard try finish(id) else { return }
        }
        if !object.steps.isEmpty { try push(.steps(object.steps, next: 0)) }
    }

    /// What precedes the opcode that makes an object: callable, arguments, keywords; nil after the last.
    private func part(_ index: Int, of object: PickleObject) throws(PickleError) -> PickleValue? {
        switch (object.construction, index) {
        case (.reduce, 0), (.newObject, 0), (.newObjectExtended, 0): return .node(object.callable)
        case (.reduce, 1), (.newObject, 1), (.newObjectExtended, 1): return .node(object.arguments)
        case (.newObjectExtended, 2):
            guard let keywords = object.keywords else {
                throw .unwritable(type: "NEWOBJ_EX", needed: "keywords", found: "none")
            }
            return .node(keywords)
        case (.reduce, _), (.newObject, _), (.newObjectExtended, _): return nil
        case (.inst, _), (.obj, _):
            guard let arguments = graph.items(ofTuple: object.arguments) else {
                throw .unwritable(
                    type: "an object", needed: "a tuple of arguments", found: graph[object.arguments].typeName)
            }
            let place = instanceClass(object) == nil ? index - 1 : index
            return place < 0 ? .node(object.callable) : place < arguments.count ? arguments[place] : nil
        }
    }

    /// The class that INST names; nil where another opcode must make the object.
    private func instanceClass(_ object: PickleObject) -> PickleGlobal? {
        guard object.construction == .inst, case .global(let global) = graph[object.callable],
            !global.isNested
        else { return nil }
        let spelled = version < 3 ? global.asPython2 : global.resolved
        return spelled.hasNewline ? nil : spelled
    }

    private mutating func emitConstruction(_ object: PickleObject) throws(PickleError) {
        switch object.construction {
        case .reduce: emit(.reduce)
        case .newObject: emit(.newobj)
        case .newObjectExtended: emit(.newobjEx)
        case .obj: emit(.obj)
        case .inst:
            guard let global = instanceClass(object) else { return emit(.obj) }
            emit(.inst)
            emitLines(global)
        }
    }

    mutating func resumeSteps(_ steps: [PickleStep], _ next: Int) throws(PickleError) {
        guard next < steps.count else { return }
        if next + 1 < steps.count { try push(.steps(steps, next: next + 1)) }
        switch steps[next] {
        case .append(let items): try push(.items(items, next: 0, .objectItems))
        case .setItems(let entries): try push(.entries(entries, next: 0, .objectEntries))
        case .add(let items):
            neededVersion = max(neededVersion, 4)
            try push(.items(items, next: 0, .set))
        case .build(let state):
            try push(.build)
            try write(state)
        case .call(let id):
            try push(.pop)
            try write(.node(id))
        }
    }
}
