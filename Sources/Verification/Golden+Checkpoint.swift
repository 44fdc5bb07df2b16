import CheckpointIO
import TensorCore

extension Golden {
    /// Reads a golden out of any checkpoint: `input` (a tensor, or several; or the text `seeded` with `input_shape`, the
    /// extents), `output`, and optionally `output_float64`, `output.<N>`, `output_float64.<N>`, `module`, `weights`,
    /// `source`, `layers.<path>`, `samples.<path>`, `sample_shapes`, `image` (a name, or a list of them) and `steps` (for
    /// each image a list of `{step, sha256}`).
    /// - Throws: `VerificationError.golden` naming the entry, or a `CheckpointError`.
    package init(_ checkpoint: Checkpoint) throws {
        let tensors = Dictionary(checkpoint.tensors.map { ($0.key, $0.tensor) }) { _, last in last }
        guard let output = tensors["output"] else {
            throw VerificationError.golden(entry: "output", "is missing: it is the tensor to compare with")
        }
        func text(_ name: String) -> String? {
            guard case .string(let text) = checkpoint.root[name] else { return nil }
            return text
        }
        /// What is numbered below `prefix`. Integers that a program gives are not compared.
        func numbered(_ prefix: String) throws -> [Int: RecordedTensor] {
            var outputs: [Int: RecordedTensor] = [:]
            for (key, tensor) in tensors where key.text.hasPrefix(prefix) && tensor.dtype.isFloatingPoint {
                guard let number = Int(key.text.dropFirst(prefix.count)), number >= 0 else { continue }
                outputs[number] = try RecordedTensor(tensor, entry: key.text)
            }
            return outputs
        }
        let (input, inputs) = try GoldenInput(checkpoint).packed()
        let images = try Self.images(checkpoint.root["image"], count: inputs[0].shape.first ?? 1)
        self.init(
            input: input, inputs: inputs,
            output: try RecordedTensor(output, entry: "output"),
            outputFloat64: try tensors["output_float64"].map { tensor in
                try RecordedTensor(tensor, entry: "output_float64")
            },
            outputs: try numbered("output."), outputsFloat64: try numbered("output_float64."), module: text("module"),
            layers: checkpoint.tensors.compactMap { Self.layer($0, sampleShapes: checkpoint.root["sample_shapes"]) },
            weights: text("weights"), source: text("source"), images: images,
            steps: try Self.steps(checkpoint.root["steps"], count: images.count))
    }

    /// - Parameter sampleShapes: by module path, the shapes of what the samples are of, where the golden says them.
    private static func layer(_ named: NamedTensor, sampleShapes: CheckpointValue?) -> Layer? {
        for (prefix, isSample) in [("layers.", false), ("samples.", true)] where named.key.text.hasPrefix(prefix) {
            let (tensor, entry) = (named.tensor, named.key.text)
            let path = String(entry.dropFirst(prefix.count))
            let shape = isSample ? sampleShapes?[path]?.extents : tensor.shape
            return Layer(path: path, recordedPath: path, shape: shape, isSample: isSample, noiseFloor: nil) {
                try RecordedTensor(tensor, entry: entry)
            }
        }
        return nil
    }
}

extension RecordedTensor {
    /// - Throws: `VerificationError.golden` if the tensor holds no floats, or a `CheckpointError`.
    init(_ tensor: LazyTensor, entry: String) throws {
        try requireFloat(tensor.dtype, entry: entry)
        self = try tensor.withFloat64 { RecordedTensor(dtype: tensor.dtype, shape: tensor.shape, scalars: Array($0)) }
    }
}

func requireFloat(_ dtype: DType, entry: String) throws(VerificationError) {
    guard dtype.isFloatingPoint else { throw .golden(entry: entry, "is \(dtype), not a floating-point tensor") }
    try requireSingles(dtype, entry: entry)
}

/// Elements of two numbers each make twice as many as the shape says.
func requireSingles(_ dtype: DType, entry: String) throws(VerificationError) {
    guard dtype.valuesPerElement == 1 else { throw .golden(entry: entry, "is \(dtype), two numbers an element") }
}

extension CheckpointValue {
    /// The value of a string key, if this is a dictionary that has it.
    subscript(key: String) -> CheckpointValue? {
        guard case .dictionary(let dictionary) = self else { return nil }
        return dictionary[key]
    }

    /// A sequence of positive integers with a product of at most 2⁴⁰; nil for anything else.
    fileprivate var extents: [Int]? {
        guard case .sequence(let sequence) = self else { return nil }
        var extents: [Int] = []
        var count = 1
        for case .int(let extent) in sequence.elements where extent > 0 && extent <= (1 << 40) / count {
            extents.append(extent)
            count *= extent
        }
        return extents.count == sequence.elements.count ? extents : nil
    }
}
