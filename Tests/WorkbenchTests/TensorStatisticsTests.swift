import ByteIO
import CheckpointIO
import TensorCore
import TestSupport
import Testing

@testable import Workbench

@Suite struct TensorStatisticsTests {
    /// What PyTorch says of one tensor, from `fixtures/ckpt-tree/statistics.txt`.
    private struct Fact {
        let file: String
        let key: String
        let statistics: [Double?]
        let counts: [Int]
    }

    private func facts() throws -> [Fact] {
        try text(of: "ckpt-tree/statistics.txt").split(separator: "\n").map { line in
            let words = line.split(separator: " ").map(String.init)
            return Fact(
                file: words[0], key: words[1..<(words.count - 6)].joined(separator: " "),
                statistics: words.suffix(6).prefix(4).map { Double($0) }, counts: words.suffix(2).compactMap { Int($0) }
            )
        }
    }

    @Test("minimum, maximum, mean, standard deviation and counts are PyTorch's, for every real type and layout")
    func equalsPyTorch() throws {
        let facts = try facts()
        #expect(facts.count == 32)
        for fact in facts {
            let checkpoint = try Checkpoint.open(fixture(fact.file))
            let tensor = try #require(checkpoint.tensors.first { $0.key == Key(fact.key) }).tensor
            let found = try #require(try TensorStatistics(tensor))
            #expect([found.nanCount, found.infinityCount] == fact.counts, "\(fact.key)")
            let figures = [found.minimum, found.maximum, found.mean, found.standardDeviation]
            for (figure, expected) in zip(figures, fact.statistics) {
                guard let figure, let expected else {
                    #expect(figure == nil && expected == nil, "\(fact.key)")
                    continue
                }
                #expect(abs(figure - expected) <= 1e-14 * max(1, abs(expected)), "\(fact.file) \(fact.key)")
            }
        }
    }

    @Test("numbers that are not real have no statistics")
    func complex() throws {
        let checkpoint = try Checkpoint.open(fixture("checkpoints/dtypes.pth"))
        let tensor = try #require(checkpoint.tensors.first { $0.tensor.dtype == .complex64 }).tensor
        #expect(try TensorStatistics(tensor) == nil)
    }
}
