import ByteIO
import TensorCore

extension TensorComputation {
    /// In bytes, of a result: so much is made at a time. The memory that one block leaves serves the next.
    package static let blockSize = 1 << 20
    /// Results of fewer bytes are made as a whole.
    package static let wholeSize = 1 << 22

    /// Whether a result is made block by block: where it is large, and its operations allow it.
    package func hasBlocks(_ index: Int, size: Int = wholeSize) -> Bool {
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
    /// - Parameters:
    ///   - overflow: counts what a cast finds too large.
    ///   - source: the elements of a source by its position; asked for once.
    /// - Throws: as `result(_:source:)`, and what `body` throws.
    package func forEachBlock(
        of index: Int, size: Int = blockSize, overflow: OverflowTally? = nil,
        source: (Int) throws -> SourceElements, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        guard let block = blocks(of: index), let rows = rowsPerBlock(of: index, size) else {
            return try result(index, overflow: overflow) { try rowMajor($0, source($0)) }.withUnsafeBytes(body)
        }
        var sources = try BlockSources(self, source)
        let count = results[index].shape[0]
        for start in stride(from: 0, to: count, by: rows) {
            let view: TensorView
            do {
                view = try block.view(start..<min(start + rows, count), overflow) { try sources.view(of: $0, part: $1) }
            } catch let error as OperationError {
                // The whole counts its elements from its own first one.
                _ = try result(index) { try rowMajor($0, sources.elements[$0] ?? SourceElements(Bytes())) }
                throw error
            }
            try view.contiguous().withUnsafeBytes(body)
            sources.releasePages()
        }
    }

    /// The elements of a source in row-major order.
    private func rowMajor(_ position: Int, _ elements: SourceElements) throws -> Bytes {
        guard elements.layout != nil, let operand = operands.firstIndex(of: .source(position)) else {
            return elements.bytes
        }
        return try elements.view(types[operand]).contiguous()
    }
}
