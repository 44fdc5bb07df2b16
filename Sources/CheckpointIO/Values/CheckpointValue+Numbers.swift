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

extension CheckpointValue {
    /// Whether a value with tensors has, at any depth, something beside them that holds numbers without being one.
    fileprivate var hidesNumbers: Bool {
        tensorCount == 0 ? foreignNumbers != nil : parts.contains { $0.value.hidesNumbers }
    }

    /// What `hidesNumbers` tells of, by paths as tensors have them.
    fileprivate func hiddenNumbers(under path: String) -> [CheckpointError.Unheld] {
        guard tensorCount > 0 else {
            return foreignNumbers.map { [CheckpointError.Unheld(key: Key(path), what: $0)] } ?? []
        }
        return parts.flatMap { $0.value.hiddenNumbers(under: "\(path).\($0.name)") }
    }

    /// The paths of what has no tensor, in a value that has some: as far up as they go.
    fileprivate func valuesBesideTensors(under path: String) -> [String] {
        if case .none = self { return [] }
        guard tensorCount > 0 else { return [path] }
        return parts.flatMap { $0.value.valuesBesideTensors(under: "\(path).\($0.name)") }
    }

    fileprivate func holds(oneOf tensors: Set<ObjectIdentifier>) -> Bool {
        if case .tensor(let tensor) = self { return tensors.contains(ObjectIdentifier(tensor)) }
        return tensorCount > 0 && parts.contains { $0.value.holds(oneOf: tensors) }
    }

    /// What is directly in a container or an object; nothing of a tensor.
    private var parts: [(name: String, value: CheckpointValue)] {
        switch self {
        case .dictionary(let dictionary):
            return dictionary.entries.map { ($0.name, $0.value) } + dictionary.attributes.map { ($0.name, $0.value) }
        case .sequence(let sequence): return sequence.elements.enumerated().map { (String($0.offset), $0.element) }
        case .object(let object):
            let listed: [(name: String, value: CheckpointValue)] =
                (object.arguments + object.elements).enumerated().map { (String($0.offset), $0.element) }
            return listed + object.attributes.map { ($0.name, $0.value) } + object.entries.map { ($0.name, $0.value) }
        default: return []
        }
    }
}

extension StateDict {
    /// What holds numbers without being a tensor in the containers whose tensors are joined to one dictionary, where it would
    /// be lost.
    var hiddenNumbers: [CheckpointError.Unheld] {
        guard !container.isFlat else { return [] }
        let hiding = container.entries.filter { $0.value.tensorCount > 0 && $0.value.hidesNumbers }
        guard !hiding.isEmpty else { return [] }
        let kept = Set(tensors.map { ObjectIdentifier($0.tensor) })
        return hiding.filter { $0.value.holds(oneOf: kept) }.flatMap { $0.value.hiddenNumbers(under: $0.name) }
    }

    /// The paths of other values in these containers, which are left out.
    var hiddenValues: [String] {
        guard !container.isFlat else { return [] }
        let containers = container.entries.filter { entry in
            if case .tensor = entry.value { false } else { entry.value.tensorCount > 0 }
        }
        guard !containers.isEmpty else { return [] }
        let kept = Set(tensors.map { ObjectIdentifier($0.tensor) })
        return containers.filter { $0.value.holds(oneOf: kept) }.flatMap {
            $0.value.valuesBesideTensors(under: $0.name)
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
        if holdsElements { return typeName }
        let inside = (arguments + attributes.map(\.value) + elements + entries.map(\.value)).lazy
        return inside.contains { $0.foreignNumbers != nil } ? typeName : nil
    }
}

/// Arrays of other libraries, and NumPy's of other kinds: what makes them is not known, that they hold numbers is.
extension CheckpointObject {
    /// Whether what the object is made of has an element type and bytes, or its class is called a tensor or an array
    /// and has bytes.
    private var holdsElements: Bool {
        let name = typeName.split(separator: ".").last ?? ""
        // A single number, which is a value; bytes, as `bytes` are.
        if name == "scalar" || typeName == "bytearray" { return false }
        if typeName == "array.array", case .sequence(let numbers)? = arguments.last { return !numbers.elements.isEmpty }
        var parts = arguments + attributes.filter { $0.name == "__state__" }.map(\.value)
        let isArray = ["tensor", "array"].contains { name.lowercased().contains($0) }
        if isArray { parts += attributes.map(\.value) }
        return parts.contains { $0.holdsBytes(depth: 2) } && (isArray || parts.contains { $0.holdsType(depth: 2) })
    }
}

extension CheckpointValue {
    /// - Parameter depth: of sequences to look into.
    fileprivate func holdsBytes(depth: Int) -> Bool {
        guard depth > 0, case .sequence(let sequence) = self else { return content?.isEmpty == false }
        return sequence.elements.contains { $0.holdsBytes(depth: depth - 1) }
    }

    fileprivate func holdsType(depth: Int) -> Bool {
        switch self {
        case .global(let name): DType(torchName: name) != nil
        case .object(let object): object.typeName == "numpy.dtype"
        case .sequence(let sequence): depth > 0 && sequence.elements.contains { $0.holdsType(depth: depth - 1) }
        default: false
        }
    }
}
