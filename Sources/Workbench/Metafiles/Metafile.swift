import ByteIO
import YAML

/// A metafile of MMPreTrain, or an index of them, as it is written.
struct Metafile: Sendable {
    /// A collection or a model: a mapping whose keys count in any case, as modelindex reads them.
    struct Item: Sendable {
        let node: YAMLNode

        /// The value of a key: the exact one, else one that differs in case or has `_` for a space.
        subscript(_ key: String) -> YAMLNode? {
            if let exact = node[key] { return exact }
            let wanted = Self.folded(key)
            return node.entries?.last { $0.key.scalar.map { Self.folded($0.text) == wanted } ?? false }?.value
        }

        /// The value of a key that is there and not null.
        func present(_ key: String) -> YAMLNode? { self[key].flatMap { $0.isNull ? nil : $0 } }

        /// nil where there is no such string, or an empty one.
        var name: String? { self["Name"]?.string.flatMap { $0.isEmpty ? nil : $0 } }

        /// The mapping under a key.
        func item(_ key: String) -> Item? { present(key).flatMap { $0.entries == nil ? nil : Item(node: $0) } }

        private static func folded(_ key: String) -> String { String(key.lowercased().map { $0 == "_" ? " " : $0 }) }
    }

    /// The path as given.
    let path: String
    let text: [UInt8]
    /// nil for a file without a document.
    let root: YAMLNode?
    let collections: [Item]
    let models: [Item]

    /// - Throws: `IOError` if the file cannot be read, `YAMLError` if it is not YAML.
    init(path: String) throws {
        let bytes = try MappedFile(path: path).bytes
        let limit = YAMLLimits().bytes
        guard bytes.count <= limit else { throw YAMLError(file: path, mark: nil, reason: .limit("bytes", limit)) }
        try self.init(path: path, text: Array(bytes))
    }

    /// - Throws: `YAMLError`
    init(path: String, text: [UInt8]) throws(YAMLError) {
        self.path = path
        self.text = text
        root = try YAMLDocument(text, file: path).root
        let top = root.map(Item.init)
        collections = Self.items(top?.present("Collections"))
        models = Self.items(top?.present("Models"))
    }

    /// The paths and patterns of an index; nil for a metafile.
    var imports: [YAMLNode]? {
        guard let root, let node = Item(node: root)["Import"] else { return nil }
        return node.elements ?? [node]
    }

    /// The mappings of a list; one mapping counts as a list of one.
    private static func items(_ node: YAMLNode?) -> [Item] {
        guard let node else { return [] }
        return (node.elements ?? [node]).filter { $0.entries != nil }.map(Item.init)
    }
}
