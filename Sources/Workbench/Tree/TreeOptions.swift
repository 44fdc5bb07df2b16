import TensorCore

/// What to show of a checkpoint. The first six are those of MMPreTrain's `ckpt_tree.py`.
package struct TreeOptions: Sendable {
    /// Levels below the root; nil for all.
    package var depth: Int?
    /// Whether a line has the whole key instead of its last part.
    package var showsFullNames = false
    package var showsShapes = false
    /// The dictionary to show; nil for the first usual one.
    package var stateKey: String?
    /// Whether tensors are numbered in their order.
    package var showsNumbers = false
    /// The dotted path of the node to start from.
    package var node: String?

    package var showsDTypes = false
    package var showsSizes = false
    package var showsStatistics = false
    /// Whether the statistics have the standard deviation.
    var measuresSpread = true
    /// Whether the values are counted by size, for a page.
    var makesHistograms = false
    package var showsDigests = false
    /// Whether equal numbered siblings share a line.
    package var folds = false
    /// Keys to keep, by these or by `expressions`; all when both are empty.
    package var filters: [Glob] = []
    package var expressions: [RegularExpression] = []
    /// Whether tensors that are the same as one before them are marked.
    package var marksTies = false
    /// The order in which a list has the tensors.
    package var order = TensorOrder.file
    /// How many of them it shows; nil for all.
    package var top: Int?
    /// Whether what is not a tensor is listed, too.
    package var showsValues = false

    package init() {}

    /// Whether a tensor's line has more than its name.
    var showsDetails: Bool { showsShapes || showsDTypes || showsSizes || showsStatistics || showsDigests }

    /// Whether not every key is kept.
    var isFiltered: Bool { !filters.isEmpty || !expressions.isEmpty }

    func keeps(_ key: Key) -> Bool {
        !isFiltered || filters.contains { $0.matches(key) } || expressions.contains { $0.matches(key.text) }
    }

    func isInNode(_ key: Key) -> Bool {
        guard let node else { return true }
        return key == Key(node) || key.text.utf8.starts(with: (node + ".").utf8)
    }
}
