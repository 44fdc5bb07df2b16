import ByteIO

/// CPython's unpickling machine with inert objects: the stack, the memo and the graph that opcodes build.
///
/// When `run()` throws, `graph` still holds every node made before the break.
package struct PickleMachine: ~Copyable, Sendable {
    /// What has been read so far; its root is set by STOP.
    package internal(set) var graph: PickleGraph
    /// The offset of the next byte to read.
    package internal(set) var position: Int

    let input: Bytes
    let limits: PickleLimits
    /// Whether to go on where an unpickler might, even if not every one does or if the value that comes of it is
    /// not known: for whoever wants to know what a pickle does rather than what it holds.
    let isLenient: Bool
    /// Where the current opcode begins, and which it is.
    var opcodeOffset: Int
    private var opcodeByte = PickleOpcode.stop.rawValue
    /// Where the current frame ends, or the input.
    var readableEnd: Int
    var isInFrame = false
    var protocolVersion = 0

    var stack = PickleStack<PickleValue>()
    /// The height of the stack at each MARK.
    var marks = PickleStack<Int>()
    /// The height below which no value may be taken: that of the last MARK.
    var fence = 0
    var memo = PickleMemo()
    /// The one empty tuple.
    var emptyTuple: PickleNodeID?
    /// Tuples whose items can be hashed: each is checked once, however often it is a key or part of one.
    var hashableTuples: Set<PickleNodeID> = []
    var bufferCount: Int32 = 0
    var textBytes = 0
    /// Items of lists that were copied as arguments.
    var argumentCount = 0

    /// A machine for the pickle that begins at `offset`, 0 … `input.count`.
    ///
    /// - Parameter isLenient: to go on where some unpickler does and this one otherwise refuses. Frames are ignored,
    ///   as by CPython's unpickler in C; whatever can be iterated may be arguments, as for the one in Python; text
    ///   is a module's name also in its Python 2 form; a name that is not a constant is `PickleGlobal.undetermined`;
    ///   changes to what cannot be changed are left out. The graph is then a trace, not to be written back.
    package init(
        _ input: Bytes, from offset: Int = 0, limits: PickleLimits = PickleLimits(), isLenient: Bool = false
    ) {
        self.input = input
        self.limits = limits
        self.isLenient = isLenient
        position = min(max(offset, 0), input.count)
        opcodeOffset = position
        readableEnd = input.count
        // A node takes 11 to 14 bytes of a state dict's pickle.
        let expected = min((input.count - position) / 10, 1 << 17)
        graph = PickleGraph(reading: input, capacity: expected)
        graph.protocolVersion = 0
        memo.reserveCapacity(expected)
    }

    /// Reads up to and including STOP.
    package mutating func run() throws(PickleError) {
        let input = input
        try input.withUnsafeBytes { (bytes) throws(PickleError) in
            while try step(bytes) {}
        }
    }

    /// Executes opcodes up to the next `pause`, that one included, e.g. to deal with bytes after it that are no
    /// opcodes.
    /// - Parameter pause: another than LONG_BINPUT.
    /// - Returns: false after STOP.
    package mutating func run(through pause: PickleOpcode) throws(PickleError) -> Bool {
        let input = input
        return try input.withUnsafeBytes { (bytes) throws(PickleError) in
            while try step(bytes) { if opcodeByte == pause.rawValue { return true } }
            return false
        }
    }

    /// Passes `count` bytes that are not opcodes.
    /// - Throws: `PickleError.truncated` when they are not all there.
    package mutating func skip(_ count: Int) throws(PickleError) {
        try require(count)
        position += count
    }

    /// The value on top of the stack.
    package var topValue: PickleValue? { stack.last }

    /// Executes one opcode, and the LONG_BINPUT after one that makes an object. Returns false after STOP.
    @inline(__always)
    private mutating func step(_ bytes: UnsafeRawBufferPointer) throws(PickleError) -> Bool {
        opcodeOffset = position
        if position == readableEnd { try leaveFrame() }
        opcodeByte = bytes[position]
        position += 1
        // On the byte itself: making an enum of it first costs a second jump for each opcode.
        switch opcodeByte {
        // The ones that PyTorch's state dicts are made of.
        case PickleOpcode.binput.rawValue: try memoize(Int(load(UInt8.self, bytes)))
        case PickleOpcode.longBinput.rawValue: try memoize(Int(load(UInt32.self, bytes)))
        case PickleOpcode.binget.rawValue: try fetch(Int(load(UInt8.self, bytes)))
        case PickleOpcode.longBinget.rawValue: try fetch(Int(load(UInt32.self, bytes)))
        case PickleOpcode.binint1.rawValue: stack.append(.int(Int64(try load(UInt8.self, bytes))))
        case PickleOpcode.binint2.rawValue: stack.append(.int(Int64(try load(UInt16.self, bytes))))
        case PickleOpcode.binint.rawValue: stack.append(.int(Int64(try load(Int32.self, bytes))))
        case PickleOpcode.binunicode.rawValue: try pushText(bytes, count: Int(load(UInt32.self, bytes)))
        case PickleOpcode.mark.rawValue: pushMark()
        case PickleOpcode.tuple.rawValue: try pushTuple(from: popMark(), bytes)
        case PickleOpcode.tuple1.rawValue: try pushTuple(1, bytes)
        case PickleOpcode.tuple2.rawValue: try pushTuple(2, bytes)
        case PickleOpcode.tuple3.rawValue: try pushTuple(3, bytes)
        case PickleOpcode.emptyTuple.rawValue: try pushEmptyTuple()
        case PickleOpcode.newtrue.rawValue: stack.append(.bool(true))
        case PickleOpcode.newfalse.rawValue: stack.append(.bool(false))
        case PickleOpcode.none.rawValue: stack.append(.none)
        case PickleOpcode.reduce.rawValue: try construct(.reduce, bytes)
        case PickleOpcode.binpersid.rawValue: try pushPersistentID()
        default: return try stepRarely(bytes)
        }
        return true
    }

    /// The opcode that is being executed.
    var opcode: PickleOpcode { PickleOpcode(rawValue: opcodeByte) ?? .stop }

    private mutating func stepRarely(_ bytes: UnsafeRawBufferPointer) throws(PickleError) -> Bool {
        guard let opcode = PickleOpcode(rawValue: opcodeByte) else {
            throw .unknownOpcode(opcodeByte, offset: opcodeOffset)
        }
        switch opcode {
        case .proto: try setProtocol(Int(load(UInt8.self, bytes)))
        case .frame: try enterFrame(load(UInt64.self, bytes))
        case .stop:
            try stop()
            return false

        case .pop: try popOrUnmark()
        case .popMark: _ = try takeFromMark()
        case .dup: stack.append(try top())
        case .put: try memoize(index(line(bytes)))
        case .get: try fetch(index(line(bytes)))
        case .memoize: try memoize(memo.count)

        case .int: try pushIntegerText(line(bytes), isLong: false)
        case .long: try pushIntegerText(line(bytes), isLong: true)
        case .long1: try pushInteger(bytes, count: Int(load(UInt8.self, bytes)))
        case .long4: try pushInteger(bytes, count: length(load(Int32.self, bytes)))
        case .float: try pushFloatText(line(bytes))
        case .binfloat: stack.append(.float(Double(bitPattern: UInt64(bigEndian: try load(UInt64.self, bytes)))))

        case .unicode: try pushEscapedText(line(bytes))
        case .shortBinunicode: try pushText(bytes, count: Int(load(UInt8.self, bytes)))
        case .binunicode8: try pushText(bytes, count: length(load(UInt64.self, bytes)))
        case .string: try pushQuotedText(line(bytes))
        case .binstring: try push(.byteString(take(length(load(Int32.self, bytes)))))
        case .shortBinstring: try push(.byteString(take(Int(load(UInt8.self, bytes)))))
        case .shortBinbytes: try push(.bytes(take(Int(load(UInt8.self, bytes)))))
        case .binbytes: try push(.bytes(take(Int(load(UInt32.self, bytes)))))
        case .binbytes8: try push(.bytes(take(length(load(UInt64.self, bytes)))))
        case .bytearray8: try push(.byteArray(take(length(load(UInt64.self, bytes)))))
        case .nextBuffer: try pushBuffer()
        case .readonlyBuffer: try makeBufferReadOnly()

        case .emptyList: try push(.list([]))
        case .list: try push(.list(takeFromMark()))
        case .append: try append([pop()])
        case .appends: try append(takeFromMark())
        case .emptyDict: try push(.dict([]))
        case .dict:
            let entries = try takeEntriesFromMark()
            try checkKeys(entries)
            try push(.dict(entries))
        case .setitem: try setItem()
        case .setitems: try setItems(takeEntriesFromMark())
        case .emptySet: try push(.set([]))
        case .additems: try addItems(takeFromMark())
        case .frozenset:
            let items = try takeFromMark()
            try checkMembers(items)
            try push(.frozenSet(items))

        case .global: try pushGlobal(line(bytes), line(bytes))
        case .stackGlobal: try pushStackGlobal()
        case .ext1: try pushExtension(Int64(load(UInt8.self, bytes)))
        case .ext2: try pushExtension(Int64(load(UInt16.self, bytes)))
        case .ext4: try pushExtension(Int64(load(Int32.self, bytes)))
        case .newobj: try construct(.newObject, bytes)
        case .newobjEx: try constructExtended()
        case .inst: try constructInstance(line(bytes), line(bytes))
        case .obj: try constructFromMark()
        case .build: try build()
        case .persid: try pushPersistentID(line(bytes))
        default: throw .unknownOpcode(opcodeByte, offset: opcodeOffset)
        }
        return true
    }
}
