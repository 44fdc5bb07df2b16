import ByteIO
import Pickle

/// What the objects of one pickle would have Python do.
struct PickleInspection {
    /// A global, or what is done with one.
    struct Observation {
        var rule = ScanFinding.Rule.global
        let global: GlobalName
        let verdict: Verdict
        /// Where it is, in bytes from the start of the pickle's input.
        let offset: Int
        let reason: String
    }

    /// A byte string that a call reads as a pickle.
    struct Nested {
        let bytes: Bytes
        let offset: Int
        /// Whether the call unpickles them, whatever they look like.
        var isLoaded = false
    }

    private(set) var observations: [Observation] = []
    var nested: [Nested] = []

    let graph: PickleGraph
    var constants: StaticBytes
    let types: ArrayTypeState
    /// What is known of each node that is a global.
    private(set) var judgements: [PickleNodeID: GlobalCatalog.Judgement] = [:]
    /// The globals that a call has had judged by its arguments.
    var judgedByCalls: Set<PickleNodeID> = []
    private var isCalled: Set<PickleNodeID> = []
    /// The arguments of calls, by their tuple: any number of calls may have the same.
    var argumentLists: [PickleNodeID: [PickleValue]] = [:]
    /// Byte strings that are looked into already.
    var nestedValues: Set<PickleNodeID> = []
    /// Objects in which the pickle puts something that may be called.
    private var filled: Set<PickleNodeID> = []
    /// What the states of objects do, by their nodes: any number of objects may have the same.
    var stateEffects: [PickleNodeID: [StateEffect]] = [:]
    /// Arguments of which the names are looked at: any number of objects may be made from the same dictionary.
    var inspectedArguments: Set<PickleNodeID> = []
    /// Whether classes of TorchScript are expected, whose code lies beside the pickle.
    let isTorchScript: Bool

    init(_ graph: PickleGraph, isTorchScript: Bool = false) {
        self.graph = graph
        constants = StaticBytes(graph)
        types = ArrayTypeState(graph)
        self.isTorchScript = isTorchScript
        var structure = PickleStructure()
        var objects = FilledObjects(graph)
        for id in graph.imports {
            // BUILD may have put a changed class in the global's place.
            guard let global = graph.importedGlobal(id) else { continue }
            judgements[id] = judgement(of: global)
        }
        for id in graph.ids {
            switch graph[id] {
            case .object(let object): inspect(object, id, &objects)
            case .modified(let base, let steps): inspectChange(of: base, steps, id)
            case .list(let items), .tuple(let items):
                structure.enter(items, of: id)
                // A pair that may become an entry.
                if items.count == 2 { inspectNames([PickleEntry(items[0], items[1])], id) }
            case .dict(let entries):
                structure.enter(keys: entries.lazy.map(\.key), of: id, in: graph)
                inspectNames(entries, id)
            case .set(let items), .frozenSet(let items): structure.enter(keys: items, of: id, in: graph)
            case .extensionCode(let code):
                add(
                    GlobalName(text: "copyreg extension \(code)"), .dangerous, id,
                    "names something that the file does not tell")
            default: break
            }
        }
        inspectValues()
        if !filled.isEmpty { inspectMethods() }
        for id in graph.imports where !judgedByCalls.contains(id) {
            guard let judgement = judgements[id] else { continue }
            let use = isCalled.contains(id) ? "" : "named, not called: "
            // Naming a class does not run its constructor.
            let isMild = judgement.scrutiny == .constructor
            add(
                name(id), isMild ? .review : judgement.verdict, id,
                use + (isMild ? "is not known to be harmless" : judgement.reason))
        }
        for (id, reason) in structure.oddities { add(.brokenPickle, .init(), .review, id, reason) }
        observations.sort { $0.offset < $1.offset }
    }

    private func judgement(of global: PickleGlobal) -> GlobalCatalog.Judgement {
        if isTorchScript, global.module.utf8.starts(with: "__torch__".utf8) {
            return GlobalCatalog.Judgement(verdict: .clean, reason: "is a TorchScript class, not Python's")
        }
        return GlobalCatalog.judgement(of: global)
    }

    func name(_ id: PickleNodeID) -> GlobalName { graph.importedGlobal(id).map(GlobalName.init) ?? GlobalName() }

    mutating func add(
        _ rule: ScanFinding.Rule = .global, _ global: GlobalName, _ verdict: Verdict, _ id: PickleNodeID,
        _ reason: String
    ) {
        observations.append(
            Observation(
                rule: rule, global: global, verdict: verdict, offset: graph.offset(of: id) ?? 0, reason: reason))
    }

    mutating func add(_ global: GlobalName, _ verdict: Verdict, _ id: PickleNodeID, _ reason: String) {
        add(.global, global, verdict, id, reason)
    }

    // MARK: Objects

    private mutating func inspect(_ object: PickleObject, _ id: PickleNodeID, _ objects: inout FilledObjects) {
        let callable = graph.calledGlobal(object.callable)
        if let judgement = judgements[callable] {
            isCalled.insert(callable)
            if judgement.scrutiny != .none || judgement.verdict != .clean {
                inspectCall(of: callable, object, judgement, id)
            }
        } else {
            inspectComputedCall(object, id)
        }
        for case .build(let state) in object.steps { inspectState(state, id) }
        if let state = stateArgument(of: object, calling: callable) { inspectState(state, id) }
        inspectStepsAfterState(of: object, id)
        inspectChange(of: object, calling: callable, id)
        // Most of what a state dict has.
        if object.steps.isEmpty, objects.usual.contains(callable) { return }
        inspectItems(of: object, calling: callable, id)
        if types.isOverMemory(object) {
            let reason = "is an array over bytes that it is given: NumPy may take them for addresses"
            add(.call, name(callable), .dangerous, id, reason)
        }
        if objects.isFilled(object, id) { filled.insert(id) }
    }

    /// Whether only `__new__` is called, not the class.
    func makesInstance(_ object: PickleObject) -> Bool {
        object.construction == .newObject || object.construction == .newObjectExtended
    }

    /// A call of something that is not a global: what another call returns, for example.
    private mutating func inspectComputedCall(_ object: PickleObject, _ id: PickleNodeID) {
        if case .object(let callee) = graph[object.callable], judgements[callee.callable]?.scrutiny == .attribute {
            if AttributeAccess.isKnown(graph.arguments(of: callee), in: graph) { return }
            // Python pickles the classes inside other classes as `getattr(Outer, 'Inner')`.
            if makesInstance(object) {
                let name = text(.node(object.callable))
                return add(.call, .init(), .review, id, "makes an instance of the class \(name)")
            }
        }
        add(.call, .init(), .dangerous, id, "calls what the pickle computes: \(text(.node(object.callable)))")
    }

    /// What may be called without harm: a global that is known to be harmless.
    func verdict(ofCallable value: PickleValue?) -> Verdict {
        guard case .node(let id)? = value else { return .review }
        guard let judgement = judgements[id], judgement.scrutiny == .none else { return .dangerous }
        return judgement.verdict
    }

    // MARK: Values

    /// Globals that are harmless where their calls are looked at, but stand where something else may call them.
    private mutating func inspectValues() {
        let candidates = Set(graph.imports.filter { reasonAgainstValue($0) != nil })
        let values = CallableValues(of: candidates, in: graph)
        for id in graph.imports where values.contains(id) {
            guard let (verdict, reason) = reasonAgainstValue(id) else { continue }
            judgedByCalls.insert(id)
            add(name(id), verdict, id, "is a value, which others may call: \(reason)")
        }
    }

    private func reasonAgainstValue(_ id: PickleNodeID) -> (Verdict, String)? {
        guard let judgement = judgements[id] else { return nil }
        switch judgement.scrutiny {
        case .attribute, .item, .itemGetter, .nestedPickle, .rebuild, .reconstruction, .union:
            return (.dangerous, "does what its arguments say")
        case .instance:
            guard let global = graph.importedGlobal(id)?.resolved,
                let harm = HarmfulCallables.judgement(module: global.module, name: global.name)
            else { return nil }
            return (.review, harm.reason)
        default: return nil
        }
    }

    // MARK: Methods

    /// A harmless function calls methods of what it is given, `detach()` or `keys()`: of an object that the pickle fills
    /// they are whatever the pickle has put under these names.
    private mutating func inspectMethods() {
        for id in graph.everyPersistentID {
            // PyTorch asks for `location.startswith('cuda')`.
            let items = graph.payload(ofPersistentID: id).flatMap { graph.tuple($0) } ?? []
            for case .node(let item) in items where filled.contains(item) {
                add(.call, .init(), .review, id, "may call what the pickle puts into \(text(.node(item)))")
            }
        }
        for id in graph.ids {
            guard case .object(let object) = graph[id] else { continue }
            let callable = graph.calledGlobal(object.callable)
            guard judgements[callable]?.verdict == .clean,
                !makesInstance(object) || graph.importedGlobal(callable)?.resolved.module == "builtins"
            else { continue }
            let arguments = graph.arguments(of: object).prefix(FilledObjects.maximumArguments)
            var passed = Array(arguments)
            // `_rebuild_from_type_v2` has those of another function among its own.
            for argument in arguments { passed += (graph.tuple(argument) ?? []).prefix(FilledObjects.maximumArguments) }
            for case .node(let argument) in passed where filled.contains(argument) {
                let reason = "may call what the pickle puts into \(text(.node(argument)))"
                add(.call, name(callable), .review, id, reason)
            }
        }
    }

    // MARK: Words

    func calling(_ object: PickleObject) -> String {
        let arguments = text(.node(object.arguments))
        return switch object.construction {
        case .reduce, .inst, .obj: "called with \(arguments)"
        case .newObject, .newObjectExtended: arguments == "()" ? "made" : "made from \(arguments)"
        }
    }

    func text(_ value: PickleValue?) -> String {
        guard let value else { return "nothing" }
        return PickleDescription(depth: 3, length: 120, textLength: 80).text(value, in: graph)
    }
}
