import Pickle
import TensorCore

extension CheckpointValue {
    /// The name of something in the value that holds numbers without being a tensor: an unknown call on a storage, a
    /// storage by itself, or an array of a type that tensors do not have. Nil if there is nothing of the kind.
    var foreignNumbers: String? {
        switch self {
        case .object(let object): object.foreignNumbers
        case .dictionary(let dictionary):
            dictionary.entries.lazy.compactMap(\.value.foreignNumbers).first
                ?? dictionary.attributes.lazy.compactMap(\.value.foreignNumbers).first
        case .sequence(let sequence): sequence.elements.lazy.compactMap(\.foreignNumbers).first
        default: nil
        }
    }
}

extension CheckpointObject {
    fileprivate var foreignNumbers: String? {
        if typeName.hasPrefix("torch.storage.") {
            if case .int(let count)? = arguments.last, count > 0 { return typeName }
            return nil
        }
        if let array = NumPyArray(self) {
            let holdsNumbers = "fcV".contains(array.type.kind) && !array.shape.contains(0)
            return holdsNumbers ? "an array of \(array.type.name)" : nil
        }
        let inside = (arguments + attributes.map(\.value) + elements + entries.map(\.value)).lazy
        return inside.contains { $0.foreignNumbers != nil } ? typeName : nil
    }
}
