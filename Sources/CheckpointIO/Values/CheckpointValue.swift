import ByteIO
import Pickle

/// A value of a checkpoint's tree, as `torch.load` would give it. Nothing here runs code: an object of an unknown
/// class is a name with its arguments, attributes and items.
///
/// The tree is finite and no larger than the file justifies: a container that holds itself shows as `recursion`
/// inside, and a file whose shared containers multiply beyond measure does not open.
package enum CheckpointValue: Sendable {
    case none
    case bool(Bool)
    case int(Int)
    /// An integer beyond 64 bits.
    case bigInteger(PickleInteger)
    case float(Double)
    case string(String)
    /// `bytes` or `bytearray`; also text that is not Unicode.
    case bytes(Bytes)
    case tensor(LazyTensor)
    indirect case dictionary(CheckpointDictionary)
    indirect case sequence(CheckpointSequence)
    indirect case object(CheckpointObject)
    /// A class or function by its qualified name, such as `torch.float32`.
    case global(String)
    /// An enclosing container again.
    case recursion
}

extension CheckpointValue {
    func isString(_ text: String) -> Bool {
        guard case .string(let own) = self else { return false }
        return own.utf8.count == text.utf8.count && own.utf8.elementsEqual(text.utf8)
    }

    /// How many tensors the value is or holds, each counted as often as a path leads to it.
    package var tensorCount: Int {
        switch self {
        case .tensor: 1
        case .dictionary(let dictionary): dictionary.tensorCount
        case .sequence(let sequence): sequence.tensorCount
        case .object(let object): object.tensorCount
        default: 0
        }
    }
}
