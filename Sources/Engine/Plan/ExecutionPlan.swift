import CKernels
import ModelGraph
import Synchronization
import TensorCore

/// A graph made ready for fast execution in single precision: weights folded and packed, memory planned.
///
/// Made once, run many times. The result has the same bits on every run, number of threads and instruction
/// set.
package final class ExecutionPlan: Sendable {
    /// How a plan is made.
    package struct Options: Sendable, Hashable {
        /// Threads to use, the caller's included; nil: one per processor.
        package var threads: Int?
        /// nil: the fastest that the CPU has.
        package var instructionSet: InstructionSet?
        /// Dotted paths of modules whose output `observe` shall give. An observed value is not fused away.
        package var observedModules: [String]
        /// Whether memory holds NaN at first, so that padding which matters shows.
        package var poisonsMemory = false

        package init(threads: Int? = nil, instructionSet: InstructionSet? = nil, observedModules: [String] = []) {
            self.threads = threads
            self.instructionSet = instructionSet
            self.observedModules = observedModules
        }
    }

    package let graph: Graph
    package let options: Options
    /// The instruction set that the kernels use.
    package let instructionSet: InstructionSet
    /// Memory that the plan holds.
    package let memory: Memory

    /// Bytes that a plan holds; `run` allocates nothing but its result.
    package struct Memory: Sendable, Hashable {
        /// Feature maps, the most that are alive at once with what placing them costs.
        package let arena: Int
        /// What the threads work in: strips of feature maps that are never whole, transformed tiles, scores.
        package let scratch: Int
        /// Weights in the order of the kernels.
        package let weights: Int
        /// The most feature maps that are alive at once: what no arena can do without.
        package let live: Int

        /// What a plan has of its own; weights are shared.
        package var own: Int { arena + scratch }
    }

    private let observed: [String: Value]
    private let program: Mutex<Program>

    /// How many processors the process may use: threads that a plan has unless its options say otherwise.
    package static var processors: Int { ThreadPool.processors }

    /// Reads all weights, folds and packs them.
    /// - Throws: `EngineError.unknownModule`, `.threads`, `.instructionSet`, `.parameterCount`, `.memory`, or what the
    ///   source throws.
    package convenience init(
        graph: Graph, parameters: any ParameterSource, options: Options = Options()
    ) throws {
        try self.init(graph: graph, parameters: parameters, options: options, reserve: nil)
    }

    /// - Parameter reserve: the memory of plans that are gone.
    /// - Throws: as the public one.
    package convenience init(
        graph: Graph, parameters: any ParameterSource, options: Options, reserve: BufferReserve?
    ) throws {
        let pool = try options.pool
        let draft = try PlanDraft(
            graph: graph, parameters: parameters, options: options, pool: pool, threads: pool.threads, reserve: reserve)
        self.init(draft, Program(draft.builder, pool: pool, poison: options.poisonsMemory ? .nan : 0))
    }

    private init(_ draft: PlanDraft, _ program: Program) {
        graph = draft.graph
        options = draft.options
        instructionSet = draft.instructionSet
        observed = draft.observed
        memory = Memory(
            arena: program.memory.arena.bytes, scratch: program.memory.scratch.bytes,
            weights: draft.builder.packedBytes, live: program.memory.liveCount * MemoryLayout<Float>.stride)
        self.program = Mutex(program)
    }

    /// Plans that run at the same time, each with `options.threads` threads and an arena of its own, and share the
    /// weights.
    /// - Parameters:
    ///   - count: how many at most.
    ///   - arenaBytes: what their arenas may take together; one plan is made whatever it takes.
    /// - Throws: as `init(graph:parameters:options:)`.
    static func replicas(
        _ count: Int, arenaBytes: Int, graph: Graph, parameters: any ParameterSource, options: Options
    ) throws -> [ExecutionPlan] {
        let pool = try options.pool
        // The weights are packed on all processors, whatever a plan will run on.
        let draft = try PlanDraft(
            graph: graph, parameters: parameters, options: options, pool: ThreadPool(threads: processors),
            threads: pool.threads, reserve: nil)
        let poison: Float = options.poisonsMemory ? .nan : 0
        var plans = [ExecutionPlan(draft, Program(draft.builder, pool: pool, poison: poison))]
        let most = min(count, arenaBytes / max(1, plans[0].memory.own))
        while plans.count < most {
            plans.append(ExecutionPlan(draft, Program(draft.builder, pool: try options.pool, poison: poison)))
        }
        return plans
    }

    /// The model's output for `input`. Calls from several threads wait for each other.
    /// - Parameter input: of shape `graph.inputShape`.
    /// - Throws: `EngineError.inputShape`.
    package func run(_ input: DenseTensor<Float>) throws(EngineError) -> DenseTensor<Float> {
        try check(input)
        return program.withLock { program in
            program.run(input)
            return program.value(graph.output)
        }
    }

    /// The model's output for the scalars from `start` on, with zeros for what lacks at their end.
    func output(for scalars: [Float], from start: Int) -> DenseTensor<Float> {
        let count = graph.inputShape.reduce(1, *)
        var input = scalars[start...].prefix(count)
        input += repeatElement(0, count: count - input.count)
        return program.withLock { program in
            input.withUnsafeBufferPointer { program.run($0) }
            return program.value(graph.output)
        }
    }

    /// All that the model gives: several tensors for a model with several outputs.
    /// - Parameter input: of shape `graph.inputShape`.
    /// - Throws: `EngineError.inputShape`.
    package func outputs(_ input: DenseTensor<Float>) throws(EngineError) -> [DenseTensor<Float>] {
        try check(input)
        return program.withLock { program in
            program.run(input)
            return graph.outputs.map { program.value($0) }
        }
    }

    /// The model's output and that of `options.observedModules`.
    /// - Parameter input: of shape `graph.inputShape`.
    /// - Throws: `EngineError.inputShape`.
    package func observe(_ input: DenseTensor<Float>) throws(EngineError) -> Observation<Float> {
        try check(input)
        return program.withLock { program in
            program.run(input)
            return Observation(
                output: program.value(graph.output),
                modules: observed.mapValues { program.value($0) })
        }
    }

    /// How long each step takes, in the order of execution.
    /// - Parameter runs: how often; of each step the median counts.
    /// - Throws: `EngineError.inputShape`.
    package func profile(_ input: DenseTensor<Float>, runs: Int) throws(EngineError) -> [StepTime] {
        try check(input)
        return program.withLock { program in
            let times = (0..<max(1, runs)).map { _ in program.times(input) }
            return program.nodes.indices.map { step in
                let sorted = times.map { $0[step] }.sorted()
                let node = program.nodes[step]
                let known = node < graph.nodes.count ? graph.nodes[node] : nil
                return StepTime(
                    module: known?.module ?? "", operation: known?.operation.name ?? "view",
                    shape: known?.shape ?? [], time: sorted[sorted.count / 2])
            }
        }
    }

    /// The time of one step of a plan.
    package struct StepTime: Sendable {
        /// Dotted path of the module that the step ends in; "" for what no module has.
        package let module: String
        /// Name of the last operation.
        package let operation: String
        package let shape: [Int]
        package let time: Duration
    }

    private func check(_ input: DenseTensor<Float>) throws(EngineError) {
        guard input.shape == graph.inputShape else {
            throw .inputShape(expected: graph.inputShape, found: input.shape)
        }
    }
}

/// What plans of one graph share: its rewritten form, lowered, with packed weights.
private struct PlanDraft {
    let graph: Graph
    let options: ExecutionPlan.Options
    let instructionSet: InstructionSet
    let observed: [String: Value]
    let builder: PlanBuilder

    /// - Parameters:
    ///   - pool: whose threads fold and pack.
    ///   - threads: how many run a plan.
    init(
        graph: Graph, parameters: any ParameterSource, options: ExecutionPlan.Options, pool: ThreadPool, threads: Int,
        reserve: BufferReserve?
    ) throws {
        instructionSet = options.instructionSet ?? InstructionSet.available.first ?? .portable
        guard let kernels = instructionSet.kernels else { throw EngineError.instructionSet(instructionSet) }
        observed = try graph.outputs(ofModules: options.observedModules)
        try graph.requireMemory(width: MemoryLayout<Float>.stride, constantWidth: MemoryLayout<Double>.stride)
        self.graph = graph
        self.options = options
        var rewritten = PlanGraph(graph, kept: Set(observed.values).union(graph.outputs))
        for rewrite in Rewrite.all { try rewrite.apply(&rewritten) }
        try rewritten.foldConstants(parameters: parameters, pool: pool)
        try Rewrite.parallelBranches.apply(&rewritten)
        builder = try PlanBuilder(
            graph: rewritten, source: parameters, kernels: kernels, pool: pool, threads: threads, reserve: reserve)
    }
}

extension ExecutionPlan.Options {
    /// Threads of a plan's own.
    /// - Throws: `EngineError.threads`.
    fileprivate var pool: ThreadPool {
        get throws(EngineError) {
            if let threads, threads < 1 { throw .threads(threads) }
            return ThreadPool(threads: threads ?? ThreadPool.processors)
        }
    }
}

/// The steps of a plan and the memory they work on.
///
/// Not checked: programs of one draft share packed weights, which nobody writes; a program itself is behind a `Mutex`.
private struct Program: @unchecked Sendable {
    let memory: PlanMemory
    private let steps: [PlanStep]
    /// The last node that each step computes.
    let nodes: [Int]
    private let inputs: [OperationBox<ck_interleave_f32>]
    private let views: [Value: ValueView]
    private let pool: ThreadPool

    /// - Parameter pool: of as many threads as the builder's.
    init(_ builder: PlanBuilder, pool: ThreadPool, poison: Float) {
        var builder = builder
        views = Dictionary(uniqueKeysWithValues: builder.graph.kept.map { ($0, builder.view(of: $0)) })
        let memory = PlanMemory(builder, kept: Set(views.values.map(\.buffer)), poison: poison)
        self.memory = memory
        steps = builder.recipes.map { $0.make(memory) }
        nodes = builder.recipes.map(\.node)
        inputs = steps.compactMap(\.input)
        self.pool = pool
    }

    func run(_ input: DenseTensor<Float>) { input.scalars.withUnsafeBufferPointer { run($0) } }

    func run(_ scalars: UnsafeBufferPointer<Float>) {
        for box in inputs { box.pointer.pointee.input = scalars.baseAddress }
        for step in steps { pool.perform(step.tasks, context: step.context, step.task) }
        for box in inputs { box.pointer.pointee.input = nil }
    }

    /// Runs once and measures each step.
    func times(_ input: DenseTensor<Float>) -> [Duration] {
        let clock = ContinuousClock()
        return input.scalars.withUnsafeBufferPointer { scalars in
            for box in inputs { box.pointer.pointee.input = scalars.baseAddress }
            defer { for box in inputs { box.pointer.pointee.input = nil } }
            return steps.map { step in
                clock.measure { pool.perform(step.tasks, context: step.context, step.task) }
            }
        }
    }

    /// A value that the last run left in memory.
    func value(_ value: Value) -> DenseTensor<Float> {
        guard let view = views[value] else { preconditionFailure("the value was not kept") }
        return DenseTensor(shape: view.shape, scalars: elements(memory.address(view), view))
    }
}
