import TensorCore

/// Tensors of one network that are one tensor in the other, joined along axis 0: query, key and value, or gate and up
/// projection.
struct TensorJoin {
    /// The names of the modules that are joined, in the order in which networks join them, and of what they become.
    private static let families: [(parts: [String], whole: String)] = [
        (["query", "key", "value"], "qkv"), (["q_proj", "k_proj", "v_proj"], "qkv"), (["q", "k", "v"], "qkv"),
        (["to_q", "to_k", "to_v"], "qkv"), (["wq", "wk", "wv"], "qkv"), (["gate_proj", "up_proj"], "gate_up_proj"),
        (["gate", "up"], "gate_up"),
    ]

    /// What stands for the joined tensor while the networks are compared.
    let whole: TensorSignature
    /// Positions in the list of tensors; nil for a part that the network has not, because it is zero.
    let parts: [Int?]
    /// The key with all the modules' names in place of one: `layers.0.attention.[q|k|v].bias`, `0` for zeros.
    let pattern: Key

    /// The joins of a list that the other list calls for: it has tensors of the joined shape, as many as there are joins,
    /// and no parts of its own.
    static func joins(of tensors: [TensorSignature], for others: [TensorSignature]) -> [TensorJoin] {
        guard !others.contains(where: { family(of: $0.key) != nil }) else { return [] }
        let places = Dictionary(tensors.enumerated().map { ($1.key, $0) }) { first, _ in first }
        let joins = tensors.compactMap { TensorJoin($0, places, tensors) }
        var wanted: [[Int]: Int] = [:]
        for join in joins { wanted[join.whole.shape, default: 0] += 1 }
        let offered = Dictionary(grouping: others, by: \.shape)
        return joins.filter { wanted[$0.whole.shape, default: 0] <= offered[$0.whole.shape]?.count ?? 0 }
    }

    /// The list with each joined tensor in place of its first part.
    /// - Returns: the tensors, and by position what each stands for.
    static func joined(
        _ tensors: [TensorSignature], _ joins: [TensorJoin]
    ) -> [(tensor: TensorSignature, join: TensorJoin?, position: Int)] {
        let heads = Dictionary(joins.compactMap { join in join.parts[0].map { ($0, join) } }) { first, _ in first }
        let taken = Set(joins.flatMap(\.parts).compactMap { $0 })
        return tensors.indices.compactMap { position in
            if let join = heads[position] { return (join.whole, join, position) }
            return taken.contains(position) ? nil : (tensors[position], nil, position)
        }
    }

    /// Which family the module of a weight or bias is of, and the range of its name.
    private static func family(of key: Key) -> (parts: [String], whole: String, name: Range<String.Index>)? {
        let text = key.text
        let segments = text.split(separator: ".", omittingEmptySubsequences: false)
        guard segments.count > 1, let leaf = segments.last, leaf == "weight" || leaf == "bias" else { return nil }
        let name = segments[segments.count - 2]
        guard let family = families.first(where: { $0.parts.contains(String(name)) }) else { return nil }
        return (family.parts, family.whole, name.startIndex..<name.endIndex)
    }

    /// Nil where the tensor is not the first part of any, or the others are missing or of other shapes.
    private init?(_ first: TensorSignature, _ places: [Key: Int], _ tensors: [TensorSignature]) {
        let text = first.key.text
        guard let (names, joined, range) = Self.family(of: first.key), text[range] == names[0],
            let rows = first.shape.first
        else { return nil }
        func key(_ name: String) -> Key { Key(text.replacingCharacters(range, with: name)) }
        let parts = names.map { places[key($0)] }
        // Keys without bias beside queries and values with one: zeros stand for it.
        let mayLack = parts.count == 3 && first.shape.count == 1 ? [1] : []
        let (extent, overflow) = rows.multipliedReportingOverflow(by: parts.count)
        guard !overflow, parts.indices.allSatisfy({ parts[$0] != nil || mayLack.contains($0) }),
            parts.compactMap({ $0 }).allSatisfy({ tensors[$0].shape == first.shape })
        else { return nil }
        self.parts = parts
        whole = TensorSignature(
            key: key(joined), dtype: first.dtype, shape: [extent] + first.shape.dropFirst())
        let listed = zip(names, parts).map { $1 == nil ? "0" : $0 }.joined(separator: "|")
        pattern = key("[\(listed)]")
    }
}

extension String {
    fileprivate func replacingCharacters(_ range: Range<Index>, with text: String) -> String {
        String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
    }
}
