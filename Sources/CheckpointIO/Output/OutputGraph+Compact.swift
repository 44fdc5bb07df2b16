import Pickle
import TensorCore

extension OutputGraph {
    /// Leaves out the bytes of storages that no tensor sees.
    ///
    /// Tensors whose memory overlaps or adjoins keep one storage, cut to what they see from first to last; others
    /// get one each. A tensor with gaps of its own, such as some columns of a matrix, is packed if no other sees its
    /// memory: its strides keep their order. Storages that anything else than a tensor refers to stay whole.
    /// - Returns: how many bytes are left out.
    mutating func compact() -> Int {
        var saved = 0
        for (storage, uses) in StorageCensus(self).uses {
            guard case .part(let memory, let whole) = storage.bytes, whole.count == memory.byteCount else { continue }
            let pieces = StoragePiece.all(of: uses, unit: storage.unit).map { ($0, $0.packedLayout) }
            if pieces.count == 1, pieces[0].0.range == whole, pieces[0].1 == nil { continue }
            var rest = whole.count
            for (piece, packed) in pieces {
                let bytes =
                    if let packed {
                        OutputBytes(memory, packed.source, width: piece.uses[0].width)
                    } else {
                        OutputBytes.part(memory, piece.range)
                    }
                rest -= bytes.count
                replaceStorage(of: piece, by: OutputStorage(bytes, unit: storage.unit), strides: packed?.strides)
            }
            saved += rest
        }
        return saved
    }

    /// - Parameter strides: of the packed tensors, or nil if they keep theirs.
    private mutating func replaceStorage(of piece: StoragePiece, by storage: OutputStorage, strides: [Int]?) {
        var images: [PickleNodeID: PickleNodeID] = [:]
        for use in piece.uses {
            guard case .tuple(var items) = graph[use.arguments] else { continue }
            let image = images[use.storage] ?? graph.append(graph[use.storage])
            images[use.storage] = image
            storages[image] = storage
            items[0] = .node(image)
            if use.layout.count == 0 {
                items[1] = .int(0)
            } else if let strides {
                items[1] = .int(0)
                items[3] = graph.tuple(strides.map { .int(Int64($0)) })
            } else {
                items[1] = .int(Int64((use.layout.offset * use.width - piece.range.lowerBound) / use.width))
            }
            graph.replace(use.arguments, with: .tuple(items))
        }
    }
}

/// A part of a storage that some of its tensors see, and no others.
private struct StoragePiece {
    var uses: [StorageCensus.Use]
    /// Where the piece is, in bytes of the storage.
    var range: Range<Int>

    /// - Parameter unit: bytes an element of the storage; starts are multiples of it, and of every tensor's width.
    static func all(of uses: [StorageCensus.Use], unit: Int) -> [StoragePiece] {
        var pieces: [StoragePiece] = []
        for use in uses.filter({ !$0.range.isEmpty }).sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
            if let last = pieces.last, use.range.lowerBound <= last.range.upperBound {
                let end = max(last.range.upperBound, use.range.upperBound)
                pieces[pieces.count - 1].range = last.range.lowerBound..<end
                pieces[pieces.count - 1].uses.append(use)
            } else {
                pieces.append(StoragePiece(uses: [use], range: use.range))
            }
        }
        for index in pieces.indices {
            let alignment = pieces[index].uses.map(\.width).reduce(unit, max)
            let start = pieces[index].range.lowerBound / alignment * alignment
            pieces[index].range = start..<pieces[index].range.upperBound
        }
        // Tensors without elements see nothing, and need some storage.
        if pieces.isEmpty { pieces.append(StoragePiece(uses: [], range: 0..<0)) }
        pieces[0].uses += uses.filter { $0.range.isEmpty }
        return pieces
    }

    /// Where the elements lie, in the order in which they are packed, and the strides that they have then; nil where
    /// packing gains nothing or the tensors are different views.
    var packedLayout: (source: StridedLayout, strides: [Int])? {
        let views = uses.filter { $0.layout.count > 0 }
        guard let first = views.first, views.allSatisfy({ $0.layout == first.layout && $0.width == first.width }),
            first.layout.count * first.width < first.range.count
        else { return nil }
        let (shape, strides) = (first.layout.shape, first.layout.strides)
        let axes = shape.indices.sorted { (strides[$1], $0) < (strides[$0], $1) }
        var packed = strides
        var next = 1
        for axis in axes.reversed() {
            packed[axis] = next
            next *= shape[axis]
        }
        let source = try? StridedLayout(
            shape: axes.map { shape[$0] }, strides: axes.map { strides[$0] }, offset: first.layout.offset)
        return source.map { ($0, packed) }
    }
}
