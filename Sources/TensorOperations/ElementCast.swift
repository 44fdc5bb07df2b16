import ByteIO
import TensorCore

/// The elements of one type as those of another.
struct ElementCast {
    let from: DType
    let to: DType

    static func isEncodable(_ dtype: DType) -> Bool { dtype.isEncodable }

    /// Elements that are whole numbers.
    private static func isWhole(_ dtype: DType) -> Bool { dtype.isInteger || dtype == .bool }

    static func isPossible(from: DType, to: DType) -> Bool {
        from == to || from.isReal && from.valuesPerElement == 1 && (to.isEncodable || isWhole(to))
    }

    /// Elements that are converted at a time.
    private static let chunk = 4_096

    /// - Parameters:
    ///   - isExact: whether every value must be kept.
    ///   - overflow: counts the numbers that are too large for a floating-point `to`; infinities too, if it has none.
    /// - Throws: `OperationError.inexact` for a value that `to` does not have: where all must be kept, and always
    ///   for numbers outside of an integer type's range and NaN.
    func cast(_ view: TensorView, isExact: Bool, overflow: OverflowTally? = nil) throws -> TensorView {
        guard from != to else { return view }
        let source = view.contiguous()
        let type = TensorType(to, view.shape)
        let threshold = overflow == nil || to.hasRange(of: from) ? nil : to.overflowThreshold
        let bytes = try Bytes(count: type.byteCount()) { target in
            try source.withUnsafeBytes { source in
                var first = 0
                while first < view.layout.count {
                    let count = min(Self.chunk, view.layout.count - first)
                    let input = UnsafeRawBufferPointer(
                        rebasing: source[first * from.byteWidth..<(first + count) * from.byteWidth])
                    let output = UnsafeMutableRawBufferPointer(
                        rebasing: target[first * to.byteWidth..<(first + count) * to.byteWidth])
                    let failed = try convert(input, output, count)
                    if let threshold { overflow?.add(try self.count(input, count, from: threshold)) }
                    let inexact =
                        try failed ?? (isExact ? firstChange(input, UnsafeRawBufferPointer(output), count) : nil)
                    if let inexact { throw OperationError.inexact(element: first + inexact, from, to) }
                    first += count
                }
            }
        }
        return try TensorView(bytes, type)
    }

    /// How many numbers have at least that magnitude; infinities only where the type has none.
    private func count(_ source: UnsafeRawBufferPointer, _ count: Int, from threshold: Double) throws -> Int {
        let isLost = !to.hasInfinity
        if from == .float64 || from.byteWidth == 8 {
            return (try decoded(source, count) as [Double]).count {
                $0.magnitude >= threshold && ($0.isFinite || isLost)
            }
        }
        let limit = Float(threshold)
        return (try decoded(source, count) as [Float]).count { $0.magnitude >= limit && ($0.isFinite || isLost) }
    }

    /// - Returns: the first element whose value the type cannot hold at all.
    private func convert(
        _ source: UnsafeRawBufferPointer, _ target: UnsafeMutableRawBufferPointer, _ count: Int
    ) throws -> Int? {
        if Self.isWhole(to) {
            if Self.isWhole(from) { return storeWhole(wholeNumbers(source, count), target) }
            return storeTruncated(try decoded(source, count) as [Double], target)
        }
        if to == .float64 {
            let values: [Double] = try decoded(source, count)
            values.withUnsafeBytes { target.copyMemory(from: $0) }
        } else {
            let values: [Float] = try decoded(source, count)
            values.withUnsafeBufferPointer { to.encode($0, into: target) }
        }
        return nil
    }

    private func decoded(_ source: UnsafeRawBufferPointer, _ count: Int) throws -> [Float] {
        try [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
            try from.decode(source, into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
            initialized = count
        }
    }

    private func decoded(_ source: UnsafeRawBufferPointer, _ count: Int, as dtype: DType? = nil) throws -> [Double] {
        try [Double](unsafeUninitializedCapacity: count) { buffer, initialized in
            try (dtype ?? from).decode(source, into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
            initialized = count
        }
    }

    private func wholeNumbers(_ source: UnsafeRawBufferPointer, _ count: Int, as dtype: DType? = nil) -> [Int128] {
        func load<Bits: FixedWidthInteger & BitwiseCopyable>(_ type: Bits.Type) -> [Int128] {
            (0..<count).map {
                Int128(Bits(littleEndian: source.loadUnaligned(fromByteOffset: $0 * type.bitWidth / 8, as: type)))
            }
        }
        switch dtype ?? from {
        case .int64: return load(Int64.self)
        case .int32: return load(Int32.self)
        case .int16: return load(Int16.self)
        case .int8: return load(Int8.self)
        case .uint64: return load(UInt64.self)
        case .uint32: return load(UInt32.self)
        case .uint16: return load(UInt16.self)
        case .bool: return load(UInt8.self).map { $0 == 0 ? 0 : 1 }
        default: return load(UInt8.self)
        }
    }

    private func storeTruncated(_ values: [Double], _ target: UnsafeMutableRawBufferPointer) -> Int? {
        if to == .bool { return storeWhole(values.map { $0 == 0 ? 0 : 1 }, target) }
        if let failed = values.firstIndex(where: { !($0.magnitude < 0x1p100) }) { return failed }
        return storeWhole(values.map { Int128($0.rounded(.towardZero)) }, target)
    }

    private func storeWhole(_ values: [Int128], _ target: UnsafeMutableRawBufferPointer) -> Int? {
        func store<Bits: FixedWidthInteger & BitwiseCopyable>(_ type: Bits.Type) -> Int? {
            for (index, value) in values.enumerated() {
                guard let bits = Bits(exactly: value) else { return index }
                target.storeBytes(of: bits.littleEndian, toByteOffset: index * type.bitWidth / 8, as: type)
            }
            return nil
        }
        switch to {
        case .int64: return store(Int64.self)
        case .int32: return store(Int32.self)
        case .int16: return store(Int16.self)
        case .int8: return store(Int8.self)
        case .uint64: return store(UInt64.self)
        case .uint32: return store(UInt32.self)
        case .uint16: return store(UInt16.self)
        case .bool:
            for (index, value) in values.enumerated() { target[index] = value == 0 ? 0 : 1 }
            return nil
        default: return store(UInt8.self)
        }
    }

    /// The first element whose value is another after the cast; NaN stays NaN.
    private func firstChange(
        _ source: UnsafeRawBufferPointer, _ target: UnsafeRawBufferPointer, _ count: Int
    ) throws -> Int? {
        if Self.isWhole(from), Self.isWhole(to) {
            return zip(wholeNumbers(source, count), wholeNumbers(target, count, as: to)).enumerated()
                .first { $0.element.0 != $0.element.1 }?.offset
        }
        let pairs = zip(try decoded(source, count) as [Double], try decoded(target, count, as: to))
        return pairs.enumerated().first { _, pair in pair.0 != pair.1 && !(pair.0.isNaN && pair.1.isNaN) }?.offset
    }
}
