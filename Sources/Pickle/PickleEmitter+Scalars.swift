import ByteIO

/// Numbers, strings, bytes and globals.
extension PickleEmitter {
    mutating func emit(_ opcode: PickleOpcode) { output.append(opcode.rawValue) }

    mutating func emit(littleEndian value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { output.append(contentsOf: $0) }
    }

    mutating func emit(bigEndian value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.bigEndian) { output.append(contentsOf: $0) }
    }

    // MARK: Numbers

    mutating func emit(_ value: Int64) {
        if let value = UInt8(exactly: value) {
            emit(.binint1)
            output.append(value)
        } else if let value = UInt16(exactly: value) {
            emit(.binint2)
            emit(littleEndian: value)
        } else if let value = Int32(exactly: value) {
            emit(.binint)
            emit(littleEndian: value)
        } else {
            let bytes = PickleInteger(value).bytes
            emit(.long1)
            output.append(UInt8(bytes.count))
            output += bytes
        }
    }

    mutating func emit(_ integer: PickleInteger) throws(PickleError) {
        if let count = UInt8(exactly: integer.bytes.count) {
            emit(.long1)
            output.append(count)
        } else if let count = Int32(exactly: integer.bytes.count) {
            emit(.long4)
            emit(littleEndian: count)
        } else {
            throw .tooLong(type: "int", length: integer.bytes.count)
        }
        output += integer.bytes
    }

    // MARK: Strings

    mutating func writeString(_ text: String, _ id: PickleNodeID) throws(PickleError) {
        try emitText(text)
        memoize(id)
    }

    /// - Parameter utf8: of a `str`; may have lone surrogates.
    mutating func writeString(_ utf8: Bytes, _ id: PickleNodeID) throws(PickleError) {
        try utf8.withUnsafeBytes { (utf8) throws(PickleError) in try emitText(utf8) }
        memoize(id)
    }

    private mutating func emitText(_ text: String) throws(PickleError) {
        var text = text
        var failure: PickleError?
        text.withUTF8 { utf8 in
            do throws(PickleError) { try emitText(UnsafeRawBufferPointer(utf8)) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    mutating func emitText(_ utf8: UnsafeRawBufferPointer) throws(PickleError) {
        if version >= 4, let count = UInt8(exactly: utf8.count) {
            emit(.shortBinunicode)
            output.append(count)
        } else if let count = UInt32(exactly: utf8.count) {
            emit(.binunicode)
            emit(littleEndian: count)
        } else {
            neededVersion = max(neededVersion, 4)
            emit(.binunicode8)
            emit(littleEndian: UInt64(utf8.count))
        }
        output.append(contentsOf: utf8)
    }

    mutating func writeByteString(_ bytes: Bytes, _ id: PickleNodeID) throws(PickleError) {
        if let count = UInt8(exactly: bytes.count) {
            emit(.shortBinstring)
            output.append(count)
        } else if let count = Int32(exactly: bytes.count) {
            emit(.binstring)
            emit(littleEndian: count)
        } else {
            throw .tooLong(type: "Python 2 str", length: bytes.count)
        }
        append(bytes)
        memoize(id)
    }

    private mutating func append(_ bytes: Bytes) { bytes.withUnsafeBytes { output.append(contentsOf: $0) } }

    // MARK: Bytes

    /// Without the memo slot. Below protocol 3 as a call that gives the bytes.
    mutating func emitBytes(_ bytes: Bytes) throws(PickleError) {
        guard version >= 3 else { return try emitReducedBytes(bytes) }
        if let count = UInt8(exactly: bytes.count) {
            emit(.shortBinbytes)
            output.append(count)
        } else if let count = UInt32(exactly: bytes.count) {
            emit(.binbytes)
            emit(littleEndian: count)
        } else {
            neededVersion = max(neededVersion, 4)
            emit(.binbytes8)
            emit(littleEndian: UInt64(bytes.count))
        }
        append(bytes)
    }

    private mutating func emitReducedBytes(_ bytes: Bytes) throws(PickleError) {
        if bytes.isEmpty {
            try emitGlobal(PickleGlobal(module: "builtins", name: "bytes"))
            emit(.emptyTuple)
        } else {
            try emitGlobal(PickleGlobal(module: "_codecs", name: "encode"))
            try emitText(bytes.latin1Text)
            emitPut()
            if let latin1Slot {
                emitGet(latin1Slot)
            } else {
                try emitText("latin1")
                latin1Slot = emitPut()
            }
            emit(.tuple2)
            emitPut()
        }
        emit(.reduce)
    }

    mutating func writeByteArray(_ bytes: Bytes, _ id: PickleNodeID) throws(PickleError) {
        if version >= 5 {
            emit(.bytearray8)
            emit(littleEndian: UInt64(bytes.count))
            append(bytes)
        } else {
            try emitGlobal(PickleGlobal(module: "builtins", name: "bytearray"))
            if bytes.isEmpty {
                emit(.emptyTuple)
            } else {
                try emitBytes(bytes)
                emitPut()
                emit(.tuple1)
                emitPut()
            }
            emit(.reduce)
        }
        memoize(id)
    }

    // MARK: Globals

    mutating func writeGlobal(_ global: PickleGlobal, _ id: PickleNodeID) throws(PickleError) {
        if version < 4, global.isNested { return try emitNested(global) }
        slots[id.index] = Int32(truncatingIfNeeded: try emitGlobal(global))
    }

    /// A nested class or a method below protocol 4: `getattr(getattr(module.A, 'B'), 'C')`, without a slot.
    private mutating func emitNested(_ global: PickleGlobal) throws(PickleError) {
        let path = global.name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        for _ in path.dropFirst() { try emitGlobal(PickleGlobal(module: "builtins", name: "getattr")) }
        try emitGlobal(PickleGlobal(module: global.module, name: path[0]))
        for name in path.dropFirst() {
            try emitText(name)
            emitPut()
            emit(.tuple2)
            emitPut()
            emit(.reduce)
        }
    }

    /// Writes a global under the name that the protocol wants, or fetches it. Returns its slot.
    @discardableResult
    mutating func emitGlobal(_ global: PickleGlobal) throws(PickleError) -> Int {
        let spelled = version < 3 ? global.asPython2 : global.resolved
        if let slot = globalSlots[spelled] {
            emitGet(slot)
            return slot
        }
        if spelled.hasNewline || spelled.isNested {
            neededVersion = max(neededVersion, 4)
            try emitText(spelled.module)
            emitPut()
            try emitText(spelled.name)
            emitPut()
            emit(.stackGlobal)
        } else {
            emit(.global)
            emitLines(spelled)
        }
        let slot = emitPut()
        globalSlots[spelled] = slot
        return slot
    }

    mutating func emitLines(_ global: PickleGlobal) {
        output.append(contentsOf: global.module.utf8)
        output.append(0x0A)
        output.append(contentsOf: global.name.utf8)
        output.append(0x0A)
    }

    mutating func emitExtension(_ code: Int32) {
        if let code = UInt8(exactly: code) {
            emit(.ext1)
            output.append(code)
        } else if let code = UInt16(exactly: code) {
            emit(.ext2)
            emit(littleEndian: code)
        } else {
            emit(.ext4)
            emit(littleEndian: code)
        }
    }

    /// Buffers travel in order: they can only be written in the order in which they were read.
    mutating func writeBuffer(_ index: Int32, _ isReadOnly: Bool, _ id: PickleNodeID) throws(PickleError) {
        guard index == bufferCount else {
            throw .unwritable(type: "an out-of-band buffer", needed: "number \(bufferCount)", found: "\(index)")
        }
        bufferCount += 1
        neededVersion = max(neededVersion, 5)
        emit(.nextBuffer)
        if isReadOnly { emit(.readonlyBuffer) }
        memoize(id)
    }
}

extension PickleGlobal {
    /// Whether the name cannot be written as lines: GLOBAL and INST cannot hold it, only STACK_GLOBAL.
    var hasNewline: Bool { module.utf8.contains(0x0A) || name.utf8.contains(0x0A) }

    /// Whether the name is a path of attributes, which an unpickler follows from protocol 4 on.
    var isNested: Bool { !usesPython2Names && name.utf8.contains(UInt8(ascii: ".")) }
}
