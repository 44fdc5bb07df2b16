import ByteIO
import CheckpointIO
import PlatformC
import TensorCore

/// Reads pairs of tensors, part by part on all processors, and compares them.
///
/// What is found does not depend on how the work is divided. Bytes that are the same on both sides are not decoded.
struct PairReading {
    struct Pair: Sendable {
        let left: ComparedTensor
        let right: ComparedTensor
    }

    private let lefts, rights: [ComparedTensor]
    /// Which of `lefts` is compared with which of `rights`.
    private let positions: [(left: Int, right: Int)]
    /// Elements of a part: whole chunks.
    private static let partCount = chunkCount << 7
    /// Elements that are decoded at a time.
    fileprivate static let chunkCount = 1 << 13
    /// Elements that are read at a time: whole chunks. Of a tensor in pieces every read makes whole blocks.
    fileprivate static let readCount = 1 << 18
    /// Bytes that are read between two reports of progress, and parts.
    private static let groupSize = 1 << 28
    private static let groupCount = 1 << 10

    init(_ lefts: [ComparedTensor], _ rights: [ComparedTensor], _ positions: [(left: Int, right: Int)]) {
        self.lefts = lefts
        self.rights = rights
        self.positions = positions
    }

    private func pair(_ index: Int) -> Pair {
        Pair(left: lefts[positions[index].left], right: rights[positions[index].right])
    }

    /// A run of elements of one pair.
    private struct Part: Sendable {
        let pair: Int
        let elements: Range<Int>
        /// The bytes of both sides together.
        let size: Int
    }

    private enum Finding: Sendable {
        /// The bytes of a part are the same.
        case same(nonFinite: Int)
        case differs
        case sums(ValueSums)
    }

    /// The outcome of each pair.
    func outcomes(_ progress: (_ done: Int, _ total: Int) -> Void) throws -> [ValueComparison.Outcome] {
        var outcomes = [ValueComparison.Outcome](repeating: .withoutElements, count: positions.count)
        let open = try positions.indices.filter { index in
            let pair = pair(index)
            guard pair.left.shape == pair.right.shape else {
                outcomes[index] = .otherShape
                return false
            }
            guard pair.left.byteCount != nil, pair.right.byteCount != nil else { return false }
            try pair.left.checkSpread()
            try pair.right.checkSpread()
            return true
        }
        let parts = open.flatMap { self.parts(of: $0) }
        let total = parts.reduce(0) { $0 + $1.size }
        var done = 0
        progress(done, total)
        // First whether the bytes are the same; of the others, in a second pass, by how much they differ.
        var nonFinite = [Int](repeating: 0, count: positions.count)
        var differing: Set<Int> = []
        try forEachGroup(of: parts, compareBytes) { part, finding in
            if case .same(let count) = finding { nonFinite[part.pair] += count } else { differing.insert(part.pair) }
            done += part.size
            progress(done, total)
        }
        for pair in open where !differing.contains(pair) { outcomes[pair] = .identical(nonFinite: nonFinite[pair]) }
        for pair in differing where self.pair(pair).isOfBytes {
            outcomes[pair] = .otherBytes
            differing.remove(pair)
        }
        // The parts of a pair follow each other.
        var sums: (pair: Int, sums: ValueSums)?
        func close() {
            guard let (pair, total) = sums else { return }
            outcomes[pair] = .compared(ValueComparison.Figures(total, self.pair(pair).left))
        }
        let changed = parts.filter { differing.contains($0.pair) }
        try forEachGroup(of: changed, compareNumbers) { part, finding in
            guard case .sums(let next) = finding else { return }
            if sums?.pair != part.pair {
                close()
                sums = (part.pair, ValueSums())
            }
            sums?.sums.append(next)
            progress(done, total)
        }
        close()
        return outcomes
    }

    /// Compares parts on all processors, as many at a time as `groupSize` and `groupCount` say, and passes on what was
    /// found, in order.
    private func forEachGroup(
        of parts: [Part], _ compare: @Sendable (Part) throws -> Finding, _ body: (Part, Finding) -> Void
    ) throws {
        var rest = parts[...]
        while !rest.isEmpty {
            var size = 0
            let group = rest.prefix(Self.groupCount).prefix { part in
                guard size < Self.groupSize else { return false }
                size += part.size
                return true
            }
            let first = group.startIndex
            let found = concurrentMap(group.count) { index in Result { try compare(group[first + index]) } }
            for (part, finding) in zip(group, found) { body(part, try finding.get()) }
            rest = rest[group.endIndex...]
        }
    }

    private func parts(of index: Int) -> [Part] {
        let pair = pair(index)
        let count = pair.elementCount
        let size = (pair.left.byteCount ?? 0) + (pair.right.byteCount ?? 0)
        guard count > 0 else { return [Part(pair: index, elements: 0..<0, size: 0)] }
        let step = pair.left.hasRanges && pair.right.hasRanges ? Self.partCount : count
        return stride(from: 0, to: count, by: step).map { first in
            let elements = first..<min(first + step, count)
            return Part(pair: index, elements: elements, size: size / count * elements.count)
        }
    }

    private func compareBytes(_ part: Part) throws -> Finding {
        let pair = pair(part.pair)
        guard pair.left.dtype == pair.right.dtype, pair.left.hasEqualReading(to: pair.right) else { return .differs }
        var isSame = true
        var nonFinite = 0
        try pair.forEachChunk(part.elements) { left, right, _ in
            isSame = left.hasBytes(of: right)
            if isSame { nonFinite += pair.left.dtype.nonFiniteCount(left) }
            return isSame
        }
        return isSame ? .same(nonFinite: nonFinite) : .differs
    }

    private func compareNumbers(_ part: Part) throws -> Finding {
        let pair = pair(part.pair)
        guard let left = pair.left.reading, let right = pair.right.reading else { return .differs }
        let capacity = Self.chunkCount * 2
        let numbers = UnsafeMutableBufferPointer<Double>.allocate(capacity: 2 * capacity)
        defer { numbers.deallocate() }
        var sums = ValueSums()
        try pair.forEachChunk(part.elements) { a, b, first in
            let perElement = pair.left.numbersPerElement
            let count = a.count / pair.left.dtype.byteWidth * perElement
            let lefts = UnsafeMutableBufferPointer(rebasing: numbers[..<count])
            let rights = UnsafeMutableBufferPointer(rebasing: numbers[capacity..<capacity + count])
            try left.decode(a, into: lefts)
            try right.decode(b, into: rights)
            var next = ValueSums(
                UnsafeBufferPointer(lefts), UnsafeBufferPointer(rights), first: first * perElement)
            if pair.left.dtype == pair.right.dtype { next.addLost(a, b, pair.left.dtype, first: first) }
            sums.append(next)
            return true
        }
        return .sums(sums)
    }
}

extension PairReading.Pair {
    var elementCount: Int { left.dtype.elementsPerByte > 1 ? left.byteCount ?? 0 : left.shape.reduce(1, *) }

    /// Whether only the bytes can be compared.
    fileprivate var isOfBytes: Bool {
        left.reading == nil || right.reading == nil || left.numbersPerElement != right.numbersPerElement
    }

    /// Calls `body` with equal runs of elements of both sides and the position of the first, until it returns false.
    fileprivate func forEachChunk(
        _ elements: Range<Int>, _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer, Int) throws -> Bool
    ) throws {
        guard !elements.isEmpty else { return }
        if let parts = left.parts, right.hasRanges {
            return try withoutActuallyEscaping(body) { try forEachChunk(of: parts, $0) }
        }
        // What must be made whole is made once.
        let step = left.hasRanges && right.hasRanges ? PairReading.readCount : elements.count
        let capacity = min(step, elements.count)
        let a = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity * left.elementWidth, alignment: 64)
        let b = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity * right.elementWidth, alignment: 64)
        defer {
            a.deallocate()
            b.deallocate()
        }
        for start in stride(from: elements.lowerBound, to: elements.upperBound, by: step) {
            let read = start..<min(start + step, elements.upperBound)
            try left.copyElements(read, into: a)
            try right.copyElements(read, into: b)
            for first in stride(from: 0, to: read.count, by: PairReading.chunkCount) {
                let chunk = first..<min(first + PairReading.chunkCount, read.count)
                guard try body(left.bytes(chunk, of: a), right.bytes(chunk, of: b), start + first) else { return }
            }
        }
    }
}

extension PairReading.Pair {
    /// Ends the computing of parts that nobody needs any more.
    private struct Stop: Error {}

    /// The same for a left side that is computed part by part, all of it.
    private func forEachChunk(
        of parts: ComputedTensor.Parts,
        _ body: @escaping (UnsafeRawBufferPointer, UnsafeRawBufferPointer, Int) throws -> Bool
    ) throws {
        let width = left.elementWidth
        let a = UnsafeMutableRawBufferPointer.allocate(byteCount: PairReading.readCount * width, alignment: 64)
        let b = UnsafeMutableRawBufferPointer.allocate(
            byteCount: PairReading.readCount * right.elementWidth, alignment: 64)
        defer {
            a.deallocate()
            b.deallocate()
        }
        var (filled, start) = (0, 0)
        var isStopped = false
        func compare() throws {
            let read = start..<start + filled / width
            try right.copyElements(read, into: b)
            for first in stride(from: 0, to: read.count, by: PairReading.chunkCount) {
                let chunk = first..<min(first + PairReading.chunkCount, read.count)
                guard try body(left.bytes(chunk, of: a), right.bytes(chunk, of: b), start + first) else {
                    isStopped = true
                    throw Stop()
                }
            }
            (filled, start) = (0, read.upperBound)
        }
        do {
            try parts { block in
                var rest = block[...]
                while !rest.isEmpty {
                    let part = rest.prefix(a.count - filled)
                    UnsafeMutableRawBufferPointer(rebasing: a[filled..<filled + part.count])
                        .copyMemory(from: UnsafeRawBufferPointer(rebasing: part))
                    filled += part.count
                    rest = rest.dropFirst(part.count)
                    if filled == a.count { try compare() }
                }
            }
            if filled > 0 { try compare() }
        } catch  where isStopped {}
    }
}

extension ComparedTensor {
    /// Bytes of an element; 1 for types of which several are in a byte.
    fileprivate var elementWidth: Int { dtype.elementsPerByte > 1 ? 1 : dtype.byteWidth }

    /// Copies elements to the start of a buffer.
    fileprivate func copyElements(_ elements: Range<Int>, into buffer: UnsafeMutableRawBufferPointer) throws {
        let range = elements.lowerBound * elementWidth..<elements.upperBound * elementWidth
        try copyBytes(range, into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<range.count]))
    }

    /// The bytes of elements that lie in a buffer.
    fileprivate func bytes(_ elements: Range<Int>, of buffer: UnsafeMutableRawBufferPointer) -> UnsafeRawBufferPointer {
        let range = elements.lowerBound * elementWidth..<elements.upperBound * elementWidth
        return UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[range])
    }

    /// Whether equal bytes are equal numbers: two quantized tensors may have other scales.
    fileprivate func hasEqualReading(to other: ComparedTensor) -> Bool {
        reading?.quantization?.scale == other.reading?.quantization?.scale
            && reading?.quantization?.zeroPoint == other.reading?.quantization?.zeroPoint
    }
}

extension ValueComparison.Figures {
    init(_ sums: ValueSums, _ tensor: ComparedTensor) {
        let shape = tensor.shape
        (changed, count) = (sums.changed, sums.count)
        max = sums.max
        var rest = (sums.largest?.position ?? 0) / tensor.numbersPerElement
        var place = [Int](repeating: 0, count: shape.count)
        for axis in shape.indices.reversed() where shape[axis] > 0 {
            place[axis] = rest % shape[axis]
            rest /= shape[axis]
        }
        self.place = place
        rms = sums.rms
        (relative, cosine) = (sums.relative, sums.cosine)
        (nonFiniteLeft, nonFiniteRight) = sums.nonFinite
        nonFiniteChanges = sums.nonFiniteChanges
        (squaredDifference, squaredLeft) = (sums.squaredDifference, sums.squaredLeft)
    }
}

extension DType {
    /// How many NaN and infinities little-endian elements hold; 0 for types that have none.
    fileprivate func nonFiniteCount(_ bytes: UnsafeRawBufferPointer) -> Int {
        switch self {
        case .float32: Self.count(bytes, exponent: 0x7F80_0000 as UInt32)
        case .float64: Self.count(bytes, exponent: 0x7FF0_0000_0000_0000 as UInt64)
        case .float16: Self.count(bytes, exponent: 0x7C00 as UInt16)
        case .bfloat16: Self.count(bytes, exponent: 0x7F80 as UInt16)
        case .float8_e5m2: bytes.count { $0 & 0x7C == 0x7C }
        case .float8_e4m3fn: bytes.count { $0 & 0x7F == 0x7F }
        case .float8_e4m3fnuz, .float8_e5m2fnuz: bytes.count { $0 == 0x80 }
        case .float8_e8m0fnu: bytes.count { $0 == 0xFF }
        case .complex64: Self.count(bytes, exponent: 0x7F80_0000 as UInt32)
        case .complex128: Self.count(bytes, exponent: 0x7FF0_0000_0000_0000 as UInt64)
        case .complex32: Self.count(bytes, exponent: 0x7C00 as UInt16)
        case .bcomplex32: Self.count(bytes, exponent: 0x7F80 as UInt16)
        default: 0
        }
    }

    /// Numbers whose exponent's bits are all set.
    private static func count<Bits: FixedWidthInteger & BitwiseCopyable>(
        _ bytes: UnsafeRawBufferPointer, exponent: Bits
    ) -> Int {
        let width = MemoryLayout<Bits>.size
        var count = 0
        for index in 0..<bytes.count / width {
            let bits = Bits(littleEndian: bytes.loadUnaligned(fromByteOffset: index &* width, as: Bits.self))
            count &+= bits & exponent == exponent ? 1 : 0
        }
        return count
    }
}

extension UnsafeRawBufferPointer {
    /// - Precondition: both are as long as each other.
    fileprivate func hasBytes(of other: UnsafeRawBufferPointer) -> Bool {
        guard let own = baseAddress, let others = other.baseAddress else { return true }
        return memcmp(own, others, count) == 0
    }
}
