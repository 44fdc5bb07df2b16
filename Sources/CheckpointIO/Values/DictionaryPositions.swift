import ByteIO

/// Finds the keys that a dictionary sets twice: Python's equality, but that containers as keys are not compared.
struct DictionaryPositions {
    private var texts: PositionTable?
    private var others: [Scalar: Int] = [:]

    /// The position of the first key that equals the one at `position`, if that is not the first itself. To be asked
    /// for each position in turn.
    mutating func firstPosition(ofKeyAt position: Int, in entries: [CheckpointDictionary.Entry]) -> Int? {
        if entries.count < 2 { return nil }
        if case .string(let text) = entries[position].key {
            if texts == nil { texts = PositionTable(capacity: entries.count) }
            return texts?.earlierPosition(hash: ByteHash.hash(text), orEnterAt: position) {
                entries[$0].key.isString(text)
            }
        }
        guard let scalar = Scalar(entries[position].key) else { return nil }
        if let known = others[scalar] { return known }
        others[scalar] = position
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
