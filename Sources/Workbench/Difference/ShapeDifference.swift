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
        let expected = expected.filter(isCounted)
        let found = found.filter(isCounted)
        let foundByKey = Dictionary(found.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        let expectedKeys = Set(expected.map(\.key))
        var matched: [Key] = []
        var missing: [TensorSignature] = []
        var mismatched: [Mismatch] = []
        for signature in expected {
            guard let other = foundByKey[signature.key] else {
                missing.append(signature)
                continue
            }
            if other == signature {
                matched.append(signature.key)
            } else {
                mismatched.append(Mismatch(expected: signature, found: other))
            }
        }
        self.matched = matched
        self.missing = missing
        self.mismatched = mismatched
        unexpected = found.filter { !expectedKeys.contains($0.key) }
        var matcher = RenameMatcher(missing: missing, unexpected: unexpected)
        renames = matcher.match()
    }

    public var isEmpty: Bool { missing.isEmpty && unexpected.isEmpty && mismatched.isEmpty }
}
