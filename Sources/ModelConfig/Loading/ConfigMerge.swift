/// How dictionaries are laid over others. Source: `mmengine/config/config.py` of mmengine 0.10.7.
struct ConfigMerge {
    typealias Reason = ConfigError.Reason

    /// A reason and the entry at fault.
    struct Failure: Error {
        let reason: Reason
        let origin: Origin?
        /// The place of the base's entry that it does not fit.
        var base: Origin?
    }

    let heap: Heap
    /// Whether keys of digits are indices of lists, as in overrides.
    var allowsListKeys = false

    /// `Config._merge_a_into_b`: the base with the child's entries, neither of them changed but for the child's
    /// `_delete_`.
    func merged(_ child: DictionaryObject, over base: DictionaryObject, depth: Int = 0) throws -> DictionaryObject {
        try heap.check(depth: depth)
        let result = try heap.dictionary()
        for entry in base.entries { try heap.store(entry.value, forKey: entry.key, in: result, origin: entry.origin) }
        for entry in child.entries {
            try heap.step()
            guard case .dictionary(let value) = entry.value, let below = try result.entry(entry.key) else {
                try heap.store(entry.value, forKey: entry.key, in: result, origin: entry.origin)
                continue
            }
            if try value.remove(.string(ConfigKeys.delete))?.isTrue == true {
                try heap.store(entry.value, forKey: entry.key, in: result, origin: entry.origin)
                continue
            }
            let merged: Value
            switch below.value {
            case .dictionary(let dictionary):
                merged = .dictionary(try self.merged(value, over: dictionary, depth: depth + 1))
            case .list(let list) where allowsListKeys:
                merged = .list(try self.merged(value, into: list, depth: depth + 1))
            default:
                let key = try ValueText.repr(entry.key, in: heap)
                throw Failure(
                    reason: .inheritance(
                        "\(key) is a dict here and \(below.value.typeName) in the base: with `_delete_=True` it replaces that"
                    ),
                    origin: entry.origin, base: below.origin)
            }
            try heap.store(merged, forKey: entry.key, in: result, origin: below.origin ?? entry.origin)
        }
        return result
    }

    /// The list with elements merged whose indices are the keys.
    private func merged(_ child: DictionaryObject, into list: ListObject, depth: Int) throws -> ListObject {
        try heap.check(depth: depth)
        let result = try heap.list(list.elements)
        for entry in child.entries {
            guard case .string(let key) = entry.key, let index = Int(key), index >= 0, !key.hasPrefix("+") else {
                throw Reason.override(
                    "the key '\(try ValueText.string(entry.key, in: heap))' is not an index of a list")
            }
            guard index < result.elements.count else { throw Reason.index(index, count: result.elements.count) }
            guard case .dictionary(let value) = entry.value else {
                throw Reason.override("element \(index) cannot be replaced: name a key of it, as '\(index).key=value'")
            }
            switch result.elements[index] {
            case .dictionary(let element):
                result.elements[index] = .dictionary(try merged(value, over: element, depth: depth + 1))
            case .list(let element):
                result.elements[index] = .list(try merged(value, into: element, depth: depth + 1))
            case let element: throw Reason.override("element \(index) is \(element.typeName), which has no keys")
            }
        }
        return result
    }

    /// `ConfigDict.merge`: into the dictionary itself, with heed of `_delete_`.
    func merge(_ other: DictionaryObject, into dictionary: DictionaryObject) throws {
        guard case .dictionary(let above) = try heap.deepCopy(.dictionary(other)),
            case .dictionary(let below) = try heap.deepCopy(.dictionary(dictionary)),
            case .dictionary(let merged) = try merged(.dictionary(above), .dictionary(below), depth: 0)
        else { return }
        dictionary.removeAll()
        for entry in merged.entries {
            try heap.store(entry.value, forKey: entry.key, in: dictionary, origin: entry.origin)
        }
    }

    private func merged(_ above: Value, _ below: Value, depth: Int) throws -> Value {
        try heap.check(depth: depth)
        guard case .dictionary(let above) = above else { return above }
        let deletes = try above.remove(.string(ConfigKeys.delete))?.isTrue == true
        guard case .dictionary(let below) = below else { return .dictionary(above) }
        if deletes { below.removeAll() }
        let result = try heap.dictionary()
        for entry in below.entries {
            guard let own = try above.entry(entry.key) else {
                try heap.store(entry.value, forKey: entry.key, in: result, origin: entry.origin)
                continue
            }
            let value = try merged(own.value, entry.value, depth: depth + 1)
            try heap.store(value, forKey: entry.key, in: result, origin: own.origin)
        }
        for entry in above.entries where try below.index(of: entry.key) == nil {
            if case .dictionary(let own) = entry.value { try own.remove(.string(ConfigKeys.delete)) }
            try heap.store(entry.value, forKey: entry.key, in: result, origin: entry.origin)
        }
        // A `_delete_` of the dictionary below is left out as well.
        try result.remove(.string(ConfigKeys.delete))
        return .dictionary(result)
    }
}
