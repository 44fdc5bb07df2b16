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
    /// Keys to keep; all when empty.
    public var filters: [Glob] = []
    /// Whether what is no tensor is listed, too.
    public var showsValues = false

    public init() {}

    /// Whether a tensor's line has more than its name.
    var showsDetails: Bool { showsShapes || showsDTypes || showsSizes || showsStatistics || showsDigests }

    func keeps(_ key: Key) -> Bool { filters.isEmpty || filters.contains { $0.matches(key) } }
}
