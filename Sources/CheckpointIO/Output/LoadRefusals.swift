import Pickle
import PickleScan

/// What `torch.load` with `weights_only=True` will refuse in a file that is to be written.
struct LoadRefusals {
    /// A global and the first place that needs it.
    struct Refusal: Equatable {
        /// The path from the root, joined by `.`; empty for the root.
        let key: String
        let global: String
    }

    /// One for each global, in the order of the file.
    private(set) var refusals: [Refusal] = []
    /// Where storages were, as they are tagged, of devices that PyTorch alone does not have everywhere.
    private(set) var devices: [String] = []

    /// Whether `--weights-only` would write the tensors.
    private let hasPlain: Bool

    /// - Parameter hasPlain: whether plain tensors can take the place of all that are written.
    init(_ graph: PickleGraph, hasPlain: Bool) {
        self.hasPlain = hasPlain
        devices = Self.devices(in: graph)
        guard graph.everyGlobal.contains(where: { Self.refused($0, in: graph) != nil }) || graph.hasUnnamedTypes else {
            return
        }
        walk(graph)
    }

    /// A sentence for what is refused, and one for devices.
    var notes: [String] {
        var notes: [String] = []
        if !refusals.isEmpty {
            let items = refusals.map { "\($0.global) at \($0.key.isEmpty ? "the root" : "'\($0.key)'")" }
            notes.append(
                "torch.load with weights_only=True will refuse the file for \(OutputLosses.listed(items))"
                    + (hasPlain ? "; --weights-only writes the tensors alone" : ""))
        }
        let generators = refusals.filter { Self.generators.contains($0.global) }
        if !generators.isEmpty {
            // The older form has no place for the seed sequence.
            notes.append(
                "NumPy before 2 cannot read the random number generator at "
                    + OutputLosses.listed(generators.map { "'\($0.key)'" }) + ", which NumPy 2 wrote")
        }
        if !devices.isEmpty {
            notes.append(
                "the tensors are of the device \(OutputLosses.listed(devices.map { "'\($0)'" })): without it torch.load "
                    + "needs map_location" + (hasPlain ? "; --weights-only writes them for the CPU" : ""))
        }
        return notes
    }

    /// The classes by which NumPy 2 pickles its generators; before it they were names. Source:
    /// `numpy/random/bit_generator.pyx` and `_pickle.py` of NumPy 1.26 and 2.4.
    private static let generators: Set<String> = [
        "numpy.random._mt19937.MT19937", "numpy.random._pcg64.PCG64", "numpy.random._pcg64.PCG64DXSM",
        "numpy.random._philox.Philox", "numpy.random._sfc64.SFC64",
    ]

    /// What `torch.load` finds, or knows how to say that it does not, without an extension of PyTorch.
    private static let usualDevices = ["cpu", "cuda", "meta"]

    private static func devices(in graph: PickleGraph) -> [String] {
        var found: [(id: PickleNodeID, device: String)] = []
        for id in graph.everyPersistentID {
            // The id of a class in a legacy stream has its source code there.
            guard let payload = graph.payload(ofPersistentID: id), let items = graph.tuple(payload), items.count > 3,
                graph.text(items[0]) == "storage", let device = graph.text(items[3]),
                !usualDevices.contains(where: { device == $0 || device.hasPrefix($0 + ":") })
            else { continue }
            found.append((id, device))
        }
        guard !found.isEmpty else { return [] }
        let written = Set(graph.reachable(from: graph.root))
        var devices: [String] = []
        for (id, device) in found where written.contains(id) && !devices.contains(device) { devices.append(device) }
        return devices
    }

    private static func refused(_ id: PickleNodeID, in graph: PickleGraph) -> String? {
        switch graph[id] {
        case .global(let global):
            let name = global.qualifiedName
            return GlobalCatalog.allowedByWeightsOnly.contains(name) ? nil : name
        case .extensionCode(let code): return "the copyreg extension \(code)"
        case .frozenSet: return "builtins.frozenset"
        case .bytes(let bytes): return bytes.isEmpty ? "builtins.bytes" : nil
        default: return nil
        }
    }

    /// A value that is still to be looked at, and the names that lead to it.
    private struct Place {
        let value: PickleValue
        let path: Int
    }

    private mutating func walk(_ graph: PickleGraph) {
        var isKnown = [Bool](repeating: false, count: graph.count)
        // Each name with the position of the name before it; 0 is the root.
        var names: [(parent: Int, name: String)] = [(0, "")]
        var pending = [Place(value: graph.root, path: 0)]
        var found: Set<String> = []
        func text(_ path: Int) -> String {
            var parts: [String] = []
            var path = path
            while path > 0 {
                parts.append(names[path].name)
                path = names[path].parent
            }
            return parts.reversed().joined(separator: ".")
        }
        while let place = pending.popLast() {
            guard case .node(let id) = place.value, !isKnown[id.index] else { continue }
            isKnown[id.index] = true
            if let global = Self.refused(id, in: graph), found.insert(global).inserted {
                refusals.append(Refusal(key: text(place.path), global: global))
            }
            let first = pending.count
            func push(_ value: PickleValue, _ name: String? = nil) {
                guard case .node(let child) = value, !isKnown[child.index] else { return }
                guard let name else { return pending.append(Place(value: value, path: place.path)) }
                names.append((place.path, name))
                pending.append(Place(value: value, path: names.count - 1))
            }
            func push(entries: [PickleEntry]) {
                for entry in entries {
                    push(entry.key)
                    push(entry.value, graph.text(entry.key) ?? graph.integer(entry.key).map { String($0) } ?? "?")
                }
            }
            func push(items: [PickleValue]) {
                for (index, item) in items.enumerated() { push(item, String(index)) }
            }
            switch graph[id] {
            case .dict(let entries): push(entries: entries)
            case .list(let items), .tuple(let items): push(items: items)
            // Nor are those of what a persistent id says.
            case .persistentID(let payload): for item in graph.tuple(payload) ?? [] { push(item) }
            case .object(let object):
                push(.node(object.callable))
                // Positions of arguments are not part of the path.
                for argument in graph.arguments(of: object) { push(argument) }
                if let keywords = object.keywords { push(.node(keywords)) }
                for step in object.steps {
                    switch step {
                    case .append(let items), .add(let items): push(items: items)
                    case .setItems(let entries): push(entries: entries)
                    case .build(let state):
                        if let entries = graph.entries(state) { push(entries: entries) } else { push(state) }
                    case .call(let id): push(.node(id))
                    }
                }
            default: graph.forEachValue(of: id) { push($0) }
            }
            pending[first...].reverse()
        }
    }
}
