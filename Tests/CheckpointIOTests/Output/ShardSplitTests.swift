import TensorCore
import Testing

@testable import CheckpointIO

@Suite struct ShardSplitTests {
    private func split(_ sizes: [Int], limit: Int) -> [[Int]] {
        ShardSplit(sizes.enumerated().map { .init(size: $1, memory: .own($0)) }, limit: limit).shards
    }

    @Test("files are filled in order, and never searched for room")
    func greedy() {
        #expect(split([6, 6, 2, 6, 2, 2], limit: 10) == [[0], [1, 2], [3, 4, 5]])
        #expect(split([5, 5, 1], limit: 10) == [[0, 1], [2]])
        #expect(split([3, 3], limit: 10) == [[0, 1]])
        #expect(split([], limit: 10) == [[]])
    }

    @Test("what is larger than a file stands in one of its own, before the file in progress")
    func large() {
        #expect(split([4, 11, 4, 4], limit: 10) == [[1], [0, 2], [3]])
        #expect(split([11, 12], limit: 10) == [[0], [1]])
    }

    @Test("what shares memory counts once and follows the first, behind what stands there already")
    func shared() {
        let memories: [ShardSplit.Memory] = [.own(0), .empty, .own(2), .empty, .own(4)]
        let items = zip([8, 0, 8, 0, 2], memories).map { ShardSplit.Item(size: $0, memory: $1) }
        let split = ShardSplit(items, limit: 10)
        #expect(split.shards == [[0, 1, 3], [2, 4]])
        #expect(split.totalSize == 18)
    }
}
