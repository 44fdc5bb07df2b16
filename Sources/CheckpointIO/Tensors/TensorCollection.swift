import TensorCore

/// The tensors of values, collected one after the other.
struct TensorCollection {
    var tensors: [NamedTensor] = []
    /// False once the keys became longer, in all, than any checkpoint's are: what came after is not there.
    private(set) var isComplete = true
    private var keyBytes = 0

    /// What a file holds once, a name of a megabyte, stands in the key of every tensor below it.
    let maximumKeyBytes: Int

    /// - Parameter pickleCount: the bytes of the pickle that the names stand in; nil where each stands for itself.
    init(pickleCount: Int? = nil) {
        maximumKeyBytes = pickleCount.map { min(1 << 22 + 64 * min($0, 1 << 28), 1 << 28) } ?? 1 << 28
    }

    /// - Parameter prefix: the joined path of what holds `value`, with its last dot.
    mutating func add(_ value: CheckpointValue, parents: [String], name: String?, prefix: String) {
        if case .tensor(let tensor) = value {
            keyBytes += prefix.utf8.count + (name?.utf8.count ?? 0)
            isComplete = isComplete && keyBytes <= maximumKeyBytes
            guard isComplete else { return }
            let key = name.map { prefix.isEmpty ? $0 : prefix + $0 } ?? ""
            tensors.append(NamedTensor(key: Key(key), tensor: tensor, parents: parents, name: name))
            return
        }
        guard value.tensorCount > 0, isComplete else { return }
        keyBytes += prefix.utf8.count
        let parents = name.map { parents + [$0] } ?? parents
        let prefix = name.map { prefix + $0 + "." } ?? prefix
        switch value {
        case .dictionary(let dictionary):
            add(dictionary.entries, parents, prefix)
            add(dictionary.attributes, parents, prefix)
        case .sequence(let sequence): add(sequence.elements, parents, prefix)
        case .object(let object):
            add(object.arguments, parents, prefix)
            add(object.elements, parents, prefix)
            add(object.entries, parents, prefix)
            add(object.attributes, parents, prefix)
        default: break
        }
    }

    private mutating func add(_ values: [CheckpointValue], _ parents: [String], _ prefix: String) {
        for (index, value) in values.enumerated() {
            add(value, parents: parents, name: String(index), prefix: prefix)
        }
    }

    private mutating func add(_ entries: [CheckpointDictionary.Entry], _ parents: [String], _ prefix: String) {
        // By index: an entry that is taken out of its array costs reference counts.
        for index in entries.indices {
            add(entries[index].value, parents: parents, name: entries[index].name, prefix: prefix)
        }
    }

    private mutating func add(_ attributes: [CheckpointAttribute], _ parents: [String], _ prefix: String) {
        for attribute in attributes {
            add(attribute.value, parents: parents, name: attribute.name, prefix: prefix)
        }
    }
}
