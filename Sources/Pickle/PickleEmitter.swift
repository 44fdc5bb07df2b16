/// The machine behind `PickleWriter`: a stack of nodes that are being written, and the memo.
///
/// Source of every choice of opcode and batch: `Modules/_pickle.c` of CPython 3.11.
struct PickleEmitter: ~Copyable {
    let graph: PickleGraph
    let version: Int
    let limits: PickleLimits
    var output: [UInt8] = []
    /// The protocol that the nodes met so far need.
    var neededVersion = 2

    /// Node → its memo slot, or −1.
    var slots: [Int32]
    var slotCount = 0
    /// Slots of globals, which have one identity wherever they are named.
    var globalSlots: [PickleGlobal: Int] = [:]
    var latin1Slot: Int?
    /// Nil unless some object is not memoized.
    var referenceCounts: [Int32]?
    var frames: [Frame] = []
    var bufferCount: Int32 = 0

    /// A node that is being written, and how far it has come.
    enum Frame {
        /// What `write` would write by calling itself.
        case value(PickleValue)
        case tuple(PickleNodeID, PickleItems, next: Int)
        case items([PickleValue], next: Int, Batch)
        /// `next` counts keys and values.
        case entries([PickleEntry], next: Int, Batch)
        case reducedSet(PickleNodeID)
        case frozenSet(PickleNodeID, [PickleValue], next: Int)
        case persistentID
        case object(PickleNodeID, PickleObject, next: Int)
        case modified(PickleNodeID, [PickleStep])
        case steps([PickleStep], next: Int)
        case pop
        case build
    }

    init(_ graph: PickleGraph, protocol version: Int, limits: PickleLimits) {
        self.graph = graph
        self.version = version
        self.limits = limits
        slots = Array(repeating: -1, count: graph.count)
        if graph.hasUnmemoizedObjects { referenceCounts = graph.referenceCounts() }
    }

    mutating func run() throws(PickleError) {
        emit(.proto)
        output.append(UInt8(version))
        try write(graph.root)
        while let frame = frames.popLast() { try resume(frame) }
        emit(.stop)
    }

    mutating func resume(_ frame: Frame) throws(PickleError) {
        switch frame {
        case .value(let value): try write(value)
        case .tuple(let id, let items, let next): try resumeTuple(id, items, next)
        case .items(let items, let next, let batch): try resumeItems(items, next, batch)
        case .entries(let entries, let next, let batch): try resumeEntries(entries, next, batch)
        case .reducedSet(let id): try finishReducedSet(id)
        case .frozenSet(let id, let items, let next): try resumeFrozenSet(id, items, next)
        case .persistentID: emit(.binpersid)
        case .object(let id, let object, let next): try resumeObject(id, object, next)
        case .modified(let id, let steps):
            memoize(id)
            try push(.steps(steps, next: 0))
        case .steps(let steps, let next): try resumeSteps(steps, next)
        case .pop: emit(.pop)
        case .build: emit(.build)
        }
    }

    mutating func push(_ frame: Frame) throws(PickleError) {
        if frames.count >= limits.depth { throw .tooDeep(limit: limits.depth) }
        frames.append(frame)
    }

    // MARK: Values

    /// Writes a value, or what comes first of it, and leaves the rest on `frames`.
    mutating func write(_ value: PickleValue) throws(PickleError) {
        switch value {
        case .none: emit(.none)
        case .bool(let value): emit(value ? .newtrue : .newfalse)
        case .int(let value): emit(value)
        case .float(let value):
            emit(.binfloat)
            emit(bigEndian: value.bitPattern)
        case .node(let id):
            let slot = slots[id.index]
            if slot >= 0 { emitGet(Int(slot)) } else { try write(id) }
        }
    }

    private mutating func write(_ id: PickleNodeID) throws(PickleError) {
        // Most nodes are such, and cost more as a `PickleNode`.
        if let items = graph.items(ofTuple: id) { return try writeTuple(items, id) }
        if let text = graph.input(ofText: id) { return try writeString(text, id) }
        switch graph[id] {
        case .string(let text): try writeString(text, id)
        case .rawString(let bytes): try writeString(bytes, id)
        case .byteString(let bytes): try writeByteString(bytes, id)
        case .bytes(let bytes):
            try emitBytes(bytes)
            memoize(id)
        case .byteArray(let bytes): try writeByteArray(bytes, id)
        case .bigInteger(let integer): try emit(integer)
        case .tuple(let items): try writeTuple(PickleItems(items, items.indices), id)
        case .list(let items):
            emit(.emptyList)
            memoize(id)
            try push(.items(items, next: 0, .list))
        case .dict(let entries):
            emit(.emptyDict)
            memoize(id)
            try push(.entries(entries, next: 0, .dict))
        case .set(let items): try writeSet(items, id)
        case .frozenSet(let items): try writeFrozenSet(items, id)
        case .global(let global): try writeGlobal(global, id)
        case .object(let object): try writeObject(object, id)
        case .persistentID(let payload):
            try push(.persistentID)
            try push(.value(payload))
        case .extensionCode(let code): emitExtension(code)
        case .buffer(let index, let isReadOnly): try writeBuffer(index, isReadOnly, id)
        case .modified(let base, let steps):
            try push(.modified(id, steps))
            try push(.value(.node(base)))
        }
    }

    // MARK: Memo

    mutating func memoize(_ id: PickleNodeID) { slots[id.index] = Int32(truncatingIfNeeded: emitPut()) }

    func isMemoized(_ id: PickleNodeID) -> Bool { slots[id.index] >= 0 }

    /// Puts the value on top into the next slot.
    @discardableResult
    mutating func emitPut() -> Int {
        let slot = slotCount
        slotCount += 1
        if slot < 256 {
            emit(.binput)
            output.append(UInt8(slot))
        } else {
            emit(.longBinput)
            emit(littleEndian: UInt32(truncatingIfNeeded: slot))
        }
        return slot
    }

    mutating func emitGet(_ slot: Int) {
        if slot < 256 {
            emit(.binget)
            output.append(UInt8(slot))
        } else {
            emit(.longBinget)
            emit(littleEndian: UInt32(truncatingIfNeeded: slot))
        }
    }
}
