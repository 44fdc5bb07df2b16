/// Where each of several buffers lies in one piece of memory: those that are live at the same time do not
/// overlap.
struct ArenaPlan: Equatable {
    /// A buffer that holds something during the steps `lifetime`.
    struct Request: Equatable {
        let count: Int
        let lifetime: ClosedRange<Int>
    }

    /// The first element of each request's buffer.
    let offsets: [Int]
    /// Elements that the whole needs.
    let count: Int
    /// The most elements that are live at once: no placing needs fewer.
    let liveCount: Int

    /// Largest first, each at the lowest place that is free for its lifetime (greedy by size, as in Pisarchyk
    /// and Lee, "Efficient memory management for deep neural net inference", 2020).
    init(_ requests: [Request]) {
        var offsets = [Int](repeating: 0, count: requests.count)
        var placed: [Int] = []
        var end = 0
        for index in requests.indices.sorted(by: { requests[$0].count > requests[$1].count }) {
            let request = requests[index]
            let neighbours = placed.filter { requests[$0].lifetime.overlaps(request.lifetime) }
            var offset = 0
            for other in neighbours.sorted(by: { offsets[$0] < offsets[$1] }) {
                if offset + request.count <= offsets[other] { break }
                offset = max(offset, offsets[other] + requests[other].count)
            }
            offsets[index] = offset
            placed.append(index)
            end = max(end, offset + request.count)
        }
        self.offsets = offsets
        count = end
        var changes = [Int](repeating: 0, count: (requests.map(\.lifetime.upperBound).max() ?? 0) + 2)
        for request in requests {
            changes[request.lifetime.lowerBound] += request.count
            changes[request.lifetime.upperBound + 1] -= request.count
        }
        liveCount =
            changes.reduce(into: (now: 0, most: 0)) { live, change in
                live.now += change
                live.most = max(live.most, live.now)
            }.most
    }
}
