import ByteIO
import TensorCore

/// The elements of a tensor in memory, little-endian.
package struct SourceElements {
    package let bytes: Bytes
    /// How they lie there, within the bytes; nil for row-major order.
    package let layout: StridedLayout?

    package init(_ bytes: Bytes, _ layout: StridedLayout? = nil) {
        self.bytes = bytes
        self.layout = layout
    }

    /// - Throws: `OperationError.bytes` for row-major elements that are not as many as `type` has.
    func view(_ type: TensorType) throws -> TensorView {
        if let layout { TensorView(bytes, type.dtype, layout) } else { try TensorView(bytes, type) }
    }
}

/// The operands of a computation, from which the parts for one block after the other are taken.
struct BlockSources {
    /// Position of an operand → its elements.
    private(set) var elements: [Int: SourceElements] = [:]

    private let operands: [TensorComputation.Operand]
    private let types: [TensorType]
    /// What was last copied of an operand.
    private var strips: [Int: Strip] = [:]

    /// A run along an axis of a tensor, which has all indices along the others.
    private struct Strip {
        let axis: Int
        let run: Range<Int>
        let view: TensorView
    }

    /// In bytes, of all strips. Each costs a walk through its tensor, so that it serves several blocks.
    private static let stripSize = 24 << 20

    /// - Parameter source: gives the elements of a source by its position.
    init(_ computation: TensorComputation, _ source: (Int) throws -> SourceElements) throws {
        operands = computation.operands
        types = computation.types
        for case .source(let position) in operands where elements[position] == nil {
            elements[position] = try source(position)
        }
    }

    /// Takes what was read of mapped files out of resident memory.
    func releasePages() { for source in elements.values { source.bytes.releasePages() } }

    /// A run of indices along an axis of an operand, or all of it.
    mutating func view(of operand: Int, part: (axis: Int, run: Range<Int>)?) throws -> TensorView {
        let type = types[operand]
        guard case .source(let position) = operands[operand] else {
            var shape = type.shape
            if let part { shape[part.axis] = part.run.count }
            let zeros = TensorType(type.dtype, shape)
            return try TensorView(
                Bytes(count: zeros.byteCount()) { $0.initializeMemory(as: UInt8.self, repeating: 0) }, zeros)
        }
        let source = elements[position] ?? SourceElements(Bytes())
        let whole = try source.view(type)
        guard let (axis, run) = part else { return whole }
        // A strip is copied from rows that follow each other in the file.
        guard axis > 0, source.layout == nil, whole.bytes.fileRegion != nil else {
            return try whole.part(axis: axis, start: run.lowerBound, size: run.count)
        }
        let strip = try strip(of: operand, whole, axis, from: run)
        return try strip.view.part(axis: axis, start: run.lowerBound - strip.run.lowerBound, size: run.count)
    }

    /// - Parameter run: what the strip holds at least.
    private mutating func strip(
        of operand: Int, _ whole: TensorView, _ axis: Int, from run: Range<Int>
    ) throws -> Strip {
        if let strip = strips[operand], strip.axis == axis, strip.run.contains(run) { return strip }
        // The old one's memory goes before the new one's comes.
        if strips.removeValue(forKey: operand) == nil { whole.bytes.prefetch() }
        let room = Self.stripSize / operands.count / max(whole.bytes.count / max(whole.shape[axis], 1), 1)
        let end = min(max(run.upperBound, run.lowerBound + room), whole.shape[axis])
        let wider = run.lowerBound..<end
        let view = try whole.part(axis: axis, start: wider.lowerBound, size: wider.count)
        let strip = Strip(axis: axis, run: wider, view: try view.compacted(partAlong: axis))
        strips[operand] = strip
        return strip
    }
}
