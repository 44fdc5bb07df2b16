import Pickle

/// Containers that no pickler writes: some that multiply to sizes that nobody has memory for, and some that Python
/// cannot make.
struct PickleStructure {
    /// For each container the one that it holds most often in a row, and how often.
    private var repeats: [PickleNodeID: (child: PickleNodeID, count: Int)] = [:]
    private var keyed: [PickleNodeID] = []

    /// So often a container may hold itself.
    private static let plainRecursions = 20
    /// So many values a few containers may stand for.
    private static let plainExpansion = 1 << 20
    /// Containers inside one another that are followed.
    private static let maximumDepth = 64

    mutating func enter(_ items: [PickleValue], of id: PickleNodeID) {
        guard items.count > 1 else { return }
        var run = 1
        for index in 1..<items.count {
            guard items[index] == items[index - 1], case .node(let child) = items[index] else {
                run = 1
                continue
            }
            run += 1
            if run > repeats[id]?.count ?? 1 { repeats[id] = (child, run) }
        }
    }

    /// The keys of a dict, or the items of a set.
    mutating func enter(keys: some Sequence<PickleValue>, of id: PickleNodeID, in graph: PickleGraph) {
        for key in keys {
            guard case .node(let key) = key else { continue }
            switch graph[key] {
            case .list, .dict, .set, .byteArray:
                keyed.append(id)
                return
            default: continue
            }
        }
    }

    var oddities: [(PickleNodeID, String)] {
        let keys = keyed.map { ($0, "has a key that Python cannot hash: unpickling fails there") }
        let sizes = repeats.keys.sorted { $0.index < $1.index }.compactMap { id in
            oddity(id).map { (id, $0) }
        }
        return keys + sizes
    }

    private func oddity(_ id: PickleNodeID) -> String? {
        var size = 1
        var next = id
        for _ in 0..<Self.maximumDepth {
            guard let (child, count) = repeats[next] else { break }
            if child == id, count > Self.plainRecursions { return "is a container that holds itself \(count) times" }
            let (product, overflow) = size.multipliedReportingOverflow(by: count)
            size = overflow ? .max : product
            if size > Self.plainExpansion { return "stands for more than \(Self.plainExpansion) values" }
            next = child
        }
        return nil
    }
}
