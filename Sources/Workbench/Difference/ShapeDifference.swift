import ByteIO
import TensorCore

/// What keeps a state dict from being loaded: the tensors that a checkpoint has held against those it should have.
package struct ShapeDifference: Sendable, Equatable {
    /// A key on both sides whose shape or dtype differs.
    package struct Mismatch: Sendable, Equatable {
        package let expected: TensorSignature
        package let found: TensorSignature
    }

    /// An unexpected tensor that is likely to be a missing one under another name.
    package struct Rename: Sendable, Equatable {
        package let found: Key
        package let expected: Key
    }

    /// Keys of both whose tensors agree, in the order of the expected tensors.
    package let matched: [Key]
    /// Expected tensors that were not found, in their order.
    package let missing: [TensorSignature]
    /// Found tensors that were not expected, in the order of the file.
    package let unexpected: [TensorSignature]
    /// Keys of both whose tensors differ, in the order of the expected tensors.
    package let mismatched: [Mismatch]
    /// In the order of the missing tensors; no tensor stands in two of them.
    package let renames: [Rename]

    /// - Parameters:
    ///   - ignored: keys that are left out on both sides.
    package init(expected: [TensorSignature], found: [TensorSignature], ignoring ignored: [Glob] = []) {
        let isCounted = { (signature: TensorSignature) in !ignored.contains { $0.matches(signature.key) } }
        let expected = ignored.isEmpty ? expected : expected.filter(isCounted)
        let found = ignored.isEmpty ? found : found.filter(isCounted)
        let positions = FoundPositions(found, expected)
        var isExpected = [Bool](repeating: false, count: found.count)
        var matched: [Key] = []
        var missing: [TensorSignature] = []
        var mismatched: [Mismatch] = []
        matched.reserveCapacity(expected.count)
        for (index, signature) in expected.enumerated() {
            guard let position = positions.position(ofExpectedAt: index) else {
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
        unexpected = found.indices.filter { !isExpected[positions.firsts[$0]] }.map { found[$0] }
        var matcher = RenameMatcher(missing: missing, unexpected: unexpected)
        renames = matcher.match()
    }

    package var isEmpty: Bool { missing.isEmpty && unexpected.isEmpty && mismatched.isEmpty }
}

/// Where tensors stand among those found.
private struct FoundPositions {
    /// Position of a found tensor → position of the first with its key.
    let firsts: [Int]
    private let ofExpected: [Int?]

    init(_ found: [TensorSignature], _ expected: [TensorSignature]) {
        // As a rule one model made both files.
        if found.count == expected.count, found.indices.allSatisfy({ found[$0].key == expected[$0].key }) {
            firsts = Array(found.indices)
            ofExpected = firsts
            return
        }
        var table = PositionTable(capacity: found.count)
        firsts = found.indices.map { index in
            let key = found[index].key
            return table.earlierPosition(hash: ByteHash.hash(key.text), orEnterAt: index) { found[$0].key == key }
                ?? index
        }
        ofExpected = expected.map { signature in
            table.position(hash: ByteHash.hash(signature.key.text)) { found[$0].key == signature.key }
        }
    }

    /// The position of the first found tensor with the key of an expected one.
    func position(ofExpectedAt index: Int) -> Int? { ofExpected[index] }
}
