import ByteIO
import Pickle
import TensorCore

/// What the files of a DeepSpeed checkpoint say together: where each parameter is in the ranks' flat vectors.
struct DeepSpeedState {
    typealias File = (rank: Int, name: String, root: CheckpointValue)

    private let optimizers: [File]
    private let models: [File]
    private let stage: Int
    private let worldSize: Int
    private let groupsKey: String
    /// The names and shapes of the trained parameters, by group.
    private let groups: [[(name: String, shape: [Int])]]
    private(set) var notes: [String] = []

    /// - Throws: `PieceError` if ranks are missing or belong to different checkpoints.
    init(optimizers: [File], models: [File]) throws(PieceError) {
        self.optimizers = optimizers
        self.models = models
        let first = optimizers[0]
        guard let state = first.root.field("optimizer_state_dict") else {
            throw .foreign(file: first.name, "it holds no optimizer_state_dict")
        }
        let stated = state.field("zero_stage")?.enumeration
        stage = stated ?? (state.field("fp32_flat_groups") == nil ? 2 : 3)
        guard (0...3).contains(stage) else { throw .description("'\(first.name)' is of ZeRO stage \(stage)") }
        groupsKey = stage == 3 ? "fp32_flat_groups" : "single_partition_of_fp32_groups"
        guard let count = Self.partitions(state) else {
            throw .foreign(file: first.name, "it does not say by how many ranks it was written")
        }
        worldSize = count
        groups = try Self.groups(models[0])
        try checkRanks()
    }

    /// The largest partition count: groups of experts may have smaller ones.
    private static func partitions(_ state: CheckpointValue) -> Int? {
        guard let value = state.field("partition_count") else { return nil }
        let count = value.integer ?? value.integers?.max()
        return count.flatMap { $0 > 0 && $0 < 1 << 20 ? $0 : nil }
    }

    private static func groups(_ model: File) throws(PieceError) -> [[(name: String, shape: [Int])]] {
        guard let value = model.root.field("param_shapes") else {
            throw .foreign(file: model.name, "it has no param_shapes")
        }
        return try (value.elements ?? [value]).map { group throws(PieceError) in
            guard let named = group.named else {
                throw .foreign(file: model.name, "its param_shapes are not a dictionary")
            }
            return try named.map { name, shape throws(PieceError) in
                guard let extents = shape.integers, Self.count(extents) != nil else {
                    throw .foreign(file: model.name, "the shape of '\(name)' is none")
                }
                return (name, extents)
            }
        }
    }

    private static func count(_ shape: [Int]) -> Int? { (try? StridedLayout(contiguous: shape))?.count }

    private func checkRanks() throws(PieceError) {
        for file in optimizers {
            let state = file.root.field("optimizer_state_dict")
            let count = state.flatMap(Self.partitions)
            guard count == worldSize else {
                throw .foreign(
                    file: file.name,
                    "it was written by \(count.map { "\($0)" } ?? "unknown") ranks, '\(optimizers[0].name)' by \(worldSize)"
                )
            }
        }
        try checkComplete(optimizers)
    }

    /// Checks that there is a file for each rank, and none for any other.
    private func checkComplete(_ files: [File]) throws(PieceError) {
        if let other = files.first(where: { $0.rank >= worldSize }) {
            throw .foreign(
                file: other.name, "rank \(other.rank) does not exist: \(worldSize) ranks wrote the checkpoint")
        }
        let present = Set(files.map(\.rank))
        let missing = (0..<worldSize).filter { !present.contains($0) }
        guard let first = missing.first else { return }
        let example = files[0].name.replacing("_rank_\(files[0].rank)_", with: "_rank_\(first)_")
        throw .missingRanks(missing, count: worldSize, example: example)
    }

    // MARK: Merging

    /// The entries of the merged state dict.
    mutating func merged(
        in composed: inout ComposedGraph
    ) throws(PieceError) -> [(key: String, value: PickleValue)] {
        var merged = MergedEntries()
        try addBuffers(to: &merged, in: &composed)
        try addFrozen(to: &merged, in: &composed)
        if stage == 3 {
            try addPartitioned(to: &merged, in: &composed)
        } else {
            try addGroups(to: &merged, in: &composed)
        }
        for (name, source) in sharedNames {
            if let value = merged[source] { merged.set(name, value) }
        }
        return merged.entries
    }

    /// Names that share a parameter, each with the name of that parameter.
    private var sharedNames: [(name: String, source: String)] {
        guard let shared = models[0].root.field("shared_params") else { return [] }
        if let named = shared.named { return named.compactMap { pair in pair.value.text.map { (pair.name, $0) } } }
        return (shared.elements ?? []).compactMap { pair in
            guard let names = pair.elements, names.count == 2, let name = names[0].text, let source = names[1].text
            else {
                return nil
            }
            return (name, source)
        }
    }

    private func addBuffers(to merged: inout MergedEntries, in composed: inout ComposedGraph) throws(PieceError) {
        let model = models[0]
        let names = Set((model.root.field("buffer_names")?.elements ?? []).compactMap(\.text))
        for (name, value) in model.root.field("module")?.named ?? [] where names.contains(name) {
            guard case .tensor(let tensor) = value, tensor.hasElements else {
                throw .foreign(file: model.name, "its buffer '\(name)' is not a tensor with elements")
            }
            merged.set(name, .node(try Self.asFloat32(tensor, name, file: model.name, in: &composed)))
        }
    }

    /// A copy of a tensor; floating-point types become float32.
    private static func asFloat32(
        _ tensor: LazyTensor, _ name: String, file: String, in composed: inout ComposedGraph
    ) throws(PieceError) -> PickleNodeID {
        guard !tensor.spreadsTooFar else { throw .foreign(file: file, "the shape of '\(name)' is none") }
        guard tensor.dtype.isFloatingPoint, tensor.dtype != .float32, tensor.dtype.isEncodable,
            let rounded = tensor.rounded(to: .float32)
        else {
            var pieces = PieceSet(key: Key(name), dtype: tensor.dtype, shape: tensor.shape)
            let start = [Int](repeating: 0, count: tensor.shape.count)
            try pieces.add(tensor, start: start, shape: tensor.shape, file: file)
            return try pieces.tensor(in: &composed)
        }
        return composed.tensor(
            rounded.layout, of: composed.storage(of: .float32, name: name, rounded.storage.content))
    }

    /// Parameters that are not trained: whole in the first file, or with stage 3 a fragment in each rank's file.
    private func addFrozen(to merged: inout MergedEntries, in composed: inout ComposedGraph) throws(PieceError) {
        let shapes = models[0].root.field("frozen_param_shapes")?.named ?? []
        guard !shapes.isEmpty else { return }
        let files = stage == 3 ? models : [models[0]]
        if stage == 3 { try checkComplete(files) }
        for (name, shape) in shapes {
            guard let extents = shape.integers, let count = Self.count(extents) else {
                throw .foreign(file: models[0].name, "the shape of '\(name)' is none")
            }
            var vector = FlatVector()
            var dtype: DType?
            for file in files {
                guard case .tensor(let fragment)? = file.root.field("frozen_param_fragments")?.field(name) else {
                    throw .foreign(file: file.name, "it has no fragment of '\(name)'")
                }
                if stage != 3 {
                    var pieces = PieceSet(key: Key(name), dtype: fragment.dtype, shape: extents)
                    let start = [Int](repeating: 0, count: extents.count)
                    try pieces.add(fragment, start: start, shape: extents, file: file.name)
                    merged.set(name, .node(try pieces.tensor(in: &composed)))
                    continue
                }
                dtype = dtype ?? fragment.dtype
                try vector.append(
                    fragment, dtype: dtype ?? .float32, file: file.name, what: "the fragment of '\(name)'")
            }
            guard stage == 3, let dtype else { continue }
            var pieces = PieceSet(key: Key(name), dtype: dtype, shape: [count])
            vector.add(0..<min(count, vector.count), to: &pieces, at: 0)
            merged.set(name, .node(try pieces.tensor(in: &composed, as: extents)))
        }
    }

    /// The flat vectors of one rank, one for each group.
    private func vectors(_ file: File) throws(PieceError) -> [LazyTensor] {
        guard let values = file.root.field("optimizer_state_dict")?.field(groupsKey)?.elements else {
            throw .foreign(file: file.name, "it has no \(groupsKey)")
        }
        return try values.map { value throws(PieceError) in
            guard case .tensor(let tensor) = value else {
                throw .foreign(file: file.name, "its \(groupsKey) are not tensors")
            }
            return tensor
        }
    }

    /// Stages 1 and 2: the parameters of a group are joined end to end, and the result is cut into equal parts.
    private func addGroups(to merged: inout MergedEntries, in composed: inout ComposedGraph) throws(PieceError) {
        let ranks = try optimizers.map { file throws(PieceError) in (file, try vectors(file)) }
        let paddings = optimizers[0].root.field("optimizer_state_dict")?.field("param_alignment_paddings")?.elements
        for (file, vectors) in ranks where vectors.count != groups.count {
            throw .foreign(file: file.name, "it has \(vectors.count) groups, param_shapes \(groups.count)")
        }
        for (number, group) in groups.enumerated() {
            var vector = FlatVector()
            let dtype = ranks[0].1[number].dtype
            for (file, vectors) in ranks {
                try vector.append(vectors[number], dtype: dtype, file: file.name, what: "group \(number)")
            }
            let padding = try paddings.map { paddings throws(PieceError) in
                guard paddings.indices.contains(number), let padding = paddings[number].integers,
                    padding.count == group.count, padding.allSatisfy({ $0 >= 0 && $0 < 1 << 32 })
                else {
                    throw .foreign(
                        file: optimizers[0].name, "its param_alignment_paddings are not those of group \(number)")
                }
                return padding
            }
            var offset = 0
            for (index, (name, shape)) in group.enumerated() {
                let count = Self.count(shape) ?? 0
                guard count <= vector.count - offset else {
                    throw .gap(key: Key(name), held: max(vector.count - offset, 0), needed: count)
                }
                var pieces = PieceSet(key: Key(name), dtype: dtype, shape: [count])
                vector.add(offset..<offset + count, to: &pieces, at: 0)
                merged.set(name, .node(try pieces.tensor(in: &composed, as: shape)))
                offset = min(offset + count + (padding?[index] ?? 0), vector.count)
            }
            // The rest is padding to a multiple of twice the number of ranks.
            let unit = 2 * worldSize
            guard (offset + unit - 1) / unit == (vector.count + unit - 1) / unit else {
                throw .description(
                    "group \(number) takes \(grouped(offset)) of the \(grouped(vector.count)) elements that its ranks have"
                )
            }
        }
    }

    /// Stage 3: each parameter is cut into equal parts, the last one padded; a rank's vector joins its parts end to end.
    private func addPartitioned(to merged: inout MergedEntries, in composed: inout ComposedGraph) throws(PieceError) {
        var ranks: [FlatVector] = []
        var dtype = DType.float32
        for file in optimizers {
            var vector = FlatVector()
            for (number, tensor) in try vectors(file).enumerated() {
                if ranks.isEmpty, number == 0 { dtype = tensor.dtype }
                try vector.append(tensor, dtype: dtype, file: file.name, what: "group \(number)")
            }
            if let first = ranks.first, first.count != vector.count {
                throw .foreign(
                    file: file.name,
                    "it has \(grouped(vector.count)) elements, '\(optimizers[0].name)' has \(grouped(first.count))")
            }
            ranks.append(vector)
        }
        var offset = 0
        for (name, shape) in groups.flatMap({ $0 }) {
            let count = Self.count(shape) ?? 0
            let part = count / worldSize + (count.isMultiple(of: worldSize) ? 0 : 1)
            guard let held = ranks.first?.count, part <= held - offset else {
                throw .gap(key: Key(name), held: max((ranks.first?.count ?? 0) - offset, 0), needed: part)
            }
            var pieces = PieceSet(key: Key(name), dtype: dtype, shape: [count])
            for (rank, vector) in ranks.enumerated() {
                let start = min(rank * part, count)
                let size = min(part, count - start)
                vector.add(offset..<offset + size, to: &pieces, at: start)
            }
            merged.set(name, .node(try pieces.tensor(in: &composed, as: shape)))
            offset += part
        }
        guard offset == ranks.first?.count else {
            throw .description(
                "the parameters take \(grouped(offset)) of the \(grouped(ranks.first?.count ?? 0)) elements that each rank has"
            )
        }
    }
}

/// Entries as a Python dictionary keeps them: one that is set again keeps its place.
private struct MergedEntries {
    private(set) var entries: [(key: String, value: PickleValue)] = []
    private var keys = KeyTable(capacity: 64)

    mutating func set(_ key: String, _ value: PickleValue) {
        if let earlier = keys.earlierPosition(of: key, orEnterAt: entries.count) {
            entries[earlier].value = value
        } else {
            entries.append((key, value))
        }
    }

    subscript(key: String) -> PickleValue? { keys.position(of: key).map { entries[$0].value } }
}
