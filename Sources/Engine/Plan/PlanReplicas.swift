import ModelGraph
import Synchronization
import TensorCore

/// Plans of one model that run at the same time, each on threads of its own, and share the weights.
///
/// Where there are many images, nobody needs to wait between layers: a thread takes a few of them through the whole
/// model, whose feature maps then stay in its cache.
package struct PlanReplicas: Sendable {
    /// At least one; all have the same graph.
    package let plans: [ExecutionPlan]

    /// One plan for each thread; where their arenas would take more than `arenaBytes`, fewer plans of more threads.
    /// - Parameters:
    ///   - count: how many plans at most.
    ///   - arenaBytes: what the arenas may take together; one plan is made whatever it takes.
    ///   - options: `threads` is the number of all.
    /// - Throws: as `ExecutionPlan.init`.
    package init(
        _ count: Int, arenaBytes: Int = 384 << 20, graph: Graph, parameters: any ParameterSource,
        options: ExecutionPlan.Options = .init()
    ) throws {
        let threads = options.threads ?? ExecutionPlan.processors
        func replicas(_ count: Int) throws -> [ExecutionPlan] {
            var own = options
            own.threads = threads / max(1, min(count, threads))
            return try ExecutionPlan.replicas(
                max(1, count), arenaBytes: arenaBytes, graph: graph, parameters: parameters, options: own)
        }
        var plans = try replicas(min(count, threads))
        if plans.count < min(count, threads) {
            let fewer = plans.count
            plans = []
            plans = try replicas(fewer)
        }
        self.plans = plans
    }

    /// The output for any number of images, which is independent of how they are dealt out: each replica takes as many at
    /// once as the graph has, the last ones filled up with zeros.
    /// - Parameter images: of shape `[N] + graph.inputShape.dropFirst()`.
    /// - Returns: a tensor of shape `[N, …]`.
    /// - Precondition: the first axis of the graph's output, as of its input, is that of the images.
    /// - Throws: `EngineError.inputShape`.
    package func run(_ images: DenseTensor<Float>) throws(EngineError) -> DenseTensor<Float> {
        let graph = plans[0].graph
        let (size, rest) = (graph.inputShape[0], graph.inputShape.dropFirst())
        let output = graph.shape(of: graph.output)
        precondition(output.first == size, "the output \(output) is not one of \(size) images")
        guard let count = images.shape.first, images.shape.dropFirst() == rest else {
            throw .inputShape(expected: graph.inputShape, found: images.shape)
        }
        let parts = (count + size - 1) / size
        let outputs = Mutex([[Float]](repeating: [], count: parts))
        let next = Atomic(0)
        ThreadPool(threads: plans.count).perform(plans.count) { replica in
            while true {
                let part = next.add(1, ordering: .relaxed).oldValue
                guard part < parts else { return }
                let scalars = plans[replica].output(for: images.scalars, from: part * size * rest.reduce(1, *)).scalars
                outputs.withLock { $0[part] = scalars }
            }
        }
        let row = output.dropFirst().reduce(1, *)
        return DenseTensor(
            shape: [count] + output.dropFirst(), scalars: Array(outputs.withLock { $0 }.joined().prefix(count * row)))
    }

    /// How many images a replica should take at once, so that all are done soonest: at most four.
    /// - Parameter replicas: how many there are.
    package static func batchSize(of images: Int, replicas: Int) -> Int {
        func rounds(_ size: Int) -> Int { ((images + size - 1) / size + replicas - 1) / replicas * size }
        return (1...4).reduce(1) { rounds($1) <= rounds($0) ? $1 : $0 }
    }
}
