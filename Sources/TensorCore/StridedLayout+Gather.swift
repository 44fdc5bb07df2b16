/// Copying a tensor's elements out of its storage, and byte orders.
extension StridedLayout {
    /// Copies the elements in row-major order.
    /// - Parameter storage: at least `requiredElements · width` bytes.
    /// - Parameter width: bytes an element.
    /// - Parameter target: exactly `count · width` bytes.
    package func gather(
        from storage: UnsafeRawBufferPointer, width: Int, into target: UnsafeMutableRawBufferPointer
    ) {
        gather(0..<count, from: storage, width: width, into: target)
    }

    /// Copies a part of the elements in row-major order.
    /// - Parameter elements: in `0..<count`, counted in that order.
    /// - Parameter storage: at least `requiredElements · width` bytes.
    /// - Parameter width: bytes an element.
    /// - Parameter target: exactly `elements.count · width` bytes.
    package func gather(
        _ elements: Range<Int>, from storage: UnsafeRawBufferPointer, width: Int,
        into target: UnsafeMutableRawBufferPointer
    ) {
        precondition(width > 0 && storage.count / width >= requiredElements, "the storage is too short")
        precondition(
            target.count == elements.count * width, "\(target.count) bytes for \(elements.count) elements of \(width)")
        guard let source = storage.baseAddress, let start = target.baseAddress else { return }
        if isContiguous {
            return start.copyMemory(
                from: source + (offset + elements.lowerBound) * width, byteCount: elements.count * width)
        }
        if elements.count == count, let transposition = Transposition(self) {
            return transposition.copy(width: width, from: source, into: start)
        }
        var next = start
        forEachRow(of: elements) { first, length, step in
            let row = source + first * width
            if step == 1 || length == 1 {
                next.copyMemory(from: row, byteCount: length * width)
            } else {
                switch width {
                case 1: copy(UInt8.self, row, next, length, step)
                case 2: copy(UInt16.self, row, next, length, step)
                case 4: copy(UInt32.self, row, next, length, step)
                case 8: copy(UInt64.self, row, next, length, step)
                default:
                    for index in 0..<length {
                        (next + index * width).copyMemory(from: row + index * step * width, byteCount: width)
                    }
                }
            }
            next += length * width
        }
    }
}

extension DType {
    /// Turns the bytes of elements from one byte order into the other, in place.
    /// - Parameter bytes: whole elements.
    package func swapByteOrder(_ bytes: UnsafeMutableRawBufferPointer) {
        switch swapUnit {
        case 2: swap(UInt16.self, bytes)
        case 4: swap(UInt32.self, bytes)
        case 8: swap(UInt64.self, bytes)
        default: break
        }
    }
}

/// What PyTorch's conjugate and negative bits leave to do. Integers and bools never have these bits.
extension DType {
    /// Negates floating-point and complex elements in place.
    /// - Parameter bytes: whole little-endian elements; those of types of other kinds stay as they are.
    package func negate(_ bytes: UnsafeMutableRawBufferPointer) {
        guard isFloatingPoint || isComplex else { return }
        flipSigns(bytes, from: 0, step: swapUnit)
    }

    /// Replaces complex elements by their conjugates in place.
    package func conjugate(_ bytes: UnsafeMutableRawBufferPointer) {
        guard isComplex else { return }
        flipSigns(bytes, from: swapUnit, step: byteWidth)
    }

    /// Flips the highest bit of the little-endian number of `swapUnit` bytes at `first` and each `step` further.
    private func flipSigns(_ bytes: UnsafeMutableRawBufferPointer, from first: Int, step: Int) {
        for start in stride(from: first, to: bytes.count, by: step) { bytes[start + swapUnit - 1] ^= 0x80 }
    }
}

@inline(__always)
private func copy<Bits: BitwiseCopyable>(
    _ type: Bits.Type, _ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer, _ count: Int, _ step: Int
) {
    let width = MemoryLayout<Bits>.size
    for index in 0..<count {
        let element = source.loadUnaligned(fromByteOffset: index &* step &* width, as: type)
        target.storeBytes(of: element, toByteOffset: index &* width, as: type)
    }
}

@inline(__always)
private func swap<Bits: FixedWidthInteger & BitwiseCopyable>(
    _ type: Bits.Type, _ bytes: UnsafeMutableRawBufferPointer
) {
    guard let start = bytes.baseAddress else { return }
    let width = MemoryLayout<Bits>.size
    for index in 0..<bytes.count / width {
        let bits = start.loadUnaligned(fromByteOffset: index &* width, as: type)
        start.storeBytes(of: bits.byteSwapped, toByteOffset: index &* width, as: type)
    }
}
