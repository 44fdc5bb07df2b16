import ModelGraph
import TensorCore

/// Diagonals and triangles.
extension ATenCalls {
    static let diagonals: [String: Body] = {
        var table: [String: Body] = [:]
        for name in ["diagonal.default", "diagonal_copy.default", "linalg_diagonal.default"] {
            table[name] = { call in
                let tensor = try call.first()
                let plane = try call.plane(of: tensor, defaults: name.hasPrefix("linalg") ? (-2, -1) : (0, 1))
                let strides = call.strides(ofDiagonal: plane, of: tensor.strides)
                return [.tensor(try call.diagonal(of: tensor, plane).showing(tensor, strides: strides))]
            }
        }
        table["diagonal_scatter.default"] = { call in
            let tensor = try call.first()
            let plane = try call.plane(of: tensor, defaults: (0, 1))
            let order =
                tensor.shape.indices.filter { $0 != plane.rows && $0 != plane.columns } + [plane.rows, plane.columns]
            let lines = try call.permuted(tensor, order)
            let places = try call.places(of: plane, in: tensor.shape)
            let outer = Array(lines.shape.dropLast(2))
            let flat = try call.reshaped(lines, outer + [lines.shape.suffix(2).reduce(1, *)])
            let index = try call.tracer.constant(.int64, [places.count], places.map { Double($0) })
            let put = try call.scatter(
                .replace, flat, call.expanded(index, outer + [places.count]), .tensor(call.tensor("src")),
                axis: outer.count)
            return [.tensor(try call.permuted(call.reshaped(put, lines.shape), Operation.Permute(order).inverse.axes))]
        }
        table["diag.default"] = { call in
            let tensor = try call.first()
            let offset = try call.int("diagonal", default: 0)
            if tensor.shape.count == 2 {
                let diagonal = try call.diagonal(of: tensor, Plane(rows: 0, columns: 1, offset: offset))
                return [.tensor(try call.copy(diagonal))]
            }
            return [.tensor(try call.matrix(ofDiagonal: tensor, offset: offset))]
        }
        table["diag_embed.default"] = { call in
            let tensor = try call.first()
            let rank = tensor.shape.count + 1
            let rows = try call.axis(try call.int("dim1", default: -2), rank: rank)
            let columns = try call.axis(try call.int("dim2", default: -1), rank: rank)
            guard rows != columns else { throw CallError("it names an axis twice") }
            let matrix = try call.matrix(ofDiagonal: tensor, offset: try call.int("offset", default: 0))
            // The two last axes move to where they are asked for.
            var axes = Array(0..<rank - 2)
            for (axis, source) in [(rows, rank - 2), (columns, rank - 1)].sorted(by: { $0.0 < $1.0 }) {
                axes.insert(source, at: axis)
            }
            return [.tensor(try call.permuted(matrix, axes))]
        }
        table["trace.default"] = { call in
            let tensor = try call.first()
            guard tensor.shape.count == 2 else { throw CallError("its input has the shape \(tensor.shape)") }
            let diagonal = try call.diagonal(of: tensor, Plane(rows: 0, columns: 1, offset: 0))
            return [.tensor(try call.reducedAway(diagonal, .sum, axis: 0))]
        }
        for (name, isUpper) in [("triu.default", true), ("tril.default", false)] {
            table[name] = { call in
                let tensor = try call.first()
                guard tensor.shape.count >= 2 else { throw CallError("its input has the shape \(tensor.shape)") }
                let offset = try call.int("diagonal", default: 0)
                let plane = Array(tensor.shape.suffix(2))
                try call.tracer.spend(plane.reduce(1, *))
                let inside = (0..<plane[0] * plane[1]).map { place in
                    let distance = place % plane[1] - place / plane[1]
                    return (isUpper ? distance >= offset : distance <= offset) ? 1.0 : 0
                }
                let mask = try call.tracer.constant(.bool, plane, inside)
                // The result has the type of the tensor, of truths too.
                let part = try call.chosen(mask, .tensor(tensor), .number(0))
                return [.tensor(try call.typed(part, tensor.dtype))]
            }
        }
        for (name, isUpper) in [("triu_indices.default", true), ("tril_indices.default", false)] {
            table[name] = { call in
                let (rows, columns) = (try call.int("row"), try call.int("col"))
                let offset = try call.int("offset", default: 0)
                guard rows > 0, columns > 0 else { throw CallError("a matrix of \(rows) × \(columns) has no elements") }
                try call.tracer.spend(multipliedSaturated(multipliedSaturated(rows, columns), 3))
                let places = (0..<rows * columns).filter {
                    let distance = $0 % columns - $0 / columns
                    return isUpper ? distance >= offset : distance <= offset
                }
                return [
                    .tensor(
                        try call.tracer.constant(
                            call.dtype() ?? .int64, [2, places.count],
                            places.map { Double($0 / columns) } + places.map { Double($0 % columns) }))
                ]
            }
        }
        return table
    }()
}

/// Two axes of a tensor, and a diagonal of theirs.
private struct Plane {
    let rows, columns: Int
    let offset: Int
}

extension Call {
    fileprivate func plane(of tensor: ProgramTensor, defaults: (Int, Int)) throws -> Plane {
        let rank = tensor.shape.count
        let rows = try axis(int("dim1", default: defaults.0), rank: rank)
        let columns = try axis(int("dim2", default: defaults.1), rank: rank)
        guard rank >= 2, rows != columns else { throw CallError("its input has the shape \(tensor.shape)") }
        return Plane(rows: rows, columns: columns, offset: try int("offset", default: 0))
    }

    /// Where in the plane, row by row, the elements of its diagonal are.
    fileprivate func places(of plane: Plane, in shape: [Int]) throws -> [Int] {
        let (rows, columns) = (shape[plane.rows], shape[plane.columns])
        guard -rows < plane.offset, plane.offset < columns else {
            throw CallError("a plane of \(rows) × \(columns) has no diagonal \(plane.offset)")
        }
        let count = min(rows + min(plane.offset, 0), columns - max(plane.offset, 0))
        try tracer.spend(count)
        return (0..<count).map { ($0 - min(plane.offset, 0)) * columns + $0 + max(plane.offset, 0) }
    }

    fileprivate func strides(ofDiagonal plane: Plane, of strides: [Int]) -> [Int] {
        strides.indices.filter { $0 != plane.rows && $0 != plane.columns }.map { strides[$0] }
            + [strides[plane.rows] + strides[plane.columns]]
    }

    /// The main diagonal of two axes as a last axis.
    func diagonal(of tensor: ProgramTensor, rows: Int, columns: Int) throws -> ProgramTensor {
        try diagonal(of: tensor, Plane(rows: rows, columns: columns, offset: 0))
    }

    /// The diagonal as a last axis.
    fileprivate func diagonal(of tensor: ProgramTensor, _ plane: Plane) throws -> ProgramTensor {
        let places = try places(of: plane, in: tensor.shape)
        let outer = tensor.shape.indices.filter { $0 != plane.rows && $0 != plane.columns }
        if let known = tensor.constant {
            let (down, right) = (known.strides[plane.rows], known.strides[plane.columns])
            return ProgramTensor(
                known.viewed(
                    outer.map { known.shape[$0] } + [places.count],
                    strides: strides(ofDiagonal: plane, of: known.strides),
                    offset: known.offset + max(0, -plane.offset) * down + max(0, plane.offset) * right))
        }
        let moved = try permuted(tensor, outer + [plane.rows, plane.columns])
        let flat = try reshaped(moved, outer.map { tensor.shape[$0] } + [moved.shape.suffix(2).reduce(1, *)])
        return try gathered(flat, outer.count, places, [places.count])
    }

    /// Square matrices with the last axis as their diagonals and zeros elsewhere.
    fileprivate func matrix(ofDiagonal tensor: ProgramTensor, offset: Int) throws -> ProgramTensor {
        guard let count = tensor.shape.last, -(1 << 20)...1 << 20 ~= offset else {
            throw CallError("it makes a matrix of a tensor of \(tensor.shape)")
        }
        let side = count + abs(offset)
        try tracer.spend(multipliedSaturated(side, side))
        let zero = try tracer.filled(0, tensor.dtype, tensor.shape.dropLast() + [1])
        let index = (0..<side * side).map { place -> Int in
            let (row, column) = (place / side, place % side)
            return column - row == offset ? min(row, column) : count
        }
        return try gathered(
            joined([tensor, zero], tensor.shape.count - 1), tensor.shape.count - 1, index, [side, side])
    }
}
