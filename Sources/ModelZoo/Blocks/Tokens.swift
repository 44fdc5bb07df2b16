import ModelGraph

/// Feature maps as sequences of tokens, and back.
extension Scope {
    /// The height and width of `[N, C, H, W]`.
    func grid(of map: Value) -> Extent2d {
        let shape = shape(of: map)
        return shape.count == 4 ? Extent2d(height: shape[2], width: shape[3]) : .square(1)
    }

    /// `[N, C, H, W]` → `[N, H·W, C]`.
    func tokens(of map: Value) throws(GraphError) -> Value { try transpose(try flatten(map, from: 2), 1, 2) }

    /// `[N, H·W, C]` → `[N, C, H, W]`.
    func map(of tokens: Value, _ grid: Extent2d) throws(GraphError) -> Value {
        try permute(try mapChannelsLast(of: tokens, grid), [0, 3, 1, 2])
    }

    /// `[N, H·W, C]` → `[N, H, W, C]`.
    func mapChannelsLast(of tokens: Value, _ grid: Extent2d) throws(GraphError) -> Value {
        let shape = shape(of: tokens)
        guard shape.count == 3 else { throw .shape(module: path, .rank(expected: 3, found: shape)) }
        return try reshape(tokens, [shape[0], grid.height, grid.width, shape[2]])
    }

    /// `[1, 1, C]` of a batch of this many.
    func repeated(_ token: Value, batch: Int) throws(GraphError) -> Value {
        try expand(token, [batch] + shape(of: token).dropFirst())
    }

    /// Position embeddings `[1, extra + H·W, C]` for another grid, as upstream's `resize_pos_embed`.
    func resizedPositions(
        _ positions: Value, from source: Extent2d, to grid: Extent2d, _ mode: Operation.Resize.Mode, extraTokens: Int
    ) throws(GraphError) -> Value {
        if source == grid { return positions }
        let shape = shape(of: positions)
        let places = try slice(positions, axis: 1, extraTokens..<shape[1])
        let resized = try tokens(of: try resize(try map(of: places, source), mode, to: grid))
        if extraTokens == 0 { return resized }
        return try concat([try slice(positions, axis: 1, 0..<extraTokens), resized], axis: 1)
    }

    /// `[N, L, n·C]` → n values `[N, heads, L, C / heads]`.
    func splitHeads(_ input: Value, parts: Int = 3, heads: Int) throws(GraphError) -> [Value] {
        let shape = shape(of: input)
        guard shape.count == 3 else { throw .shape(module: path, .rank(expected: 3, found: shape)) }
        guard heads > 0, shape[2] % (parts * heads) == 0 else {
            throw .shape(module: path, .groups(heads, channels: shape[2] / parts))
        }
        let split = try reshape(input, [shape[0], shape[1], parts, heads, shape[2] / (parts * heads)])
        return try unbind(try permute(split, [2, 0, 3, 1, 4]), axis: 0)
    }

    /// `[N, heads, L, d]` → `[N, L, heads·d]`.
    func joinHeads(_ input: Value) throws(GraphError) -> Value {
        let shape = shape(of: input)
        return try reshape(try transpose(input, 1, 2), [shape[0], shape[2], shape[1] * shape[3]])
    }
}
