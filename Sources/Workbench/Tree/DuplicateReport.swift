import CheckpointIO
import CommandLineKit
import JSON
import PlatformC
import TensorCore

/// The tensors of a checkpoint that are the same, have the same bytes, or share their memory with others.
package struct DuplicateReport: Sendable {
    package let file: String
    package let tensorCount: Int
    /// Keys of the same elements of one memory: tied tensors. In file order.
    package let tied: [[Key]]
    package let equal: [Group]
    package let shared: [SharedStorage]

    /// Tensors in memory of their own whose row-major bytes are equal, whatever their types and shapes.
    package struct Group: Sendable {
        package struct Member: Sendable {
            /// Several for tied tensors.
            package let keys: [Key]
            package let dtype: DType
            package let shape: [Int]
        }

        /// SHA-256, in hexadecimal.
        package let digest: String
        /// Bytes of each member.
        package let byteCount: Int
        package let members: [Member]
        /// Whether all elements are one value, such as the zeros of a fresh bias.
        package let isConstant: Bool

        /// What the file would save if it held the bytes once.
        package var redundantBytes: Int { byteCount * (members.count - 1) }
    }

    /// A storage of which several tensors see different parts.
    package struct SharedStorage: Sendable {
        package let byteCount: Int
        /// The tensors, with the bytes of the storage that each sees, from its first to its last element.
        package let members: [(key: Key, range: Range<Int>)]
        /// Whether two of them see a byte in common.
        package let overlaps: Bool
    }

    /// Reads the tensors that others have the size of.
    /// - Parameter progress: called with the bytes of the tensors that have been read and of all, from time to time.
    /// - Throws: `CheckpointError`.
    package static func run(
        _ checkpoint: Checkpoint, _ options: TreeOptions, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws -> DuplicateReport {
        let tensors = try CheckpointTree.tensors(of: checkpoint, options)
            .filter { options.keeps($0.key) && options.isInNode($0.key) }
        let twins = TiedTensors(tensors)
        var keys = tensors.map { [$0.key] }
        for position in tensors.indices {
            if let first = twins.first(ofTensorAt: position) { keys[first].append(tensors[position].key) }
        }
        let own = tensors.indices.filter { twins.first(ofTensorAt: $0) == nil }
        return DuplicateReport(
            file: checkpoint.path, tensorCount: tensors.count,
            tied: own.map { keys[$0] }.filter { $0.count > 1 },
            equal: try groups(own.filter { tensors[$0].tensor.byteCount > 0 }, tensors, keys, progress),
            shared: sharedStorages(own, tensors))
    }

    private static func groups(
        _ positions: [Int], _ tensors: [(key: Key, tensor: LazyTensor)], _ keys: [[Key]],
        _ progress: (_ done: Int, _ total: Int) -> Void
    ) throws -> [Group] {
        let sizes = Dictionary(positions.map { (tensors[$0].tensor.byteCount, 1) }, uniquingKeysWith: +)
        let candidates = positions.filter { sizes[tensors[$0].tensor.byteCount, default: 0] > 1 }
        let facts = try TensorReading(statistics: false, digests: true)
            .facts(of: candidates.map { tensors[$0].tensor }, progress: progress)
        var order: [String] = []
        var members: [String: [Int]] = [:]
        for (position, fact) in zip(candidates, facts) {
            guard let digest = fact.digest else { continue }
            if members[digest] == nil { order.append(digest) }
            members[digest, default: []].append(position)
        }
        return try order.compactMap { digest -> Group? in
            guard let positions = members[digest], positions.count > 1 else { return nil }
            let first = tensors[positions[0]].tensor
            return Group(
                digest: digest, byteCount: first.byteCount,
                members: positions.map {
                    Group.Member(keys: keys[$0], dtype: tensors[$0].tensor.dtype, shape: tensors[$0].tensor.shape)
                }, isConstant: try first.isConstant())
        }.sorted { $0.redundantBytes > $1.redundantBytes }
    }

    private static func sharedStorages(
        _ positions: [Int], _ tensors: [(key: Key, tensor: LazyTensor)]
    ) -> [SharedStorage] {
        var order: [ObjectIdentifier] = []
        var members: [ObjectIdentifier: [Int]] = [:]
        for position in positions where tensors[position].tensor.byteCount > 0 {
            let storage = ObjectIdentifier(tensors[position].tensor.storage)
            if members[storage] == nil { order.append(storage) }
            members[storage, default: []].append(position)
        }
        return order.compactMap { storage -> SharedStorage? in
            guard let positions = members[storage], positions.count > 1 else { return nil }
            let ranges = positions.map { position in
                let tensor = tensors[position].tensor
                return (key: tensors[position].key, range: tensor.layout.byteRange(width: tensor.dtype.byteWidth))
            }
            var end = 0
            var overlaps = false
            for item in ranges.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
                if item.range.lowerBound < end { overlaps = true }
                end = max(end, item.range.upperBound)
            }
            return SharedStorage(
                byteCount: tensors[positions[0]].tensor.storage.byteCount, members: ranges, overlaps: overlaps)
        }
    }

    package var redundantBytes: Int { equal.reduce(0) { $0 + $1.redundantBytes } }
}

extension LazyTensor {
    /// Whether all elements have the bytes of the first.
    fileprivate func isConstant() throws -> Bool {
        struct Difference: Error {}
        let width = dtype.byteWidth
        guard byteCount > width else { return true }
        var first: [UInt8] = []
        do {
            try forEachChunk(of: 1 << 18) { chunk in
                if first.isEmpty { first = Array(chunk.prefix(width)) }
                // Each byte is that of one element before.
                let isSame =
                    chunk.prefix(width).elementsEqual(first)
                    && chunk.baseAddress.map { memcmp($0, $0 + width, chunk.count - width) == 0 } ?? true
                guard isSame else { throw Difference() }
            }
        } catch is Difference {
            return false
        }
        return true
    }
}
