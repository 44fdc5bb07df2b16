import ModelGraph
import TensorCore

/// How the parameters of a deploy model follow from those of its training form.
public struct FoldPlan: Sendable {
    /// Where a parameter of the deploy model comes from.
    public enum Source: Sendable {
        /// The training model's parameter of the same name.
        case kept
        case kernel(BranchFold)
        case bias(BranchFold)
    }

    /// Every parameter and buffer of the deploy model, in the order of its state dict.
    public let entries: [(spec: ParameterSpec, source: Source)]
    /// The layers that branches fold into, in the order of execution.
    public let folds: [BranchFold]

    /// - Parameters:
    ///   - training: recorded for the same input as `deploy`.
    ///   - deploy: the same model with a layer in the place of each of `training.foldableBranches`.
    /// - Throws: `FoldError`.
    public init(training: Graph, deploy: Graph) throws(FoldError) {
        let trained = Dictionary(training.parameters.map { ($0.key, $0) }) { first, _ in first }
        var made: [Int: Source] = [:]
        var folds: [BranchFold] = []
        for branches in training.foldableBranches {
            guard let layer = deploy.nodes.first(where: { $0.module == branches.module }),
                case .conv2d(let convolution) = layer.operation
            else { continue }
            let fold = BranchFold(
                branches, of: training, geometry: convolution.geometry, shape: deploy.parameters[layer.weights[0]].shape)
            folds.append(fold)
            for (weight, source) in zip(layer.weights, [Source.kernel(fold), .bias(fold)]) { made[weight] = source }
        }
        self.folds = folds
        var entries: [(spec: ParameterSpec, source: Source)] = []
        for (position, spec) in deploy.parameters.enumerated() {
            if let source = made[position] {
                entries.append((spec, source))
            } else {
                guard let before = trained[spec.key] else { throw .noSource(spec.key) }
                guard before == spec else { throw .differs(spec.signature, training: before.signature) }
                entries.append((spec, .kept))
            }
        }
        self.entries = entries
    }
}
