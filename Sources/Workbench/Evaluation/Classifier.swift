import Engine
import ImagePipeline
import ModelGraph
import ModelZoo
import TensorCore
import Verification

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A model with its weights, ready to score images in batches.
struct Classifier {
    private let definition: ModelDefinition
    private let parameters: CheckpointParameters
    private let batchSize: Int
    /// Made when the first image says what its size is.
    private var plan: ExecutionPlan?
    /// What of the model the checkpoint lacks.
    private(set) var notes: [String] = []

    /// - Parameter hint: what may be why the weights do not fit.
    /// - Throws: `WorkbenchError.verification` if the checkpoint does not have the model's weights; `GraphError`.
    init(
        _ definition: ModelDefinition, _ parameters: CheckpointParameters, checkpoint: String, hint: String?,
        batchSize: Int
    ) throws {
        self.definition = definition
        self.parameters = parameters
        self.batchSize = max(1, batchSize)
        let specs = try definition.allParameters
        do {
            try parameters.check(specs)
        } catch {
            throw WorkbenchError.verification(
                file: checkpoint, reason: error.description + (hint.map { "; " + $0 } ?? ""))
        }
        notes = ComputedBuffers.notes(absent: parameters.computedKeys(of: specs))
    }

    /// The probabilities of the classes of each image: the mean over its tensors.
    /// - Throws: `WorkbenchError.evaluation` where the images are of different sizes; `GraphError`, `EngineError`.
    mutating func scores(of images: [[InputTensor]]) throws -> [[Float]] {
        var rows = try probabilities(of: images.flatMap { $0 })[...]
        return images.map { tensors in
            let own = rows.prefix(tensors.count)
            rows = rows.dropFirst(tensors.count)
            guard own.count > 1, let first = own.first else { return own.first ?? [] }
            let sum = own.dropFirst().reduce(first) { sum, row in zip(sum, row).map { $0 + $1 } }
            return sum.map { $0 / Float(own.count) }
        }
    }

    private mutating func probabilities(of tensors: [InputTensor]) throws -> [[Float]] {
        var rows: [[Float]] = []
        rows.reserveCapacity(tensors.count)
        for start in stride(from: 0, to: tensors.count, by: batchSize) {
            let part = tensors[start..<min(start + batchSize, tensors.count)]
            let plan = try plan(for: part)
            // What is left of the last batch is zeros, whose scores nobody reads.
            var input = [Float](repeating: 0, count: plan.graph.inputShape.reduce(1, *))
            for (index, tensor) in part.enumerated() {
                let first = index * tensor.values.count
                input.withUnsafeMutableBufferPointer { buffer in
                    _ = UnsafeMutableBufferPointer(rebasing: buffer[first..<first + tensor.values.count])
                        .update(fromContentsOf: tensor.values)
                }
            }
            let outputs = try plan.outputs(DenseTensor(shape: plan.graph.inputShape, scalars: input))
            let logits = try logits(outputs)
            let classes = logits.count / batchSize
            for index in part.indices {
                let first = (index - start) * classes
                rows.append(softmax(logits[first..<first + classes]))
            }
        }
        return rows
    }

    /// The output that a head's `predict` takes: ConformerHead adds its two.
    private func logits(_ outputs: [DenseTensor<Float>]) throws -> [Float] {
        guard outputs.count > 1 else { return outputs[0].scalars }
        guard definition.headType == "ConformerHead", outputs.count == 2, outputs[0].shape == outputs[1].shape else {
            throw WorkbenchError.evaluation("\(definition.name): \(outputs.count) outputs, of which none is the scores")
        }
        return zip(outputs[0].scalars, outputs[1].scalars).map { $0 + $1 }
    }

    private mutating func plan(for tensors: ArraySlice<InputTensor>) throws -> ExecutionPlan {
        let shape =
            plan.map { Array($0.graph.inputShape.dropFirst()) } ?? Array(tensors[tensors.startIndex].shape.dropFirst())
        if let other = tensors.first(where: { Array($0.shape.dropFirst()) != shape }) {
            throw WorkbenchError.evaluation(
                "the test pipeline makes images of \(shape) and of \(Array(other.shape.dropFirst())): "
                    + "end it with a CenterCrop or a Resize to one size")
        }
        if let plan { return plan }
        let graph = try definition.graph(input: [batchSize] + shape)
        let output = graph.shape(of: graph.output)
        guard output.count == 2, output[0] == batchSize else {
            throw WorkbenchError.evaluation("\(definition.name): its output \(output) is not a score per class")
        }
        let made = try ExecutionPlan(graph: graph, parameters: parameters)
        plan = made
        return made
    }
}

/// Probabilities of logits, in single precision.
private func softmax(_ logits: ArraySlice<Float>) -> [Float] {
    let most = logits.max() ?? 0
    let powers = logits.map { expf($0 - most) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
}
