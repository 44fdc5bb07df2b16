extension PickleGraph {
    /// The type that keeps a value from being the key of a dictionary or the element of a set; nil for a value that
    /// Python can hash, as far as that is known.
    /// - Parameter checked: tuples that were checked before and are skipped, because the number of paths through tuples
    ///   that share items can be exponential. Those that are checked now are added.
    func unhashableType(_ value: PickleValue, _ checked: inout Set<PickleNodeID>) -> String? {
        guard case .node(let id) = value, !isPlain(id) else { return nil }
        var pending = [id]
        while let next = pending.popLast() {
            if let items = items(ofTuple: next) {
                guard checked.insert(next).inserted else { continue }
                for case .node(let item) in items.reversed() where !isPlain(item) { pending.append(item) }
            } else if let type = unhashableType(ofNonTuple: next) {
                return type
            }
        }
        return nil
    }

    private func unhashableType(ofNonTuple id: PickleNodeID) -> String? {
        switch self[id] {
        case .list: return "list"
        case .dict: return "dict"
        case .set: return "set"
        case .byteArray: return "bytearray"
        case .object(let object):
            guard let name = callee(of: object)?.qualifiedName, Self.unhashableClasses.contains(name) else {
                return nil
            }
            return name
        default: return nil
        }
    }

    private static let unhashableClasses: Set<String> = [
        "builtins.bytearray", "builtins.dict", "builtins.list", "builtins.set", "collections.Counter",
        "collections.OrderedDict", "collections.defaultdict", "collections.deque",
    ]
}

/// Whether bytes are UTF-8 except for lone surrogates, which CPython's `surrogatepass` lets through.
func isSurrogateUTF8(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var index = 0
    while index < bytes.count {
        let lead = bytes[index]
        let count: Int
        let low: UInt8
        let high: UInt8
        switch lead {
        case 0x00...0x7F: (count, low, high) = (0, 0x80, 0xBF)
        case 0xC2...0xDF: (count, low, high) = (1, 0x80, 0xBF)
        case 0xE0: (count, low, high) = (2, 0xA0, 0xBF)
        case 0xE1...0xEF: (count, low, high) = (2, 0x80, 0xBF)
        case 0xF0: (count, low, high) = (3, 0x90, 0xBF)
        case 0xF1...0xF3: (count, low, high) = (3, 0x80, 0xBF)
        case 0xF4: (count, low, high) = (3, 0x80, 0x8F)
        default: return false
        }
        guard index + count < bytes.count else { return false }
        for position in 0..<count {
            let next = bytes[index + 1 + position]
            guard position == 0 ? (low...high).contains(next) : (0x80...0xBF).contains(next) else { return false }
        }
        index += 1 + count
    }
    return true
}
