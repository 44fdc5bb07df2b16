import CheckpointIO
import ModelGraph
import TensorCore

/// What a golden's model was given: the entry `input`, a tensor or several, or the text `seeded`.
struct GoldenInput {
    /// The most elements that the inputs may have, 111 images of 224 × 224: the features of the first layers take
    /// many times their memory, which a golden of a few bytes (a shape, an expanded tensor) could else exhaust.
    static let largest = 1 << 24
    /// Integers up to here are numbers of float32.
    private static let largestInteger = Float(1 << 24)

    private let tensors: [DenseTensor<Float>]
    private let inputs: [GraphInput]

    /// - Throws: `VerificationError.golden` naming the entry, or a `CheckpointError`.
    init(_ checkpoint: Checkpoint) throws {
        // A list of tensors, or a dictionary, has the keys "input.0" ….
        let stored = checkpoint.tensors.filter { $0.key.text == "input" || $0.key.text.hasPrefix("input.") }
        guard stored.isEmpty else {
            var count = 0
            for named in stored {
                count = count.addingSaturated(named.tensor.layout.count)
                guard count <= Self.largest else {
                    throw VerificationError.golden(
                        entry: named.key.text, "makes \(count) elements of input, the limit is \(Self.largest)")
                }
            }
            tensors = try stored.map { try Self.read($0.tensor, entry: $0.key.text) }
            inputs = stored.map { GraphInput($0.tensor.shape, isDiscrete: !$0.tensor.dtype.isFloatingPoint) }
            return
        }
        guard case .string("seeded")? = checkpoint.root["input"] else {
            throw VerificationError.golden(entry: "input", "is neither a tensor nor the text 'seeded'")
        }
        let shape = try Self.seededShape(checkpoint.root["input_shape"])
        tensors = [SeededWeights.input(shape: shape)]
        inputs = [GraphInput(shape)]
    }

    /// All in one tensor, and what it is made of.
    func packed() -> (DenseTensor<Float>, [GraphInput]) {
        guard tensors.count > 1 else { return (tensors[0], inputs) }
        return (DenseTensor(shape: inputs.packedShape, scalars: tensors.flatMap(\.scalars)), inputs)
    }

    private static func read(_ tensor: LazyTensor, entry: String) throws -> DenseTensor<Float> {
        guard tensor.dtype.isFloatingPoint || tensor.dtype.isInteger || tensor.dtype == .bool else {
            throw VerificationError.golden(entry: entry, "is \(tensor.dtype), not of real numbers")
        }
        try requireSingles(tensor.dtype, entry: entry)
        let values = try tensor.withFloat32 { DenseTensor(shape: tensor.shape, scalars: Array($0)) }
        guard tensor.dtype.isFloatingPoint || values.scalars.allSatisfy({ abs($0) < largestInteger }) else {
            throw VerificationError.golden(
                entry: entry, "has integers of 2^24 or more, which float32 does not tell apart")
        }
        return values
    }

    private static func seededShape(_ value: CheckpointValue?) throws(VerificationError) -> [Int] {
        guard case .sequence(let sequence)? = value else {
            throw .golden(entry: "input_shape", "is missing: a seeded input needs its shape")
        }
        var shape: [Int] = []
        var count = 1
        for case .int(let extent) in sequence.elements where extent > 0 && extent <= largest / count {
            shape.append(extent)
            count *= extent
        }
        guard shape.count == sequence.elements.count, shape.count <= mostAxes else {
            throw .golden(
                entry: "input_shape", "is not a list of positive integers with a product of at most \(largest)")
        }
        return shape
    }
}
