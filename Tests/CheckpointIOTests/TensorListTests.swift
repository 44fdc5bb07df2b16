import ByteIO
import Pickle
import TensorCore
import TestSupport
import Testing

@testable import CheckpointIO

@Suite struct TensorListTests {
    private func source() throws -> CheckpointSource {
        var tensors = TensorList()
        let ones = Bytes([UInt8](repeating: 1, count: 24))
        tensors.add("a", .float32, try StridedLayout(contiguous: [2, 3]), .bytes(ones))
        tensors.add("b", .float8_e4m3fn, try StridedLayout(contiguous: [5]), .bytes(Bytes([1, 2, 3, 4, 5])))
        return CheckpointSource(path: "x", format: .safetensors, tensors: tensors, metadata: [], notes: [])
    }

    @Test("the tree is the one that is built of the graph which stands for the pickle")
    func tree() throws {
        let source = try source()
        let listed = try NamedTensor.all(in: source.tree(), path: "x")
        let composed = try NamedTensor.all(in: ValueBuilder.tree(of: source), path: "x")
        #expect(listed.map(\.signature) == composed.map(\.signature))
        for (mine, other) in zip(listed, composed) {
            #expect(mine.tensor.storage === other.tensor.storage)
            #expect(mine.tensor.layout == other.tensor.layout)
            #expect(mine.tensor.device == other.tensor.device)
            #expect(mine.tensor.requiresGrad == other.tensor.requiresGrad)
            #expect(mine.tensor.node.node == other.tensor.node.node)
        }
        guard case .dictionary(let list) = try source.tree(),
            case .dictionary(let built) = try ValueBuilder.tree(of: source)
        else {
            Issue.record("a list of tensors is a dictionary")
            return
        }
        #expect(list.typeName == built.typeName)
        #expect(list.tensorCount == built.tensorCount)
        #expect(PickleValue.node(list.node.node) == source.graph.root)
    }

    @Test("a file that is a list of tensors holds no pickle")
    func pickle() throws {
        #expect(try !source().holdsPickle)
        #expect(try !Checkpoint.open(fixture("safetensors/types.safetensors")).holdsPickle)
    }
}
