import ModelGraph
import TensorCore

extension ModelDefinition {
    /// What the shapes of a checkpoint say of the numbers that belong to a data set and not to the architecture.
    public struct CheckpointExtents: Sendable, Hashable {
        /// nil where no tensor of the checkpoint depends on it.
        public var classes: Int?
        public var inputChannels: Int?
    }

    /// The numbers of classes and of image channels that a checkpoint's shapes state.
    /// - Throws: `ModelZooError.disagreement` where two tensors state different ones; `GraphError`.
    public func extents(in checkpoint: [TensorSignature]) throws -> CheckpointExtents {
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

    /// Finds the axes that change with the number, and what a checkpoint has there.
    private func extent(
        _ meaning: String, in shapes: [Key: [Int]], _ adapted: (Int) throws -> ModelDefinition
    ) throws -> Int? {
        // Numbers that no extent of these models is, so that an axis of this number is one that it sets.
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
