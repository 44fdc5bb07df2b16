/// Sums and products of counts that stay at `Int.max` where they would pass it.
extension Int {
    package func addingSaturated(_ other: Int) -> Int {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }

    package func multipliedSaturated(_ other: Int) -> Int {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? .max : product
    }
}

extension Sequence<Int> {
    /// The product of non-negative extents; 1 without any.
    package var productSaturated: Int {
        reduce(1) { $1 == 0 || $0 == 0 ? 0 : $0.multipliedSaturated($1) }
    }
}
