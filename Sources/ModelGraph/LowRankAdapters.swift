/// A low-rank product beside a linear layer: y = W·x + b + scale · B·A·x, with A `[rank, inputs]`, B `[outputs, rank]`.
package struct LowRankAdapter: Sendable, Hashable {
    package var rank: Int
    package var scale: Double

    package init(rank: Int, scale: Double) {
        self.rank = rank
        self.scale = scale
    }
}

/// Which of the linear layers below a module have a low-rank product beside them.
///
/// What is declared below that module and is not part of such a product is left out of the state dict, as MMPreTrain's
/// `LoRAModel` leaves out what it doesn't train.
package final class LowRankAdapters {
    private let root: String
    private let choose: (String) -> LowRankAdapter?
    /// How many layers have one.
    package private(set) var count = 0

    /// - Parameters:
    ///   - root: the scope of the module.
    ///   - choose: gives the adapter of the linear layer at a path below `root`; nil for none.
    package init(_ root: Scope, _ choose: @escaping (String) -> LowRankAdapter?) {
        self.root = root.path + "."
        self.choose = choose
    }

    /// The adapter of the linear layer at this path of the model.
    func adapter(at path: String) -> LowRankAdapter? {
        guard path.hasPrefix(root), let adapter = choose(String(path.dropFirst(root.count))) else { return nil }
        count += 1
        return adapter
    }
}
