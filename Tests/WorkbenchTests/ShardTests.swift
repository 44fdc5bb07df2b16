import Testing

@testable import Workbench

@Suite struct ShardTests {
    @Test("K/N is read where 1 ≤ K ≤ N", arguments: ["1/1", "2/3", "3/3"])
    func readable(text: String) throws {
        let shard = try #require(Shard(text))
        #expect("\(shard)" == text)
    }

    @Test(
        "anything else is not",
        arguments: ["", "1", "0/3", "4/3", "-1/3", "1/0", "1/2/3", "a/b", "1/ 2", "99999999999999999999/3"])
    func refused(text: String) { #expect(Shard(text) == nil) }

    @Test("the parts are neighbours, differ by one element at most, and are the whole together")
    func parts() throws {
        for total in [0, 1, 7, 100, Int.max] {
            for count in [1, 2, 3, 7, 64] {
                var (next, sizes): (Int, Set<Int>) = (0, [])
                for index in 1...count {
                    let range = try #require(Shard(index: index, count: count)).range(of: total)
                    #expect(range.lowerBound == next)
                    next = range.upperBound
                    sizes.insert(range.count)
                }
                #expect(next == total)
                #expect(sizes.count == 1 || sizes.max()! - sizes.min()! == 1, "\(total) in \(count)")
            }
        }
    }
}
