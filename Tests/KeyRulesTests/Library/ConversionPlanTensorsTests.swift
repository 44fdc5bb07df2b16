import CheckpointIO
import KeyRules
import TensorCore
import TestSupport
import Testing

/// The library's way through a conversion.
@Suite struct ConversionPlanTensorsTests {
    private func stateDict(_ folder: TemporaryFolder) throws -> StateDict {
        let path = folder.path("in.safetensors")
        try Checkpoint.write(
            [
                OutputTensor("a.weight", [1, 2, 3, 4, 5, 6], shape: [2, 3]),
                OutputTensor("a.bias", [7, 8], shape: [2]),
            ],
            to: path)
        return try Checkpoint.open(path).stateDict()
    }

    @Test("the tensors of a plan are renamed and computed as it says")
    func tensors() throws {
        let folder = try TemporaryFolder()
        let stateDict = try stateDict(folder)
        let rules = try RuleFile.parse(
            "rules r: a -> b\na.weight -> b.weight : o i -> i o\na.bias -> a.bias\n", name: "r.rules")
        let plan = rules.plan(for: stateDict)
        #expect(plan.errors == [])
        let path = folder.path("out.pth")
        try Checkpoint.write(plan.tensors(of: stateDict), to: path)
        let result = try Checkpoint.open(path)
        #expect(result["b.weight"]?.shape == [3, 2])
        #expect(try result["b.weight"]?.floats() == [1, 4, 2, 5, 3, 6])
        #expect(try result["a.bias"]?.floats() == [7, 8])
    }

    @Test("a plan with errors, or of another state dict, has no tensors")
    func mistakes() throws {
        let folder = try TemporaryFolder()
        let stateDict = try stateDict(folder)
        let partial = try RuleFile.parse("rules r: a -> b\na.weight -> b.weight\n", name: "r.rules")
        let plan = partial.plan(for: stateDict)
        #expect(!plan.isExecutable)
        #expect(throws: ConversionError.self) { try plan.tensors(of: stateDict) }
        let whole = try RuleFile.parse("rules r: a -> b\n{k..} -> {k}\n", name: "r.rules").plan(for: stateDict)
        let other = stateDict.replacing([:], removing: ["a.bias"])
        #expect(throws: ConversionError.self) { try whole.tensors(of: other) }
    }
}
