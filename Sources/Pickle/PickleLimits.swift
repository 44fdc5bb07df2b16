/// Bounds on what a pickle may make of itself. Everything is linear in the input anyway; these cap it.
package struct PickleLimits: Sendable, Hashable {
    /// Objects in the graph.
    package var nodes: Int
    /// Bytes of text and numbers copied out of the input (byte strings are not copied).
    package var textBytes: Int
    /// Containers inside one another while a graph is written.
    package var depth: Int

    package init(nodes: Int = 1 << 26, textBytes: Int = 1 << 30, depth: Int = 1_000_000) {
        self.nodes = min(nodes, Int(Int32.max))
        self.textBytes = textBytes
        self.depth = depth
    }
}
