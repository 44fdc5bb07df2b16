import PythonSyntax

/// `KEY=VALUE` of a command line. Source: `DictAction` and `Config.merge_from_dict` of mmengine 0.10.7.
struct ConfigOverrides {
    typealias Reason = ConfigError.Reason

    private let heap: Heap
    private let tree: DictionaryObject

    /// The values with overrides merged into them.
    /// - Parameter overrides: `a.b.0.c=value`; of the same key the last counts.
    static func applied(_ overrides: [String], to values: DictionaryObject, heap: Heap) throws -> DictionaryObject {
        do {
            let tree = try ConfigOverrides(overrides, heap: heap).tree
            return try ConfigMerge(heap: heap, allowsListKeys: true).merged(tree, over: values)
        } catch let failure as ConfigMerge.Failure {
            throw Reason.override("--cfg-options: \(failure.reason)")
        } catch let reason as Reason {
            throw Reason.override("--cfg-options: \(reason)")
        }
    }

    private init(_ overrides: [String], heap: Heap) throws {
        self.heap = heap
        tree = try heap.dictionary()
        var values: [(key: String, value: Value)] = []
        for override in overrides {
            guard let equals = override.firstIndex(of: "=") else {
                throw Reason.override("'\(override)' is not KEY=VALUE")
            }
            let key = String(override[..<equals])
            let text = String(override[override.index(after: equals)...])
            let value = try Self.value(of: text, heap: heap, override: override)
            if let index = values.firstIndex(where: { $0.key == key }) {
                values[index].value = value
            } else {
                values.append((key, value))
            }
        }
        for (key, value) in values { try add(key, value) }
    }

    private func add(_ key: String, _ value: Value) throws {
        let parts = key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        var dictionary = tree
        for (index, part) in parts.dropLast().enumerated() {
            try heap.check(depth: index)
            if dictionary[part] == nil {
                try heap.store(.dictionary(try heap.dictionary()), forKey: .string(part), in: dictionary, origin: nil)
            }
            guard case .dictionary(let next)? = dictionary[part] else {
                throw Reason.override(
                    "'\(key)': another override sets '\(parts.prefix(index + 1).joined(separator: "."))' to a value")
            }
            dictionary = next
        }
        try heap.store(value, forKey: .string(parts[parts.count - 1]), in: dictionary, origin: nil)
    }

    // MARK: Values

    /// `1`, `1e-3`, `true`, `None`, `a,b`, `[1,(2,x)]`; anything else is a string. Blanks are left out.
    static func value(of text: String, heap: Heap, override: String, depth: Int = 0) throws -> Value {
        guard depth < 20 else {
            throw Reason.override("'\(override)': brackets are nested too deeply, or do not match")
        }
        var bytes = Array(text.utf8)[...]
        func isQuote(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") }
        while let first = bytes.first, isQuote(first) { bytes.removeFirst() }
        while let last = bytes.last, isQuote(last) { bytes.removeLast() }
        bytes = bytes.filter { $0 != UInt8(ascii: " ") }[...]
        var isTuple = false
        switch (bytes.first, bytes.last) {
        case (UInt8(ascii: "("), UInt8(ascii: ")")) where bytes.count > 1:
            isTuple = true
            bytes = bytes.dropFirst().dropLast()
        case (UInt8(ascii: "["), UInt8(ascii: "]")) where bytes.count > 1: bytes = bytes.dropFirst().dropLast()
        default:
            guard bytes.contains(UInt8(ascii: ",")) else { return scalar(String(decoding: bytes, as: UTF8.self)) }
        }
        var elements: [Value] = []
        while !bytes.isEmpty {
            let end = try endOfElement(bytes, override)
            let element = String(decoding: bytes[bytes.startIndex..<end], as: UTF8.self)
            elements.append(try value(of: element, heap: heap, override: override, depth: depth + 1))
            bytes = end < bytes.endIndex ? bytes[(end + 1)...] : []
        }
        return isTuple ? .tuple(try heap.tuple(elements)) : .list(try heap.list(elements))
    }

    /// The next comma outside brackets.
    private static func endOfElement(_ bytes: ArraySlice<UInt8>, _ override: String) throws -> Int {
        var (round, square) = (0, 0)
        var end: Int?
        for (index, byte) in zip(bytes.indices, bytes) {
            switch byte {
            case UInt8(ascii: "("): round += 1
            case UInt8(ascii: ")"): round -= 1
            case UInt8(ascii: "["): square += 1
            case UInt8(ascii: "]"): square -= 1
            case UInt8(ascii: ",") where round == 0 && square == 0 && end == nil: end = index
            default: break
            }
        }
        guard round == 0, square == 0 else { throw Reason.override("'\(override)': the brackets do not match") }
        return end ?? bytes.endIndex
    }

    private static func scalar(_ text: String) -> Value {
        if let value = FormattedNumber.integer(text) { return .int(value) }
        if let value = FormattedNumber.float(text) { return .float(value) }
        switch text.lowercased() {
        case "true": return .bool(true)
        case "false": return .bool(false)
        default: return text == "None" ? .none : .string(text)
        }
    }
}
