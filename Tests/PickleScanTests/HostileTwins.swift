import ByteIO
import Pickle

@testable import PickleScan
@testable import ZipArchive

/// Copies of a file, in each of which one of its pickles calls something harmful and is otherwise as before.
///
/// A call that takes its result off the stack again can stand between any two instructions of any pickle: in a plain
/// one, in the records of an archive, in the pickles of a legacy stream, and in bytes that a pickle contains.
struct HostileTwins {
    /// Of each pickle about so many places are tried, from first to last.
    var places = 8
    /// Whether the file is archives one after the other.
    let hasPieces: Bool

    /// A call in opcodes, which leaves the stack as it finds it.
    static let payloads: [(name: String, opcodes: [UInt8])] = {
        let system = Array("cos\nsystem\n(S'echo'\ntR".utf8)
        let pickle = system + Array(".".utf8)
        let bytes = Array("C".utf8) + [UInt8(pickle.count)] + pickle
        let text = { (opcodes: String) in Array(opcodes.utf8) }
        let attribute = "cbuiltins\ngetattr\n("
        return [
            ("os.system", system),
            ("builtins.exec", text("cbuiltins\nexec\n(S'1'\ntR")),
            (
                "an attribute of a module",
                text(attribute + "cbuiltins\n__import__\n(S'os'\ntRS'system'\ntR(S'echo'\ntR")
            ),
            ("a bound method", text(attribute + "ccode\nInteractiveInterpreter\n)RS'runsource'\ntR(S'1'\ntR")),
            ("functools.partial", text("cfunctools\npartial\n(cos\nsystem\nS'echo'\ntR)R")),
            ("pickle.loads of bytes", text("cpickle\nloads\n(") + bytes + text("tR")),
            ("torch.load of bytes", text("ctorch\nload\n(cio\nBytesIO\n(") + bytes + text("tRtR")),
            ("INST", text("(S'echo'\nios\nsystem\n")),
            ("OBJ", text("(cos\nsystem\nS'echo'\no")),
            ("STACK_GLOBAL", [0x8C, 2] + text("os") + [0x8C, 6] + text("system") + [0x93] + text("(S'echo'\ntR")),
            ("a path of code", text("crunpy\nrun_path\n(S'x.py'\ntR")),
        ].map { ($0.0, $0.1 + Array("0".utf8)) }
    }()

    /// The twins of a file, each with what it does and where.
    func twins(of file: Bytes) -> [(what: String, bytes: [UInt8])] {
        var number = 0
        return twins(of: Array(file), number: &number)
    }

    private func twins(of bytes: [UInt8], number: inout Int) -> [(what: String, bytes: [UInt8])] {
        if bytes.starts(with: Array("PK\u{3}\u{4}".utf8)) {
            let pieces = hasPieces ? Self.pieces(of: bytes) : [bytes]
            return pieces.enumerated().flatMap { position, piece in
                archiveTwins(of: piece, number: &number).map { twin in
                    var all = pieces
                    all[position] = twin.bytes
                    return (twin.what, all.flatMap { $0 })
                }
            }
        }
        // Texts and elements may read as pickles without a protocol by chance.
        guard bytes.first == PickleOpcode.proto.rawValue, OpcodeWalk(Bytes(bytes)).end == .stop else { return [] }
        return pickleTwins(of: bytes, number: &number)
    }

    // MARK: Archives

    private func archiveTwins(of bytes: [UInt8], number: inout Int) -> [(what: String, bytes: [UInt8])] {
        guard let zip = try? ZipArchive(Bytes(bytes)) else { return [] }
        let records = zip.entries.map { entry in (entry.name, (try? zip.data(of: entry)).map { Array($0) } ?? []) }
        return records.enumerated().flatMap { position, record in
            twins(of: record.1, number: &number).map { twin in
                var records = records
                records[position].1 = twin.bytes
                return ("\(record.0): \(twin.what)", Self.archive(records))
            }
        }
    }

    /// The archives of a file that has them one after the other.
    private static func pieces(of bytes: [UInt8]) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var start = 0
        for end in bytes.indices.dropLast(21)
        where bytes[end] == 0x50 && bytes[end...].starts(with: Array("PK\u{5}\u{6}".utf8)) {
            pieces.append(Array(bytes[start..<end + 22]))
            start = end + 22
        }
        if start < bytes.count { pieces.append(Array(bytes[start...])) }
        return pieces
    }

    private static func archive(_ records: [(name: String, data: [UInt8])]) -> [UInt8] {
        var file = LittleEndianBuffer()
        var directory = LittleEndianBuffer()
        for record in records {
            var header = RecordHeader(
                name: Array(record.name.utf8), size: UInt64(record.data.count), offset: UInt64(file.bytes.count), crc: 0
            )
            header.crc = Bytes(record.data).withUnsafeBytes { bytes in
                var checksum = CRC32()
                checksum.update(bytes)
                return checksum.value
            }
            header.appendLocal(alignment: 64, to: &file)
            file.append(record.data)
            header.appendDescriptor(to: &file)
            header.appendDirectoryEntry(to: &directory)
        }
        let end = EndRecords(
            entryCount: UInt64(records.count), directoryOffset: UInt64(file.bytes.count),
            directorySize: UInt64(directory.bytes.count))
        return file.bytes + directory.bytes + end.bytes
    }

    // MARK: Pickles

    private func pickleTwins(of bytes: [UInt8], number: inout Int) -> [(what: String, bytes: [UInt8])] {
        // Frames would have to grow with what is put into them; no unpickler needs them.
        let instructions = PickleOpcode.instructions(of: bytes).filter { $0[0] != PickleOpcode.frame.rawValue }
        var twins: [(what: String, bytes: [UInt8])] = []
        let places = instructions.indices.filter { instructions[$0].first != PickleOpcode.proto.rawValue }
        for place in stride(from: 0, to: places.count, by: max(1, places.count / self.places)) {
            let payload = Self.payloads[number % Self.payloads.count]
            number += 1
            var twin = instructions
            twin.insert(payload.opcodes, at: places[place])
            twins.append(("\(payload.name) before instruction \(places[place])", twin.flatMap { $0 }))
        }
        for (place, instruction) in instructions.enumerated() {
            guard case .counted(let width)? = PickleOpcode(rawValue: instruction[0])?.operand else { continue }
            for inner in self.twins(of: Array(instruction.dropFirst(1 + width)), number: &number)
            where width > 1 || inner.bytes.count < 256 {
                let length = (0..<width).map { UInt8(truncatingIfNeeded: inner.bytes.count >> (8 * $0)) }
                var twin = instructions
                twin[place] = [instruction[0]] + length + inner.bytes
                twins.append(("inside instruction \(place), \(inner.what)", twin.flatMap { $0 }))
            }
        }
        return twins
    }
}
