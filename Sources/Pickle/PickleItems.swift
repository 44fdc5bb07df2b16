/// The items of a tuple where they lie in a graph, from index 0.
///
/// Held while the graph is changed, they cost a copy of all of its tuples.
package struct PickleItems: RandomAccessCollection, Sendable {
    @usableFromInline let values: [PickleValue]
    @usableFromInline let start: Int
    package let count: Int

    init(_ values: [PickleValue], _ range: Range<Int>) {
        self.values = values
        self.start = range.lowerBound
        self.count = range.count
    }

    /// No items.
    package init() { self.init([], 0..<0) }

    @inlinable package var startIndex: Int { 0 }
    @inlinable package var endIndex: Int { count }

    @inlinable package subscript(position: Int) -> PickleValue {
        precondition(position >= 0 && position < count, "item \(position) of \(count)")
        return values[start + position]
    }
}
