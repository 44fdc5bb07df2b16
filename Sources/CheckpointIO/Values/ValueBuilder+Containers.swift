import Pickle
import TensorCore

/// Sequences, dictionaries and objects.
extension ValueBuilder {
    /// Builds `value` one step down the path.
    mutating func child(
        _ value: PickleValue, _ name: String, _ count: inout Int
    ) throws(CheckpointError) -> CheckpointValue {
        path.append(name)
        let result = try build(value, total: &count)
        path.removeLast()
        return result
    }

    func tensorCount(_ values: [CheckpointValue]) -> Int { values.reduce(0) { $0 + $1.tensorCount } }

    func tensorCount(_ entries: [CheckpointDictionary.Entry]) -> Int { entries.reduce(0) { $0 + $1.value.tensorCount } }

    func tensorCount(_ attributes: [CheckpointAttribute]) -> Int { attributes.reduce(0) { $0 + $1.value.tensorCount } }

    mutating func elements(_ items: [PickleValue], _ count: inout Int) throws(CheckpointError) -> [CheckpointValue] {
        var elements: [CheckpointValue] = []
        elements.reserveCapacity(items.count)
        for (index, item) in items.enumerated() { elements.append(try child(item, String(index), &count)) }
        return elements
    }

    mutating func sequence(
        _ id: PickleNodeID, _ typeName: String, _ items: [PickleValue], _ count: inout Int
    ) throws(CheckpointError) -> CheckpointValue {
        let elements = try elements(items, &count)
        if typeName == "tuple", let tensor = tensor(ofPair: elements, id) {
            count = 1
            return .tensor(tensor)
        }
        return .sequence(
            CheckpointSequence(
                typeName: typeName, elements: elements, node: reference(id), tensorCount: tensorCount(elements)))
    }

    mutating func entries(
        _ items: [PickleEntry], _ count: inout Int
    ) throws(CheckpointError) -> [CheckpointDictionary.Entry] {
        var entries: [CheckpointDictionary.Entry] = []
        var decoded = false
        entries.reserveCapacity(items.count)
        for item in items {
            var key = try build(item.key, total: &count)
            if case .bytes = key, let name = graph.name(item.key) {
                key = .string(name)
                decoded = true
            }
            if case .string(let name) = key { try countKey(name) }
            let value = try child(item.value, key.pathPart, &count)
            entries.append(CheckpointDictionary.Entry(key: key, value: value))
        }
        let unique = unique(entries)
        // Different bytes may decode to the same text.
        if decoded, unique.count < entries.count {
            var seen: Set<Key> = []
            let twin = entries.first { !seen.insert(Key($0.name)).inserted }
            throw error(.duplicateKey(Key((path + (twin.map { [$0.name] } ?? [])).joined(separator: "."))))
        }
        return unique
    }

    /// Each key once: at its first place, with its last value.
    private func unique(_ entries: [CheckpointDictionary.Entry]) -> [CheckpointDictionary.Entry] {
        // In a loop of its own, where the processor looks at several places of the table at once.
        var positions = DictionaryPositions()
        var repeated: [(position: Int, first: Int)] = []
        for position in entries.indices {
            guard let first = positions.firstPosition(ofKeyAt: position, in: entries) else { continue }
            repeated.append((position, first))
        }
        guard !repeated.isEmpty else { return entries }
        var values: [Int: Int] = [:]
        for (position, first) in repeated { values[first] = position }
        let dropped = Set(repeated.map(\.position))
        return entries.indices.filter { !dropped.contains($0) }.map { position in
            CheckpointDictionary.Entry(
                key: entries[position].key, value: entries[values[position] ?? position].value)
        }
    }

    mutating func dictionary(
        _ id: PickleNodeID, _ typeName: String, _ items: [PickleEntry], states: [PickleValue], _ count: inout Int
    ) throws(CheckpointError) -> CheckpointValue {
        let entries = try entries(items, &count)
        let attributes = try attributes(states, &count)
        return .dictionary(
            CheckpointDictionary(
                typeName: typeName, entries: entries, attributes: attributes, node: reference(id),
                tensorCount: tensorCount(entries) + tensorCount(attributes)))
    }

    /// What the states set: those of a dictionary by name, also in the form `(__dict__ or None, slots)`.
    mutating func attributes(
        _ states: [PickleValue], _ count: inout Int
    ) throws(CheckpointError) -> [CheckpointAttribute] {
        var attributes: [CheckpointAttribute] = []
        for state in states {
            if let items = namedItems(state) {
                try add(items, to: &attributes, &count)
            } else if let pair = graph.tuple(state), pair.count == 2, let slots = namedItems(pair[1]),
                pair[0] == .none || namedItems(pair[0]) != nil
            {
                try add(namedItems(pair[0]) ?? [], to: &attributes, &count)
                try add(slots, to: &attributes, &count)
            } else {
                let value = try child(state, "__state__", &count)
                attributes.append(CheckpointAttribute(name: "__state__", value: value))
            }
        }
        return attributes
    }

    private func namedItems(_ value: PickleValue) -> [PickleEntry]? {
        guard case .dict(let items) = graph[value], items.allSatisfy({ graph.name($0.key) != nil }) else { return nil }
        return items
    }

    private mutating func add(
        _ items: [PickleEntry], to attributes: inout [CheckpointAttribute], _ count: inout Int
    ) throws(CheckpointError) {
        for item in items {
            let name = graph.name(item.key) ?? ""
            attributes.append(CheckpointAttribute(name: name, value: try child(item.value, name, &count)))
        }
    }

    // MARK: Objects

    mutating func value(
        of object: PickleObject, _ id: PickleNodeID, _ count: inout Int
    ) throws(CheckpointError) -> CheckpointValue {
        let callee = callee(object.callable)
        // That of a plain call was tried before.
        if let function = callee.tensorFunction, object.construction == .reduce, graph.plainCall(id) == nil,
            let tensor = try tensor(
                function, graph.items(ofTuple: object.arguments) ?? PickleItems(), id, &count)
        {
            return .tensor(tensor)
        }
        let arguments = graph.arguments(of: object)
        switch callee.name {
        case "collections.OrderedDict", "collections.defaultdict", "collections.Counter", "builtins.dict":
            let initial = arguments.last.flatMap(initialEntries) ?? []
            let name = callee.name == "builtins.dict" ? "dict" : callee.name
            return try dictionary(id, name, initial + object.dictItems, states: object.states, &count)
        case "builtins.set", "builtins.frozenset", "builtins.list", "builtins.tuple", "collections.deque",
            "torch.Size":
            let initial = arguments.first.flatMap { graph.sequence($0) } ?? []
            let name = callee.name.hasPrefix("builtins.") ? String(callee.name.dropFirst(9)) : callee.name
            return try sequence(id, name, initial + object.listItems + object.addedItems, &count)
        case "torch.jit._pickle.build_intlist", "torch.jit._pickle.build_doublelist",
            "torch.jit._pickle.build_boollist", "torch.jit._pickle.build_tensorlist":
            if let items = arguments.first.flatMap({ graph.sequence($0) }) {
                return try sequence(id, "list", items, &count)
            }
        case "torch.jit._pickle.restore_type_tag":
            // The value, then the type that Python's has not.
            if let value = arguments.first { return try build(value, total: &count) }
        case "builtins.getattr":
            if let name = graph.nestedName(object) { return .global(name) }
        case "copyreg._reconstructor":
            if let type = arguments.first.flatMap({ graph.global($0) }) {
                let rest = Array(arguments.dropFirst())
                return try opaque(object, id, name: type.qualifiedName, arguments: rest, &count)
            }
        default: break
        }
        if let bytes = bytes(of: object) {
            guard callee.name == "builtins.bytearray" else { return .bytes(bytes) }
            return .object(CheckpointObject(typeName: "bytearray", arguments: [.bytes(bytes)], node: reference(id)))
        }
        if callee.name == "_codecs.encode", arguments.count == 2, graph.text(arguments[0]) != nil,
            graph.text(arguments[1]) == "latin1"
        {
            throw error(
                .computation(key: key, "its bytes are made of a text with characters that are not Latin-1"))
        }
        if let view = try embeddedStorage(id) { return .object(storageObject(view, id)) }
        let value = try opaque(object, id, name: callee.name, arguments: arguments, &count)
        if case .object(let made) = value, let tensor = try tensor(ofArray: made, id) {
            count = 1
            return .tensor(tensor)
        }
        return value
    }

    /// What a mapping is made with: a dict, or pairs as Python 2 pickles them.
    private func initialEntries(_ value: PickleValue) -> [PickleEntry]? {
        if let entries = graph.entries(value) { return entries }
        guard let items = graph.sequence(value) else { return nil }
        var entries: [PickleEntry] = []
        for item in items {
            guard let pair = graph.sequence(item), pair.count == 2 else { return nil }
            entries.append(PickleEntry(pair[0], pair[1]))
        }
        return entries
    }

    mutating func opaque(
        _ object: PickleObject, _ id: PickleNodeID, name: String, arguments: [PickleValue], _ count: inout Int
    ) throws(CheckpointError) -> CheckpointValue {
        let arguments = try elements(arguments, &count)
        let elements = try elements(object.listItems + object.addedItems, &count)
        let entries = try entries(object.dictItems, &count)
        let attributes = try attributes(object.states, &count)
        let tensors =
            tensorCount(arguments) + tensorCount(elements) + tensorCount(entries) + tensorCount(attributes)
        return .object(
            CheckpointObject(
                typeName: name, arguments: arguments, attributes: attributes, elements: elements, entries: entries,
                node: reference(id), tensorCount: tensors))
    }
}

extension PickleObject {
    /// All items that ADDITEMS gives the object.
    var addedItems: [PickleValue] {
        steps.flatMap { step -> [PickleValue] in if case .add(let items) = step { items } else { [] } }
    }
}
