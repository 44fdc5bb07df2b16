import ModelGraph
import TensorCore

/// How the parameters of a deploy model follow from those of its training form.
package struct FoldPlan: Sendable {
    /// Where a parameter of the deploy model comes from.
    package enum Source: Sendable {
        /// The training model's parameter of the same name.
        case kept
        case kernel(BranchFold)
        case bias(BranchFold)
    }

    /// Every parameter and buffer of the deploy model, in the order of its state dict.
    package let entries: [(spec: ParameterSpec, source: Source)]
    /// The layers that branches fold into, in the order of execution.
    package let folds: [BranchFold]

    /// - Parameters:
    ///   - training: recorded for the same input as `deploy`.
    ///   - deploy: the same model with a layer in the place of each of `training.foldableBranches`.
    /// - Throws: `FoldError`.
    package init(training: Graph, deploy: Graph) throws(FoldError) {
        let trained = Dictionary(training.parameters.map { ($0.key, $0) }) { first, _ in first }
        var made: [Int: Source] = [:]
        var folds: [BranchFold] = []
        for branches in training.foldableBranches {
            guard let layer = deploy.nodes.first(where: { $0.module == branches.module && !$0.weights.isEmpty }) else {
                continue
            }
            let shape = deploy.parameters[layer.weights[0]].shape
            let fold: BranchFold
            switch layer.operation {
            case .conv2d(let convolution):
                fold = BranchFold(branches, of: training, geometry: convolution.geometry, shape: shape)
            case .linear:
                fold = BranchFold(branches, of: training, geometry: Conv2dGeometry(), shape: shape + [1, 1])
            case .groupNorm(let norm):
                // The normalisation before the branches takes in their scale and shift.
                let before = training.nodes[branches.input.node]
                guard before.operation == .groupNorm(norm), before.weights.count == 2 else { continue }
                fold = BranchFold(
                    branches, of: training, geometry: Conv2dGeometry(groups: shape[0]), shape: [shape[0], 1, 1, 1],
                    norm: before.weights)
            default: continue
            }
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
