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

        /// The value as Python prints it, cut where that is long.
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

    /// UTF-8 bytes up to which the characters of a text are counted: thousands of values may share a long one.
    private static let countLimit = 1 << 12

    /// The value as Python prints it, cut where that is long.
    static func text(of value: CheckpointValue) -> String {
        let text = value.pythonRepr(limit: textLimit)
        guard case .string(let whole) = value, whole.utf8.count > textLimit else { return text }
        if whole.utf8.count > countLimit { return text + " (\(byteText(whole.utf8.count)))" }
        let count = whole.unicodeScalars.count
        return count > textLimit ? text + " (\(groupedText(count)) characters)" : text
    }

    /// What the root holds, in file order. An object of a foreign class has an item of its own, and one for each of its
    /// attributes. Where texts multiply beyond `Checkpoint.listingLimit` the last item says what is left out.
    static func items(of checkpoint: Checkpoint) -> [Item] {
        var collection = ValueCollection(limit: checkpoint.listingLimit)
        collection.visit(checkpoint.root, [])
        return collection.complete
    }

    /// The file's own metadata, then what its root holds, for a reader: without the inside of modules, with lists and
    /// numbered dictionaries of simple values and configs' nodes as their values.
    static func foldedItems(of checkpoint: Checkpoint) -> [Item] {
        var collection = ValueCollection(limit: checkpoint.listingLimit, valueLimit: 4 * textLimit)
        collection.visitFolded(checkpoint.root, [])
        return checkpoint.metadata.map { Item(key: "__metadata__." + $0.name, value: .string($0.value)) }
            + collection.complete
    }
}

/// Values in the making of a list. A text that a file holds once may stand in it as often as there are values: their
/// bytes are counted before they are put together.
private struct ValueCollection {
    private var items: [ValueListing.Item] = []
    private var omitted = 0
    private var left: Int
    private let limit: Int
    /// The most that a value takes, where it is printed cut.
    private let valueLimit: Int

    init(limit: Int, valueLimit: Int = .max) {
        left = limit
        self.limit = limit
        self.valueLimit = valueLimit
    }

    /// The items, and one more for those that are left out.
    var complete: [ValueListing.Item] {
        guard omitted > 0 else { return items }
        let text = "\(countText(omitted, "value")) left out: the list would take more than \(byteText(limit))"
        return items + [ValueListing.Item(key: "…", value: .string(text))]
    }

    mutating func visitFolded(_ value: CheckpointValue, _ path: [String]) {
        let value = value.configValue
        switch value {
        case .tensor: return visit(value, path)
        case .sequence(let sequence) where !sequence.elements.isEmpty && sequence.elements.allSatisfy(\.isSimple):
            return add(value, path)
        case .dictionary(let dictionary) where dictionary.isNumbered: return add(value, path)
        case .dictionary, .sequence: if value.children.isEmpty { add(value, path) }
        case .object(let object):
            add(value, path)
            if object.isModule { return }
        default: add(value, path)
        }
        for (name, child) in value.children { visitFolded(child, path + [name]) }
    }

    mutating func visit(_ value: CheckpointValue, _ path: [String]) {
        let children = value.children
        switch value {
        case .tensor: break
        case .dictionary, .sequence: if children.isEmpty { add(value, path) }
        default: add(value, path)
        }
        for (name, child) in children { visit(child, path + [name]) }
    }

    private mutating func add(_ value: CheckpointValue, _ path: [String]) {
        let bytes = path.reduce(min(value.textBytes, valueLimit)) { $0 &+ $1.utf8.count }
        guard omitted == 0, bytes <= left else {
            omitted += 1
            return
        }
        left -= bytes
        items.append(ValueListing.Item(key: path.joined(separator: "."), value: value))
    }
}

extension CheckpointDictionary {
    /// Whether it has integers for keys and simple values, as the names of classes do.
    fileprivate var isNumbered: Bool {
        guard !entries.isEmpty, attributes.isEmpty else { return false }
        return entries.allSatisfy { entry in
            guard case .int = entry.key else { return false }
            return entry.value.isSimple
        }
    }
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

    /// The bytes of the texts in it, as `json` has them.
    fileprivate var textBytes: Int {
        switch self {
        case .string(let text): text.utf8.count
        case .dictionary(let dictionary): dictionary.entries.reduce(0) { $0 &+ $1.value.textBytes &+ $1.key.textBytes }
        case .sequence(let sequence): sequence.elements.reduce(0) { $0 &+ $1.textBytes }
        case .object(let object): object.arguments.reduce(0) { $0 &+ $1.textBytes }
        default: 0
        }
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
