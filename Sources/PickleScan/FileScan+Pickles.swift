import ByteIO
import Pickle

/// Pickles in a row.
extension FileScan {
    /// Looks into the pickles that a part begins with, and for others after them.
    ///
    /// Data that reads as a pickle which imports nothing and has no PROTO may be anything; it counts once a pickle
    /// that does follows it.
    /// - Parameter isExpected: whether the part is known to be a pickle, so that a broken one is worth a word.
    /// - Returns: whether there was one.
    mutating func scanPickles(_ part: ScanPart, isExpected: Bool) -> Bool {
        /// Behind the last pickle that counts, and after the last that may be one.
        var (end, position) = (0, 0)
        var (number, passed) = (0, 0)
        var legacy: TorchStream?
        while position < part.bytes.count, passed < limits.pickles {
            var isKnown = isExpected && number == 0 || legacy != nil
            let walk = OpcodeWalk(part.bytes, from: position)
            guard isKnown || walk.hasImports || walk.end == .stop else { break }
            let trace = PickleTrace(part.bytes, from: position, limits: limits.pickle)
            if passed == 0, trace.isLegacyMagic { (legacy, isKnown) = (TorchStream(), true) }
            passed += 1
            guard isKnown || walk.hasImports || isProtocol(part.bytes, position) else {
                position = walk.position
                continue
            }
            guard isKnown || trace.isConvincing else { break }
            let here = passed == 1 && trace.end == part.bytes.count ? part : part.pickle(passed)
            report(trace, walk, here, isExpected: isExpected || walk.end == .stop)
            number += 1
            guard trace.stops, trace.end > position else { return true }
            (end, position) = (trace.end, trace.end)
            legacy?.enter(trace.graph)
            if let legacy, number == TorchStream.pickleCount {
                scanBehind(legacy, part, from: end)
                return true
            }
        }
        if passed == limits.pickles {
            add(.limit, .review, part, offset: position, "has more pickles in a row than \(limits.pickles)")
        }
        if number > 0 {
            if end < part.bytes.count { scanTrail(part, from: end) }
        } else if passed > 0 {
            scanForPickles(part, from: position)
        }
        return number > 0
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
            add(ScanFinding(observation, place: part.placeText))
        }
        add(RestrictedUnpickler(trace.graph).refusals, at: part.placeText)
        if let (opcode, offset) = walk?.unsupported {
            let what = "the opcode \(opcode)"
            add([RestrictedUnpickler.Refusal(what: what, keyPath: "", offset: offset)], at: part.placeText)
        }
        if trace.hasUnclearArrays {
            add(
                .brokenPickle, .dangerous, part, offset: trace.end,
                "holds an array of joblib's that does not say its size as NumPy does: unpicklers disagree on what follows"
            )
        }
        if let frame = walk?.frameViolation {
            add(
                .brokenPickle, .dangerous, part, offset: frame,
                "has opcodes that cross the end of their frame: unpicklers disagree on what follows")
            scanDivergence(part, from: frame)
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
            let inner = part.inner("bytes @0x\(String(nested.offset, radix: 16))", nested.bytes)
            if scan(inner) == ScanForm.other.rawValue, nested.isLoaded {
                add(.brokenPickle, .dangerous, inner, "is loaded as a pickle, but does not read as one")
            }
        }
        for inner in trace.inner { report(inner, nil, part, isExpected: true) }
    }

    // MARK: What follows

    /// Limits for what follows an opcode that crosses its frame: in how many bytes readings may begin, how far each is
    /// walked to find an import, and how many are traced.
    private static let (divergentBytes, divergentWalk, divergentReadings) = (1 << 14, 1 << 12, 64)

    /// Reports every import that an unpickler may run that goes on at another byte.
    private mutating func scanDivergence(_ part: ScanPart, from start: Int) {
        guard divergences < limits.divergences else { return }
        divergences += 1
        var position = start + 1
        var number = 0
        while position < min(part.bytes.count, start + Self.divergentBytes), number < Self.divergentReadings {
            defer { position += 1 }
            let walk = OpcodeWalk(part.bytes, from: position, limit: Self.divergentWalk)
            guard probe(walk.work, part) else { return }
            guard walk.hasImports else { continue }
            number += 1
            let trace = PickleTrace(part.bytes, from: position, limits: limits.pickle)
            guard probe(trace.work, part) else { return }
            guard trace.isConvincing else { continue }
            report(trace, nil, part.pickle(at: position), isExpected: false)
            position = max(position, trace.end - 1)
        }
    }

    /// The storages of a legacy file are elements, which nothing unpickles; what follows them may be anything.
    private mutating func scanBehind(_ stream: TorchStream, _ part: ScanPart, from start: Int) {
        let storages = stream.storages(in: part.bytes, from: start)
        for storage in storages where storage.isExtraState {
            scanExtraState(part.inner("storage \(storage.key)", storage.elements))
        }
        let end = storages.reduce(start) { $0 + TorchStream.countSize + $1.elements.count }
        guard end < part.bytes.count, let rest = try? part.bytes.slice(at: end, count: part.bytes.count - end) else {
            return
        }
        let behind = part.inner("after the storages @0x\(String(end, radix: 16))", rest)
        guard enter(behind), !scanPickles(behind, isExpected: false) else { return }
        scanTrail(part, from: end)
    }

    /// The bytes of a tensor that Transformer Engine and Megatron unpickle when they restore a module.
    mutating func scanExtraState(_ part: ScanPart) {
        guard ScanPart.canHide(part.bytes, goesOn: false) else { return }
        _ = scan(part)
    }

    /// Bytes after the last pickle, which no loader reads on its own.
    mutating func scanTrail(_ part: ScanPart, from position: Int) {
        let count = part.bytes.count - position
        guard let trail = try? part.bytes.slice(at: position, count: count) else { return }
        scanForPickles(part, from: position)
        if part.isInterleaved { return }
        // A zip archive after a pickle has been looked into already.
        guard trail.contains(where: { $0 != 0 && $0 != 0x0A && $0 != 0x0D }), !trail.starts(with: [0x50, 0x4B]) else {
            return
        }
        add(
            .hiddenData, .review, part, offset: position,
            "has \(count) bytes after the end of its last pickle, which no unpickler reads")
    }

    /// Searches data for pickles that begin with PROTO and import something.
    /// - Parameters:
    ///   - count: the bytes that are searched; nil for as many as `limits` allows.
    ///   - believes: whether what reads as a pickle is one.
    mutating func scanForPickles(
        _ part: ScanPart, from start: Int, count: Int? = nil, believes: (PickleTrace) -> Bool = { _ in true }
    ) {
        let end = min(part.bytes.count, start + (count ?? limits.searchedBytes))
        var position = start
        var number = 0
        // A pickle may reach beyond what is searched.
        while position < end,
            let found = part.bytes.firstIndex(of: PickleOpcode.proto.rawValue, in: position..<end)
        {
            position = found + 1
            guard isProtocol(part.bytes, found), number < limits.pickles else { continue }
            let walk = OpcodeWalk(part.bytes, from: found, limit: limits.probedBytes)
            guard probe(walk.work, part) else { return }
            guard walk.hasImports else { continue }
            let trace = PickleTrace(part.bytes, from: found, limits: limits.pickle)
            guard probe(trace.work, part) else { return }
            guard trace.isConvincing, believes(trace) else { continue }
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

extension Bytes {
    func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
        withUnsafeBytes { buffer in
            UnsafeRawBufferPointer(rebasing: buffer[range]).firstIndex(of: byte).map { $0 + range.lowerBound }
        }
    }
}
