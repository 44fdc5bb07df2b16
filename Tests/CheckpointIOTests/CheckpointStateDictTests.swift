import TensorCore
import Testing

@testable import CheckpointIO

@Suite struct CheckpointStateDictTests {
    func nested() throws -> Checkpoint { try Fixture(name: "nested").open() }

    @Test("without a key, the state dict is the root's 'state_dict'")
    func usualKey() throws {
        let stateDict = try nested().stateDict()
        #expect(stateDict.path == "state_dict")
        #expect(stateDict.tensors.map(\.key) == ["a.weight", "a.bias"])
        #expect(stateDict.tensors.map(\.parts) == [["a.weight"], ["a.bias"]])
    }

    @Test("without a key and a usual name, the state dict is the root")
    func root() throws {
        let stateDict = try Fixture(name: "state_dict").open().stateDict()
        #expect(stateDict.path == "")
        #expect(stateDict.tensors.count == 15)
        #expect(stateDict.others.isEmpty)
        #expect(
            stateDict.metadata.map(\.module) == ["", "conv1", "bn1", "layer1", "layer1.0", "layer1.1", "fc"])
        #expect(stateDict.metadata.map(\.value.pythonRepr).last == "{'version': 1}")
    }

    @Test("a dotted key leads through dictionaries, and the empty key is the root")
    func dotted() throws {
        let checkpoint = try nested()
        #expect(try checkpoint.stateDict(at: "optimizer.state").tensors.map(\.key) == ["0.step", "0.exp_avg"])
        #expect(try checkpoint.stateDict(at: "optimizer.state.0").tensors.map(\.key) == ["step", "exp_avg"])
        #expect(try checkpoint.stateDict(at: "").tensors.map(\.key) == checkpoint.tensors.map(\.key))
    }

    @Test("the names to search may be given")
    func searching() throws {
        #expect(try nested().stateDict(searching: ["ema", "optimizer"]).path == "optimizer")
        #expect(try nested().stateDict(searching: ["optimizer.ema", "optimizer.state"]).path == "optimizer.state")
    }

    @Test("a key that leads nowhere is an error with the keys that are there")
    func nowhere() throws {
        let checkpoint = try nested()
        let error = #expect(throws: CheckpointError.self) { try checkpoint.stateDict(at: "optimizer.stat") }
        #expect(error?.reason == .noContainer(path: "optimizer.stat", candidates: ["state", "param_groups"]))
        let list = #expect(throws: CheckpointError.self) { try checkpoint.stateDict(at: "mixed") }
        guard case .noContainer(path: "mixed", _) = list?.reason else {
            Issue.record("\(String(describing: list))")
            return
        }
    }

    @Test("a tensor alone is a state dict of one tensor")
    func tensor() throws {
        let checkpoint = try Fixture(name: "tensor").open()
        #expect(checkpoint.tensors.map(\.key) == [""])
        #expect(checkpoint.tensors.map(\.parts) == [[]])
        let stateDict = try checkpoint.stateDict()
        #expect(stateDict.tensors.map(\.key) == ["tensor"])
        #expect(
            try stateDict.tensors[0].tensor.contiguousBytes() == checkpoint.tensors[0].tensor.contiguousBytes())
        #expect(stateDict.notes == ["the file is one tensor, whose key here is 'tensor'"])
    }
}
