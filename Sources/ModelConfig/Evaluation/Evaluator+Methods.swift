extension Evaluator {
    func callMethod(_ name: String, of object: Value, _ arguments: CallArguments) throws -> Value {
        switch object {
        case .dictionary(let dictionary): return try callMethod(name, of: dictionary, arguments)
        case .list(let list): return try callMethod(name, of: list, arguments)
        case .string(let text): return try callMethod(name, of: text, arguments)
        case .set(let set) where name == "add":
            try require(arguments.positional, 1...1, of: name)
            try heap.charge(elements: 1)
            try set.insert(arguments.positional[0])
            return .none
        default: throw unknown(name, object)
        }
    }

    func unknown(_ method: String, _ object: Value) -> Reason {
        .unsupported("the method '\(method)' of \(object.typeName)")
    }

    // MARK: Dictionaries

    private func callMethod(_ name: String, of dictionary: DictionaryObject, _ arguments: CallArguments) throws -> Value
    {
        let values = arguments.positional
        switch name {
        case "update":
            try require(values, 0...1, of: name)
            var entries: [DictionaryObject.Entry] = []
            if let source = values.first {
                if dictionary.isConfig {
                    guard case .dictionary(let other) = source else {
                        throw Reason.type("'update' needs a dict, not \(source.typeName)")
                    }
                    entries = other.entries
                } else {
                    let pairs = try heap.dictionary()
                    try fill(pairs, from: source)
                    entries = pairs.entries
                }
            }
            entries += arguments.named.map { .init(key: .string($0.name), value: $0.value, origin: $0.origin) }
            try update(dictionary, with: entries)
            return .none
        case "merge" where dictionary.isConfig:
            try require(values, 1...1, of: name)
            guard case .dictionary(let other) = values[0] else {
                throw Reason.type("'merge' needs a dict, not \(values[0].typeName)")
            }
            try ConfigMerge(heap: heap).merge(other, into: dictionary)
            return .none
        default: break
        }
        if let named = arguments.named.first { throw Reason.unsupported("the argument '\(named.name)' of '\(name)'") }
        switch name {
        case "get":
            try require(values, 1...2, of: name)
            return try dictionary.entry(values[0])?.value ?? (values.count == 2 ? values[1] : .none)
        case "pop":
            try require(values, 1...2, of: name)
            try heap.work(dictionary.count)
            if let value = try dictionary.remove(values[0]) { return value }
            // A ConfigDict answers None where a dict complains.
            if values.count == 1, !dictionary.isConfig {
                throw try Subscripts.missing(values[0], in: dictionary, named: "the dict", heap)
            }
            return values.count == 2 ? values[1] : .none
        case "setdefault":
            try require(values, 1...2, of: name)
            if let entry = try dictionary.entry(values[0]) { return entry.value }
            let value = values.count == 2 ? values[1] : .none
            try heap.store(value, forKey: values[0], in: dictionary, origin: origin(offset))
            return value
        case "keys", "values", "items":
            try require(values, 0...0, of: name)
            let elements = try dictionary.entries.map { entry in
                switch name {
                case "keys": entry.key
                case "values": entry.value
                default: Value.tuple(try heap.tuple([entry.key, entry.value]))
                }
            }
            return .iterable(try heap.tuple(elements), type: "dict_" + name)
        case "copy": return try shallowCopy(.dictionary(dictionary))
        case "deepcopy" where dictionary.isConfig: return try heap.deepCopy(.dictionary(dictionary))
        case "to_dict" where dictionary.isConfig: return .dictionary(try heap.tree(dictionary, isConfig: false))
        case "clear":
            dictionary.removeAll()
            return .none
        default:
            guard dictionary.isConfig, let value = dictionary[name] else {
                throw unknown(name, .dictionary(dictionary))
            }
            throw Reason.type("\(value.typeName) cannot be called")
        }
    }

    /// A `dict` takes entries as they are; a `ConfigDict` merges dictionaries, without heed of `_delete_`.
    func update(_ dictionary: DictionaryObject, with entries: [DictionaryObject.Entry], depth: Int = 0) throws {
        try heap.check(depth: depth)
        for entry in entries {
            try heap.step()
            if dictionary.isConfig, case .dictionary(let other) = entry.value,
                case .dictionary(let own)? = try dictionary.entry(entry.key)?.value
            {
                try update(own, with: other.entries, depth: depth + 1)
            } else {
                try heap.store(entry.value, forKey: entry.key, in: dictionary, origin: entry.origin)
            }
        }
    }

    // MARK: Lists

    private func callMethod(_ name: String, of list: ListObject, _ arguments: CallArguments) throws -> Value {
        let values = arguments.positional
        if name == "sort" {
            // A copy: the list may contain itself, and then comparing its elements reads it.
            var sorted = list.elements
            try sort(&sorted, arguments.named)
            list.elements = sorted
            return .none
        }
        if let named = arguments.named.first { throw Reason.unsupported("the argument '\(named.name)' of '\(name)'") }
        switch name {
        case "append":
            try require(values, 1...1, of: name)
            try heap.charge(elements: 1)
            list.elements.append(values[0])
            return .none
        case "extend":
            try require(values, 1...1, of: name)
            let more = try elements(of: values[0])
            try heap.charge(elements: more.count)
            list.elements += more
            return .none
        case "insert":
            try require(values, 2...2, of: name)
            try heap.charge(elements: 1)
            try heap.work(list.elements.count)
            let index = try Subscripts.index(values[0], for: .list(list))
            let count = list.elements.count
            list.elements.insert(values[1], at: index < 0 ? max(index &+ count, 0) : min(index, count))
            return .none
        case "pop":
            try require(values, 0...1, of: name)
            try heap.work(list.elements.count)
            let index = try values.first.map { try Subscripts.index($0, for: .list(list)) } ?? -1
            return list.elements.remove(at: try Subscripts.position(index, of: list.elements.count))
        case "index", "remove":
            try require(values, 1...1, of: name)
            let comparison = Comparison(heap: heap)
            guard let index = try list.elements.firstIndex(where: { try comparison.isEqual($0, values[0]) }) else {
                throw Reason.value("\(try ValueText.repr(values[0], in: heap)) is not in the list")
            }
            if name == "index" { return .int(index) }
            list.elements.remove(at: index)
            return .none
        case "count":
            try require(values, 1...1, of: name)
            let comparison = Comparison(heap: heap)
            return .int(try list.elements.reduce(0) { try comparison.isEqual($1, values[0]) ? $0 + 1 : $0 })
        case "reverse":
            try heap.work(list.elements.count)
            list.elements.reverse()
            return .none
        case "copy": return .list(try heap.list(list.elements))
        case "clear":
            list.elements = []
            return .none
        default: throw unknown(name, .list(list))
        }
    }
}
