import ByteIO
import Pickle
import TensorCore

/// Storages: those beside the pickle, and those inside it.
extension ValueBuilder {
    /// Checks that the file holds the storage whole, and no more under its name.
    func check(_ storage: TensorStorage, needed: Int) throws(CheckpointError) {
        guard let held = storage.heldByteCount else {
            throw error(.missingStorage(key: key, storage: storage.name, needed: storage.byteCount))
        }
        guard held >= storage.byteCount else {
            throw error(
                .shortStorage(
                    key: key, storage: storage.name, needed: needed > held ? needed : storage.byteCount, held: held))
        }
        // The pickle counts whole elements: a record may have part of one more.
        guard held - storage.byteCount < storage.declaredWidth else {
            throw error(.longStorage(key: key, storage: storage.name, declared: storage.byteCount, held: held))
        }
    }

    /// A storage that stands by itself, or what another kind of persistent id stands for.
    mutating func value(
        ofPersistentID payload: PickleValue, _ id: PickleNodeID, _ count: inout Int
    ) throws(CheckpointError) -> CheckpointValue {
        if let view = storages[id] {
            try check(view.storage, needed: view.byteCount)
            return .object(storageObject(view, id))
        }
        if let items = graph.tuple(payload), items.count == 4, graph.text(items[0]) == "module" {
            return try build(items[1], total: &count)
        }
        let arguments = try elements([payload], &count)
        return .object(
            CheckpointObject(
                typeName: "persistent ID", arguments: arguments, node: reference(id),
                tensorCount: tensorCount(arguments)))
    }

    func storageObject(_ view: StorageTable.View, _ id: PickleNodeID) -> CheckpointObject {
        let name = view.dtype.map { "torch.storage.TypedStorage[\($0)]" } ?? "torch.storage.UntypedStorage"
        return CheckpointObject(
            typeName: name,
            arguments: [
                .string(view.storage.name), .string(view.storage.device), .int(view.storage.byteCount),
            ],
            node: reference(id))
    }

    /// The storage that `torch.storage._load_from_bytes(bytes)` makes: the bytes are a `torch.save` file of it. So
    /// storages look that the plain `pickle` module wrote.
    mutating func embeddedStorage(_ id: PickleNodeID) throws(CheckpointError) -> StorageTable.View? {
        guard case .object(let object) = graph[id], let content = embeddedFile(object) else { return nil }
        if let known = embedded[content.node] { return known }
        let path = "\(source.path), the file inside '\(key)'"
        let inner = try CheckpointSource.open(content.bytes, path: path)
        guard case .node(let root) = inner.graph.root, let view = inner.storages[root] else {
            throw flaw("the file inside it holds no storage")
        }
        try check(view.storage, needed: view.byteCount)
        let own = StorageTable.View(
            storage: view.storage.numbered(nextStorageID()), offset: view.offset, byteCount: view.byteCount)
        embedded[content.node] = own
        indexRoom = indexRoom.addingReportingOverflow(own.storage.byteCount / 2).partialValue
        return own
    }

    /// The argument of `_load_from_bytes`, and the node that its bytes stand in.
    private mutating func embeddedFile(_ object: PickleObject) -> (node: PickleNodeID, bytes: Bytes)? {
        guard callee(object.callable).name == "torch.storage._load_from_bytes",
            case .node(let argument)? = graph.arguments(of: object).first
        else { return nil }
        guard case .object(let encoded) = graph[argument] else {
            return graph.bytes(.node(argument)).map { (argument, $0) }
        }
        guard let text = encodedText(encoded), let bytes = latin1(encoded, text: text) else { return nil }
        return (text, bytes)
    }

    /// The content of an object that is `bytes` or `bytearray`: below protocol 3 they are calls.
    mutating func bytes(of object: PickleObject) -> Bytes? {
        let arguments = graph.arguments(of: object)
        switch (callee(object.callable).name, arguments.first) {
        case ("builtins.bytes", nil), ("builtins.bytearray", nil): return Bytes()
        case ("builtins.bytearray", .node(let argument)):
            guard arguments.count == 1 else { return nil }
            guard case .object(let inner) = graph[argument] else { return graph.bytes(.node(argument)) }
            return encodedText(inner).flatMap { latin1(inner, text: $0) }
        case ("_codecs.encode", _): return encodedText(object).flatMap { latin1(object, text: $0) }
        default: return nil
        }
    }

    /// The node of the text in `_codecs.encode(text, 'latin1')`.
    private mutating func encodedText(_ object: PickleObject) -> PickleNodeID? {
        let arguments = graph.arguments(of: object)
        guard callee(object.callable).name == "_codecs.encode", arguments.count == 2,
            case .node(let text) = arguments[0], graph.text(arguments[1]) == "latin1"
        else { return nil }
        return text
    }

    /// The bytes of `_codecs.encode(text, 'latin1')`, decoded once for each text: many objects may share one.
    private mutating func latin1(_ object: PickleObject, text: PickleNodeID) -> Bytes? {
        if let known = decoded[text] { return known }
        guard let bytes = graph.latin1(object) else { return nil }
        decoded[text] = bytes
        return bytes
    }
}
