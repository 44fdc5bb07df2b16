import CheckpointIO
import TensorCore

/// Tensors that are the same elements of the same memory, as tied weights are.
struct TiedTensors {
    /// Position of a tensor → position of the first one that is the same.
    private var firsts: [Int: Int] = [:]
    private let keys: [Key]

    /// - Parameter tensors: a tensor without elements is tied to none.
    init(_ tensors: [(key: Key, tensor: LazyTensor)]) {
        var known: [ComputedTensor.Memory: Int] = [:]
        known.reserveCapacity(tensors.count)
        for (position, item) in tensors.enumerated() where item.tensor.hasElements && item.tensor.layout.count > 0 {
            let memory = ComputedTensor.Memory(item.tensor)
            if let first = known[memory] { firsts[position] = first } else { known[memory] = position }
        }
        keys = firsts.isEmpty ? [] : tensors.map(\.key)
    }

    var isEmpty: Bool { firsts.isEmpty }

    /// Nil for a tensor that is the first, or the only one, of its memory.
    func first(ofTensorAt position: Int) -> Int? { firsts[position] }

    func firstKey(ofTensorAt position: Int) -> Key? { firsts[position].map { keys[$0] } }
}
