import ByteIO
import Pickle

/// A look at opcodes without a stack: how far a run of bytes reads as a pickle, and whether it imports anything.
///
/// Tells a pickle from other data at little cost. What an unpickler cannot decode, or a global whose name no module
/// can have, ends the walk.
struct OpcodeWalk {
    /// How a walk ends.
    enum End: Equatable {
        case stop
        case invalid
        /// The input ends inside an opcode or before STOP.
        case truncated
        case limit
    }

    private(set) var end = End.truncated
    /// Behind STOP, or where the walk ended.
    private(set) var position: Int
    /// Whether an opcode was passed that gives access to something outside the pickle.
    private(set) var hasImports = false
    /// How often DUP was passed, which no pickler writes.
    private(set) var duplications = 0
    /// The first opcode that crosses the end of its frame, or frame that begins inside another.
    private(set) var frameViolation: Int?

    /// The first opcode that PyTorch's restricted unpickler does not know.
    private(set) var unsupported: (opcode: PickleOpcode, offset: Int)?

    private var frameEnd: Int?
    /// How much was looked at: opcodes and bytes of lines.
    private(set) var work = 0
    /// Where lines are no longer looked for.
    private let stop: Int

    /// - Parameter limit: bytes after which the walk ends.
    init(_ bytes: Bytes, from start: Int = 0, limit: Int = .max) {
        position = start
        let (sum, overflow) = start.addingReportingOverflow(limit)
        stop = overflow ? bytes.count : min(bytes.count, sum)
        bytes.withUnsafeBytes { buffer in
            while step(buffer) {
                if position >= stop, position < bytes.count {
                    end = .limit
                    return
                }
            }
        }
    }

    /// Passes one opcode. Returns false at the end of the walk.
    private mutating func step(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard position < bytes.count else { return false }
        guard let opcode = PickleOpcode(rawValue: bytes[position]) else {
            end = .invalid
            return false
        }
        let start = position
        position += 1
        work += 1
        guard pass(opcode.operand, bytes) else {
            position = start
            return false
        }
        if let frameEnd {
            if opcode == .frame ? start < frameEnd : start < frameEnd && position > frameEnd {
                frameViolation = frameViolation ?? start
            }
            if position >= frameEnd { self.frameEnd = nil }
        }
        switch opcode {
        case .proto where bytes[start + 1] > 5:
            end = .invalid
            return false
        case .frame:
            let size = bytes.loadUnaligned(fromByteOffset: start + 1, as: UInt64.self)
            if let size = Int(exactly: UInt64(littleEndian: size)), size <= bytes.count - position {
                frameEnd = position + size
            } else {
                frameViolation = frameViolation ?? start
            }
        case .global, .inst:
            let lines = bytes[start + 1..<position - 1].split(separator: 0x0A, omittingEmptySubsequences: false)
            guard lines.count == 2, Self.isWord(lines[0]), String(validating: lines[1], as: UTF8.self) != nil else {
                position = start
                end = .invalid
                return false
            }
            // `torch.ops` and `torch.classes` have an attribute of any name: it does not end the walk.
            if Self.isWord(lines[1]) { hasImports = true }
        case .stackGlobal, .ext1, .ext2, .ext4: hasImports = true
        case .dup: duplications += 1
        case .stop:
            end = .stop
            return false
        default: break
        }
        if unsupported == nil, !RestrictedUnpickler.reads(opcode) { unsupported = (opcode, start) }
        return true
    }

    private mutating func pass(_ operand: PickleOpcode.Operand, _ bytes: UnsafeRawBufferPointer) -> Bool {
        switch operand {
        case .none: return true
        case .bytes(let count): return pass(count, bytes)
        case .lines(let count):
            for _ in 0..<count {
                let rest = bytes[min(position, stop)..<stop]
                guard let newline = rest.firstIndex(of: 0x0A) else {
                    work += rest.count
                    return false
                }
                work += newline + 1 - position
                position = newline + 1
            }
            return true
        case .counted(let width):
            guard width <= bytes.count - position else { return false }
            var length: UInt64 = 0
            for index in (0..<width).reversed() { length = length << 8 | UInt64(bytes[position + index]) }
            position += width
            guard let length = Int(exactly: length) else { return false }
            return pass(length, bytes)
        }
    }

    private mutating func pass(_ count: Int, _ bytes: UnsafeRawBufferPointer) -> Bool {
        guard count <= bytes.count - position else { return false }
        position += count
        return true
    }

    /// Whether a line can be the name of a module, or of what is in it as Python writes it: printable ASCII, not empty.
    private static func isWord(_ line: Slice<UnsafeRawBufferPointer>) -> Bool {
        !line.isEmpty && line.allSatisfy { (0x21...0x7E).contains($0) }
    }
}

extension PickleOpcode {
    /// What follows an opcode.
    package enum Operand {
        case none
        case bytes(Int)
        /// Lines of text, each with its newline.
        case lines(Int)
        /// A length of so many bytes, little-endian, and as much data.
        case counted(width: Int)
    }

    /// Source: `pickletools.opcodes` of CPython 3.11.
    package var operand: Operand {
        switch self {
        case .binint1, .binget, .binput, .ext1, .proto: .bytes(1)
        case .binint2, .ext2: .bytes(2)
        case .binint, .longBinget, .longBinput, .ext4: .bytes(4)
        case .binfloat, .frame: .bytes(8)
        case .int, .long, .float, .string, .unicode, .get, .put, .persid: .lines(1)
        case .global, .inst: .lines(2)
        case .shortBinstring, .shortBinunicode, .shortBinbytes, .long1: .counted(width: 1)
        case .binstring, .binunicode, .binbytes, .long4: .counted(width: 4)
        case .binunicode8, .binbytes8, .bytearray8: .counted(width: 8)
        default: .none
        }
    }

    /// The instructions of all pickles that follow each other, each with its operand, and what follows them as one.
    package static func instructions(of bytes: [UInt8]) -> [[UInt8]] {
        var instructions: [[UInt8]] = []
        var place = 0
        while place < bytes.count {
            guard let count = PickleOpcode(rawValue: bytes[place])?.operand.count(in: bytes[(place + 1)...]) else {
                break
            }
            instructions.append(Array(bytes[place...place + count]))
            place += 1 + count
        }
        if place < bytes.count { instructions.append(Array(bytes[place...])) }
        return instructions
    }
}

extension PickleOpcode.Operand {
    /// Bytes that it takes at the beginning of `bytes`; nil for one that is cut.
    fileprivate func count(in bytes: ArraySlice<UInt8>) -> Int? {
        switch self {
        case .none: return 0
        case .bytes(let count): return count <= bytes.count ? count : nil
        case .counted(let width):
            guard width <= bytes.count else { return nil }
            let count = bytes.prefix(width).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            return count <= bytes.count - width ? width + Int(count) : nil
        case .lines(let lines):
            var left = lines
            for (place, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
                left -= 1
                if left == 0 { return place + 1 }
            }
            return nil
        }
    }
}
