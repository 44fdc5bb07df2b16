import ByteIO
import Pickle
import TensorCore
import Testing

@testable import CheckpointIO

@Suite struct ComposedGraphTests {
    @Test("composed tensors and values are a checkpoint like one that was read")
    func compose() throws {
        let bytes = Bytes((0..<24).map { UInt8($0) })
        var composed = ComposedGraph(path: "a.npz")
        let shared = composed.storage(of: .int32, name: "s", .bytes(bytes))
        let rows = composed.tensor(try StridedLayout(contiguous: [2, 3]), of: shared)
        let columns = composed.tensor(try StridedLayout(shape: [3, 2], strides: [1, 3]), of: shared)
        let alone = composed.tensor(.float16, try StridedLayout(contiguous: [12]), name: "t", .bytes(bytes))
        let inner = composed.dictionary([("step", .int(7)), ("t", alone)])
        let root = composed.dictionary([("rows", .node(rows)), ("columns", .node(columns)), ("state", inner)])
        let checkpoint = try Checkpoint(
            composed.source(
                root: root, format: .npz, metadata: [.init(name: "format", value: "np")], notes: ["is odd"]))

        #expect(checkpoint.path == "a.npz")
        #expect(checkpoint.format == .npz)
        #expect(checkpoint.metadata == [.init(name: "format", value: "np")])
        #expect(checkpoint.notes == ["is odd"])
        let tensors = checkpoint.tensors
        #expect(tensors.map(\.key) == ["rows", "columns", "state.t"])
        #expect(tensors.map(\.tensor.dtype) == [.int32, .int32, .float16])
        #expect(tensors.map(\.tensor.shape) == [[2, 3], [3, 2], [12]])
        #expect(tensors[0].tensor.storage === tensors[1].tensor.storage)
        #expect(tensors.map(\.tensor.storage.id) == [0, 0, 1])
        #expect(try tensors[1].tensor.contiguousBytes().first == 0)
        #expect(Array(try tensors[1].tensor.contiguousBytes()[4..<8]) == [12, 13, 14, 15])
        #expect(try tensors[2].tensor.contiguousBytes() == bytes)
        guard case .int(7)? = try checkpoint.stateDict(at: "state").others.first?.value else {
            Issue.record("the plain value is lost")
            return
        }
    }

    @Test("a tensor beyond its storage is an error with both numbers")
    func shortStorage() throws {
        var composed = ComposedGraph(path: "a.npz")
        let tensor = composed.tensor(.int32, try StridedLayout(contiguous: [3]), name: "w.npy", .bytes(Bytes([1, 2])))
        let source = composed.source(root: composed.dictionary([("w", tensor)]), format: .npz)
        #expect(
            throws: CheckpointError("a.npz", .shortStorage(key: "w", storage: "w.npy", needed: 12, held: 2))
        ) { try Checkpoint(source) }
    }

    @Test("big-endian elements are turned around when they are asked for", arguments: [DType.int16, .complex64])
    func bigEndian(_ dtype: DType) throws {
        let bytes = Bytes((1...8).map { UInt8($0) })
        var composed = ComposedGraph(path: "a.npy")
        let layout = try StridedLayout(contiguous: [8 / dtype.byteWidth])
        let tensor = composed.tensor(dtype, layout, name: "w", .bytes(bytes, of: dtype, .big))
        let checkpoint = try Checkpoint(composed.source(root: tensor, format: .npy))
        let expected: [UInt8] = dtype == .int16 ? [2, 1, 4, 3, 6, 5, 8, 7] : [4, 3, 2, 1, 8, 7, 6, 5]
        #expect(Array(try checkpoint.tensors[0].tensor.contiguousBytes()) == expected)
    }

    @Test("what two files hold becomes one checkpoint, sharing kept within each")
    func combine() throws {
        var composed = ComposedGraph(path: "folder")
        let sources = try ["strides", "state_dict"].map { try CheckpointSource.open(Fixture(name: $0).path) }
        let roots = sources.map { composed.root(of: $0) }
        let root = composed.dictionary([("a", roots[0]), ("b", roots[1])])
        let checkpoint = try Checkpoint(composed.source(root: root, format: .shardedTorch))
        let expected = try sources.flatMap { try Checkpoint($0).tensors }
        #expect(checkpoint.tensors.map { String($0.key.text.dropFirst(2)) } == expected.map(\.key.text))
        for (found, expected) in zip(checkpoint.tensors, expected) {
            #expect(found.tensor.layout == expected.tensor.layout)
            #expect(try found.tensor.contiguousBytes() == expected.tensor.contiguousBytes())
        }
        let count = try sources.map { try Set(Checkpoint($0).tensors.map(\.tensor.storage.id)).count }.reduce(0, +)
        #expect(Set(checkpoint.tensors.map(\.tensor.storage.id)).count == count)
    }
}
