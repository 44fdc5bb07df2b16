/// Which elements are occupied during which steps: a segment tree over the steps. Node 1 spans all of them, node n has the
/// halves 2n and 2n + 1.
struct OccupiedPlaces {
    /// Index of step 0's leaf.
    private let leaf: Int
    /// Of each node what is occupied during all of its steps by buffers entered there.
    private var throughout: [ElementRanges]
    /// Of each node what is occupied during any of its steps by buffers entered there or below.
    private var anytime: [ElementRanges]

    init(stepCount: Int) {
        var leaf = 1
        while leaf < stepCount { leaf *= 2 }
        self.leaf = leaf
        throughout = Array(repeating: ElementRanges(), count: 2 * leaf)
        anytime = throughout
    }

    /// The first of `count` elements that are free during all of the steps.
    func lowestFree(_ count: Int, during steps: ClosedRange<Int>) -> Int {
        let inside = parts(of: steps)
        let around = paths(to: steps)
        var offset = 0
        var previous = -1
        while offset != previous {
            previous = offset
            for node in inside { offset = anytime[node].lowestFree(count, from: offset) }
            for node in around { offset = throughout[node].lowestFree(count, from: offset) }
        }
        return offset
    }

    mutating func occupy(_ elements: Range<Int>, during steps: ClosedRange<Int>) {
        for node in parts(of: steps) {
            throughout[node].insert(elements)
            anytime[node].insert(elements)
        }
        for node in paths(to: steps) { anytime[node].insert(elements) }
    }

    /// The fewest nodes whose steps are together these.
    private func parts(of steps: ClosedRange<Int>) -> [Int] {
        var nodes: [Int] = []
        var (low, high) = (leaf + steps.lowerBound, leaf + steps.upperBound + 1)
        while low < high {
            if low % 2 == 1 {
                nodes.append(low)
                low += 1
            }
            if high % 2 == 1 {
                high -= 1
                nodes.append(high)
            }
            (low, high) = (low / 2, high / 2)
        }
        return nodes
    }

    /// The nodes that have the first or the last of the steps among others.
    private func paths(to steps: ClosedRange<Int>) -> [Int] {
        var nodes: [Int] = []
        var (low, high) = ((leaf + steps.lowerBound) / 2, (leaf + steps.upperBound) / 2)
        while low > 0 {
            nodes.append(low)
            if high != low { nodes.append(high) }
            (low, high) = (low / 2, high / 2)
        }
        return nodes
    }
}

/// Ranges of elements, ascending, with gaps between them.
private struct ElementRanges {
    private var ranges: [Range<Int>] = []

    /// The index of the first range that ends at or after an element.
    private func index(endingFrom element: Int) -> Int {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < element { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The first of `count` elements, at `start` or after it, that are in none of the ranges.
    func lowestFree(_ count: Int, from start: Int) -> Int {
        var offset = start
        for range in ranges[index(endingFrom: start)...] {
            if offset + count <= range.lowerBound { break }
            offset = max(offset, range.upperBound)
        }
        return offset
    }

    mutating func insert(_ elements: Range<Int>) {
        guard !elements.isEmpty else { return }
        let first = index(endingFrom: elements.lowerBound)
        var end = first
        var joined = elements
        while end < ranges.count, ranges[end].lowerBound <= elements.upperBound {
            joined = min(joined.lowerBound, ranges[end].lowerBound)..<max(joined.upperBound, ranges[end].upperBound)
            end += 1
        }
        ranges.replaceSubrange(first..<end, with: CollectionOfOne(joined))
    }
}
