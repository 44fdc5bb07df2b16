/// Makes the objects of one reading of a config, and counts what that takes.
///
/// The objects live until `clear`, which takes them apart one by one: a list inside a list inside a list … ends
/// without recursion, and a list that contains itself ends too.
final class Heap {
    let limits: ConfigLimits
    private var objects: [any HeapObject] = []
    private var steps = 0
    private var elements = 0
    private var textBytes = 0

    init(limits: ConfigLimits) { self.limits = limits }

    func clear() {
        for object in objects { object.removeAll() }
        objects = []
    }

    // MARK: Limits

    func step() throws {
        steps += 1
        guard steps <= limits.steps else { throw ConfigError.Reason.limit("steps to evaluate", limits.steps) }
    }

    /// Counts work on `count` elements that is quick for each.
    func work(_ count: Int) throws {
        guard count / 16 <= limits.steps - steps else {
            throw ConfigError.Reason.limit("steps to evaluate", limits.steps)
        }
        steps += count / 16
        try step()
    }

    /// Throws if there is no room for `count` more elements.
    func checkRoom(elements count: Int) throws {
        guard count <= limits.elements - elements else {
            throw ConfigError.Reason.limit("elements", limits.elements)
        }
    }

    /// - Parameter count: not negative.
    func charge(elements count: Int) throws {
        try checkRoom(elements: count)
        elements += count
    }

    /// - Parameter bytes: not negative.
    func charge(text bytes: Int) throws {
        guard bytes <= limits.textBytes - textBytes else {
            throw ConfigError.Reason.limit("bytes of text", limits.textBytes)
        }
        textBytes += bytes
    }

    func check(depth: Int) throws {
        guard depth < limits.depth else {
            throw ConfigError.Reason.limit(
                "levels of values inside values, or a value that contains itself", limits.depth)
        }
    }

    // MARK: Objects

    func list(_ elements: [Value]) throws -> ListObject {
        try charge(elements: elements.count + 1)
        let list = ListObject(elements)
        objects.append(list)
        return list
    }

    func tuple(_ elements: [Value]) throws -> TupleObject {
        try charge(elements: elements.count + 1)
        let tuple = TupleObject(elements)
        objects.append(tuple)
        return tuple
    }

    func set(_ elements: [Value] = []) throws -> SetObject {
        try charge(elements: elements.count + 1)
        let set = SetObject()
        objects.append(set)
        for element in elements { try set.insert(element) }
        return set
    }

    func dictionary(isConfig: Bool = false) throws -> DictionaryObject {
        try charge(elements: 1)
        let dictionary = DictionaryObject(isConfig: isConfig)
        objects.append(dictionary)
        return dictionary
    }

    func string(_ text: String) throws -> Value {
        try charge(text: text.utf8.count)
        return .string(text)
    }

    /// Sets an entry. A `ConfigDict` takes plain dictionaries as `ConfigDict`s, and lists and tuples as copies.
    func store(_ value: Value, forKey key: Value, in dictionary: DictionaryObject, origin: Origin?) throws {
        try charge(elements: 1)
        try dictionary.set(key, dictionary.isConfig ? try hooked(value) : value, origin: origin)
    }

    /// mmengine's `ConfigDict._hook`.
    private func hooked(_ value: Value, depth: Int = 0) throws -> Value {
        try check(depth: depth)
        switch value {
        case .dictionary(let plain) where !plain.isConfig:
            let copy = try dictionary(isConfig: true)
            for entry in plain.entries {
                try charge(elements: 1)
                try copy.set(entry.key, try hooked(entry.value, depth: depth + 1), origin: entry.origin)
            }
            return .dictionary(copy)
        case .list(let elements):
            return .list(try list(try elements.elements.map { try hooked($0, depth: depth + 1) }))
        case .tuple(let elements):
            return .tuple(try tuple(try elements.elements.map { try hooked($0, depth: depth + 1) }))
        default: return value
        }
    }

    // MARK: Copies

    /// A copy that shares nothing with the original, nor one of its parts with another.
    /// - Parameter isConfig: whether its dictionaries are `ConfigDict`s.
    func tree(_ value: Value, isConfig: Bool, depth: Int = 0) throws -> Value {
        try check(depth: depth)
        switch value {
        case .dictionary(let original): return .dictionary(try tree(original, isConfig: isConfig, depth: depth))
        case .list(let original):
            return .list(try list(try original.elements.map { try tree($0, isConfig: isConfig, depth: depth + 1) }))
        case .tuple(let original):
            return .tuple(try tuple(try original.elements.map { try tree($0, isConfig: isConfig, depth: depth + 1) }))
        case .set(let original): return .set(try set(original.elements))
        default: return value
        }
    }

    func tree(_ original: DictionaryObject, isConfig: Bool, depth: Int = 0) throws -> DictionaryObject {
        let copy = try dictionary(isConfig: isConfig)
        for entry in original.entries {
            try charge(elements: 1)
            try copy.set(entry.key, try tree(entry.value, isConfig: isConfig, depth: depth + 1), origin: entry.origin)
        }
        return copy
    }

    /// `copy.deepcopy`: what the original shares, the copy shares too.
    func deepCopy(_ value: Value) throws -> Value {
        var made: [ObjectIdentifier: Value] = [:]
        return try deepCopy(value, &made, depth: 0)
    }

    private func deepCopy(_ value: Value, _ made: inout [ObjectIdentifier: Value], depth: Int) throws -> Value {
        try check(depth: depth)
        switch value {
        case .dictionary(let original):
            if let copy = made[ObjectIdentifier(original)] { return copy }
            let copy = try dictionary(isConfig: original.isConfig)
            made[ObjectIdentifier(original)] = .dictionary(copy)
            for entry in original.entries {
                let value = try deepCopy(entry.value, &made, depth: depth + 1)
                try store(value, forKey: entry.key, in: copy, origin: entry.origin)
            }
            return .dictionary(copy)
        case .list(let original):
            if let copy = made[ObjectIdentifier(original)] { return copy }
            let copy = try list([])
            made[ObjectIdentifier(original)] = .list(copy)
            try charge(elements: original.elements.count)
            copy.elements = try original.elements.map { try deepCopy($0, &made, depth: depth + 1) }
            return .list(copy)
        case .tuple(let original):
            if let copy = made[ObjectIdentifier(original)] { return copy }
            let copy = Value.tuple(try tuple(try original.elements.map { try deepCopy($0, &made, depth: depth + 1) }))
            made[ObjectIdentifier(original)] = copy
            return copy
        case .set(let original): return .set(try set(original.elements))
        default: return value
        }
    }
}
