import ByteIO
import TensorCore

/// The elements of a strided tensor in row-major order, a piece of bounded size at a time.
struct ElementChunks: ~Copyable {
    private let source: Bytes
    private let layout: StridedLayout
    private let width: Int
    private let buffer: UnsafeMutableRawBufferPointer
    private var position = 0

    private static let size = 1 << 20

    /// - Parameter source: holds `layout`, in elements of `width` bytes.
    init(_ source: Bytes, _ layout: StridedLayout, width: Int) {
        self.source = source
        self.layout = layout
        self.width = width
        let size = max(min(Self.size, layout.count * width), width)
        buffer = .allocate(byteCount: size / width * width, alignment: 64)
    }

    deinit {
        buffer.deallocate()
        // What was read of a mapped file does not stay resident.
        source.releasePages()
    }

    /// The next piece, valid until the next call; nil after the last.
    mutating func next() -> UnsafeRawBufferPointer? {
        guard position < layout.count else { return nil }
        let block = block
        let count = block?.count ?? min(buffer.count / width, layout.count - position)
        let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[..<(count * width)])
        source.withUnsafeBytes {
            if let block {
                block.gather(from: $0, width: width, into: piece)
            } else {
                layout.gather(position..<position + count, from: $0, width: width, into: piece)
            }
        }
        position += count
        return UnsafeRawBufferPointer(piece)
    }

    /// As many whole steps of the first axis as fit from here on: they can be gathered in the order that memory likes.
    /// Nil where not even one fits.
    private var block: StridedLayout? {
        guard let extent = layout.shape.first else { return nil }
        let step = layout.count / extent
        let first = position / step
        let count = min(buffer.count / width / step, extent - first)
        guard count > 0 else { return nil }
        return try? StridedLayout(
            shape: [count] + layout.shape.dropFirst(), strides: layout.strides,
            offset: layout.offset + first * layout.strides[0])
    }
}
