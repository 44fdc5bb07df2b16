import CKernels
import ModelGraph
import Synchronization
import TensorCore

/// A graph made ready for fast execution in single precision: weights folded and packed, memory planned.
///
/// Made once, run many times. The result has the same bits on every run, number of threads and instruction
/// set.
public final class ExecutionPlan: Sendable {
    /// How a plan is made.
    public struct Options: Sendable, Hashable {
        /// Threads to use, the caller's included; nil for one a processor.
        public var threads: Int?
        /// nil for the fastest that the CPU has.
        public var instructionSet: InstructionSet?
        /// Dotted paths of modules whose output `observe` shall give. An observed value is not fused away.
        public var observedModules: [String]

        public init(threads: Int? = nil, instructionSet: InstructionSet? = nil, observedModules: [String] = []) {
            self.threads = threads
            self.instructionSet = instructionSet
            self.observedModules = observedModules
        }
    }

    public let graph: Graph
    public let options: Options
    /// The instruction set that the kernels use.
    public let instructionSet: InstructionSet
    /// Memory that the plan holds.
    public let memory: Memory

    /// Bytes that a plan holds; `run` allocates nothing but its result.
    public struct Memory: Sendable, Hashable {
        /// Feature maps, the most that are alive at once with what placing them costs, and the threads' scratch.
        public let arena: Int
        /// Weights in the order of the kernels.
        public let weights: Int
    }

    private let observed: [String: Value]
    private let program: Mutex<Program>

    /// Reads all weights, folds and packs them.
    /// - Throws: `EngineError.unknownModule`, `.threads`, `.instructionSet`, `.parameterCount`, or what the
    ///   source throws.
    public init(graph: Graph, parameters: any ParameterSource, options: Options = Options()) throws {
        if let threads = options.threads, threads < 1 { throw EngineError.threads(threads) }
        instructionSet = options.instructionSet ?? InstructionSet.available.first ?? .portable
        guard let kernels = instructionSet.kernels else { throw EngineError.instructionSet(instructionSet) }
        observed = try graph.outputs(ofModules: options.observedModules)
        self.graph = graph
        self.options = options
        let pool = ThreadPool(threads: options.threads ?? ThreadPool.processors)
        let builder = try PlanBuilder(
            graph: graph, source: parameters, kernels: kernels, kept: Set(observed.values).union([graph.output]),
            threads: pool.threads)
        memory = Memory(arena: builder.arena.bytes + builder.scratch.bytes, weights: builder.packedBytes)
        program = Mutex(Program(builder, pool: pool))
    }

    /// The model's output for `input`. Calls from several threads wait for each other.
    /// - Parameter input: of shape `graph.inputShape`.
    /// - Throws: `EngineError.inputShape`.
    public func run(_ input: DenseTensor<Float>) throws(EngineError) -> DenseTensor<Float> {
        try check(input)
        return program.withLock { program in
            program.run(input)
            return program.value(graph.output, shape: graph.shape(of: graph.output))
        }
    }

    /// The model's output and that of `options.observedModules`.
    /// - Parameter input: of shape `graph.inputShape`.
    /// - Throws: `EngineError.inputShape`.
    public func observe(_ input: DenseTensor<Float>) throws(EngineError) -> Observation<Float> {
        try check(input)
        return program.withLock { program in
            program.run(input)
            return Observation(
                output: program.value(graph.output, shape: graph.shape(of: graph.output)),
                modules: observed.mapValues { program.value($0, shape: graph.shape(of: $0)) })
        }
    }

    private func check(_ input: DenseTensor<Float>) throws(EngineError) {
        guard input.shape == graph.inputShape else {
            throw .inputShape(expected: graph.inputShape, found: input.shape)
        }
    }
}

/// The steps of a plan and the memory they work on.
private struct Program {
    private let steps: [PlanStep]
    private let inputs: [OperationBox<ck_interleave_f32>]
    private let placement: ValuePlacement
    private let arena: AlignedBuffer
    private let pool: ThreadPool

    init(_ builder: PlanBuilder, pool: ThreadPool) {
        steps = builder.steps
        inputs = builder.inputs
        placement = builder.placement
        arena = builder.arena
        self.pool = pool
    }

    func run(_ input: DenseTensor<Float>) {
        input.scalars.withUnsafeBufferPointer { scalars in
            for box in inputs { box.pointer.pointee.input = scalars.baseAddress }
            for step in steps { pool.perform(step.tasks, context: step.context, step.task) }
            for box in inputs { box.pointer.pointee.input = nil }
        }
    }

    /// A value that the last run left in the arena.
    func value(_ value: Value, shape: [Int]) -> DenseTensor<Float> {
        let layout = FeatureLayout(shape: shape)
        let (sample, total) = (layout.channels * layout.area, layout.batch * layout.channels * layout.area)
        let scalars = [Float](unsafeUninitializedCapacity: total) { target, count in
            var operation = ck_separate_f32(
                input: arena.base + placement.offset(of: value), batch: layout.batch, channels: layout.channels,
                area: layout.area, stride: layout.stride, output: target.baseAddress, sample_stride: sample)
            for index in 0..<ck_separate_f32_tasks(&operation) { ck_separate_f32_task(&operation, index, 0) }
            count = total
        }
        return DenseTensor(shape: shape, scalars: scalars)
    }
}
