import ByteIO

/// Taking a tensor's bytes out of its data file.
extension BundleEntry {
    /// The entry's bytes as they lie in its data file, not copied and not checked.
    package func data(in file: Bytes) throws(BundleError) -> Bytes {
        do throws(ByteError) {
            return try file.slice(at: offset, count: size)
        } catch {
            throw .entry(key: key, .outOfBounds(offset: offset, size: size, limit: file.count))
        }
    }

    /// Checks the bytes of an entry that is no string against its checksum.
    package func verify(_ data: Bytes) throws(BundleError) {
        let found = CRC32C(data).masked
        guard found == checksum else { throw .entry(key: key, .checksum(declared: checksum, found: found)) }
    }

    /// The strings of a tensor of strings, in row-major order: their lengths as varints, the masked CRC-32C of the
    /// lengths, then their bytes one after the other. Both checksums are verified.
    ///
    /// Source: `ReadStringTensor` in `tensorflow/core/util/tensor_bundle/tensor_bundle.cc`.
    package func strings(_ data: Bytes, _ order: ByteOrder) throws(BundleError) -> [Bytes] {
        // Each has a length of one byte at least.
        guard elementCount <= data.count else { throw .entry(key: key, .strings) }
        var cursor = ByteCursor(data)
        var lengths: [Int] = []
        lengths.reserveCapacity(elementCount)
        var sum = CRC32C()
        for _ in 0..<elementCount {
            guard let length = cursor.varintCount() else { throw .entry(key: key, .strings) }
            lengths.append(length)
            if let short = UInt32(exactly: length) { sum.add(short, order) } else { sum.add(UInt64(length), order) }
        }
        guard let declared = try? cursor.u32(order) else { throw .entry(key: key, .strings) }
        guard declared == sum.masked else {
            throw .entry(key: key, .checksum(declared: declared, found: sum.masked))
        }
        sum.add(declared, order)
        var strings: [Bytes] = []
        strings.reserveCapacity(elementCount)
        for length in lengths {
            guard let string = try? cursor.take(length) else { throw .entry(key: key, .strings) }
            sum.add(string)
            strings.append(string)
        }
        guard cursor.isAtEnd else { throw .entry(key: key, .strings) }
        guard sum.masked == checksum else {
            throw .entry(key: key, .checksum(declared: checksum, found: sum.masked))
        }
        return strings
    }

    /// The elements of a partitioned variable, put together from the elements of its slices.
    /// - Parameter data: of each of `parts`, in their order.
    package func assembled(_ data: [Bytes]) -> Bytes {
        let width = type.byteWidth ?? 1
        return Bytes(count: elementCount * width) { target in
            for (part, bytes) in zip(parts, data) where !bytes.isEmpty {
                bytes.withUnsafeBytes { copy(part.slice, from: $0, to: target, width: width) }
            }
        }
    }

    /// Copies the rows of a slice to their places.
    private func copy(
        _ slice: TensorSlice, from source: UnsafeRawBufferPointer, to target: UnsafeMutableRawBufferPointer,
        width: Int
    ) {
        guard let rowLength = slice.lengths.last.map({ $0 * width }) else {
            target.copyMemory(from: source)
            return
        }
        var strides = [Int](repeating: width, count: shape.count)
        for axis in shape.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * shape[axis + 1] }
        var position = slice.starts
        for row in 0..<source.count / rowLength {
            let offset = zip(position, strides).reduce(0) { $0 + $1.0 * $1.1 }
            target[offset..<offset + rowLength].copyBytes(
                from: source[row * rowLength..<(row + 1) * rowLength])
            for axis in shape.indices.dropLast().reversed() {
                position[axis] += 1
                if position[axis] < slice.starts[axis] + slice.lengths[axis] { break }
                position[axis] = slice.starts[axis]
            }
        }
    }
}
