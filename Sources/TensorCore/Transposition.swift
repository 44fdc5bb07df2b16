/// A layout whose neighbours in memory lie along an axis that is not the last: copied in tiles, so that each cache
/// line of source and target is touched once.
struct Transposition {
    /// Neighbours that are read together, and the rows of the target that are written in turn.
    private static let width = 32
    /// Elements of a row of the target that are written together.
    private static let length = 256
    /// Neighbours below which walking the rows is as fast.
    private static let least = 8

    private let layout: StridedLayout
    /// The axis of stride 1.
    private let axis: Int

    /// Nil for a layout whose rows may as well be copied one by one.
    init?(_ layout: StridedLayout) {
        let layout = layout.coalesced
        guard let last = layout.strides.last, last != 1,
            let axis = layout.strides.firstIndex(of: 1), layout.shape[axis] >= Self.least
        else { return nil }
        self.layout = layout
        self.axis = axis
    }

    /// - Parameter width: bytes an element.
    /// - Parameter target: room for all elements, which come in row-major order.
    func copy(width: Int, from source: UnsafeRawPointer, into target: UnsafeMutableRawPointer) {
        switch width {
        case 1: copy(UInt8.self, source, target)
        case 2: copy(UInt16.self, source, target)
        case 4: copy(UInt32.self, source, target)
        case 8: copy(UInt64.self, source, target)
        default: copy(SIMD2<UInt64>.self, source, target)
        }
    }

    private func copy<Bits: BitwiseCopyable>(
        _ type: Bits.Type, _ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer
    ) {
        let size = MemoryLayout<Bits>.size
        let neighbours = layout.shape[axis]
        let row = layout.shape[(axis + 1)...].reduce(1, *)
        var outer = Odometer(layout.shape[..<axis], layout.strides[..<axis], from: layout.offset)
        withUnsafeTemporaryAllocation(of: Bits.self, capacity: Self.width * Self.length) { tile in
            guard let start = tile.baseAddress else { return }
            withUnsafeTemporaryAllocation(of: Int.self, capacity: Self.length) { places in
                var block = target
                for _ in 0..<layout.shape[..<axis].reduce(1, *) {
                    var inner = Odometer(
                        layout.shape[(axis + 1)...], layout.strides[(axis + 1)...], from: outer.place)
                    var column = 0
                    while column < row {
                        let count = min(Self.length, row - column)
                        for index in 0..<count {
                            places[index] = inner.place
                            inner.advance()
                        }
                        for first in Swift.stride(from: 0, to: neighbours, by: Self.width) {
                            let width = min(Self.width, neighbours - first)
                            for index in 0..<count {
                                UnsafeMutableRawPointer(start + index &* Self.width).copyMemory(
                                    from: source + (places[index] &+ first) &* size, byteCount: width &* size)
                            }
                            for neighbour in 0..<width {
                                let line = block + ((first &+ neighbour) &* row &+ column) &* size
                                for index in 0..<count {
                                    line.storeBytes(
                                        of: tile[index &* Self.width &+ neighbour], toByteOffset: index &* size,
                                        as: type)
                                }
                            }
                        }
                        column += count
                    }
                    block += neighbours * row * size
                    outer.advance()
                }
            }
        }
    }
}

/// Goes through the elements of some axes in row-major order.
private struct Odometer {
    private let shape: ArraySlice<Int>
    private let strides: ArraySlice<Int>
    private var index: [Int]
    private(set) var place: Int

    init(_ shape: ArraySlice<Int>, _ strides: ArraySlice<Int>, from place: Int) {
        self.shape = shape
        self.strides = strides
        self.place = place
        index = [Int](repeating: 0, count: shape.count)
    }

    /// Goes to the next element; from the last one, to the first again.
    mutating func advance() {
        var axis = index.count - 1
        while axis >= 0 {
            index[axis] += 1
            place += strides[strides.startIndex + axis]
            if index[axis] < shape[shape.startIndex + axis] { return }
            place -= strides[strides.startIndex + axis] * shape[shape.startIndex + axis]
            index[axis] = 0
            axis -= 1
        }
    }
}

extension StridedLayout {
    /// The same elements in the same order with as few axes as can be.
    fileprivate var coalesced: StridedLayout {
        var axes: [(length: Int, stride: Int)] = []
        for (length, stride) in zip(shape, strides) where length != 1 {
            if let last = axes.last, last.stride == stride * length {
                axes[axes.count - 1] = (last.length * length, stride)
            } else {
                axes.append((length, stride))
            }
        }
        return (try? StridedLayout(shape: axes.map(\.length), strides: axes.map(\.stride), offset: offset)) ?? self
    }
}
