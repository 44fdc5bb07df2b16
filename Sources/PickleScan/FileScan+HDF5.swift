import ByteIO
import JSON
import Pickle
import ZipArchive

/// HDF5: attributes and data sets, any of which may be a pickle that a program loads, as PyTables and hickle do.
///
/// The file is searched, not read: for pickles where they lie as they are, for chunks that are packed, and for globals by
/// pickle's text opcodes.
extension FileScan {
    mutating func scanHDF5(_ part: ScanPart) {
        scanForLayers(part)
        if !findings.contains(where: { $0.reason == Self.lambda }) { scanForLayersOfCode(part) }
        scanForPickles(part, from: 0, count: part.bytes.count, believes: Self.hasPlainNames)
        scanForTextGlobals(part)
        scanForChunks(part)
    }

    /// Whether what reads as a pickle names what Python can import: numbers do by accident not.
    private static func hasPlainNames(_ trace: PickleTrace) -> Bool {
        var isNamed = false
        for id in trace.graph.imports {
            guard let global = trace.graph.importedGlobal(id) else { return false }
            if global.module == PickleGlobal.undetermined || global.name == PickleGlobal.undetermined { continue }
            guard (global.module + "." + global.name).utf8.allSatisfy({ $0.isWord || $0 == UInt8(ascii: ".") }) else {
                return false
            }
            isNamed = true
        }
        return isNamed
    }

    /// A model's description, which Keras keeps as JSON in an attribute: every object with a `class_name`.
    private mutating func scanForLayers(_ part: ScanPart) {
        let key = Array("\"class_name\"".utf8)
        var position = 0
        while let found = part.bytes.firstRange(of: key, from: position) {
            position = found + key.count
            let first = max(found - Self.longestLine, 0)
            guard let before = try? part.bytes.slice(first..<found),
                let brace = before.lastIndex(of: UInt8(ascii: "{")).map({ first + $0 })
            else { continue }
            let (isWhole, count) = part.bytes.withUnsafeBytes { text in
                let rest = UnsafeRawBufferPointer(rebasing: text[brace...])
                var reader = JSONReader(rest, maximumDepth: 512, acceptsNonFinite: true)
                let isWhole = (try? scanValue(&reader, part)) != nil
                return (isWhole, reader.offset)
            }
            guard probe(64 + count, part) else { return }
            if isWhole { position = max(position, brace + count) }
        }
    }

    /// Pickles of protocol 0, which have no mark, as PyTables writes attributes.
    private mutating func scanForTextGlobals(_ part: ScanPart) {
        for opcode in [PickleOpcode.global, .inst] {
            var position = 0
            while let found = part.bytes.firstIndex(of: opcode.rawValue, in: position..<part.bytes.count) {
                position = found + 1
                guard let module = line(part.bytes, at: position), !module.isEmpty,
                    let name = line(part.bytes, at: position + module.utf8.count + 1), !name.isEmpty
                else { continue }
                let walk = OpcodeWalk(part.bytes, from: found, limit: limits.probedBytes)
                guard probe(walk.work, part) else { return }
                guard walk.end == .stop else { continue }
                let global = PickleGlobal(module: module, name: name, usesPython2Names: true)
                let judgement = GlobalCatalog.judgement(of: global)
                guard judgement.verdict == .dangerous else { continue }
                add(
                    .hiddenData, .dangerous, part, offset: found,
                    "has a pickle with \(module).\(name): it \(judgement.reason)")
            }
        }
    }

    private static let longestLine = 256

    /// A name that ends with its line.
    private func line(_ bytes: Bytes, at start: Int) -> String? {
        var end = start
        while end < bytes.count, end - start < Self.longestLine, bytes[end].isWord || bytes[end] == UInt8(ascii: ".") {
            end += 1
        }
        guard end < bytes.count, bytes[end] == 0x0A, let text = try? bytes.slice(start..<end) else { return nil }
        return String(decoding: Array(text), as: UTF8.self)
    }

    /// The second bytes of zlib's data, by how well they are packed.
    private static let levels: Set<UInt8> = [0x01, 0x5E, 0x9C, 0xDA]

    /// Chunks that HDF5's filter has packed.
    private mutating func scanForChunks(_ part: ScanPart) {
        let end = part.bytes.count
        var position = 0
        while let found = part.bytes.firstIndex(of: 0x78, in: position..<end) {
            position = found + 1
            guard position < end, Self.levels.contains(part.bytes[position]),
                let rest = try? part.bytes.slice(found..<part.bytes.count)
            else { continue }
            guard probe(64, part) else { return }
            let head = rest.inflated(.zlib, limit: min(4096, unpackable))
            guard head.isWhole || head.isCut, head.bytes.first == PickleOpcode.proto.rawValue,
                ScanPart.canHide(head.bytes, goesOn: head.isCut)
            else { continue }
            let unpacked = rest.inflated(.zlib, limit: unpackable)
            unpackable -= unpacked.bytes.count
            let inner = part.inner("packed chunk @0x\(String(found, radix: 16))", unpacked.bytes)
            guard enter(inner) else { return }
            _ = scanPickles(inner, isExpected: false)
            position = max(position, end - unpacked.trailing)
        }
    }
}
