import ModelGraph
import TensorCore

extension ModelDefinition {
    /// Numbers that belong to a dataset and not to the architecture, as the shapes of a checkpoint state them.
    package struct CheckpointExtents: Sendable, Hashable {
        /// nil where no tensor of the checkpoint depends on it.
        package var classes: Int?
        package var inputChannels: Int?
    }

    /// The numbers of classes and of image channels that a checkpoint's shapes state.
    /// - Throws: `ModelZooError.disagreement` where two tensors state different ones; `GraphError`.
    package func extents(in checkpoint: [TensorSignature]) throws -> CheckpointExtents {
        let shapes = Dictionary(checkpoint.map { ($0.key, $0.shape) }) { first, _ in first }
        var extents = CheckpointExtents()
        if classes != nil {
            extents.classes = try extent("classes", in: shapes) { count in try adapting(classes: count) }
        }
        extents.inputChannels = try extent("input channels", in: shapes) { count in
            try adapting(inputChannels: count)
        }
        return extents
    }

    /// The side of the square images that the model is built for; nil where it takes any.
    package var imageSize: Int? {
        architecture.backbone.imageSize.flatMap { $0.height == $0.width ? $0.height : nil }
    }

    /// The side of the square images that a checkpoint's position embedding was made for, where they are not the model's:
    /// upstream resizes such an embedding when it loads it. nil for a model without one, and where the sizes agree.
    package func otherImageSize(in checkpoint: [TensorSignature]) throws -> Int? {
        let (embedding, projection) = (Key("backbone.pos_embed"), Key("backbone.patch_embed.projection.weight"))
        guard let image = imageSize,
            let found = checkpoint.first(where: { $0.key == embedding })?.shape, found.count == 3
        else { return nil }
        let parameters = try parameters
        guard let own = parameters.first(where: { $0.key == embedding })?.shape, own.count == 3,
            let patch = parameters.first(where: { $0.key == projection })?.shape.last, patch > 0,
            own[0] == found[0], own[2] == found[2], own[1] != found[1]
        else { return nil }
        let side = image / patch
        // Class and distillation tokens stand before those of the patches.
        let extra = own[1] - side * side
        guard extra >= 0, found[1] > extra, found[1] - extra < 1 << 24 else { return nil }
        let patches = found[1] - extra
        let root = Int(Double(patches).squareRoot().rounded())
        return root * root == patches ? root * patch : nil
    }

    /// Finds the axes that change with the number, and what a checkpoint has there.
    private func extent(
        _ meaning: String, in shapes: [Key: [Int]], _ adapted: (Int) throws -> ModelDefinition
    ) throws -> Int? {
        // No extent of these models has one of these values, so an axis that does is set by the number.
        let probes = [9973, 9967]
        let tables = try probes.map { try adapted($0).parameters }
        var found: (count: Int, key: Key)?
        for (first, second) in zip(tables[0], tables[1]) where first.key == second.key {
            guard let shape = shapes[first.key], shape.count == first.shape.count else { continue }
            for axis in shape.indices where first.shape[axis] == probes[0] && second.shape[axis] == probes[1] {
                if let found, found.count != shape[axis] {
                    throw ModelZooError.disagreement(
                        meaning, found.key, found.count, first.key, shape[axis])
                }
                found = found ?? (shape[axis], first.key)
            }
        }
        return found?.count
    }
}
