import TensorCore

/// The operations of one rule line, first to last, checked for the number of tensors that go in and come out.
package struct TensorPipeline: Sendable, Hashable {
    /// How many tensors there are at one end.
    package enum Count: Sendable, Hashable {
        case exactly(Int)
        /// As many as a capture stands for, each of several tensors.
        case members(capture: String, of: Int = 1)
    }

    package let operations: [TensorOperation]
    package let sources: Count
    package let targets: Count
    /// The tensors before each operation.
    private let counts: [Count]

    /// - Parameters:
    ///   - operations: none for a rename; several sources need some that join them.
    ///   - targets: what must come out.
    /// - Throws: `OperationError.syntax`.
    package init(_ operations: [TensorOperation], sources: Count, targets: Int) throws(OperationError) {
        var operations = operations
        if operations.isEmpty, case .exactly(let count) = sources {
            guard count == 1 else { throw .syntax("\(count) tensors on the left need an operation that joins them") }
            if targets > 1 { operations = [.copy(targets)] }
        }
        var count = sources
        var counts: [Count] = []
        for position in operations.indices {
            operations[position] = operations[position].done(to: count)
            counts.append(count)
            count = try operations[position].count(after: count)
        }
        switch count {
        case .exactly(let results):
            guard results == targets else {
                throw .syntax("the operations make \(results) of the \(targets) tensors on the right")
            }
        case .members(_, let results):
            guard results == targets else {
                throw .syntax("the operations make \(results) tensors of each member, the right has \(targets)")
            }
        }
        self.operations = operations
        self.sources = sources
        self.targets = count
        self.counts = counts
    }

    private init(_ operations: [TensorOperation], sources: Count, targets: Count, counts: [Count]) {
        self.operations = operations
        self.sources = sources
        self.targets = targets
        self.counts = counts
    }

    /// The operations that undo these, last first.
    /// - Throws: what cannot be undone.
    package func reversed() throws(IrreversibleOperation) -> TensorPipeline {
        var result: [TensorOperation] = []
        for (operation, count) in zip(operations, counts).reversed() {
            result.append(try operation.reversed(from: count))
        }
        return TensorPipeline(
            result, sources: targets, targets: sources, counts: Array((counts.dropFirst() + [targets]).reversed()))
    }

    /// The operations for such operands: `cast float16`, which does not say what it casts from, leaves integers and
    /// bools as they are. A counter is not a weight.
    package func sparingIntegers(_ operands: [TensorType?]) -> TensorPipeline {
        var types = self.operands(operands)
        var kept: [Int] = []
        for (index, operation) in operations.enumerated() {
            if case .cast(nil, let to) = operation, to.isFloatingPoint, !types.isEmpty,
                types.allSatisfy({ $0.dtype.isInteger || $0.dtype == .bool })
            {
                continue
            }
            kept.append(index)
            guard let next = try? operation.types(of: types) else { return self }
            types = next
        }
        guard kept.count < operations.count else { return self }
        return TensorPipeline(
            kept.map { operations[$0] }, sources: sources, targets: targets, counts: kept.map { counts[$0] })
    }

    /// The types of the operands where some are zeros, which have their siblings' type.
    /// - Parameter known: nil for zeros.
    package func operands(_ known: [TensorType?]) -> [TensorType] {
        guard let sibling = known.lazy.compactMap({ $0 }).first else { return [] }
        return known.enumerated().map { position, type in
            if let type { return type }
            guard case .concat(let axis, let sizes?)? = operations.first, sizes.count == known.count,
                let index = try? operations[0].axis(axis, sibling.shape)
            else { return sibling }
            var shape = sibling.shape
            shape[index] = sizes[position]
            return TensorType(sibling.dtype, shape)
        }
    }

    /// The types of the results.
    /// - Throws: `OperationError` where an operation does not fit. None fits quantized tensors: their bytes mean
    ///   nothing without their scales, which a result would not have.
    package func types(of operands: [TensorType]) throws(OperationError) -> [TensorType] {
        if let first = operations.first, let quantized = operands.first(where: \.dtype.isQuantized) {
            throw .dtype("\(first)", quantized.dtype)
        }
        var types = try Self.addressable(operands)
        for operation in operations { types = try Self.addressable(try operation.types(of: types)) }
        return types
    }

    /// The types as they are. Those between operations are checked as well: their tensors are made.
    /// - Throws: `OperationError.size` for one whose bytes an `Int` cannot count.
    private static func addressable(_ types: [TensorType]) throws(OperationError) -> [TensorType] {
        for type in types {
            do throws(LayoutError) { _ = try type.byteCount() } catch { throw .size(type.shape) }
        }
        return types
    }
}

/// An operation that loses what it would take to undo it.
package struct IrreversibleOperation: Error, Equatable, Sendable, CustomStringConvertible {
    let operation: TensorOperation

    package var description: String {
        switch operation {
        case .layout(let layout): "the right side of '\(layout)' does not say how its axes are divided"
        case .cast(from: nil, let to): "'cast \(to)' does not say what it was cast from"
        default: "'\(operation)' cannot be undone"
        }
    }
}

extension TensorOperation {
    /// The operation done to members one by one, where it takes several tensors or makes several.
    fileprivate func done(to count: TensorPipeline.Count) -> TensorOperation {
        guard case .members(_, let size) = count else { return self }
        switch self {
        case .concat, .add, .weightedSum, .mean, .multiply, .dequantize, .weightNorm, .lora, .agree, .split, .copy:
            return .each(size, self)
        case .stack(let axis, let capture, _): return .stack(axis: axis, capture: capture, of: size)
        default: return self
        }
    }

    fileprivate func count(after count: TensorPipeline.Count) throws(OperationError) -> TensorPipeline.Count {
        switch (self, count) {
        case (.constant, _): return .exactly(1)
        case (.layout, _), (.slice, _), (.cast, _), (.scale, _), (.reduce, _), (.repeat, _), (.resize, _): return count
        case (.stack(_, let capture, let size), .members(let other, _)) where capture == other: return .exactly(size)
        case (.stack(_, let capture, _), _):
            throw .syntax("'stack' joins the members that capture '\(capture)' of the left sides counts")
        case (.each(_, let operation), .members(let capture, let size)):
            guard case .exactly(let results) = try operation.count(after: .exactly(size)) else { return count }
            return .members(capture: capture, of: results)
        case (_, .members), (.each, _):
            throw .syntax("'\(self)' cannot be done to the members of a 'stack' or 'unstack'")
        case (.concat(_, let sizes), .exactly(let count)):
            guard count > 1 else { throw .syntax("'\(self)' joins several tensors, there is one") }
            guard sizes.map({ $0.count == count }) ?? true else {
                throw .syntax("'\(self)' states the extents of other than \(count) tensors")
            }
            return .exactly(1)
        case (.weightedSum(let weights), .exactly(let count)):
            guard weights.count == count else {
                throw .syntax("'\(self)' has \(weights.count) weights for \(count) tensors")
            }
            return .exactly(1)
        case (.add, .exactly(let count)), (.agree, .exactly(let count)), (.mean, .exactly(let count)):
            guard count > 1 else { throw .syntax("'\(self)' takes several tensors, there is one") }
            return .exactly(1)
        case (.multiply, .exactly(let count)), (.dequantize, .exactly(let count)), (.weightNorm, .exactly(let count)):
            guard count == 2 else { throw .syntax("'\(self)' takes two tensors, there are \(count)") }
            return .exactly(1)
        case (.lora(let scale), .exactly(let count)):
            guard count == (scale.takesAlpha ? 4 : 3) else {
                let names = scale.takesAlpha ? "base, down, up and alpha" : "base, down and up"
                throw .syntax("'\(self)' takes \(names), there are \(count) tensors")
            }
            return .exactly(1)
        case (.split(_, let parts), .exactly(1)): return .exactly(parts.count)
        case (.copy(let copies), .exactly(1)): return .exactly(copies)
        case (.unstack(_, let capture), .exactly(let size)): return .members(capture: capture, of: size)
        case (.split, .exactly(let count)), (.copy, .exactly(let count)):
            throw .syntax("'\(self)' takes one tensor, there are \(count)")
        }
    }

    /// - Parameter count: the tensors that it is done to.
    fileprivate func reversed(
        from count: TensorPipeline.Count
    ) throws(IrreversibleOperation) -> TensorOperation {
        switch self {
        case .layout(let layout):
            guard let reversed = layout.reversed else { throw IrreversibleOperation(operation: self) }
            return .layout(reversed)
        case .concat(let axis, let sizes):
            guard case .exactly(let count) = count else { throw IrreversibleOperation(operation: self) }
            return .split(axis: axis, sizes.map { .sizes($0) } ?? .equal(count))
        case .split(let axis, .equal): return .concat(axis: axis, sizes: nil)
        case .split(let axis, .sizes(let sizes)): return .concat(axis: axis, sizes: sizes)
        case .stack(let axis, let capture, _): return .unstack(axis: axis, capture: capture)
        case .unstack(let axis, let capture):
            guard case .exactly(let count) = count else { throw IrreversibleOperation(operation: self) }
            return .stack(axis: axis, capture: capture, of: count)
        case .each(let size, let operation):
            let results = (try? operation.count(after: .exactly(size))) ?? .exactly(1)
            guard case .exactly(let made) = results else { throw IrreversibleOperation(operation: self) }
            return .each(made, try operation.reversed(from: .exactly(size)))
        case .scale(let factor):
            guard factor.significand == 1, factor.magnitude > 0x1p-60, factor.magnitude < 0x1p60 else {
                throw IrreversibleOperation(operation: self)
            }
            return .scale(1 / factor)
        case .copy: return .agree
        case .agree:
            guard case .exactly(let count) = count else { throw IrreversibleOperation(operation: self) }
            return .copy(count)
        case .cast(let from?, let to): return .cast(from: to, to: from)
        case .constant, .slice, .add, .weightedSum, .mean, .reduce, .repeat, .multiply, .dequantize, .weightNorm,
            .resize, .cast, .lora:
            throw IrreversibleOperation(operation: self)
        }
    }
}
