import Testing

@testable import Engine

@Suite struct ArenaPlanTests {
    @Test("buffers that are live together never overlap", arguments: 0..<40)
    func noOverlap(seed: Int) {
        var random = PseudoRandom(seed: UInt64(seed))
        let requests = (0..<60).map { _ in
            let start = Int((random.next() + 1) * 50)
            let length = Int((random.next() + 1) * 10)
            return ArenaPlan.Request(count: Int((random.next() + 1) * 500), lifetime: start...start + length)
        }
        let plan = ArenaPlan(requests)
        let steps = 0...(requests.map(\.lifetime.upperBound).max() ?? 0)
        let live = steps.map { step in requests.filter { $0.lifetime.contains(step) }.reduce(0) { $0 + $1.count } }
        #expect(plan.liveCount == live.max())
        for (index, request) in requests.enumerated() {
            #expect(plan.offsets[index] + request.count <= plan.count)
            for other in requests.indices where other < index && requests[other].lifetime.overlaps(request.lifetime) {
                let left = plan.offsets[index]..<plan.offsets[index] + request.count
                let right = plan.offsets[other]..<plan.offsets[other] + requests[other].count
                #expect(!left.overlaps(right), "buffers \(other) and \(index)")
            }
        }
    }

    @Test("a chain of layers needs two buffers")
    func chain() {
        let plan = ArenaPlan((0..<10).map { ArenaPlan.Request(count: 100, lifetime: $0...$0 + 1) })
        #expect(plan.count == 200)
    }
}
