import ByteIO

/// Finds the keys that a dictionary sets twice: Python's equality, but that containers as keys are not compared.
struct DictionaryPositions {
    private var texts: PositionTable?
    private var others: [Scalar: Int] = [:]
    /// A dictionary of one item needs no table.
    private let isSingle: Bool

    init(capacity: Int) { isSingle = capacity < 2 }

    /// The position of an equal key in `entries`; nil for a new key, which must be appended then.
    mutating func position(of key: CheckpointValue, in entries: [CheckpointDictionary.Entry]) -> Int? {
        if isSingle { return nil }
        if case .string(let text) = key {
            if texts == nil { texts = PositionTable(capacity: entries.capacity) }
            return texts?.earlierPosition(hash: ByteHash.hash(text), orEnterAt: entries.count) {
                entries[$0].key.isString(text)
            }
        }
        guard let scalar = Scalar(key) else { return nil }
        if let known = others[scalar] { return known }
        others[scalar] = entries.count
        return nil
    }

    /// `1`, `1.0` and `True` are one key.
    private enum Scalar: Hashable {
        case none
        case bytes([UInt8])
        case int(Int)
        case float(Double)

        init?(_ value: CheckpointValue) {
            switch value {
            case .none: self = .none
            case .bytes(let bytes): self = .bytes(Array(bytes))
            case .bool(let flag): self = .int(flag ? 1 : 0)
            case .int(let number): self = .int(number)
            case .float(let number): self = Int(exactly: number).map { .int($0) } ?? .float(number)
            default: return nil
            }
        }
    }
}
