import CheckpointIO
import Testing

@testable import Workbench

@Suite struct OutputFormatTests {
    @Test("PyTorch's extensions are its zip format", arguments: ["a.pth", "b/c.PT", "x.y.ckpt", "pytorch_model.bin"])
    func torch(path: String) throws {
        #expect(try OutputFormat(path: path) == .torchZip)
    }

    @Test("safetensors has an extension of its own")
    func safetensors() throws {
        #expect(try OutputFormat(path: "a/model.safetensors") == .safetensors)
    }

    @Test("another extension, or none, is refused", arguments: ["a.safetensor", "a.txt", "a", "folder.pth/a", ""])
    func refused(path: String) {
        #expect(throws: WorkbenchError.self) { try OutputFormat(path: path) }
    }
}
