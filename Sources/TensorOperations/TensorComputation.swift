import ByteIO
import TensorCore

/// What a rule line makes of certain tensors: their types, the operations, and what comes out.
package final class TensorComputation: Sendable {
    /// What stands at one place on the left of a rule.
    package enum Operand: Sendable, Hashable {
        /// A tensor that is read, by its position among the sources.
        case source(Int)
        case zeros
    }

    /// The operations, first to last.
    package let pipeline: TensorPipeline
    /// One for each place on the left of the rule.
    package let operands: [Operand]
    /// The types of the operands; `zeros` take theirs from the others.
    package let types: [TensorType]
    /// The types of what comes out, one for each place on the right of the rule.
    package let results: [TensorType]
    /// The results that no tensor keeps, because they stand for zeros; they must be zero.
    package let zeroResults: [Int]

    /// - Throws: `OperationError` where the operations do not fit.
    package init(
        _ pipeline: TensorPipeline, operands: [(operand: Operand, type: TensorType?)], zeroResults: [Int] = []
    ) throws(OperationError) {
        self.pipeline = pipeline
        self.operands = operands.map(\.operand)
        types = pipeline.operands(operands.map(\.type))
        results = try pipeline.types(of: types)
        self.zeroResults = zeroResults
    }

    /// Whether every result is the one source as it is.
    package var isCopy: Bool {
        operands.count == 1 && pipeline.operations.allSatisfy { if case .copy = $0 { true } else { false } }
    }

    /// The elements of one result, row-major and little-endian.
    /// - Parameters:
    ///   - index: which of `results`.
    ///   - overflow: counts what a cast finds too large.
    ///   - source: the elements of a source, row-major and little-endian, by its position.
    /// - Throws: `OperationError` for values that an operation does not allow, and what `source` throws.
    package func result(
        _ index: Int, overflow: OverflowTally? = nil, source: (Int) throws -> Bytes
    ) throws -> Bytes {
        try execute(source, overflow)[index].contiguous()
    }

    /// Checks that the results that are left out are zero.
    /// - Throws: `OperationError.notZero`, and what `source` throws.
    package func checkZeroResults(source: (Int) throws -> Bytes) throws {
        guard !zeroResults.isEmpty else { return }
        let views = try execute(source)
        for part in zeroResults {
            if let element = views[part].firstNonZero() { throw OperationError.notZero(part: part, element: element) }
        }
    }

    private func execute(_ source: (Int) throws -> Bytes, _ overflow: OverflowTally? = nil) throws -> [TensorView] {
        var views = try zip(operands, types).map { operand, type in
            switch operand {
            case .source(let index): try TensorView(try source(index), type)
            case .zeros:
                try TensorView(
                    Bytes(count: type.byteCount()) { $0.initializeMemory(as: UInt8.self, repeating: 0) }, type)
            }
        }
        for operation in pipeline.operations { views = try operation.results(of: views, overflow: overflow) }
        return views
    }
}

extension TensorComputation: Hashable {
    package static func == (left: TensorComputation, right: TensorComputation) -> Bool {
        left === right
            || left.pipeline == right.pipeline && left.operands == right.operands && left.types == right.types
                && left.zeroResults == right.zeroResults
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(pipeline)
        hasher.combine(operands)
        hasher.combine(types)
    }
}
