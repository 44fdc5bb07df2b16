import Engine
import ModelGraph
import TensorCore

extension Golden {
    /// What a model computes that is at hand itself, with its own weights: the original that another is held against.
    /// - Parameters:
    ///   - layers: modules of the original whose outputs are kept.
    ///   - source: what computed it, for reports.
    /// - Throws: `EngineError`, or what the parameters throw.
    package init(
        running graph: Graph, parameters: any ParameterSource, on input: DenseTensor<Float>,
        layers: [String] = [], source: String? = nil
    ) throws {
        let run = try NoiseFloor.measure(
            graph, parameters, input: input, options: ExecutionPlan.Options(observedModules: layers.sorted()))
        let oracle = try ReferenceInterpreter(graph: graph, parameters: parameters)
            .run(DenseTensor(shape: input.shape, scalars: input.scalars.map(Double.init)))
        let output = run.observation.output
        self.init(
            input: input, inputs: graph.inputs,
            output: RecordedTensor(shape: output.shape, scalars: output.scalars.map(Double.init)),
            outputFloat64: RecordedTensor(dtype: .float64, shape: oracle.shape, scalars: oracle.scalars), module: "",
            layers: layers.compactMap { path in
                guard let value = run.observation.modules[path] else { return nil }
                return Layer(
                    path: path, recordedPath: path, shape: value.shape, isSample: false, noiseFloor: run.modules[path]
                ) {
                    RecordedTensor(shape: value.shape, scalars: value.scalars.map(Double.init))
                }
            },
            source: source, noiseFloor: run.output, truth: .original)
    }

    /// What a model computes in double precision, and how far from that its float32 run lies.
    /// - Parameter source: the model's name.
    /// - Throws: `EngineError`, or what the parameters throw.
    package init(
        exactly graph: Graph, parameters: any ParameterSource, on input: DenseTensor<Float>, source: String
    ) throws {
        let exact = try ReferenceInterpreter(graph: graph, parameters: parameters)
            .run(DenseTensor(shape: input.shape, scalars: input.scalars.map(Double.init))).scalars
        let run = try NoiseFloor.measure(
            graph, parameters, input: input, options: ExecutionPlan.Options())
        let rounded = run.observation.output
        let output = RecordedTensor(dtype: .float64, shape: rounded.shape, scalars: exact)
        let deviation = Deviation(of: rounded.scalars.map(Double.init), from: exact, negligible: 0)
        // What rounding does not explain is a fault of the plan, and must not widen what the plan is judged by.
        let limit = Limit(run.output.atLeast(unit: 0x1p-24, of: output), recorded: nil, tolerance: nil)
        self.init(
            input: input, output: output, source: "\(source) in float64",
            float32Error: limit.admits(deviation) ? NoiseFloor(max: deviation.max, rms: deviation.rms) : nil)
    }
}
