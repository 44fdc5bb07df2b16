import ByteIO
import CheckpointIO
import TensorCore
import TestSupport
import Testing

@testable import Workbench

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite struct TensorReadingTests {
    /// A NumPy file of `count` float32 in a random-looking order, with an infinity among them.
    private func withArray(_ count: Int, _ body: (LazyTensor) throws -> Void) throws {
        let dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(count),), }"
        let header = dictionary + String(repeating: " ", count: 117 - dictionary.utf8.count) + "\n"
        var contents = [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(header.utf8)
        for index in 0..<count {
            let value = index == 77 ? Float.infinity : Float(index &* 7919 % 10_007) / 64 - 50
            withUnsafeBytes(of: value.bitPattern.littleEndian) { contents += $0 }
        }
        let folder = try TemporaryFolder()
        let path = try folder.write("array.npy", contents)
        try withExtendedLifetime(folder) { try body(try #require(try Checkpoint.open(path).tensors.first).tensor) }
    }

    @Test("a tensor that is read in parts has the figures of one that is read whole, to the last bit")
    func divided() throws {
        try withArray(5_000_000) { tensor in
            let whole = try TensorFacts(tensor, statistics: true, digest: true)
            let reading = TensorReading(statistics: true, digests: true, dividedSize: 1 << 20)
            let divided = try reading.facts(of: [tensor, tensor]) { _, _ in }
            #expect(divided.map(\.statistics) == [whole.statistics, whole.statistics])
            #expect(divided.map(\.digest) == [whole.digest, whole.digest])
            #expect(whole.statistics?.infinityCount == 1)
        }
    }

    @Test("many tensors have their figures in their order, whatever is wanted of them")
    func many() throws {
        let tensors = try Checkpoint.open(fixture("checkpoints/dtypes.pth")).tensors.map(\.tensor)
        for (statistics, digests) in [(true, false), (false, true), (true, true), (false, false)] {
            var counts: [Int] = []
            let facts = try TensorReading(statistics: statistics, digests: digests)
                .facts(of: tensors + tensors) { done, _ in counts.append(done) }
            let expected = try tensors.map { try TensorFacts($0, statistics: statistics, digest: digests) }
            #expect(facts.map(\.statistics) == (expected + expected).map(\.statistics))
            #expect(facts.map(\.digest) == (expected + expected).map(\.digest))
            let bytes = (tensors + tensors).reduce(0) { $0 + $1.byteCount }
            #expect(counts.last ?? bytes == bytes)
        }
    }
}
