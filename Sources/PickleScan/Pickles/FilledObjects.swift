import Pickle

/// Which objects of a pickle have something in them that may be called, put there by the pickle.
struct FilledObjects {
    private let graph: PickleGraph
    /// The globals that nearly all state dicts name.
    let usual: Set<PickleNodeID>
    private var filled: [PickleNodeID: Bool] = [:]
    /// Whether containers have something that may be called: any number of objects may have the same.
    private var holders: [PickleNodeID: Bool] = [:]

    /// How many arguments of a call are looked at, and how deep objects in objects.
    static let maximumArguments = 32
    private static let maximumDepth = 16

    init(_ graph: PickleGraph) {
        self.graph = graph
        usual = Set(
            graph.imports.filter { id in
                guard let name = graph.importedGlobal(id)?.resolved else { return false }
                return GlobalCatalog.usual.contains(GlobalCatalog.entry(name.module, name.name))
            })
    }

    /// Whether something may be called that is in an object as the pickle makes it.
    /// - Parameter depth: the objects that this one is in.
    mutating func isFilled(_ object: PickleObject, _ id: PickleNodeID, depth: Int = 0) -> Bool {
        if let known = filled[id] { return known }
        guard depth < Self.maximumDepth else { return true }
        // An object that is in itself is looked at once.
        filled[id] = false
        let isFilled = findsCallable(in: object, depth: depth + 1)
        filled[id] = isFilled
        return isFilled
    }

    private mutating func findsCallable(in object: PickleObject, depth: Int) -> Bool {
        if let keywords = object.keywords, holdsCallable(.node(keywords), depth) { return true }
        // A tensor or an `OrderedDict`, whose items are not attributes.
        let isUsual = usual.contains(graph.calledGlobal(object.callable))
        for step in object.steps {
            switch step {
            case .build(let state):
                if graph.parts(ofState: state).contains(where: { holdsCallable($0, depth) }) { return true }
            case .setItems(let entries) where !isUsual:
                if entries.contains(where: { isCallable($0.value, depth) }) { return true }
            default: break
            }
        }
        guard !isUsual else { return false }
        return graph.arguments(of: object).prefix(Self.maximumArguments).contains { holdsCallable($0, depth) }
    }

    /// Whether a dictionary, or pairs that may become one, has something to call.
    private mutating func holdsCallable(_ value: PickleValue, _ depth: Int) -> Bool {
        guard case .node(let id) = value else { return false }
        if let known = holders[id] { return known }
        let values: [PickleValue]
        switch graph[id] {
        case .list(let pairs): values = pairs.compactMap { graph.sequence($0)?.last }
        case .dict, .object: values = (graph.entries(value) ?? []).map(\.value)
        default: return false
        }
        holders[id] = false
        let holds = values.contains { isCallable($0, depth) }
        holders[id] = holds
        return holds
    }

    private mutating func isCallable(_ value: PickleValue, _ depth: Int) -> Bool {
        guard case .node(let id) = value else { return false }
        switch graph[id] {
        case .global, .modified, .extensionCode: return true
        case .object(let object):
            guard let global = graph.callee(of: object)?.resolved else { return true }
            let key = GlobalCatalog.entry(global.module, global.name)
            let harmless = [GlobalCatalog.known, GlobalCatalog.uncalled, GlobalCatalog.plain]
            return !harmless.contains { $0.contains(key) }
                || global.module.utf8.starts(with: "torch.nn.modules.".utf8) || isFilled(object, id, depth: depth)
        default: return false
        }
    }
}

extension PickleGraph {
    /// A state, or what of `(__dict__, slots)` is set.
    func parts(ofState state: PickleValue) -> [PickleValue] {
        items(ofTuple: state).map { Array($0.prefix(2)) } ?? [state]
    }
}
