import ModelGraph
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
    private let interpreter: ReferenceInterpreter

    /// - Throws: `EngineError.unknownModule`, `.threads`, `.instructionSet`, `.parameterCount`, or what the
    ///   source throws.
    public init(graph: Graph, parameters: any ParameterSource, options: Options = Options()) throws {
        if let threads = options.threads, threads < 1 { throw EngineError.threads(threads) }
        _ = try graph.outputs(ofModules: options.observedModules)
        self.graph = graph
        self.options = options
        interpreter = ReferenceInterpreter(graph: graph, parameters: parameters, threads: options.threads)
    }

    /// The model's output for `input`.
    /// - Parameter input: of shape `graph.inputShape`.
    /// - Throws: `EngineError.inputShape`.
    public func run(_ input: DenseTensor<Float>) throws -> DenseTensor<Float> {
        try observe(input).output
    }

    /// The model's output and that of `options.observedModules`.
    /// - Parameter input: of shape `graph.inputShape`.
    /// - Throws: `EngineError.inputShape`.
    public func observe(_ input: DenseTensor<Float>) throws -> Observation<Float> {
        let input = DenseTensor(shape: input.shape, scalars: input.scalars.map(Double.init))
        let observation = try interpreter.run(input, observing: options.observedModules)
        func rounded(_ tensor: DenseTensor<Double>) -> DenseTensor<Float> {
            DenseTensor(shape: tensor.shape, scalars: tensor.scalars.map(Float.init))
        }
        return Observation(
            output: rounded(observation.output), modules: observation.modules.mapValues(rounded))
    }
}
