import Dispatch

/// `body(0)`, …, `body(count - 1)` in this order, computed on all processors.
///
/// The calls begin in this order too, so the longest should come first. Returns once all have ended.
package func concurrentMap<Element: Sendable>(_ count: Int, _ body: @Sendable (Int) -> Element) -> [Element] {
    // The standard library sets the count of an empty array too, which all empty arrays share: a data race.
    guard count > 0 else { return [] }
    return [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
        nonisolated(unsafe) let buffer = buffer
        DispatchQueue.concurrentPerform(iterations: count) { index in
            buffer.initializeElement(at: index, to: body(index))
        }
        initialized = count
    }
}
