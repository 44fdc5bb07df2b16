import ByteIO
import TensorCore

/// What keeps a state dict from being loaded: the tensors that a checkpoint has held against those it should have.
public struct ShapeDifference: Sendable, Equatable {
    /// A key on both sides whose shape or dtype differs.
    public struct Mismatch: Sendable, Equatable {
        public let expected: TensorSignature
        public let found: TensorSignature
    }

    /// An unexpected tensor that is likely to be a missing one under another name.
    public struct Rename: Sendable, Equatable {
        public let found: Key
        public let expected: Key
    }

    /// In the order of the expected tensors.
    public let matched: [Key]
    /// In the order of the expected tensors.
    public let missing: [TensorSignature]
    /// In the order of the file.
    public let unexpected: [TensorSignature]
    /// In the order of the expected tensors.
    public let mismatched: [Mismatch]
    /// In the order of the missing tensors; no tensor stands in two of them.
    public let renames: [Rename]

    /// - Parameters:
    ///   - ignored: keys that are left out on both sides.
    public init(expected: [TensorSignature], found: [TensorSignature], ignoring ignored: [Glob] = []) {
        let isCounted = { (signature: TensorSignature) in !ignored.contains { $0.matches(signature.key) } }
        let expected = ignored.isEmpty ? expected : expected.filter(isCounted)
        let found = ignored.isEmpty ? found : found.filter(isCounted)
        var positions = PositionTable(capacity: found.count)
        /// For each found tensor the first of its key.
        let firsts = found.indices.map { index in
            let key = found[index].key
            let hash = ByteHash.hash(key.text)
            return positions.earlierPosition(hash: hash, orEnterAt: index) { found[$0].key == key } ?? index
        }
        var isExpected = [Bool](repeating: false, count: found.count)
        var matched: [Key] = []
        var missing: [TensorSignature] = []
        var mismatched: [Mismatch] = []
        for signature in expected {
            let hash = ByteHash.hash(signature.key.text)
            guard let position = positions.position(hash: hash, isEqual: { found[$0].key == signature.key }) else {
                missing.append(signature)
                continue
            }
            isExpected[position] = true
            let other = found[position]
            if other.dtype == signature.dtype, other.shape == signature.shape {
                matched.append(signature.key)
            } else {
                mismatched.append(Mismatch(expected: signature, found: other))
            }
        }
        self.matched = matched
        self.missing = missing
        self.mismatched = mismatched
        unexpected = zip(found, firsts).filter { !isExpected[$1] }.map(\.0)
        var matcher = RenameMatcher(missing: missing, unexpected: unexpected)
        renames = matcher.match()
    }

    public var isEmpty: Bool { missing.isEmpty && unexpected.isEmpty && mismatched.isEmpty }
}
