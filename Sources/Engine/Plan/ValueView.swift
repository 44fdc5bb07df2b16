import CKernels

/// A piece of memory that a plan works in.
struct PlanBuffer: Hashable {
    let index: Int
}

/// How a value lies in a buffer: element (i₀, i₁, …) is at `offset + Σ iₖ · strides[k]`, in floats.
///
/// Reshapes, permutations and slices are other views of the same memory, where strides can say so.
struct ValueView: Equatable {
    let buffer: PlanBuffer
    var offset: Int
    var shape: [Int]
    var strides: [Int]
    /// Where each row of the last axis lies, if strides do not say so.
    var map: RowMap?

    /// The smallest unit of a row: rows are padded to whole blocks of channels.
    static func padded(_ channels: Int) -> Int { (channels + Int(CK_BLOCK) - 1) / Int(CK_BLOCK) * Int(CK_BLOCK) }

    /// The axes from the outermost to the innermost in memory; those of extent 1 or stride 0 keep their place.
    var memoryOrder: [Int] {
        let places = shape.indices.filter { shape[$0] > 1 && strides[$0] > 0 }
        var order = Array(shape.indices)
        for (place, axis) in zip(places, places.sorted { (-strides[$0], $0) < (-strides[$1], $1) }) {
            order[place] = axis
        }
        return order
    }

    /// These axes as few as can be: neighbours that lie as a single axis would are one, those of extent 1 are left out.
    func runs(of axes: some Sequence<Int>) -> [(extent: Int, stride: Int)] {
        var runs: [(extent: Int, stride: Int)] = []
        for axis in axes where shape[axis] != 1 {
            let (extent, stride) = (shape[axis], strides[axis])
            if let last = runs.last, last.stride == extent * stride {
                runs[runs.count - 1] = (last.extent * extent, stride)
            } else {
                runs.append((extent, stride))
            }
        }
        return runs
    }

    /// The same memory with these axes in this order.
    /// - Precondition: strides say where the elements lie.
    func permuted(_ axes: [Int]) -> ValueView {
        precondition(map == nil, "a map has no strides")
        return ValueView(
            buffer: buffer, offset: offset, shape: axes.map { shape[$0] }, strides: axes.map { strides[$0] })
    }

    /// The view spread to `target`, aligned at the end.
    /// - Precondition: strides say where the elements lie.
    func broadcast(to target: [Int]) -> ValueView {
        precondition(map == nil, "a map has no strides")
        let spread = target.indices.map { axis -> Int in
            let own = axis - target.count + shape.count
            return own < 0 || (shape[own] == 1 && target[axis] != 1) ? 0 : strides[own]
        }
        return ValueView(buffer: buffer, offset: offset, shape: target, strides: spread)
    }

    /// The same elements in row-major order under another shape; nil where no strides say so.
    func reshaped(to target: [Int]) -> ValueView? {
        if map != nil { return mapped(to: target) { $0 } }
        let runs = runs(of: shape.indices)
        var result: [Int] = []
        var run = 0
        var left = runs.first?.extent ?? 1
        for (index, extent) in target.enumerated() {
            if extent == 1 {
                result.append(0)
                continue
            }
            guard run < runs.count, left % extent == 0 else { return nil }
            left /= extent
            result.append(left * runs[run].stride)
            if left == 1, target[(index + 1)...].contains(where: { $0 != 1 }) {
                run += 1
                guard run < runs.count else { return nil }
                left = runs[run].extent
            }
        }
        return ValueView(buffer: buffer, offset: offset, shape: target, strides: result)
    }

    /// The view as rows of one axis.
    /// - Parameter axis: what lies in a row, without gaps.
    /// - Returns: nil where the rows are not equally far apart in the order of the other axes.
    func rows(of axis: Int) -> RowView? {
        guard map == nil, shape[axis] == 1 || strides[axis] == 1 else { return nil }
        let runs = runs(of: shape.indices.filter { $0 != axis })
        guard runs.count <= 1 else { return nil }
        let count = runs.first?.extent ?? 1
        let stride = runs.first?.stride ?? Self.padded(shape[axis])
        guard stride >= 0 else { return nil }
        return RowView(buffer: buffer, offset: offset, count: count, stride: stride, channels: shape[axis])
    }
}

/// Rows of the last axis by position: row i, in row-major order of the other axes, is at
/// `positions[i] · stride`, in floats; zeros for −1.
struct RowMap: Equatable {
    let stride: Int
    var positions: [Int32]
}

extension ValueView {
    /// The view with a map in place of strides; nil where the last axis has gaps, or rows are not whole strides apart.
    var withMap: ValueView? {
        if map != nil { return self }
        guard let channels = shape.last, channels == 1 || strides[shape.count - 1] == 1 else { return nil }
        let outer = Array(zip(shape, strides).dropLast().filter { $0.0 > 1 && $0.1 > 0 })
        guard let stride = outer.map(\.1).min() ?? Optional(ValueView.padded(channels)),
            outer.allSatisfy({ $0.1 % stride == 0 })
        else { return nil }
        var positions: [Int32] = []
        StridedWalk(shape: Array(shape.dropLast()), strides: strides.dropLast().map { $0 / stride })
            .forEachRow { first, length, step in
                for index in 0..<length { positions.append(Int32(first + index * step)) }
            }
        var view = self
        view.map = RowMap(stride: stride, positions: positions)
        return view
    }

    /// The view's rows arranged otherwise; nil if it cannot be mapped, or if its last axis is not that of `target`.
    /// - Parameter rearrange: gives the positions of the new rows from the old ones.
    func mapped(to target: [Int], _ rearrange: ([Int32]) -> [Int32]) -> ValueView? {
        guard target.last == shape.last, var view = withMap, let map = view.map else { return nil }
        view.shape = target
        view.strides = [Int](repeating: 0, count: max(0, target.count - 1)) + [1]
        view.map = RowMap(stride: map.stride, positions: rearrange(map.positions))
        return view
    }
}

/// Rows of channels, equally far apart.
struct RowView: Equatable {
    let buffer: PlanBuffer
    let offset: Int
    /// Rows.
    let count: Int
    /// Floats from one row to the next; 0 for a row that repeats.
    let stride: Int
    let channels: Int
}
