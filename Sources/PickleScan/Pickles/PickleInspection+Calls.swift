import ByteIO
import Pickle

/// Calls of globals that their names alone do not clear.
extension PickleInspection {
    private struct Call {
        let callable: PickleNodeID
        let object: PickleObject
        let arguments: [PickleValue]
        let id: PickleNodeID
    }

    /// What is to be thought of a global as it is called, and why.
    private typealias CallJudgement = (verdict: Verdict, reason: String)

    mutating func inspectCall(
        of callable: PickleNodeID, _ object: PickleObject, _ judgement: GlobalCatalog.Judgement, _ id: PickleNodeID
    ) {
        let arguments = argumentLists[object.arguments] ?? graph.arguments(of: object)
        argumentLists[object.arguments] = arguments
        let call = Call(callable: callable, object: object, arguments: arguments, id: id)
        switch judgement.scrutiny {
        case .attribute: judge(call, AttributeAccess(arguments, in: graph, judgements).judgement)
        case .partial: judge(call, partial(call))
        case .nestedPickle: judge(call, nestedPickle(call))
        case .item: judge(call, item(call))
        case .union: judge(call, union(call))
        case .itemGetter: judge(call, itemGetter(call))
        case .scriptObject: judge(call, scriptObject(call))
        case .booster: judge(call, booster(call))
        case .type:
            judge(call, arguments.count == 1 ? (.clean, "takes the type of a value") : (.review, "makes a class"))
        case .rebuild: inspectRebuild(call)
        case .reconstruction: inspectReconstruction(call)
        case .randomNumbers: inspectRandomNumbers(call)
        case .attributeOfKnown:
            let reason = "\(calling(object)): a method that is called while the pickle is loaded"
            add(.call, name(callable), .review, id, reason)
        case .stream:
            // Something may unpickle it later: look into it now.
            lookInto(arguments + object.states.flatMap { graph.tuple($0) ?? [$0] }, of: id)
        case .instance where makesInstance(object), .uncalled where makesInstance(object): break
        case .instance, .uncalled: judge(call, constructor(call, judgement))
        case .constructor where makesInstance(object):
            judge(call, (.review, "\(calling(object)): is not known to be harmless"))
        case .none, .constructor:
            judge(call, (judgement.verdict, "\(calling(object)): \(judgement.reason)"))
            lookInto(arguments, of: id)
        }
    }

    /// Notes a judgement that stands for the global's own.
    private mutating func judge(_ call: Call, _ judgement: CallJudgement) {
        judgedByCalls.insert(call.callable)
        add(name(call.callable), judgement.verdict, call.id, judgement.reason)
    }

    // MARK: Calls that are judged in place of their globals

    private func partial(_ call: Call) -> CallJudgement {
        // Its state names the function again, and may name another one.
        var bound = call.arguments.first
        for state in call.object.states {
            let other = graph.tuple(state)?.first ?? state
            if verdict(ofBound: other, to: call.object) > verdict(ofBound: bound, to: call.object) { bound = other }
        }
        return (verdict(ofBound: bound, to: call.object), "binds arguments to \(text(bound))")
    }

    private mutating func nestedPickle(_ call: Call) -> CallJudgement {
        let loaded: CallJudgement = (.clean, "loads a pickle from a byte string, which is looked into")
        if case .node(let node)? = call.arguments.first, nestedValues.contains(node) { return loaded }
        guard let value = call.arguments.first, let bytes = constants.bytes(value) else {
            return (.dangerous, "loads a pickle from something that is computed")
        }
        if case .node(let node) = value { nestedValues.insert(node) }
        nested.append(Nested(bytes: bytes, offset: graph.offset(of: call.id) ?? 0, isLoaded: true))
        return loaded
    }

    private func item(_ call: Call) -> CallJudgement {
        let container = call.arguments.first
        let module = container.flatMap { graph.global($0) }?.resolved.module
        let isType = module == "typing" || module == "builtins"
        return (isType ? verdict(ofCallable: container) : .dangerous, "takes an item of \(text(container))")
    }

    private func union(_ call: Call) -> CallJudgement {
        guard let verdict = verdict(ofUnion: call.arguments) else {
            return (.dangerous, "calls \(text(call.arguments.first))")
        }
        return (verdict, "joins types: " + call.arguments.dropFirst().map { text($0) }.joined(separator: ", "))
    }

    private func itemGetter(_ call: Call) -> CallJudgement {
        let isPlain = call.object.construction == .reduce && call.object.steps.isEmpty
        let isClean = isPlain && call.arguments.allSatisfy { isConstant($0) }
        return (isClean ? .clean : .review, calling(call.object))
    }

    private func scriptObject(_ call: Call) -> CallJudgement {
        guard let type = scriptType(of: call.object) else {
            return (.review, "is an object of the class that its state names")
        }
        return (.clean, "is an object of the class \(type)")
    }

    private mutating func booster(_ call: Call) -> CallJudgement {
        let reason = "is a model that its library reads"
        return isBooster(call.object) ? (.clean, reason) : (.review, reason + ", made in another way")
    }

    /// Whether it is a booster as its library pickles it: what is then freed as the library's memory is what it has read.
    ///
    /// Sources: `Booster.__setstate__` in `xgboost/core.py` of XGBoost 3 and `lightgbm/basic.py` of LightGBM 4.
    private mutating func isBooster(_ object: PickleObject) -> Bool {
        guard makesInstance(object), graph.arguments(of: object).isEmpty, object.keywords == nil,
            object.steps.count == 1, case .build(.node(let state)) = object.steps[0],
            case .dict(let entries) = graph[state]
        else { return false }
        for entry in entries {
            guard let key = graph.text(entry.key) else { return false }
            guard key == "handle" || key == "_handle" else { continue }
            let bytes = constants.bytes(entry.value)
            guard bytes != nil || entry.value == .none || graph.text(entry.value) != nil else { return false }
        }
        return true
    }

    private func constructor(_ call: Call, _ judgement: GlobalCatalog.Judgement) -> CallJudgement {
        let global = graph.importedGlobal(call.callable)?.resolved
        let harm = global.flatMap { HarmfulCallables.judgement(module: $0.module, name: $0.name) }
        let unknown = judgement.scrutiny == .instance ? "has a constructor that is not known to be harmless" : nil
        let reason = harm?.reason ?? unknown ?? judgement.reason
        return (harm?.verdict ?? .review, "\(calling(call.object)): \(reason)")
    }

    // MARK: Calls that call others

    private mutating func inspectRebuild(_ call: Call) {
        // It also calls `as_subclass` of what the function returns: nothing but a tensor's.
        let function = call.arguments.first
        let isRebuild = function.flatMap { graph.global($0) }?.resolved.name.contains("rebuild") ?? false
        let verdict = isRebuild ? verdict(ofCallable: function) : .dangerous
        if verdict != .clean { add(.call, name(call.callable), verdict, call.id, "calls \(text(function))") }
    }

    private mutating func inspectReconstruction(_ call: Call) {
        guard call.arguments.count > 1 else { return }
        let base = call.arguments[1]
        let verdict = verdict(ofCallable: base)
        if verdict != .clean {
            add(.call, name(call.callable), verdict, call.id, "calls the constructor of \(text(base))")
        }
    }

    private mutating func inspectRandomNumbers(_ call: Call) {
        for (position, argument) in call.arguments.enumerated() where isForeignCallable(argument, position: position) {
            add(.call, name(call.callable), .dangerous, call.id, "calls \(text(argument))")
        }
    }

    /// Whether NumPy's random numbers would call something that is not theirs.
    private func isForeignCallable(_ value: PickleValue, position: Int) -> Bool {
        guard case .node(let id) = value else { return false }
        if judgements[id] != nil {
            return graph.importedGlobal(id)?.resolved.module.utf8.starts(with: "numpy.random.".utf8) != true
        }
        switch graph[id] {
        case .object, .modified, .extensionCode, .persistentID: return position > 0
        default: return false
        }
    }

    /// Notes the bytes among values that are a pickle or an archive, for whatever reads them.
    private mutating func lookInto(_ values: [PickleValue], of id: PickleNodeID) {
        for bytes in constants.all(in: values) where ScanPart.canHide(bytes, goesOn: false) {
            nested.append(Nested(bytes: bytes, offset: graph.offset(of: id) ?? 0))
        }
    }
}
