import CheckpointIO
import Engine
import ModelGraph
import TensorCore

/// A model's weights out of a checkpoint.
package struct CheckpointParameters: ParameterSource {
    private let tensors: [Key: LazyTensor]

    package init(_ stateDict: StateDict) {
        tensors = Dictionary(stateDict.tensors.map { ($0.key, $0.tensor) }) { _, last in last }
    }

    /// Says what keeps the checkpoint from running a graph with these parameters. Integer entries
    /// (`num_batches_tracked`) take no part in a run and may be absent.
    /// - Throws: `VerificationError.parameters` with every missing key and every tensor of another shape or of a
    ///   type that is not a float.
    package func check(_ specs: [ParameterSpec]) throws(VerificationError) {
        let problems = specs.filter(\.dtype.isFloatingPoint).compactMap(problem)
        guard problems.isEmpty else { throw .parameters(problems) }
    }

    /// - Throws: `VerificationError.parameters` or a `CheckpointError`, and what `body` throws.
    package func withFloat32<Result>(
        _ spec: ParameterSpec, _ body: (UnsafeBufferPointer<Float>) throws -> Result
    ) throws -> Result {
        if let elements = computed(spec) { return try elements.map { Float($0) }.withUnsafeBufferPointer(body) }
        return try tensor(for: spec).withFloat32(body)
    }

    /// - Throws: as `withFloat32`.
    package func withFloat64<Result>(
        _ spec: ParameterSpec, _ body: (UnsafeBufferPointer<Double>) throws -> Result
    ) throws -> Result {
        if let elements = computed(spec) { return try elements.withUnsafeBufferPointer(body) }
        return try tensor(for: spec).withFloat64(body)
    }

    private func tensor(for spec: ParameterSpec) throws(VerificationError) -> LazyTensor {
        if let problem = problem(spec) { throw .parameters([problem]) }
        guard let tensor = tensors[spec.key] else { throw .parameters([.missing(spec.signature)]) }
        return tensor
    }

    /// The buffers that the model computes and the checkpoint lacks.
    package func computedKeys(of specs: [ParameterSpec]) -> [Key] {
        specs.filter { $0.computed != nil && tensors[$0.key] == nil }.map(\.key)
    }

    /// The elements of a buffer that the model computes and the checkpoint lacks.
    private func computed(_ spec: ParameterSpec) -> [Double]? {
        tensors[spec.key] == nil ? spec.computed?.elements : nil
    }

    /// The buffers of the checkpoint that hold something else than the model computes.
    /// - Throws: `CheckpointError`.
    func unexpectedBuffers(of specs: [ParameterSpec]) throws -> [VerificationFinding] {
        try specs.compactMap { spec -> VerificationFinding? in
            guard let table = spec.computed, let tensor = tensors[spec.key], problem(spec) == nil else { return nil }
            let differing = try table.differences(from: tensor)
            return differing == 0 ? nil : .computedBuffer(spec.key, elements: differing)
        }
    }

    /// The keys whose tensor is, in the model, that of an earlier key, and which have other values in the checkpoint.
    /// - Throws: `CheckpointError`.
    func untied(of specs: [ParameterSpec]) throws -> [VerificationFinding] {
        try specs.compactMap { spec -> VerificationFinding? in
            guard let first = spec.firstKey, spec.computed == nil, spec.dtype.isFloatingPoint, problem(spec) == nil,
                let tensor = tensors[spec.key], let other = tensors[first], tensor.shape == other.shape
            else { return nil }
            let differing = try tensor.withFloat64 { left in
                try other.withFloat64 { right in
                    zip(left, right).count { $0 != $1 && !($0.isNaN && $1.isNaN) }
                }
            }
            return differing == 0 ? nil : .untied(first, spec.key, elements: differing)
        }
    }

    private func problem(_ spec: ParameterSpec) -> ParameterProblem? {
        guard let tensor = tensors[spec.key] else { return spec.computed == nil ? .missing(spec.signature) : nil }
        let found = TensorSignature(key: spec.key, dtype: tensor.dtype, shape: tensor.shape)
        guard found.shape == spec.shape, found.dtype.isFloatingPoint == spec.dtype.isFloatingPoint,
            found.dtype.valuesPerElement == 1
        else {
            return .differs(expected: spec.signature, found: found)
        }
        return nil
    }
}

/// Why a checkpoint cannot give one parameter.
package enum ParameterProblem: Equatable, Sendable, CustomStringConvertible {
    case missing(TensorSignature)
    case differs(expected: TensorSignature, found: TensorSignature)

    package var description: String {
        switch self {
        case .missing(let expected):
            "'\(expected.key)' \(expected.shape) is missing"
        case .differs(let expected, let found):
            "'\(expected.key)' is \(found.dtype) \(found.shape), the model has \(expected.dtype) \(expected.shape)"
        }
    }
}
