import ByteIO
import TensorCore

extension TensorComputation {
    /// In bytes, of a result: so much is made at a time.
    public static let blockSize = 1 << 23

    /// Whether a result is made block by block: where it has more than one, and its operations allow it.
    public func hasBlocks(_ index: Int, size: Int = blockSize) -> Bool {
        (try? rowsPerBlock(of: index, size)) ?? nil != nil && blocks(of: index) != nil
    }

    private func blocks(of index: Int) -> TensorBlock? {
        (try? TensorDivision(pipeline.operations, types))?.blocks(ofResult: index)
    }

    /// Nil for a result of one block.
    private func rowsPerBlock(of index: Int, _ size: Int) throws -> Int? {
        let whole = try results[index].byteCount()
        guard let rows = results[index].shape.first, rows > 1, whole > size else { return nil }
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
        guard let block = blocks(of: index), let rows = try rowsPerBlock(of: index, size) else {
            return try result(index, source: source).withUnsafeBytes(body)
        }
        let sources = try BlockSources(self, source)
        let count = results[index].shape[0]
        for start in stride(from: 0, to: count, by: rows) {
            let view: TensorView
            do {
                view = try block.view(start..<min(start + rows, count)) { try sources.view(of: $0, part: $1) }
            } catch is OperationError {
                // What is wrong is counted in elements of the whole.
                _ = try result(index) { sources.elements[$0] ?? Bytes() }
                throw OperationError.syntax("a block differs from the whole")
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
            return part.axis == 0 || whole.bytes.fileRegion == nil ? view : try view.compacted(from: type)
        }
    }
}

extension TensorView {
    /// In bytes of the mapped file that are in memory at a time.
    private static let windowSize = 1 << 24

    /// A copy of some columns of a tensor in a mapped file, which is gone through once from its start to its end.
    /// - Parameter type: that of the tensor, of which the view has all indices along the first axis.
    fileprivate func compacted(from type: TensorType) throws -> TensorView {
        let rowBytes = try type.byteCount() / max(shape[0], 1)
        let rows = max(Self.windowSize / max(rowBytes, 1), 1)
        let partBytes = layout.count / max(shape[0], 1) * dtype.byteWidth
        let compact = try Bytes(count: layout.count * dtype.byteWidth) { target in
            for start in stride(from: 0, to: shape[0], by: rows) {
                let count = min(rows, shape[0] - start)
                try part(axis: 0, start: start, size: count).copy(
                    into: UnsafeMutableRawBufferPointer(
                        rebasing: target[start * partBytes..<(start + count) * partBytes]))
                try bytes.slice(at: start * rowBytes, count: count * rowBytes).releasePages()
            }
        }
        return try TensorView(compact, self.type)
    }
}
