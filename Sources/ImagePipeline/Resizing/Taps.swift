/// The weights of one axis of a resize: output i is the sum of inputs `first[i] ..< first[i] + count`, each times its
/// weight. All outputs have as many: some weights are 0.
struct Taps<Weight: Numeric> {
    /// Taps of an output.
    private(set) var count: Int
    /// The first may be negative, and the last past the end: those stand for the nearest input.
    private(set) var first: [Int32] = []
    /// `[outputs][count]`
    private(set) var weights: [Weight] = []

    /// - Parameter count: of taps, of every output.
    init(count: Int, outputs: Int) {
        self.count = count
        first.reserveCapacity(outputs)
        weights.reserveCapacity(outputs * count)
    }

    /// - Precondition: `weights` has `count` elements.
    mutating func append(first: Int, _ weights: some Collection<Weight>) {
        self.first.append(Int32(first))
        self.weights += weights
    }

    /// The taps of outputs that have different numbers of them, all within `size` inputs.
    init(_ outputs: [(first: Int, weights: [Weight])], size: Int) {
        let count = outputs.reduce(0) { max($0, $1.weights.count) }
        self.init(count: count, outputs: outputs.count)
        for output in outputs {
            let start = min(output.first, size - count)
            let lead = output.first - start
            first.append(Int32(start))
            weights += repeatElement(0, count: lead)
            weights += output.weights
            weights += repeatElement(0, count: count - lead - output.weights.count)
        }
    }

    var outputs: Int { first.count }

    /// The same with all taps inside of `size` inputs: weights of those outside are added to the nearest.
    func folded(size: Int) -> Taps {
        let inside = min(count, size)
        var result = Taps(count: inside, outputs: outputs)
        var folded = [Weight](repeating: 0, count: inside)
        for (output, start) in first.enumerated() {
            let newStart = min(max(Int(start), 0), size - inside)
            for index in folded.indices { folded[index] = 0 }
            for tap in 0..<count {
                folded[min(max(Int(start) + tap, 0), size - 1) - newStart] += weights[output * count + tap]
            }
            result.append(first: newStart, folded)
        }
        return result
    }

    /// The inputs that any of the taps reads, of `size`.
    func reach(size: Int) -> Range<Int> {
        guard let least = first.min(), let most = first.max() else { return 0..<0 }
        return max(Int(least), 0)..<min(Int(most) + count, size)
    }

    /// The same, counted from `offset`.
    func shifted(by offset: Int) -> Taps {
        var result = self
        for index in first.indices { result.first[index] -= Int32(offset) }
        return result
    }
}
