import ByteIO
import Pickle
import TensorCore

/// The pieces of one tensor, collected from several files.
struct PieceSet {
    let key: Key
    let dtype: DType
    let shape: [Int]
    private var pieces: [StoragePieces.Piece] = []

    init(key: Key, dtype: DType, shape: [Int]) {
        self.key = key
        self.dtype = dtype
        self.shape = shape
    }

    /// - Parameters:
    ///   - start: its lowest indices in the whole.
    ///   - box: its extents there.
    ///   - file: for errors.
    /// - Throws: `PieceError` for a piece of another type or shape, or outside the whole.
    mutating func add(
        _ tensor: LazyTensor, start: [Int], shape box: [Int], file: String
    ) throws(PieceError) {
        guard start.count == shape.count, box.count == shape.count,
            shape.indices.allSatisfy({
                start[$0] >= 0 && start[$0] <= shape[$0] && box[$0] >= 0 && box[$0] <= shape[$0] - start[$0]
            })
        else {
            throw .description("'\(key)' of shape \(shape) has a piece \(box) at \(start), which is not inside it")
        }
        guard tensor.dtype == dtype, tensor.shape == box, tensor.hasElements, tensor.isVerbatim,
            dtype.elementsPerByte == 1
        else {
            let found =
                !tensor.hasElements
                ? "a tensor without elements of its own"
                : tensor.isVerbatim
                    ? "\(tensor.dtype) \(tensor.shape)"
                    : "one that is stored conjugated or negated: save what resolve_conj() or resolve_neg() gives"
            throw .piece(key: key, file: file, expected: "\(dtype) \(box)", found: found)
        }
        guard !tensor.spreadsTooFar else {
            throw .piece(
                key: key, file: file, expected: "\(grouped(tensor.byteCount)) bytes",
                found: "\(grouped(tensor.storage.byteCount)) that its elements share")
        }
        pieces.append(StoragePieces.Piece(storage: tensor.storage, layout: tensor.layout, start: start))
    }

    /// Adds a run of a flat vector, from element `start` of the whole on.
    mutating func add(_ storage: TensorStorage, _ run: StridedLayout, at start: Int) {
        pieces.append(StoragePieces.Piece(storage: storage, layout: run, start: [start]))
    }

    /// The tensor of all pieces.
    /// - Parameter view: its shape where the pieces are of a flat vector.
    func tensor(in composed: inout ComposedGraph, as view: [Int]? = nil) throws(PieceError) -> PickleNodeID {
        let whole = try StoragePieces(pieces, shape: shape, dtype: dtype, key: key)
        do throws(LayoutError) {
            let layout = try StridedLayout(contiguous: view ?? shape)
            let storage = composed.storage(of: dtype, name: key.text, content(of: whole))
            return composed.tensor(layout, of: storage)
        } catch {
            throw .description("'\(key)': \(error)")
        }
    }

    /// A tensor that is one piece as it is stored keeps the content of that storage.
    private func content(of whole: StoragePieces) -> TensorStorage.Content {
        guard let only = whole.pieces.first, whole.pieces.count == 1, only.layout.isContiguous, only.layout.offset == 0,
            only.storage.byteCount == whole.count
        else { return .pieces(whole) }
        return only.storage.content
    }
}
