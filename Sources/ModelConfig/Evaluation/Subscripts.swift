/// Elements and slices of sequences, as Python counts them.
struct Subscripts {
    typealias Reason = ConfigError.Reason
    let heap: Heap

    /// An index that may count from the end.
    static func position(_ index: Int, of count: Int) throws -> Int {
        let position = index < 0 ? index + count : index
        guard position >= 0, position < count else { throw Reason.index(index, count: count) }
        return position
    }

    static func index(_ value: Value, for sequence: Value) throws -> Int {
        guard let index = value.integer else {
            throw Reason.type("an index of \(sequence.typeName) is an int, not \(value.typeName)")
        }
        return index
    }

    func element(_ key: Value, of value: Value) throws -> Value {
        switch value {
        case .list(let list):
            return list.elements[try Self.position(try Self.index(key, for: value), of: list.elements.count)]
        case .tuple(let tuple), .iterable(let tuple, "range"):
            return tuple.elements[try Self.position(try Self.index(key, for: value), of: tuple.elements.count)]
        case .string(let text):
            try heap.work(text.utf8.count)
            let scalars = Array(text.unicodeScalars)
            return .string(String(scalars[try Self.position(try Self.index(key, for: value), of: scalars.count)]))
        case .dictionary(let dictionary):
            if let entry = try dictionary.entry(key) { return entry.value }
            throw try Self.missing(key, in: dictionary, named: "the dict", heap)
        default: throw Reason.type("\(value.typeName) has no elements")
        }
    }

    static func missing(_ key: Value, in dictionary: DictionaryObject, named name: String, _ heap: Heap) throws
        -> Reason
    {
        .missingKey(
            try ValueText.repr(key, in: heap), in: name, nearest: dictionary.keysLike(key))
    }

    /// `value[lower:upper:step]`.
    func slice(_ value: Value, _ lower: Value?, _ upper: Value?, _ step: Value?) throws -> Value {
        func bound(_ value: Value?) throws -> Int? {
            guard let value else { return nil }
            if case .none = value { return nil }
            guard let bound = value.integer else { throw Reason.type("a slice is of ints, not \(value.typeName)") }
            return bound
        }
        let bounds = (try bound(lower), try bound(upper), try bound(step))
        switch value {
        case .list(let list): return .list(try heap.list(try pick(bounds, of: list.elements)))
        case .tuple(let tuple): return .tuple(try heap.tuple(try pick(bounds, of: tuple.elements)))
        case .string(let text):
            try heap.work(text.utf8.count)
            let scalars = try pick(bounds, of: Array(text.unicodeScalars))
            return try heap.string(String(String.UnicodeScalarView(scalars)))
        default: throw Reason.type("\(value.typeName) has no slices")
        }
    }

    private func pick<Element>(
        _ bounds: (lower: Int?, upper: Int?, step: Int?), of elements: [Element]
    ) throws -> [Element] {
        let step = bounds.step ?? 1
        guard step != 0 else { throw Reason.value("the step of a slice cannot be zero") }
        let count = elements.count
        // What Python's `slice.indices` gives.
        func clipped(_ bound: Int, _ least: Int, _ most: Int) -> Int {
            let position = bound < 0 ? max(bound, -count - 1) + count : bound
            return min(max(position, least), most)
        }
        if step > 0 {
            let lower = bounds.lower.map { clipped($0, 0, count) } ?? 0
            let upper = bounds.upper.map { clipped($0, 0, count) } ?? count
            return lower < upper ? stride(from: lower, to: upper, by: min(step, count)).map { elements[$0] } : []
        }
        let lower = bounds.lower.map { clipped($0, -1, count - 1) } ?? count - 1
        let upper = bounds.upper.map { clipped($0, -1, count - 1) } ?? -1
        return lower > upper ? stride(from: lower, to: upper, by: max(step, -count)).map { elements[$0] } : []
    }
}

extension Value {
    var isText: Bool {
        if case .string = self { true } else { false }
    }
}
