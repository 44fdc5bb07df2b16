import ByteIO
import Pickle

/// Pickles in a row.
extension FileScan {
    /// Looks into the pickles that a part begins with, and for others behind them.
    /// - Parameter isExpected: whether the part is known to be a pickle, so that a broken one is worth a word.
    /// - Returns: whether there was one.
    mutating func scanPickles(_ part: ScanPart, isExpected: Bool) -> Bool {
        var position = 0
        var number = 0
        var isLegacy = false
        while position < part.bytes.count, number < limits.pickles {
            let isKnown = isExpected && number == 0
            let walk = OpcodeWalk(part.bytes, from: position, limit: isKnown ? .max : limits.probedBytes)
            let isPickle = isKnown || walk.hasImports || walk.end == .stop && isProtocol(part.bytes, position)
            guard isPickle else { break }
            let trace = PickleTrace(part.bytes, from: position, limits: limits.pickle)
            guard isKnown || trace.isConvincing else { break }
            let here = number == 0 && trace.end == part.bytes.count ? part : part.pickle(number + 1)
            report(trace, walk, here, isExpected: isExpected || walk.end == .stop)
            number += 1
            if number == 1 { isLegacy = trace.isLegacyMagic }
            guard trace.stops, trace.end > position else { return true }
            position = trace.end
            // Behind its five pickles a legacy file has the tensors' bytes, which nothing unpickles.
            if isLegacy, number == 5 { return true }
        }
        if number == limits.pickles {
            add(.limit, .review, part, offset: position, "has more pickles in a row than \(limits.pickles)")
        }
        guard number > 0 else { return false }
        if position < part.bytes.count { scanTrail(part, from: position) }
        return true
    }

    /// A file by hand may have a few.
    private static let plainDuplications = 20

    private func isProtocol(_ bytes: Bytes, _ position: Int) -> Bool {
        position + 1 < bytes.count && bytes[position] == PickleOpcode.proto.rawValue && bytes[position + 1] <= 5
    }

    /// What one pickle does.
    mutating func report(_ trace: PickleTrace, _ walk: OpcodeWalk?, _ part: ScanPart, isExpected: Bool) {
        let inspection = PickleInspection(trace.graph, isTorchScript: part.isTorchScript)
        for observation in inspection.observations {
            add(
                Finding(
                    rule: observation.rule, global: observation.global, verdict: observation.verdict,
                    place: part.placeText, offset: observation.offset, reason: observation.reason))
        }
        if let frame = walk?.frameViolation {
            add(
                .brokenPickle, .dangerous, part, offset: frame,
                "has opcodes that cross the end of their frame: unpicklers disagree on what follows")
        } else if let flaw = trace.flaw, isExpected || !inspection.observations.isEmpty {
            let what = trace.stops ? "is read by some unpicklers only" : "is broken; what comes before the break runs"
            add(.brokenPickle, .review, part, offset: trace.end, "\(what): \(flaw)")
        }
        if let duplications = walk?.duplications, duplications > Self.plainDuplications {
            add(
                .limit, .review, part, offset: trace.end,
                "puts values on the stack twice \(duplications) times, as no pickler does")
        }
        for nested in inspection.nested {
            _ = scan(part.inner("bytes @0x\(String(nested.offset, radix: 16))", nested.bytes))
        }
        for inner in trace.inner { report(inner, nil, part, isExpected: true) }
    }

    // MARK: What follows

    /// Bytes behind the last pickle, which no loader reads on its own.
    private mutating func scanTrail(_ part: ScanPart, from position: Int) {
        let count = part.bytes.count - position
        guard let trail = try? part.bytes.slice(at: position, count: count) else { return }
        scanForPickles(part, from: position)
        if part.isInterleaved { return }
        // A zip archive behind a pickle has been looked into already.
        guard trail.contains(where: { $0 != 0 && $0 != 0x0A && $0 != 0x0D }), !trail.starts(with: [0x50, 0x4B]) else {
            return
        }
        add(
            .hiddenData, .review, part, offset: position,
            "has \(count) bytes behind the end of its last pickle, which no unpickler reads")
    }

    /// Searches data for pickles that begin with PROTO and import something.
    mutating func scanForPickles(_ part: ScanPart, from start: Int) {
        let end = min(part.bytes.count, start + limits.searchedBytes)
        var position = start
        var number = 0
        while let found = part.bytes.firstIndex(of: PickleOpcode.proto.rawValue, in: position..<end) {
            position = found + 1
            guard isProtocol(part.bytes, found), number < limits.pickles else { continue }
            let walk = OpcodeWalk(part.bytes, from: found, limit: limits.probedBytes)
            guard walk.hasImports else { continue }
            let trace = PickleTrace(part.bytes, from: found, limits: limits.pickle)
            guard trace.isConvincing else { continue }
            report(trace, walk, part.pickle(at: found), isExpected: trace.stops)
            number += 1
            position = max(trace.end, position)
        }
    }
}

extension ScanPart {
    /// One of several pickles in a row.
    fileprivate func pickle(_ number: Int) -> ScanPart {
        ScanPart(
            bytes: bytes, place: place + ["pickle \(number)"], name: name, depth: depth, isTorchScript: isTorchScript)
    }

    fileprivate func pickle(at offset: Int) -> ScanPart {
        ScanPart(
            bytes: bytes, place: place + ["pickle @0x\(String(offset, radix: 16))"], name: name, depth: depth,
            isTorchScript: isTorchScript)
    }
}

extension PickleTrace {
    /// Whether this is a pickle and not data that happens to read as the beginning of one: it comes to its end, or
    /// to a global with a name.
    fileprivate var isConvincing: Bool {
        stops
            || graph.imports.contains { id in
                guard let global = graph.importedGlobal(id) else { return false }
                return global.module != PickleGlobal.undetermined && global.name != PickleGlobal.undetermined
            }
    }

    /// Whether it is the number that PyTorch's legacy files begin with, 0x1950a86a20f9469cfc6c.
    fileprivate var isLegacyMagic: Bool {
        guard case .bigInteger(let integer)? = graph[graph.root] else { return false }
        return integer.bytes == [0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]
    }
}

extension Bytes {
    fileprivate func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
        withUnsafeBytes { buffer in
            UnsafeRawBufferPointer(rebasing: buffer[range]).firstIndex(of: byte).map { $0 + range.lowerBound }
        }
    }
}
