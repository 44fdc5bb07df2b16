import Pickle

/// The globals of a pickle that are values: an argument, an item, a key or a state. What is given a value may call it, with
/// arguments that the scan does not see.
struct CallableValues {
    private var values: Set<PickleNodeID> = []

    /// - Parameter candidates: The globals that are asked for.
    init(of candidates: Set<PickleNodeID>, in graph: PickleGraph) {
        guard !candidates.isEmpty else { return }
        // Tuples that have the class of what is made in one place, and that place.
        var classes: [PickleNodeID: Int] = [:]
        // Those of them that have a second use.
        var tuples: Set<PickleNodeID> = []
        for id in graph.ids {
            switch graph[id] {
            case .object(let object):
                if let position = Self.classPosition(of: object, in: graph) { classes[object.arguments] = position }
            // `('module', class, file, source)`, PyTorch's legacy form of a class.
            case .persistentID(.node(let tuple)): classes[tuple] = 1
            default: break
            }
        }
        for id in graph.ids {
            if case .object(let object) = graph[id], let position = classes[object.arguments] {
                if Self.classPosition(of: object, in: graph) != position { tuples.insert(object.arguments) }
            }
            Self.forEachValue(of: id, in: graph) { value in
                if case .node(let child) = value, classes[child] != nil { tuples.insert(child) }
            }
        }
        for id in graph.ids {
            var position = 0
            let passedOver = tuples.contains(id) ? nil : classes[id]
            Self.forEachValue(of: id, in: graph) { value in
                defer { position += 1 }
                guard position != passedOver, case .node(let child) = value, candidates.contains(child) else { return }
                values.insert(child)
            }
        }
    }

    func contains(_ id: PickleNodeID) -> Bool { values.contains(id) }

    /// Visits what a node holds. The function that an object calls and the tuple of its arguments are left out.
    private static func forEachValue(of id: PickleNodeID, in graph: PickleGraph, _ body: (PickleValue) -> Void) {
        switch graph[id] {
        case .persistentID: break
        case .object(let object):
            if let keywords = object.keywords { body(.node(keywords)) }
            for step in object.steps { step.forEachValue(body) }
        default: graph.forEachValue(of: id, body)
        }
    }

    /// Which argument of a call is the class of what is made, and is not called.
    private static func classPosition(of object: PickleObject, in graph: PickleGraph) -> Int? {
        guard let global = graph.callee(of: object)?.resolved else { return nil }
        return switch GlobalCatalog.entry(global.module, global.name) {
        case "copyreg _reconstructor", "copyreg __newobj__", "copyreg __newobj_ex__",
            "torch._utils _rebuild_wrapper_subclass":
            0
        case "torch._tensor _rebuild_from_type_v2": 1
        default: nil
        }
    }
}
