import ByteIO
import CheckpointIO
import KeyRules
import ModelGraph
import TensorCore
import Verification

/// The result of a conversion without rules, held against a model or another checkpoint.
struct ResultCheck: Sendable {
    /// The name of the model, or the path of the other checkpoint.
    let model: String
    /// What keeps the result from being the model's, in the order of missing, unexpected and differing tensors.
    private(set) var findings: [Finding] = []
    /// What the model computes itself and the result would lack: it is written too.
    let buffers: [(key: Key, table: ComputedTable)]
    /// What of the model was taken from the result, one sentence each.
    let notes: [String]

    /// - Parameters:
    ///   - result: keys, shapes and dtypes as they are written.
    ///   - tensors: by the same positions, those that the result is made of.
    /// - Throws: `ModelZooError`, `CheckpointError`, or what is wrong with a config or a program.
    init(_ reference: ModelReference, _ result: [TensorSignature], _ tensors: [LazyTensor]) throws {
        let (opened, description, _) = try reference.opened()
        let adapted = try reference.adapted(description, to: result)
        model = opened.name
        notes = adapted?.notes ?? []
        let parameters = try (adapted?.model ?? description)?.parameters ?? []
        let expected = description == nil ? opened.tensors ?? [] : parameters.map(\.signature)
        // What a program has besides its state dict goes along.
        let constants = description?.constants(in: result) ?? []
        let difference = ShapeDifference(expected: expected, found: result.filter { !constants.contains($0.key) })
        let tables = Dictionary(
            parameters.compactMap { spec in spec.computed.map { (spec.key, $0) } },
            uniquingKeysWith: { first, _ in first })
        buffers = difference.missing.compactMap { signature in tables[signature.key].map { (signature.key, $0) } }
        let candidates = Dictionary(
            difference.renames.map { ($0.expected, $0.found) }, uniquingKeysWith: { first, _ in first })
        for missing in difference.missing where tables[missing.key] == nil {
            let hint = candidates[missing.key].map { "; '\($0)' may be that tensor: --rename it" } ?? ""
            findings.append(
                Finding(
                    .error, .missingKey, key: missing.key,
                    "the result lacks '\(missing.key)' \(pythonTuple(missing.shape)) of model '\(model)'" + hint))
        }
        for other in difference.unexpected {
            findings.append(
                Finding(.error, .unexpectedKey, key: other.key, "model '\(model)' has no '\(other.key)'"))
        }
        findings += difference.mismatched.map(finding)
        if description != nil { findings += try otherBuffers(tables, result, tensors) }
    }

    private func finding(_ mismatch: ShapeDifference.Mismatch) -> Finding {
        let (expected, found) = (mismatch.expected, mismatch.found)
        let isShape = expected.shape != found.shape
        let isPrecision = !isShape && expected.dtype.isFloatingPoint && found.dtype.isFloatingPoint
        let (has, wants) =
            isShape
            ? (pythonTuple(found.shape), pythonTuple(expected.shape)) : (found.dtype.rawValue, expected.dtype.rawValue)
        return Finding(
            isPrecision ? .warning : .error, isShape ? .shapeMismatch : .dtypeMismatch, key: found.key,
            "'\(found.key)' is \(has), model '\(model)' has \(wants)")
    }

    /// Buffers that hold something else than the model computes for them; only these are read.
    private func otherBuffers(
        _ tables: [Key: ComputedTable], _ result: [TensorSignature], _ tensors: [LazyTensor]
    ) throws -> [Finding] {
        try zip(result, tensors).compactMap { signature, tensor in
            guard let table = tables[signature.key], signature.shape == table.shape, tensor.hasElements,
                tensor.dtype.isReal
            else { return nil }
            let bytes = try tensor.contiguousBytes()
            let differing = try bytes.withUnsafeBytes { try table.differences(from: $0, dtype: tensor.dtype) }
            guard differing > 0 else { return nil }
            return Finding(
                .error, .otherBuffer, key: signature.key,
                "'\(signature.key)': \(differing) of \(table.shape.reduce(1, *)) elements are not what model "
                    + "'\(model)' computes")
        }
    }

    var isPassed: Bool { !findings.contains { $0.severity == .error } }
}
