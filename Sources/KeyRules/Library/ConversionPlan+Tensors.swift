import ByteIO
import CheckpointIO
import TensorCore
import TensorOperations

extension ConversionPlan {
    /// The tensors of the result, to be written. Renamed tensors are copied; others are computed while they are written.
    /// - Parameter stateDict: what the plan was made for.
    /// - Throws: `ConversionError` if the plan has errors, or is not of this state dict.
    public func tensors(of stateDict: StateDict) throws(ConversionError) -> [OutputTensor] {
        if let error = errors.first { throw ConversionError(error.description) }
        let tensors = stateDict.tensors.map { TensorSource.stored($0.tensor) }
        guard entries.allSatisfy({ $0.tensors.allSatisfy(tensors.indices.contains) }) else {
            throw ConversionError("the plan is of another state dict, with more tensors")
        }
        var result: [OutputTensor] = []
        for entry in entries {
            let source = try entry.source(of: tensors) { entry, body in
                let tally = OverflowTally()
                do {
                    try body(tally)
                } catch let error as OperationError {
                    throw ConversionError("\(entry.rule): \(error)")
                }
                guard tally.count == 0 else {
                    throw ConversionError("\(entry.rule): \(tally.count) values are too large for \(entry.dtype)")
                }
            }
            result.append(OutputTensor(entry.target, dtype: entry.dtype, shape: entry.shape, source))
        }
        return result
    }
}

/// Why a plan cannot be carried out: one sentence.
public struct ConversionError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The sentence.
    public let description: String

    init(_ description: String) { self.description = description }
}

extension ConversionPlan.Entry {
    /// Runs `body`, which computes elements, and judges what it throws and what its casts found too large.
    package typealias Judge =
        @Sendable (ConversionPlan.Entry, _ body: (OverflowTally) throws -> Void) throws -> Void

    /// Where the elements come from; each computed tensor by itself, so that any may be made on its own.
    /// - Parameter tensors: as the plan counts them.
    package func source(of tensors: [TensorSource], judge: @escaping Judge) throws(ConversionError) -> TensorSource {
        if isRename { return tensors[self.tensors[0]] }
        guard let computation else { return try constant() }
        if computation.isCopy { return tensors[self.tensors[0]] }
        let sources = self.tensors.map { tensors[$0] }
        let parts: ComputedTensor.Parts = { take in
            try judge(self) { tally in
                try computation.forEachBlock(
                    of: result, overflow: tally, source: { try sources[$0].elementsAsTheyLie() }, take)
            }
        }
        return .computed(
            ComputedTensor(
                dtype: dtype, shape: shape, isParameter: sources.contains(where: \.isParameter),
                parts: computation.hasBlocks(result) && !checksZeros ? parts : nil
            ) {
                var bytes = Bytes()
                try judge(self) { tally in
                    let elements = try sources.map { try $0.elements() }
                    // What was read of a mapped file does not stay resident.
                    defer { for bytes in elements { bytes.releasePages() } }
                    if checksZeros { try computation.checkZeroResults { elements[$0] } }
                    bytes = try computation.result(result, overflow: tally) { elements[$0] }
                }
                return bytes
            })
    }

    private func constant() throws(ConversionError) -> TensorSource {
        guard case .constant(let dtype, let value, let shape)? = operations.first,
            let constant = try? TensorConstant(dtype, value, shape: shape)
        else { throw ConversionError("\(rule): nothing makes '\(target)'") }
        return .computed(ComputedTensor(dtype: dtype, shape: shape) { constant.bytes })
    }
}

extension TensorSource {
    /// The row-major, little-endian elements; empty for a value that is not a tensor.
    fileprivate func elements() throws -> Bytes {
        switch self {
        case .stored(let tensor), .value(.tensor(let tensor)): try tensor.contiguousBytes()
        case .computed(let tensor): try tensor.bytes()
        case .value: Bytes()
        }
    }

    /// The elements without a copy where a storage has them in another order.
    fileprivate func elementsAsTheyLie() throws -> SourceElements {
        switch self {
        case .stored(let tensor), .value(.tensor(let tensor)):
            guard let bytes = try tensor.bytesAsTheyLie() else { break }
            return SourceElements(bytes, tensor.layout)
        case .computed, .value: break
        }
        return SourceElements(try elements())
    }

    fileprivate var isParameter: Bool {
        switch self {
        case .stored(let tensor), .value(.tensor(let tensor)): tensor.isParameter
        case .computed(let tensor): tensor.isParameter
        case .value: false
        }
    }
}
