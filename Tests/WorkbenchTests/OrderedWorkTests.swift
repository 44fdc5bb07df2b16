import Synchronization
import Testing

@testable import Workbench

@Suite struct OrderedWorkTests {
    private struct Failure: Error, Equatable { let part: Int }

    @Test("results come in order, whichever thread is the fastest", arguments: [(1, 1), (3, 2), (7, 5), (100, 3)])
    func order(size: Int, workers: Int) throws {
        var seen: [Int] = []
        let busy = Mutex(Set<Int>())
        try forEachPart(of: size, in: 50, workers: workers) { worker, part in
            #expect(busy.withLock { $0.insert(worker).inserted && worker < workers })
            defer { busy.withLock { _ = $0.remove(worker) } }
            var sum = 0
            for turn in 0..<(part.lowerBound % 3 == 0 ? 20_000 : 10) { sum &+= turn }
            return part.map { $0 + sum - sum }
        } use: { part, result in
            #expect(Array(part) == result)
            seen += result
        }
        #expect(seen == Array(0..<50))
    }

    @Test("no part is begun far ahead of the one whose turn it is")
    func window() throws {
        let most = Mutex(0)
        var used = 0
        try forEachPart(of: 1, in: 200, workers: 2) { _, part in
            most.withLock { $0 = max($0, part.lowerBound) }
        } use: { _, _ in
            #expect(most.withLock { $0 } <= used + 8)
            used += 1
        }
        #expect(used == 200)
    }

    @Test("the first error in the order of the parts ends the work, and so does one of the consumer")
    func errors() throws {
        var seen = 0
        #expect(throws: Failure(part: 20)) {
            try forEachPart(of: 1, in: 1000, workers: 4) { _, part in
                if part.lowerBound >= 20 { throw Failure(part: part.lowerBound) }
            } use: { _, _ in
                seen += 1
            }
        }
        #expect(seen == 20)
        #expect(throws: Failure(part: 3)) {
            try forEachPart(of: 2, in: 1000, workers: 4) { _, _ in
            } use: { part, _ in
                if part.contains(7) { throw Failure(part: 3) }
            }
        }
    }

    @Test("nothing to do is done at once")
    func empty() throws {
        try forEachPart(of: 4, in: 0, workers: 2) { _, _ in
            Issue.record("called")
        } use: { _, _ in
        }
    }
}
