import Pickle

/// PyTorch's restricted unpickler, of which `weights_only=True` makes use: what it reads, what it allows, and what it
/// would refuse in a pickle, with the key path of each refusal.
///
/// Source: `torch/_weights_only_unpickler.py` of PyTorch 2.15. Globals count by name; what a user's program
/// allows by `add_safe_globals` is not known here.
struct RestrictedUnpickler {
    struct Refusal {
        let what: String
        let keyPath: String
        let offset: Int
        var count = 1
    }

    private(set) var refusals: [Refusal] = []
    private var positions: [String: Int] = [:]

    private static let maximumRefusals = 10_000

    init(_ graph: PickleGraph) {
        guard Self.mayRefuse(graph) else { return }
        let paths = KeyPaths(graph)
        for id in graph.ids {
            switch graph[id] {
            case .global(let global): check(global, id, graph, paths)
            case .modified(let base, _): if let global = graph.global(.node(base)) { check(global, id, graph, paths) }
            case .persistentID:
                if Self.isForeign(id, graph) { add("a persistent id that is not a storage's", id, graph, paths) }
            default: break
            }
        }
    }

    private static func mayRefuse(_ graph: PickleGraph) -> Bool {
        graph.imports.contains { id in graph.importedGlobal(id).map { !allows($0) } ?? true }
            || graph.everyPersistentID.contains { isForeign($0, graph) }
    }

    /// Whether it is a persistent id of another kind than a storage's.
    private static func isForeign(_ id: PickleNodeID, _ graph: PickleGraph) -> Bool {
        guard let payload = graph.payload(ofPersistentID: id), let items = graph.tuple(payload) else { return false }
        return items.first.flatMap(graph.text) != "storage"
    }

    /// Whether the restricted unpickler knows an opcode.
    static func reads(_ opcode: PickleOpcode) -> Bool {
        switch opcode {
        case .append, .appends, .binfloat, .binget, .binint, .binint1, .binint2, .binpersid, .binput, .binunicode,
            .build, .emptyDict, .emptyList, .emptySet, .emptyTuple, .global, .long1, .longBinget, .longBinput, .mark,
            .newfalse, .newobj, .newtrue, .none, .proto, .reduce, .setitem, .setitems, .shortBinstring, .stop, .tuple,
            .tuple1, .tuple2, .tuple3:
            true
        default: false
        }
    }

    static func allows(_ global: PickleGlobal) -> Bool {
        GlobalCatalog.allowedByWeightsOnly.contains(global.qualifiedName)
    }

    private mutating func check(
        _ global: PickleGlobal, _ id: PickleNodeID, _ graph: PickleGraph, _ paths: KeyPaths
    ) {
        guard !Self.allows(global) else { return }
        add(global.qualifiedName, id, graph, paths)
    }

    private mutating func add(_ what: String, _ id: PickleNodeID, _ graph: PickleGraph, _ paths: KeyPaths) {
        for path in paths.uses(of: id) where refusals.count < Self.maximumRefusals {
            let key = what + "\n" + path
            if let position = positions[key] {
                refusals[position].count += 1
            } else {
                positions[key] = refusals.count
                refusals.append(Refusal(what: what, keyPath: path, offset: graph.offset(of: id) ?? 0))
            }
        }
    }
}
