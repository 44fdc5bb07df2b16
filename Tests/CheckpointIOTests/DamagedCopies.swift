import ByteIO
import TestSupport

@testable import CheckpointIO

/// Damages a file, the same way on every run, and hands on the copies that open all the same.
/// - Parameters:
///   - count: of the copies.
///   - name: under which each is opened.
/// - Returns: how many opened.
@discardableResult
func openDamagedCopies(
    _ count: Int, of path: String, as name: String, _ body: (Checkpoint) throws -> Void
) throws -> Int {
    let original = Array(try MappedFile(path: path).bytes)
    var numbers = SplitMix64(seed: UInt64(original.count))
    var opened = 0
    for _ in 0..<count {
        let bytes = Bytes(damaged(original, &numbers))
        guard let checkpoint = try? Checkpoint.open(bytes, path: name) else { continue }
        opened += 1
        try body(checkpoint)
    }
    return opened
}

/// Replaces, removes, doubles or swaps some bytes; the end of a zip archive stays, for its directory is strict.
private func damaged(_ bytes: [UInt8], _ numbers: inout SplitMix64) -> [UInt8] {
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
