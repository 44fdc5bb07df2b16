import ByteIO
import Pickle
import TensorCore

/// Turns a pickle's graph into a checkpoint's tree of values, each node once.
struct ValueBuilder {
    let source: CheckpointSource
    let graph: PickleGraph
    let storages: StorageTable
    /// Whether the pickle has the table of names that Paddle adds: an array of uint16 is one of bfloat16 there.
    let isOfPaddle: Bool

    /// Containers inside one another. Python's own unpickler and pickler give up at about as many.
    static let maximumDepth = 512
    /// How many values a path may lead to: shared containers count as often as they are reached.
    let maximumValues: Int

    /// Where the value under construction stands, for errors.
    var path: [String] = []
    /// For each node: 0 if not built, −1 while it is, else the position in `built`, from 1, or that in `tensors`,
    /// from −2 down.
    private var slots: [Int32]
    private var built: [(value: CheckpointValue, valueCount: Int)] = []
    /// Tensors without values of their own: nearly all that is built.
    private var tensors: [LazyTensor] = []
    /// The storages of files inside the pickle, by the node that holds the file.
    var embedded: [PickleNodeID: StorageTable.View] = [:]
    /// Bytes that the pickle spells as text, by the node of the text: many objects may share it.
    var decoded: [PickleNodeID: Bytes] = [:]
    /// Long texts, by their nodes: what many values share is made once.
    private var longTexts: [PickleNodeID: String] = [:]
    private var innerStorageCount = 0
    private var keyBytes = 0
    private let maximumKeyBytes: Int
    /// How many further elements of sparse tensors' indices are looked at.
    var indexRoom: Int
    /// What was found of index tensors, by their elements: many sparse tensors may share them.
    var indexBounds: [ComputedTensor.Memory: [ClosedRange<Int>]] = [:]
    /// The indices of compressed sparse tensors that were found sound.
    var soundIndices: Set<CompressedIndices> = []

    struct CompressedIndices: Hashable {
        let pointers: ComputedTensor.Memory
        let plain: ComputedTensor.Memory
        /// Plain indices are less than this.
        let bound: Int
    }
    /// The integers in shapes and strides of tensors.
    var integers = SharedIntegers()
    private var callees: [PickleNodeID: Callee] = [:]
    /// The callable that was last looked up: mostly the same again.
    private var recentCallee: (id: PickleNodeID, callee: Callee)?

    init(_ source: CheckpointSource) {
        self.source = source
        graph = source.graph
        storages = source.storages
        let pickle = source.graph
        isOfPaddle =
            source.format == .pickle
            && pickle.entries(pickle.root)?.contains { pickle.isText($0.key, "StructuredToParameterName@@") } ?? false
        slots = [Int32](repeating: 0, count: graph.count)
        // What the pickle spells one by one is never too much: a list of numbers has few nodes.
        let spelled = source.pickleCount ?? 0
        maximumValues = max(1 << 16 + 16 * graph.count, spelled)
        maximumKeyBytes = max(TensorCollection(pickleCount: source.pickleCount).maximumKeyBytes, spelled)
        // What the file has: a storage that nothing uses may be said to have any number of bytes.
        indexRoom = storages.storages.reduce(1 << 22) { room, storage in
            room.addingReportingOverflow(min(storage.byteCount, storage.heldByteCount ?? 0) / 2).partialValue
        }
    }

    /// - Throws: `CheckpointError` for tensors that make no sense or miss bytes, and beyond the limits.
    static func tree(of source: CheckpointSource) throws(CheckpointError) -> CheckpointValue {
        var builder = ValueBuilder(source)
        var total = 0
        return try builder.build(builder.graph.root, total: &total)
    }

    /// A number for a storage that lies inside the pickle.
    mutating func nextStorageID() -> Int {
        innerStorageCount += 1
        return storages.storages.count + innerStorageCount - 1
    }

    func error(_ reason: CheckpointError.Reason) -> CheckpointError { CheckpointError(source.path, reason) }

    var key: Key { Key(path.joined(separator: ".")) }

    func reference(_ node: PickleNodeID) -> NodeReference { NodeReference(source: source, node: node) }

    /// - Parameter total: grows by the number of values that `value` is or holds.
    mutating func build(_ value: PickleValue, total: inout Int) throws(CheckpointError) -> CheckpointValue {
        switch value {
        case .none: total += 1
        case .bool(let flag):
            total += 1
            return .bool(flag)
        case .int(let number):
            total += 1
            return .int(Int(number))
        case .float(let number):
            total += 1
            return .float(number)
        case .node(let id): return try build(id, total: &total)
        }
        return .none
    }

    private mutating func build(_ id: PickleNodeID, total: inout Int) throws(CheckpointError) -> CheckpointValue {
        switch slots[id.index] {
        case 0: break
        case -1:
            total += 1
            return .recursion
        case let slot where slot < 0:
            try add(1, to: &total)
            return .tensor(tensors[-2 - Int(slot)])
        case let slot:
            let known = built[Int(slot) - 1]
            try add(known.valueCount, to: &total)
            return known.value
        }
        if let value = simple(id) {
            total += 1
            return value
        }
        guard path.count < Self.maximumDepth else { throw error(.tooDeep(limit: Self.maximumDepth)) }
        slots[id.index] = -1
        var count = 1
        let value = try container(id, count: &count)
        if case .tensor(let tensor) = value, count == 1 {
            tensors.append(tensor)
            slots[id.index] = Int32(-1 - tensors.count)
        } else {
            built.append((value, count))
            slots[id.index] = Int32(built.count)
        }
        try add(count, to: &total)
        return value
    }

    /// Texts of more bytes of UTF-8 are made once.
    private static let longText = 256

    /// What holds no other value, and costs no more to make again than to keep.
    private mutating func simple(_ id: PickleNodeID) -> CheckpointValue? {
        if graph.plainCall(id) != nil { return nil }
        if !longTexts.isEmpty, let known = longTexts[id] { return .string(known) }
        if let text = graph.string(id) { return .string(kept(text, id)) }
        switch graph[id] {
        case .byteString(let bytes): return bytes.utf8Text.map { .string(kept($0, id)) } ?? .bytes(bytes)
        case .bytes(let bytes): return .bytes(bytes)
        case .rawString(let bytes):
            return .object(CheckpointObject(typeName: "str", arguments: [.bytes(bytes)], node: reference(id)))
        case .byteArray(let bytes):
            return .object(CheckpointObject(typeName: "bytearray", arguments: [.bytes(bytes)], node: reference(id)))
        case .bigInteger(let number): return .bigInteger(number)
        case .global(let global): return .global(global.qualifiedName)
        case .extensionCode(let code): return .global("copyreg extension \(code)")
        default: return nil
        }
    }

    private mutating func kept(_ text: String, _ id: PickleNodeID) -> String {
        if text.utf8.count > Self.longText { longTexts[id] = text }
        return text
    }

    /// Accounts for a key of a dictionary, which few bytes of the pickle may name again and again.
    mutating func countKey(_ key: String) throws(CheckpointError) {
        keyBytes += key.utf8.count
        guard keyBytes <= maximumKeyBytes else { throw error(.keysTooLong(limit: maximumKeyBytes)) }
    }

    private func add(_ count: Int, to total: inout Int) throws(CheckpointError) {
        total += count
        guard total <= maximumValues else { throw error(.tooManyValues(limit: maximumValues)) }
    }

    private mutating func container(_ id: PickleNodeID, count: inout Int) throws(CheckpointError) -> CheckpointValue {
        if let tensor = try plainTensor(id, count: &count) { return .tensor(tensor) }
        switch graph[id] {
        case .tuple(let items): return try sequence(id, "tuple", items, &count)
        case .list(let items): return try sequence(id, "list", items, &count)
        case .set(let items): return try sequence(id, "set", items, &count)
        case .frozenSet(let items): return try sequence(id, "frozenset", items, &count)
        case .dict(let items): return try dictionary(id, "dict", items, states: [], &count)
        case .object(let object): return try value(of: object, id, &count)
        case .persistentID(let payload): return try value(ofPersistentID: payload, id, &count)
        case .buffer: throw error(.outOfBandBuffer(key))
        case .modified(let base, let steps):
            let object = PickleObject(callable: base, arguments: base, steps: steps)
            return try opaque(object, id, name: callee(base).name, arguments: [], &count)
        default: return .none
        }
    }

    /// What an object calls, looked up once for each callable.
    struct Callee {
        let name: String
        let tensorFunction: TensorFunction?
    }

    mutating func tensorFunction(_ id: PickleNodeID) -> TensorFunction? {
        if let recentCallee, recentCallee.id == id { return recentCallee.callee.tensorFunction }
        return callee(id).tensorFunction
    }

    mutating func callee(_ id: PickleNodeID) -> Callee {
        if let recentCallee, recentCallee.id == id { return recentCallee.callee }
        let callee: Callee
        if let known = callees[id] {
            callee = known
        } else {
            let name = graph.name(ofCallable: id)
            callee = Callee(name: name, tensorFunction: TensorFunction(name))
            callees[id] = callee
        }
        recentCallee = (id, callee)
        return callee
    }
}

extension PickleGraph {
    /// The qualified name of what is called: a global, or an attribute of one by way of `getattr`.
    func name(ofCallable id: PickleNodeID) -> String {
        if let global = global(.node(id)) { return global.qualifiedName }
        if let object = object(.node(id)) { return nestedName(object) ?? "unnamed" }
        if case .persistentID(let payload) = self[id], let name = className(ofSource: payload) { return name }
        return self[id].typeName
    }

    /// That of the class in `('module', class, file, source)`, by which legacy streams keep a class with its code.
    private func className(ofSource payload: PickleValue) -> String? {
        guard let items = tuple(payload), items.count == 4, text(items[0]) == "module" else { return nil }
        return global(items[1])?.qualifiedName
    }

    /// `a.b.C.d` for `getattr(a.b.C, 'd')`.
    func nestedName(_ object: PickleObject) -> String? {
        let arguments = arguments(of: object)
        guard callee(of: object)?.qualifiedName == "builtins.getattr", arguments.count == 2,
            let owner = global(arguments[0]), let name = text(arguments[1])
        else { return nil }
        return "\(owner.qualifiedName).\(name)"
    }
}
