import TensorCore

/// What to show of a checkpoint. The first six are those of MMPreTrain's `ckpt_tree.py`.
public struct TreeOptions: Sendable {
    /// Levels below the root; nil for all.
    public var depth: Int?
    /// Whether a line has the whole key instead of its last part.
    public var showsFullNames = false
    public var showsShapes = false
    /// The dictionary to show; nil for the first usual one.
    public var stateKey: String?
    /// Whether tensors are numbered in their order.
    public var showsNumbers = false
    /// The dotted path of the node to start from.
    public var node: String?

    public var showsDTypes = false
    public var showsSizes = false
    public var showsStatistics = false
    /// Whether the statistics have the standard deviation.
    var measuresSpread = true
    /// Whether the values are counted by size, for a page.
    var makesHistograms = false
    public var showsDigests = false
    /// Whether equal numbered siblings share a line.
    public var folds = false
    /// Keys to keep, by these or by `expressions`; all when both are empty.
    public var filters: [Glob] = []
    package var expressions: [RegularExpression] = []
    /// Whether tensors that are the same as one before them are marked.
    public var marksTies = false
    /// In which order a list has the tensors.
    public var order = TensorOrder.file
    /// How many of them it shows; nil for all.
    public var top: Int?
    /// Whether what is no tensor is listed, too.
    public var showsValues = false

    public init() {}

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
