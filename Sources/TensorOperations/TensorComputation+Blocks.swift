import ByteIO
import TensorCore

extension TensorComputation {
    /// In bytes, of a result: so much is made at a time.
    public static let blockSize = 1 << 22

    /// Whether a result is made block by block: where it has more than one, and its operations allow it.
    public func hasBlocks(_ index: Int, size: Int = blockSize) -> Bool {
        rowsPerBlock(of: index, size) != nil && blocks(of: index) != nil
    }

    private func blocks(of index: Int) -> TensorBlock? {
        (try? TensorDivision(pipeline.operations, types))?.blocks(ofResult: index)
    }

    /// Nil for a result of one block.
    private func rowsPerBlock(of index: Int, _ size: Int) -> Int? {
        guard let rows = results[index].shape.first, rows > 1, let whole = try? results[index].byteCount(), whole > size
        else { return nil }
        return max(size / (whole / rows), 1)
    }

    /// Calls `body` with the elements of a result, row-major and little-endian, block by block. What was read of mapped
    /// files does not stay resident.
    /// A result that has no blocks comes as a whole.
    /// - Parameter source: the elements of a source, row-major and little-endian, by its position; asked for once.
    /// - Throws: as `result(_:source:)`, and what `body` throws.
    public func forEachBlock(
        of index: Int, size: Int = blockSize, source: (Int) throws -> Bytes,
        _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        guard let block = blocks(of: index), let rows = rowsPerBlock(of: index, size) else {
            return try result(index, source: source).withUnsafeBytes(body)
        }
        let sources = try BlockSources(self, source)
        let count = results[index].shape[0]
        for start in stride(from: 0, to: count, by: rows) {
            let view: TensorView
            do {
                view = try block.view(start..<min(start + rows, count)) { try sources.view(of: $0, part: $1) }
            } catch let error as OperationError {
                // The whole counts its elements from its own first one.
                _ = try result(index) { sources.elements[$0] ?? Bytes() }
                throw error
            }
            try view.contiguous().withUnsafeBytes(body)
            sources.releasePages()
        }
    }

    /// The operands of a computation, from which parts are taken.
    private struct BlockSources {
        let operands: [Operand]
        let types: [TensorType]
        /// By position.
        private(set) var elements: [Int: Bytes] = [:]

        init(_ computation: TensorComputation, _ source: (Int) throws -> Bytes) throws {
            operands = computation.operands
            types = computation.types
            for case .source(let position) in operands where elements[position] == nil {
                elements[position] = try source(position)
            }
        }

        func releasePages() { for bytes in elements.values { bytes.releasePages() } }

        func view(of operand: Int, part: (axis: Int, run: Range<Int>)?) throws -> TensorView {
            let type = types[operand]
            guard case .source(let position) = operands[operand] else {
                var shape = type.shape
                if let part { shape[part.axis] = part.run.count }
                let zeros = TensorType(type.dtype, shape)
                return try TensorView(
                    Bytes(count: zeros.byteCount()) { $0.initializeMemory(as: UInt8.self, repeating: 0) }, zeros)
            }
            let whole = try TensorView(elements[position] ?? Bytes(), type)
            guard let part else { return whole }
            let view = try whole.part(axis: part.axis, start: part.run.lowerBound, size: part.run.count)
            return part.axis == 0 || whole.bytes.fileRegion == nil ? view : try view.compacted(partAlong: part.axis)
        }
    }
}

extension TensorView {
    /// In bytes of a mapped file that are in memory at a time.
    private static let windowSize = 1 << 23

    /// A copy of a part of a tensor in a mapped file, which is gone through once from its start to its end.
    /// - Parameter axis: the only one along which the part has not all indices; not the first.
    fileprivate func compacted(partAlong axis: Int) throws -> TensorView {
        let compact = try Bytes(count: layout.count * dtype.byteWidth) { target in
            try copy(into: target, partAlong: axis, of: 0..<bytes.count)
        }
        return try TensorView(compact, type)
    }

    /// - Parameter region: the bytes that the tensor takes of which this is a part.
    private func copy(into target: UnsafeMutableRawBufferPointer, partAlong axis: Int, of region: Range<Int>) throws {
        guard let count = shape.first, count > 0 else { return }
        let (rowBytes, partBytes) = (region.count / count, target.count / count)
        // A row of which the part has all indices along the next axis, too, can be gone through by itself.
        let isDivided = rowBytes > Self.windowSize && axis > 1
        let rows = isDivided ? 1 : max(Self.windowSize / max(rowBytes, 1), 1)
        for start in stride(from: 0, to: count, by: rows) {
            let taken = min(rows, count - start)
            let place = UnsafeMutableRawBufferPointer(
                rebasing: target[start * partBytes..<(start + taken) * partBytes])
            let window = region.lowerBound + start * rowBytes..<region.lowerBound + (start + taken) * rowBytes
            if isDivided {
                try member(axis: 0, index: start).copy(into: place, partAlong: axis - 1, of: window)
            } else {
                try part(axis: 0, start: start, size: taken).copy(into: place)
                try bytes.slice(window).releasePages()
            }
        }
    }
}
