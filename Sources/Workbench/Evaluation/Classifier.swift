import Engine
import ImagePipeline
import ModelGraph
import ModelZoo
import PlatformC
import Synchronization
import TensorCore
import Verification

/// A model with its weights, ready to score images on several threads.
///
/// A thread runs a plan of its own, so that it waits for nobody; the plans share the weights. Where the feature maps of
/// several plans would take too much memory there are fewer plans, of more threads each.
final class Classifier: Sendable {
    /// How many threads may call `scores` at once without waiting for each other.
    let workers: Int
    /// What of the model the checkpoint lacks.
    let notes: [String]
    private let definition: ModelDefinition
    private let parameters: CheckpointParameters
    private let batchSize: Int
    /// Made when the first image says what its size is.
    private let plans = Mutex<[ExecutionPlan]?>(nil)

    /// - Parameters:
    ///   - hint: what may be why the weights do not fit.
    ///   - batchSize: how many tensors a plan runs at once.
    /// - Throws: `WorkbenchError.verification` if the checkpoint does not have the model's weights; `GraphError`.
    init(
        _ definition: ModelDefinition, _ parameters: CheckpointParameters, checkpoint: String, hint: String?,
        batchSize: Int
    ) throws {
        self.definition = definition
        self.parameters = parameters
        self.batchSize = max(1, batchSize)
        workers = ExecutionPlan.processors
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
    /// - Parameter worker: the number of the calling thread, below `workers`.
    /// - Throws: `WorkbenchError.evaluation` where the images are of different sizes; `GraphError`, `EngineError`.
    func scores(of images: [[InputTensor]], worker: Int) throws -> [[Float]] {
        var rows = try probabilities(of: images.flatMap { $0 }, worker: worker)[...]
        return images.map { tensors in
            let own = rows.prefix(tensors.count)
            rows = rows.dropFirst(tensors.count)
            guard own.count > 1, let first = own.first else { return own.first ?? [] }
            let sum = own.dropFirst().reduce(first) { sum, row in zip(sum, row).map { $0 + $1 } }
            return sum.map { $0 / Float(own.count) }
        }
    }

    private func probabilities(of tensors: [InputTensor], worker: Int) throws -> [[Float]] {
        guard let first = tensors.first else { return [] }
        let plan = try plan(for: Array(first.shape.dropFirst()), worker: worker)
        let shape = plan.graph.inputShape
        if let other = tensors.first(where: { $0.shape.dropFirst() != shape.dropFirst() }) {
            throw WorkbenchError.evaluation(
                "the test pipeline makes images of \(Array(shape.dropFirst())) and of "
                    + "\(Array(other.shape.dropFirst())): end it with a CenterCrop or a Resize to one size")
        }
        var rows: [[Float]] = []
        rows.reserveCapacity(tensors.count)
        for start in stride(from: 0, to: tensors.count, by: batchSize) {
            let part = tensors[start..<min(start + batchSize, tensors.count)]
            let logits = try logits(plan.outputs(DenseTensor(shape: shape, scalars: values(of: part))))
            let classes = logits.count / batchSize
            for index in part.indices {
                let first = (index - start) * classes
                rows.append(softmax(logits[first..<first + classes]))
            }
        }
        return rows
    }

    /// A whole batch: what its last tensors leave is zeros, whose scores nobody reads.
    private func values(of tensors: ArraySlice<InputTensor>) -> [Float] {
        if batchSize == 1, let only = tensors.first { return only.values }
        var values: [Float] = []
        let size = tensors.first?.values.count ?? 0
        values.reserveCapacity(batchSize * size)
        for tensor in tensors { values += tensor.values }
        values += repeatElement(0, count: (batchSize - tensors.count) * size)
        return values
    }

    /// The output that a head's `predict` takes: ConformerHead adds its two.
    private func logits(_ outputs: [DenseTensor<Float>]) throws -> [Float] {
        guard outputs.count > 1 else { return outputs[0].scalars }
        guard definition.headType == "ConformerHead", outputs.count == 2, outputs[0].shape == outputs[1].shape else {
            throw WorkbenchError.evaluation("\(definition.name): \(outputs.count) outputs, of which none is the scores")
        }
        return zip(outputs[0].scalars, outputs[1].scalars).map { $0 + $1 }
    }

    /// - Parameter image: `[C, H, W]` of the first image; the plans are for images of that size.
    private func plan(for image: [Int], worker: Int) throws -> ExecutionPlan {
        let made = try plans.withLock { state -> [ExecutionPlan] in
            if let made = state { return made }
            let made = try makePlans(image)
            state = made
            return made
        }
        return made[worker % made.count]
    }

    private func makePlans(_ image: [Int]) throws -> [ExecutionPlan] {
        let graph = try definition.graph(input: [batchSize] + image)
        let output = graph.shape(of: graph.output)
        guard output.count == 2, output[0] == batchSize else {
            throw WorkbenchError.evaluation("\(definition.name): its output \(output) is not a score per class")
        }
        return try PlanReplicas(
            workers, graph: graph, parameters: parameters, options: .init(threads: workers)
        ).plans
    }
}

/// Probabilities of logits, in single precision.
private func softmax(_ logits: ArraySlice<Float>) -> [Float] {
    let most = logits.max() ?? 0
    let powers = logits.map { expf($0 - most) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
}
