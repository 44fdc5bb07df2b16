import Engine
import ModelGraph
import TensorCore

/// Runs a model on a golden's input, in double precision and through the fast plan, and judges whether what the
/// golden recorded, the oracle and the plan are the same function up to float32 rounding.
///
/// Three distances are judged by the one measured `NoiseFloor`: output to golden (the verdict that was asked
/// for), golden to oracle (are weights and architecture right, whatever our fast path does?), plan to oracle (is
/// our fast path right, whatever the golden says?). Each must stay within `NoiseFloor.allowance` times the floor,
/// in its largest element and in its root mean square, plus what the golden's own storage type rounds.
package struct Verifier: Sendable {
    /// What is run and how it is judged.
    package struct Options: Sendable, Equatable {
        /// Whose output is judged; the other one runs too.
        package var precision: VerificationReport.Precision
        /// The largest absolute error that passes, in place of the one that the noise floor gives. It is the only
        /// criterion then, for the output and for layers.
        package var tolerance: Double?
        /// Whether the golden's layers are compared.
        package var comparesLayers: Bool
        /// nil for one a processor. The numbers do not depend on it.
        package var threads: Int?

        package init(
            precision: VerificationReport.Precision = .float32, tolerance: Double? = nil,
            comparesLayers: Bool = false, threads: Int? = nil
        ) {
            self.precision = precision
            self.tolerance = tolerance
            self.comparesLayers = comparesLayers
            self.threads = threads
        }
    }

    let part: GoldenPart
    let parameters: any ParameterSource
    let golden: Golden
    let options: Options

    /// - Parameters:
    ///   - part: what of the model computes the golden's output: `Golden.part(of:for:)`.
    ///   - parameters: the weights.
    package init(
        _ part: GoldenPart, parameters: any ParameterSource, golden: Golden, options: Options = Options()
    ) {
        self.part = part
        self.parameters = parameters
        self.golden = golden
        self.options = options
    }

    /// Runs the model and judges.
    /// - Parameter progress: called with the number of steps done and their total: one step per node of the oracle, which
    ///   takes most of the time, and as many for all runs of the fast plan.
    /// - Throws: `VerificationError` if the golden's layers do not belong to the model, `EngineError`, or what the
    ///   parameters or the golden's layers throw. That numbers differ is not an error.
    package func run(
        progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws -> VerificationReport {
        let (nodes, runs) = (part.graph.nodes.count, 1 + NoiseFloor.draws)
        let layers = options.comparesLayers ? try layersToCompare() : LayerSelection()
        let others = try otherOutputs()
        let observed = layers.known.map(\.path) + others.map { "output.\($0.index)" }
        let oracle = try ReferenceInterpreter(graph: part.graph, parameters: parameters, threads: options.threads)
            .run(
                DenseTensor(shape: golden.input.shape, scalars: golden.input.scalars.map(Double.init)),
                observing: observed, progress: { progress($0, 2 * nodes) })
        let float32 = try NoiseFloor.measure(
            part.graph, parameters, input: golden.input,
            options: ExecutionPlan.Options(threads: options.threads, observedModules: observed),
            progress: { progress(nodes + nodes * $0 / runs, 2 * nodes) })
        let allReports = try layers.known.map { layer in
            try judge(layer, oracle: oracle.modules[layer.path], floor: float32.modules[layer.path])
        }
        let plan = float32.observation.output.scalars.map(Double.init)
        var outputs = OutputJudge(
            recorded: recorded, oracle: oracle.output.scalars, plan: plan, floor: float32.output,
            goldenFloor: golden.noiseFloor, float32Error: golden.float32Error, options: options, truth: golden.truth)
        outputs.judge()
        let (layerReports, elsewhere) = comparable(
            allReports, of: layers.known, outputAgrees: outputs.findings.isEmpty)
        for (index, recorded) in others {
            guard let exact = oracle.modules["output.\(index)"],
                let fast = float32.observation.modules["output.\(index)"],
                let floor = float32.modules["output.\(index)"]
            else { throw EngineError.unknownModule("output.\(index)") }
            var other = OutputJudge(
                recorded: recorded, oracle: exact.scalars, plan: fast.scalars.map(Double.init), floor: floor,
                options: options)
            other.judge()
            outputs.findings += other.findings.map { .ofOutput(index, $0) }
        }
        if outputs.hasNonFiniteResult { outputs.findings += try nonFiniteWeights() }
        return VerificationReport(
            module: part.path, precision: options.precision, output: outputs.output, golden: outputs.golden,
            engine: outputs.engine, noiseFloor: outputs.floor, tolerance: outputs.tolerance,
            goldenTolerance: outputs.goldenTolerance,
            top1Equal: outputs.agrees(best: 1), top5Equal: outputs.agrees(best: 5), layers: layerReports,
            unknownLayers: layers.unknown + elsewhere,
            findings: outputs.findings + (try unseenFaults())
                + [layerReports.first { !$0.passed }?.finding].compactMap { $0 })
    }

    /// The golden's output: that in double precision where it has one and double precision is judged.
    private var recorded: RecordedTensor {
        options.precision == .float64 ? golden.outputFloat64 ?? golden.output : golden.output
    }

    /// What the golden has of the outputs of a model that gives several, in their order.
    /// - Throws: `VerificationError.golden` for one that the model does not give, or of another shape.
    private func otherOutputs() throws(VerificationError) -> [(index: Int, recorded: RecordedTensor)] {
        let shapes = part.graph.outputs.map { part.graph.shape(of: $0) }
        var others: [(index: Int, recorded: RecordedTensor)] = []
        for (index, recorded) in golden.outputs.sorted(by: { $0.key < $1.key }) {
            guard index < shapes.count else {
                throw .golden(entry: "output.\(index)", "is not one of the \(shapes.count) outputs of the model")
            }
            guard recorded.shape == shapes[index] else {
                throw .golden(
                    entry: "output.\(index)", "has shape \(recorded.shape), and the model's \(shapes[index])")
            }
            others.append((index, recorded))
        }
        return others
    }

    /// Faults of the checkpoint that no run shows.
    private func unseenFaults() throws -> [VerificationFinding] {
        guard let parameters = parameters as? CheckpointParameters else { return [] }
        let specs = part.graph.parameters
        return try parameters.unexpectedBuffers(of: specs) + parameters.untied(of: specs)
    }

    /// The weights that hold NaN or infinity.
    private func nonFiniteWeights() throws -> [VerificationFinding] {
        try part.graph.parameters.filter(\.dtype.isFloatingPoint).compactMap { spec in
            try parameters.withFloat32(spec) { NonFinite(in: $0) }.map { .nonFiniteWeight(spec.key, $0) }
        }
    }
}
