import ByteIO
import TestSupport
import Testing

@testable import CheckpointIO

/// Damaged copies of the fixtures, and copies cut short.
@Suite struct MutationTests {
    @Test("a damaged file is an error or a checkpoint, never a crash", arguments: Fixture.all)
    func damage(_ fixture: Fixture) throws {
        let opened = try openDamagedCopies(400, of: fixture.path, as: fixture.name) { checkpoint in
            _ = checkpoint.root.pythonRepr
            _ = try? checkpoint.stateDict()
            for entry in checkpoint.tensors where entry.tensor.byteCount < 1 << 16 {
                _ = try? entry.tensor.contiguousBytes()
            }
        }
        #expect(opened > 0)
    }

    @Test("a legacy stream that ends too early is an error at every length")
    func truncation() throws {
        let bytes = try MappedFile(path: Fixture(name: "strides_legacy").path).bytes
        for length in 0..<bytes.count {
            let part = try bytes.slice(at: 0, count: length)
            #expect(throws: CheckpointError.self) { try Checkpoint.open(part, path: "part.pth") }
        }
    }

    @Test("a torch zip that ends too early is an error at every length")
    func truncatedZip() throws {
        let bytes = try MappedFile(path: Fixture(name: "tensor").path).bytes
        for length in 0..<bytes.count {
            let part = try bytes.slice(at: 0, count: length)
            #expect(throws: CheckpointError.self) { try Checkpoint.open(part, path: "part.pth") }
        }
    }
}
