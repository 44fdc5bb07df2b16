import Pickle
import ZipArchive

/// `torch.jit.save` since PyTorch 1.4: `data.pkl` holds the module as objects of the classes that `code/` declares,
/// `constants.pkl` what the code refers to as `CONSTANTS.c0`, `CONSTANTS.c1` …; each has its storages in a folder.
///
/// Source: `torch/csrc/jit/serialization/export_module.cpp` and `import.cpp` of PyTorch 2.15.
struct TorchScriptFile {
    private let records: TorchRecords

    /// Nil for other archives.
    init?(_ zip: ZipArchive, path: String) {
        guard let records = TorchRecords(zip, path: path), records.has("constants.pkl") else { return nil }
        self.records = records
    }

    func source() throws(CheckpointError) -> CheckpointSource {
        let module = try records.source(ofPickle: "data.pkl", storagesIn: "data/", format: .torchScript)
        let constants = try records.source(ofPickle: "constants.pkl", storagesIn: "constants/", format: .torchScript)
        let classes = try ScriptClasses(records)
        var composed = ComposedGraph(path: records.path)
        let root = composed.root(of: module)
        if let items = constants.graph.sequence(constants.graph.root), !items.isEmpty {
            let values = composed.root(of: constants)
            composed.setAttribute("CONSTANTS", of: root, to: composed.graph.sequence(values) ?? [])
        }
        return composed.source(root: root, format: .torchScript, scriptClasses: classes)
    }
}

extension ComposedGraph {
    /// Sets an attribute beside those of the module: a dictionary of `c0`, `c1` …
    fileprivate mutating func setAttribute(_ name: String, of module: PickleValue, to values: [PickleValue]) {
        guard case .node(let node) = module, case .object(var object) = graph[node] else { return }
        let entries = values.enumerated().map { PickleEntry(graph.string("c\($0.offset)"), $0.element) }
        let constants = graph.dict(entries)
        object.steps.append(.build(graph.dict([PickleEntry(graph.string(name), constants)])))
        graph.replace(node, with: .object(object))
    }
}
