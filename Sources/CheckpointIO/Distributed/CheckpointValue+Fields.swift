/// Accessors for the values that say how a checkpoint was divided. Each is nil for a value of another kind.
extension CheckpointValue {
    /// An attribute of an object, or an entry of a dictionary.
    func field(_ name: String) -> CheckpointValue? {
        switch self {
        case .object(let object): object.attributes.first { $0.name == name }?.value
        case .dictionary(let dictionary): dictionary[name]
        default: nil
        }
    }

    var integer: Int? { if case .int(let number) = self { number } else { nil } }
    var text: String? { if case .string(let text) = self { text } else { nil } }

    var elements: [CheckpointValue]? { if case .sequence(let sequence) = self { sequence.elements } else { nil } }

    /// The integers of a `torch.Size`, a tuple or a list.
    var integers: [Int]? {
        guard let elements else { return nil }
        let numbers = elements.compactMap(\.integer)
        return numbers.count == elements.count ? numbers : nil
    }

    /// A dictionary's entries by name.
    var named: [(name: String, value: CheckpointValue)]? {
        guard case .dictionary(let dictionary) = self else { return nil }
        return dictionary.entries.map { ($0.name, $0.value) }
    }

    /// The last component of the name of an object's class.
    var className: String? {
        guard case .object(let object) = self else { return nil }
        return object.typeName.split(separator: ".").last.map(String.init)
    }

    /// The number that an enumeration's member stands for.
    var enumeration: Int? {
        if case .object(let object) = self, object.arguments.count == 1 { return object.arguments[0].integer }
        return integer
    }
}
