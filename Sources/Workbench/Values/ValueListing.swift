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

extension CheckpointValue {
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
