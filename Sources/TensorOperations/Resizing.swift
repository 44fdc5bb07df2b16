import ByteIO
import TensorCore

/// Some axes of a tensor on another grid: `resize 1 (1 + h w) c with h=24 w=24`.
///
/// The axes are named as in a layout. In parentheses `N +` stands for as many leading elements that are kept, such as
/// class tokens, `+ N` for trailing ones. `h=24` is the new extent, `h=14..24` the old one too; the old ones of an axis
/// of which several are not stated are equal. A last word says how: `bicubic`, unless it is there.
package struct Resizing: Sendable, Hashable {
    /// An axis of the tensor.
    struct Axis: Sendable, Hashable {
        /// Elements before the grid, which are kept.
        var leading = 0
        /// What the grid's axis is made of; none for `1`.
        var names: [String] = []
        /// Elements after the grid, which are kept.
        var trailing = 0
    }

    let axes: [Axis]
    /// The extents by name.
    let extents: [String: Extent]
    let method: ResamplingMethod

    struct Extent: Sendable, Hashable {
        let from: Int?
        let to: Int
    }

    /// How the tensor's axes are divided: the extents of the names before and after.
    private struct Fit {
        var before: [String: Int] = [:]
        var shape: [Int]
    }

    func type(of operand: TensorType) throws(OperationError) -> TensorType {
        guard ElementCast.isEncodable(operand.dtype) else { throw .dtype(description, operand.dtype) }
        let fit = try fit(operand.shape)
        for (name, extent) in extents.sorted(by: { $0.key < $1.key }) {
            guard let before = fit.before[name], method.takes(before), method.takes(extent.to) else {
                throw .syntax(
                    "'\(description)': axis '\(name)' has \(fit.before[name] ?? 0) elements; \(method.rawValue) takes "
                        + (method == .geometric ? "odd numbers from 5 on" : "1 or more"))
            }
            guard max(before, extent.to) <= method.extentLimit else { throw .size(operand.shape) }
        }
        return TensorType(operand.dtype, fit.shape)
    }

    private func fit(_ shape: [Int]) throws(OperationError) -> Fit {
        guard shape.count == axes.count else { throw .rank(description, expected: axes.count, shape: shape) }
        var fit = Fit(shape: shape)
        for (index, axis) in axes.enumerated() {
            let grid = shape[index] - axis.leading - axis.trailing
            guard grid >= 0, !axis.names.isEmpty || grid == 1 else {
                throw .extent(axis.description, stated: axis.leading + axis.trailing + 1, shape: shape)
            }
            let stated = axis.names.compactMap { extents[$0]?.from }.reduce(1) {
                $0.multipliedReportingOverflow(by: $1).partialValue
            }
            let open = axis.names.filter { extents[$0]?.from == nil }
            guard stated > 0, grid.isMultiple(of: stated) else {
                throw .indivisible("'\(description)' of \(shape)", grid, by: stated)
            }
            let rest = grid / stated
            guard !open.isEmpty || rest == 1 else {
                throw .extent(axis.names.joined(separator: " "), stated: stated, shape: shape)
            }
            let root = open.count < 2 ? rest : Self.root(rest, open.count)
            guard open.reduce(1, { product, _ in product * root }) == rest else {
                throw .syntax(
                    "'\(description)' of \(shape): a grid of \(rest) is not square; state its extents, such as "
                        + "\(open[0])=14..24")
            }
            var extent = axis.leading + axis.trailing
            var grown = 1
            for name in axis.names {
                fit.before[name] = extents[name]?.from ?? root
                let (product, overflow) = grown.multipliedReportingOverflow(by: extents[name]?.to ?? root)
                guard !overflow else { throw .size(shape) }
                grown = product
            }
            let (sum, overflow) = extent.addingReportingOverflow(grown)
            guard !overflow else { throw .size(shape) }
            extent = sum
            fit.shape[index] = axis.names.isEmpty ? shape[index] : extent
        }
        return fit
    }

    /// The largest number whose power is no more than `value`.
    private static func root(_ value: Int, _ power: Int) -> Int {
        func isWithin(_ root: Int) -> Bool {
            var product = 1
            for _ in 0..<power {
                let (next, overflow) = product.multipliedReportingOverflow(by: root)
                guard !overflow, next <= value else { return false }
                product = next
            }
            return true
        }
        var (low, high) = (0, value)
        while low < high {
            let middle = high - (high - low) / 2
            if isWithin(middle) { low = middle } else { high = middle - 1 }
        }
        return low
    }

    /// The axis of a result whose elements depend on all that stand along it.
    func isResampled(axis: Int) -> Bool { axes[axis].names.contains { extents[$0] != nil } }

    func resized(_ view: TensorView) throws -> TensorView {
        try view.dtype.isDouble ? resized(view, Double.self) : resized(view, Float.self)
    }

    private func resized<Real: RealElement>(_ view: TensorView, _: Real.Type) throws -> TensorView {
        let fit = try fit(view.shape)
        // Only the grid is resampled: its elements, with one dimension for each name.
        var grid = view
        for (index, axis) in axes.enumerated() where axis.leading + axis.trailing > 0 {
            let size = view.shape[index] - axis.leading - axis.trailing
            grid = try grid.part(axis: index, start: axis.leading, size: size)
        }
        let names = axes.flatMap { $0.names.isEmpty ? [""] : $0.names }
        var shape = names.map { fit.before[$0] ?? 1 }
        var values: [Real] = try grid.values()
        for (dimension, name) in names.enumerated().reversed() {
            guard let to = extents[name]?.to, to != shape[dimension] else { continue }
            let resampling = Resampling<Real>(method, from: shape[dimension], to: to)
            values = resampling.resampled(values, shape, along: dimension)
            shape[dimension] = to
        }
        var gridShape = fit.shape
        for (index, axis) in axes.enumerated() { gridShape[index] -= axis.leading + axis.trailing }
        let resampled = try TensorView(values, TensorType(view.dtype, gridShape))
        guard let index = axes.firstIndex(where: { $0.leading + $0.trailing > 0 }) else { return resampled }
        let (axis, extent) = (axes[index], view.shape[index])
        var parts = [resampled]
        if axis.leading > 0 { parts.insert(try view.part(axis: index, start: 0, size: axis.leading), at: 0) }
        if axis.trailing > 0 {
            parts.append(try view.part(axis: index, start: extent - axis.trailing, size: axis.trailing))
        }
        return try TensorOperation.concat(axis: index, sizes: parts.map { $0.shape[index] }).results(of: parts)[0]
    }
}

extension Resizing: CustomStringConvertible {
    /// As a rule file spells it.
    package var description: String {
        let with = extents.sorted { $0.key < $1.key }
            .map { "\($0)=\($1.from.map { "\($0).." } ?? "")\($1.to)" }.joined(separator: " ")
        let how = method == .bicubic ? "" : " \(method.rawValue)"
        return "resize \(axes.map(\.description).joined(separator: " ")) with \(with)\(how)"
    }
}

extension Resizing.Axis: CustomStringConvertible {
    var description: String {
        if names.isEmpty { return "1" }
        guard names.count > 1 || leading + trailing > 0 else { return names[0] }
        let (before, after) = (leading > 0 ? "\(leading) + " : "", trailing > 0 ? " + \(trailing)" : "")
        return "(\(before)\(names.joined(separator: " "))\(after))"
    }
}
