import ByteIO
import TestSupport
import Testing

@testable import CheckpointIO

/// Damaged copies of the fixtures: the same ones on every run.
@Suite struct MutationTests {
    /// Replaces, removes, doubles or swaps some bytes; the end of a zip archive stays, for its directory is strict.
    func damaged(_ bytes: [UInt8], _ numbers: inout SplitMix64) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &numbers) {
            let place = Int.random(in: 0..<bytes.count, using: &numbers)
            switch Int.random(in: 0..<8, using: &numbers) {
            case 0...3: bytes[place] = UInt8.random(in: 0...255, using: &numbers)
            case 4: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &numbers)
            case 5: bytes.swapAt(place, Int.random(in: 0..<bytes.count, using: &numbers))
            case 6: bytes[place] = bytes[Int.random(in: 0..<bytes.count, using: &numbers)]
            default:
                let end = min(place + Int.random(in: 1...8, using: &numbers), bytes.count)
                for index in place..<end { bytes[index] = [0, 0xFF, 0x80, 0x7F].randomElement(using: &numbers) ?? 0 }
            }
        }
        return bytes
    }

    @Test("a damaged file is an error or a checkpoint, never a crash", arguments: Fixture.all)
    func damage(_ fixture: Fixture) throws {
        let original = Array(try MappedFile(path: fixture.path).bytes)
        var numbers = SplitMix64(seed: UInt64(original.count))
        var opened = 0
        for _ in 0..<400 {
            let bytes = Bytes(damaged(original, &numbers))
            guard let checkpoint = try? Checkpoint.open(bytes, path: fixture.name) else { continue }
            opened += 1
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
