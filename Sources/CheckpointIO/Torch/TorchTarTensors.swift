import ByteIO
import Pickle
import TensorCore

/// The member `tensors`: how many there are, for each a pickle `(key, storage, type)`, the rank (int32, and 4 bytes
/// that say nothing), sizes, strides and the storage offset (int64 each).
struct TorchTarTensors {
    struct Tensor {
        let storage: Key
        let shape: [Int]
        let strides: [Int]
        /// In elements, from the start of the storage or of the part that it is.
        let offset: Int
    }

    private var tensors: [Key: Tensor] = [:]

    subscript(key: Key) -> Tensor? { tensors[key] }

    init(_ bytes: Bytes, path: String) throws(CheckpointError) {
        var cursor = ByteCursor(bytes)
        let count = try cursor.pickle("tensors", path)
        func flaw(_ text: String) -> CheckpointError {
            CheckpointError(path, .notCheckpoint("is a torch tar archive whose 'tensors' \(text)"))
        }
        guard let count = count.integer(count.root), count >= 0 else { throw flaw("does not say how many there are") }
        // Every one takes some bytes of what is left, so a wrong count ends the loop.
        for _ in 0..<count {
            let graph = try cursor.pickle("tensors", path)
            guard let items = graph.sequence(graph.root), items.count == 3, let key = graph.tarKey(items[0]),
                let storage = graph.tarKey(items[1])
            else { throw flaw("has a malformed tensor") }
            do throws(ByteError) {
                tensors[key] = try Tensor(storage: storage, &cursor)
            } catch {
                throw flaw("ends inside '\(key)': it \(error)")
            }
        }
    }
}

extension TorchTarTensors.Tensor {
    fileprivate init(storage: Key, _ cursor: inout ByteCursor) throws(ByteError) {
        self.storage = storage
        let rank = Int(try cursor.i32())
        try cursor.skip(4)
        var numbers = ByteCursor(try cursor.take(rank < 0 ? -1 : 16 * rank))
        var shape: [Int] = []
        var strides: [Int] = []
        for _ in 0..<rank { shape.append(Int(try numbers.i64())) }
        for _ in 0..<rank { strides.append(Int(try numbers.i64())) }
        self.shape = shape
        self.strides = strides
        offset = Int(try cursor.i64())
    }
}
