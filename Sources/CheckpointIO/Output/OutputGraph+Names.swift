import ByteIO
import Pickle

/// Values that are written under another name or type than they were read, so that every Python reads them.
extension OutputGraph {
    /// Turns Python 2's `str` into the text that PyTorch reads it as. What is not UTF-8 becomes `bytes`, or Latin-1 text
    /// where it is a dictionary's key or an attribute's name.
    mutating func decodePython2Text() {
        let byteStrings = graph.everyByteString
        guard !byteStrings.isEmpty else { return }
        var others: Set<PickleNodeID> = []
        for id in byteStrings {
            guard case .byteString(let bytes) = graph[id] else { continue }
            if let text = bytes.utf8Text {
                graph.replace(id, with: .string(text))
            } else {
                others.insert(id)
            }
        }
        guard !others.isEmpty else { return }
        var texts: [PickleNodeID: PickleValue] = [:]
        for id in Array(graph.ids) { decodeKeys(of: id, others, &texts) }
        for id in others {
            if case .byteString(let bytes) = graph[id] { graph.replace(id, with: .bytes(bytes)) }
        }
    }

    private mutating func decodeKeys(
        of id: PickleNodeID, _ others: Set<PickleNodeID>, _ texts: inout [PickleNodeID: PickleValue]
    ) {
        func isOther(_ entry: PickleEntry) -> Bool {
            if case .node(let key) = entry.key { others.contains(key) } else { false }
        }
        func decoded(_ entries: [PickleEntry]) -> [PickleEntry] {
            entries.map { entry in
                guard case .node(let key) = entry.key, case .byteString(let bytes) = graph[key] else { return entry }
                let text = texts[key] ?? graph.string(bytes.latin1Text)
                texts[key] = text
                return PickleEntry(text, entry.value)
            }
        }
        switch graph[id] {
        case .dict(let entries) where entries.contains(where: isOther):
            graph.replace(id, with: .dict(decoded(entries)))
        case .object(var object) where object.dictItems.contains(where: isOther):
            object.steps = object.steps.map {
                if case .setItems(let entries) = $0 { .setItems(decoded(entries)) } else { $0 }
            }
            graph.replace(id, with: .object(object))
        default: break
        }
    }

    /// Names modules that moved as libraries before and after the move both know them: NumPy 2 still has
    /// `numpy.core`, Python 3.13 alone has `pathlib._local`.
    mutating func useCommonNames() {
        for id in graph.everyGlobal {
            guard case .global(let global) = graph[id] else { continue }
            // PyTorch 1.0 to 1.8 kept in `torch.tensor` what is in `torch._tensor` now.
            let isOldTensor = global.module == "torch.tensor" || global.module == "torch._tensor"
            let module =
                isOldTensor
                ? global.name == "Tensor" ? "torch" : "torch._tensor" : Self.commonName(of: global.module)
            guard let module, module != global.module else { continue }
            graph.replace(
                id,
                with: .global(
                    PickleGlobal(module: module, name: global.name, usesPython2Names: global.usesPython2Names)))
        }
    }

    private static func commonName(of module: String) -> String? {
        if module == "pathlib._local" { return "pathlib" }
        let moved = "numpy._core"
        guard module == moved || module.hasPrefix(moved + ".") else { return nil }
        return "numpy.core" + module.dropFirst(moved.count)
    }
}
