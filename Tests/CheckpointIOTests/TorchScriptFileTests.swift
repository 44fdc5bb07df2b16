import ByteIO
import TensorCore
import TestSupport
import Testing

@testable import CheckpointIO

@Suite struct TorchScriptFileTests {
    @Test("the tree is that of the attributes, values of TorchScript's own types included")
    func attributes() throws {
        let checkpoint = try Checkpoint.open(ModuleFixture.path("scripted.jit"))
        #expect(checkpoint.format == .torchScript)
        guard case .object(let module) = checkpoint.root else {
            Issue.record("the root is not an object")
            return
        }
        func attribute(_ name: String) -> String? { module.attributes.first { $0.name == name }?.value.pythonRepr }
        #expect(attribute("lengths") == "[1, 2, 3]")
        #expect(attribute("rates") == "{'a': 0.5}")
        #expect(attribute("cache") == "None")
        #expect(attribute("training") == "False")
        #expect(checkpoint.tensors.contains { $0.key.text == "state" })
        #expect(checkpoint.tensors.contains { $0.key.text == "net.stem.plain" })
    }

    @Test("weights that are constants of frozen code are not left out without a word")
    func frozenOutput() throws {
        let folder = try TemporaryFolder()
        let stateDict = try Checkpoint.open(ModuleFixture.path("frozen.jit")).stateDict()
        let error = #expect(throws: CheckpointError.self) {
            try CheckpointOutput(unchanged: stateDict).write(to: folder.path("out.pth"))
        }
        #expect(error?.description.contains("as torch.jit.freeze leaves them") == true)
    }

    @Test("what frozen code holds as constants is there under CONSTANTS, though in no state dict")
    func constants() throws {
        let checkpoint = try Checkpoint.open(ModuleFixture.path("frozen.jit"))
        #expect(checkpoint.tensors.first?.key.text == "CONSTANTS.c0")
        for entry in checkpoint.tensors { _ = try entry.tensor.contiguousBytes() }
        #expect(try checkpoint.stateDict().tensors.isEmpty)
    }

    @Test("a damaged archive is an error or a checkpoint, never a crash", arguments: ModuleFixture.scripted)
    func damage(name: String) throws {
        try openDamagedCopies(400, of: ModuleFixture.path(name), as: name) { _ = try? $0.stateDict() }
    }

    @Test("an archive cut short anywhere is an error")
    func truncated() throws {
        let bytes = try MappedFile(path: ModuleFixture.path("frozen.jit")).bytes
        for length in 0..<bytes.count {
            #expect(throws: CheckpointError.self) {
                try Checkpoint.open(bytes.slice(at: 0, count: length), path: "part.pt")
            }
        }
    }
}
