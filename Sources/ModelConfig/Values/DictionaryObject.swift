import Spelling

/// A dictionary that keeps the order in which keys were first set.
final class DictionaryObject: HeapObject {
    struct Entry {
        let key: Value
        var value: Value
        /// Where it was last set.
        var origin: Origin?
    }

    /// Whether it is mmengine's `ConfigDict`: keys are attributes too, and what is stored becomes one of those.
    let isConfig: Bool
    private(set) var entries: [Entry] = []
    /// Key → position; made once a search through the entries would take long.
    private var positions: [ValueKey: Int]?

    private static let searchLimit = 8

    init(isConfig: Bool) { self.isConfig = isConfig }

    var count: Int { entries.count }

    func index(of key: Value) throws -> Int? {
        let key = try ValueKey(key)
        if let positions { return positions[key] }
        return try entries.firstIndex { try ValueKey($0.key) == key }
    }

    func index(of key: String) -> Int? {
        let key = ScalarText(key)
        if let positions { return positions[.string(key)] }
        return entries.firstIndex {
            if case .string(let text) = $0.key { ScalarText(text) == key } else { false }
        }
    }

    subscript(key: String) -> Value? { index(of: key).map { entries[$0].value } }

    func entry(_ key: Value) throws -> Entry? { try index(of: key).map { entries[$0] } }

    /// Stores a value as it is; `Heap.store` makes it what belongs into a `ConfigDict` before.
    func set(_ key: Value, _ value: Value, origin: Origin?) throws {
        if let index = try index(of: key) {
            entries[index].value = value
            entries[index].origin = origin ?? entries[index].origin
            return
        }
        positions?[try ValueKey(key)] = entries.count
        entries.append(Entry(key: key, value: value, origin: origin))
        if positions == nil, entries.count > Self.searchLimit { try makePositions() }
    }

    @discardableResult
    func remove(_ key: Value) throws -> Value? {
        guard let index = try index(of: key) else { return nil }
        let value = entries.remove(at: index).value
        if positions != nil { try makePositions() }
        return value
    }

    /// Removes many entries in one pass.
    func removeAll(where isUnwanted: (Entry) -> Bool) throws {
        entries.removeAll(where: isUnwanted)
        if positions != nil { try makePositions() }
    }

    func removeAll() {
        entries = []
        positions = nil
    }

    /// Keys that `key` may be a misspelling of.
    func keysLike(_ key: Value) -> [String] {
        guard case .string(let name) = key, name.utf8.count <= 100 else { return [] }
        let known = entries.prefix(1000).compactMap { entry -> String? in
            guard case .string(let text) = entry.key, text.utf8.count <= 100 else { return nil }
            return text
        }
        return nearestNames(to: name, among: known, limit: 1)
    }

    private func makePositions() throws {
        var positions: [ValueKey: Int] = [:]
        for (index, entry) in entries.enumerated() { positions[try ValueKey(entry.key)] = index }
        self.positions = positions
    }
}

/// A place in one of the files that were read: an index into them, and bytes of its text.
struct Origin: Equatable {
    let file: Int
    let offset: Int
}
