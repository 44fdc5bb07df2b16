import Pickle
import Testing

@testable import CheckpointIO

@Suite struct SharedIntegersTests {
    @Test("every list is given back as it is, however many there are")
    func lists() throws {
        var lists = SharedIntegers()
        var graph = PickleGraph()
        for number in 0..<2000 {
            for list in [[], [number % 7], [number, 1], [1, number], [64, 3, 7, 7]] as [[Int]] {
                let tuple = graph.tuple(list.map { .int(Int64($0)) })
                let items = try #require(graph.items(ofTuple: tuple))
                #expect(lists.list(items) == list)
            }
        }
    }

    @Test("a list that holds something else is none")
    func others() throws {
        var lists = SharedIntegers()
        var graph = PickleGraph()
        let tuple = graph.tuple([.int(1), .bool(true)])
        for _ in 0..<20 {
            let items = try #require(graph.items(ofTuple: tuple))
            #expect(lists.list(items) == nil)
        }
    }
}
