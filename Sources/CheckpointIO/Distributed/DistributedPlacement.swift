import TensorCore

/// Which box of a tensor a rank's DTensor holds, and the elements in it.
///
/// Source: `compute_local_shape_and_global_offset` in `torch/distributed/tensor/_utils.py`, `Shard` and `_StridedShard`
/// in `placement_types.py` of PyTorch 2.15.
struct DistributedPlacement {
    struct Box: Hashable {
        let start: [Int]
        let shape: [Int]
    }

    let local: LazyTensor
    let box: Box

    /// A dimension of the mesh of ranks.
    private struct MeshAxis {
        let size: Int
        let coordinate: Int
    }

    /// - Parameter rank: the rank in the file's name.
    /// - Returns: nil for a rank outside the tensor's mesh.
    /// - Throws: `PieceError` for placements that do not cut the tensor into boxes, or that are invalid.
    init?(_ tensor: LazyTensor, key: Key, rank: Int, file: String) throws(PieceError) {
        guard case .tensor(let local)? = tensor.attribute("_local_tensor"), let spec = tensor.attribute("_spec"),
            let placements = spec.field("placements")?.elements, let mesh = spec.field("mesh")
        else { throw .foreign(file: file, "'\(key)' does not say how it is divided") }
        if let own = mesh.field("_rank")?.integer, own != rank {
            throw .foreign(file: file, "it was written by rank \(own)")
        }
        guard let axes = try Self.axes(mesh, rank: rank, file: file) else { return nil }
        guard axes.count == placements.count else {
            throw .foreign(
                file: file, "'\(key)' has \(placements.count) placements on a mesh of \(axes.count) dimensions")
        }
        var start = [Int](repeating: 0, count: tensor.shape.count)
        var shape = tensor.shape
        for axis in try Self.order(placements, key: key) {
            guard let dimension = Self.dimension(placements[axis], rank: shape.count) else {
                throw .foreign(file: file, "'\(key)' is divided along a dimension that it does not have")
            }
            // As torch.chunk: parts of the rounded-up size, the last ones smaller or empty.
            let part = shape[dimension] / axes[axis].size + (shape[dimension].isMultiple(of: axes[axis].size) ? 0 : 1)
            let first = min(part * axes[axis].coordinate, shape[dimension])
            start[dimension] += first
            shape[dimension] = min(part, shape[dimension] - first)
        }
        self.local = local
        box = Box(start: start, shape: shape)
    }

    /// The dimensions of the mesh that divide the tensor, in the order in which they do: a strided one comes after those to
    /// its right, because these had divided the tensor before it.
    private static func order(_ placements: [CheckpointValue], key: Key) throws(PieceError) -> [Int] {
        var order: [Int] = []
        var strided: [Int] = []
        for (axis, placement) in placements.enumerated() {
            switch placement.className {
            case "Shard": order.append(axis)
            case "_StridedShard": strided.append(axis)
            case "Replicate": continue
            case let name: throw .placement(key: key, name ?? "something that is not a placement")
            }
        }
        return order + strided.reversed()
    }

    private static func dimension(_ placement: CheckpointValue, rank: Int) -> Int? {
        guard let dimension = placement.field("dim")?.integer else { return nil }
        let index = dimension < 0 ? dimension + rank : dimension
        return (0..<rank).contains(index) ? index : nil
    }

    // MARK: Mesh

    /// The ranks of a mesh, in its row-major order; empty where it does not say them.
    static func ranks(of mesh: CheckpointValue) -> [Int] { (try? layout(of: mesh, file: ""))?.ranks ?? [] }

    /// The shape of a mesh, nil where it does not say it, and its ranks in row-major order.
    private static func layout(
        of mesh: CheckpointValue, file: String
    ) throws(PieceError) -> (sizes: [Int]?, ranks: [Int]) {
        var sizes: [Int]?
        var ranks: [Int] = []
        if case .tensor(let tensor)? = mesh.field("mesh") {
            sizes = tensor.shape
            ranks = try Self.ranks(tensor, file: file)
        } else if let layout = mesh.field("_layout") {
            sizes = (layout.field("axes")?.elements ?? []).map { $0.field("shape").map(product) ?? 0 }
            if sizes?.isEmpty ?? true { sizes = layout.field("shape")?.elements?.map(product) }
            ranks = mesh.field("_flatten_rank_map")?.integers ?? []
            if ranks.isEmpty, case .tensor(let map)? = mesh.field("_rank_map") {
                ranks = try Self.ranks(map, file: file)
            }
        }
        return (sizes, ranks)
    }

    /// - Returns: nil for a rank that is not on the mesh.
    private static func axes(
        _ mesh: CheckpointValue, rank: Int, file: String
    ) throws(PieceError) -> [MeshAxis]? {
        let (extents, ranks) = try layout(of: mesh, file: file)
        guard let sizes = extents, !sizes.contains(where: { $0 < 1 || $0 > 1 << 20 }) else {
            throw .foreign(file: file, "its mesh of ranks does not say its shape")
        }
        var coordinates = mesh.field("_coordinate_on_dim")?.integers
        if coordinates == nil {
            guard let position = ranks.firstIndex(of: rank) else { return nil }
            var rest = position
            coordinates = sizes.reversed().map { size in
                defer { rest /= size }
                return rest % size
            }.reversed()
        }
        guard let coordinates, coordinates.count == sizes.count,
            zip(coordinates, sizes).allSatisfy({ $0 >= 0 && $0 < $1 })
        else { throw .foreign(file: file, "its place on the mesh of ranks \(sizes) is none") }
        return zip(sizes, coordinates).map { MeshAxis(size: $0, coordinate: $1) }
    }

    /// The product of a number, or of numbers in nested tuples.
    private static func product(_ value: CheckpointValue) -> Int {
        if let number = value.integer { return number }
        return (value.elements ?? []).reduce(1) { $0.multipliedReportingOverflow(by: product($1)).partialValue }
    }

    private static func ranks(_ tensor: LazyTensor, file: String) throws(PieceError) -> [Int] {
        guard tensor.dtype.isInteger, tensor.layout.count <= 1 << 20 else {
            throw .foreign(file: file, "its mesh of ranks is \(tensor.dtype) \(tensor.shape)")
        }
        do {
            return try tensor.withFloat64 { $0.map { Int(exactly: $0) ?? -1 } }
        } catch {
            throw .foreign(file: file, "its mesh of ranks cannot be read: \(error)")
        }
    }
}
