import Testing

@testable import Workbench

@Suite struct OutputFormatTests {
    @Test("PyTorch's extensions are its zip format", arguments: ["a.pth", "b/c.PT", "x.y.ckpt", "pytorch_model.bin"])
    func torch(path: String) throws {
        #expect(try OutputFormat(path: path) == .torchZip)
    }

    @Test("another extension, or none, is refused", arguments: ["a.safetensors", "a.txt", "a", "folder.pth/a", ""])
    func refused(path: String) {
        #expect(throws: WorkbenchError.self) { try OutputFormat(path: path) }
    }
}
