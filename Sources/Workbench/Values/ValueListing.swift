import CheckpointIO
import JSON
import TensorCore

/// What a checkpoint holds beside its tensors, one item a value, each under its path.
enum ValueListing {
    struct Item: Sendable {
        /// The path joined by `.`, as for tensors.
        let key: String
        /// No container that holds anything.
        let value: CheckpointValue

        /// As Python prints it, cut where that is long.
        var text: String { ValueListing.text(of: value) }

        /// Whether this is a module's version number in the `_metadata` that PyTorch adds to a state dict.
        var isModuleVersion: Bool {
            let parts = key.utf8.split(separator: UInt8(ascii: "."))
            return parts.last?.elementsEqual("version".utf8) == true
                && parts.contains { $0.elementsEqual("_metadata".utf8) }
        }

        var json: JSONValue { value.json }
    }

    /// Characters after which nothing more begins in `Item.text`.
    private static let textLimit = 200

    /// The value as Python prints it, cut where that is long.
    static func text(of value: CheckpointValue) -> String {
        let text = value.pythonRepr(limit: textLimit)
        guard case .string(let whole) = value, whole.unicodeScalars.count > textLimit else { return text }
        return text + " (\(groupedText(whole.unicodeScalars.count)) characters)"
    }

    /// In file order. An object of a foreign class has an item of its own, and one for each of its attributes.
    static func items(of root: CheckpointValue) -> [Item] {
        var items: [Item] = []
        visit(root, [], &items)
        return items
    }

    /// The file's own metadata, then what its root holds, for a reader: without the inside of modules, with lists of
    /// simple values and configs' nodes as their values.
    static func foldedItems(of checkpoint: Checkpoint) -> [Item] {
        var items = checkpoint.metadata.map { Item(key: "__metadata__." + $0.name, value: .string($0.value)) }
        visitFolded(checkpoint.root, [], &items)
        return items
    }

    private static func visitFolded(_ value: CheckpointValue, _ path: [String], _ items: inout [Item]) {
        let value = value.configValue
        switch value {
        case .tensor: return visit(value, path, &items)
        case .sequence(let sequence) where !sequence.elements.isEmpty && sequence.elements.allSatisfy(\.isSimple):
            return items.append(Item(key: joined(path), value: value))
        case .dictionary, .sequence: if value.children.isEmpty { items.append(Item(key: joined(path), value: value)) }
        case .object(let object):
            items.append(Item(key: joined(path), value: value))
            if object.isModule { return }
        default: items.append(Item(key: joined(path), value: value))
        }
        for (name, child) in value.children { visitFolded(child, path + [name], &items) }
    }

    /// The file's own metadata, then what its root holds.
    static func items(of checkpoint: Checkpoint) -> [Item] {
        checkpoint.metadata.map { Item(key: "__metadata__." + $0.name, value: .string($0.value)) }
            + items(of: checkpoint.root)
    }

    private static func visit(_ value: CheckpointValue, _ path: [String], _ items: inout [Item]) {
        let children = value.children
        switch value {
        case .tensor: break
        case .dictionary, .sequence: if children.isEmpty { items.append(Item(key: joined(path), value: value)) }
        default: items.append(Item(key: joined(path), value: value))
        }
        for (name, child) in children { visit(child, path + [name], &items) }
    }

    private static func joined(_ path: [String]) -> String { path.joined(separator: ".") }
}

extension CheckpointObject {
    /// Whether this is a `torch.nn.Module`, whose tensors the tree shows.
    fileprivate var isModule: Bool {
        attributes.contains { $0.name == "_parameters" } && attributes.contains { $0.name == "_modules" }
    }

    /// What is set on it under the name.
    fileprivate func attribute(_ name: String) -> CheckpointValue? { attributes.first { $0.name == name }?.value }
}

extension CheckpointValue {
    /// A number, a text, a flag or None.
    fileprivate var isSimple: Bool {
        switch self {
        case .none, .bool, .int, .float, .string: true
        default: false
        }
    }

    /// What OmegaConf's nodes hold: `_content` of a dictionary or list, `_val` of a single value; else the value itself.
    fileprivate var configValue: CheckpointValue {
        var value = self
        // A node holds no node but by way of a container.
        for _ in 0..<4 {
            guard case .object(let object) = value, object.typeName.hasPrefix("omegaconf."),
                let inner = object.attribute("_content") ?? object.attribute("_val")
            else { break }
            value = inner
        }
        guard case .sequence(let sequence) = value, !sequence.elements.isEmpty else { return value }
        return sequence.elements.contains {
            if case .object(let object) = $0 { object.typeName.hasPrefix("omegaconf.") } else { false }
        }
            ? .sequence(sequence.replacing(sequence.elements.map(\.configValue))) : value
    }

    /// The values directly inside, each with its part of the path.
    fileprivate var children: [(String, CheckpointValue)] {
        switch self {
        case .tensor(let tensor): Self.pairs(tensor.attributes)
        case .dictionary(let dictionary):
            Self.pairs(dictionary.entries) + Self.pairs(dictionary.attributes)
        case .sequence(let sequence): Self.pairs(sequence.elements)
        case .object(let object) where object.isPrintedWhole: []
        case .object(let object):
            Self.pairs(object.attributes) + Self.pairs(object.elements) + Self.pairs(object.entries)
        default: []
        }
    }

    private static func pairs(_ entries: [CheckpointDictionary.Entry]) -> [(String, CheckpointValue)] {
        entries.map { ($0.name, $0.value) }
    }

    private static func pairs(_ attributes: [CheckpointAttribute]) -> [(String, CheckpointValue)] {
        attributes.map { ($0.name, $0.value) }
    }

    private static func pairs(_ elements: [CheckpointValue]) -> [(String, CheckpointValue)] {
        elements.enumerated().map { (String($0), $1) }
    }
}
