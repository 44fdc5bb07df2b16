import Engine
import FoundationEssentials
import ModelGraph
import TensorCore
import Verification

/// The time that one model takes, over and over.
struct InferenceRun {
    private let graph: Graph
    private let replicas: PlanReplicas
    private let images: Int
    private let output: DenseTensor<Float>
    private let times: [Duration]

    /// Makes plans, warms up, then runs for some seconds and at least ten times.
    /// - Parameters:
    ///   - graph: of as many images as a plan takes at once.
    ///   - images: of a run. More than the graph takes are dealt out to a plan for each thread.
    init(_ graph: Graph, images: Int, threads: Int, seconds: Int) throws {
        self.graph = graph
        self.images = images
        let isWhole = images == graph.inputShape[0]
        let replicas = try PlanReplicas(
            isWhole ? 1 : threads, graph: graph, parameters: SeededWeights(), options: .init(threads: threads))
        self.replicas = replicas
        let input = SeededWeights.input(shape: [images] + graph.inputShape.dropFirst())
        let run = { isWhole ? try replicas.plans[0].run(input) : try replicas.run(input) }

        let clock = ContinuousClock()
        var output = try run()
        for _ in 0..<2 { output = try run() }
        var times: [Duration] = []
        let end = clock.now + .seconds(seconds)
        while clock.now < end || times.count < 10 {
            let start = clock.now
            output = try run()
            times.append(clock.now - start)
        }
        self.output = output
        self.times = times.sorted()
    }

    /// Median and least time in milliseconds, GFLOP/s by the median (two per multiply-add), megabytes of the arenas with the
    /// threads' scratch and of the weights.
    var figures: String {
        let (median, least) = (milliseconds(times[times.count / 2]), milliseconds(times[0]))
        let flops = Double(graph.cost.total.flops) * Double(images) / Double(graph.inputShape[0])
        let memory = replicas.plans.map(\.memory)
        let megabytes = [memory.reduce(0) { $0 + $1.own }, memory[0].weights].map { "\(($0 + 500_000) / 1_000_000)" }
        return ([median, least, 2 * flops / median * 1e-6].map(thousandths) + megabytes).joined(separator: "\t")
    }

    /// The time of each step of a plan, its share of all, its shape, operation and module, separated by tabs.
    func layers() throws -> [String] {
        let steps = try replicas.plans[0].profile(SeededWeights.input(shape: graph.inputShape), runs: 20)
        let total = steps.reduce(0.0) { $0 + milliseconds($1.time) }
        return steps.map { step in
            let time = milliseconds(step.time)
            let shape = step.shape.map(String.init).joined(separator: "×")
            return "\t"
                + [thousandths(time * 1000), thousandths(time / total * 100), shape, step.operation, step.module]
                .joined(separator: "\t")
        }
    }

    /// Writes the output as raw little-endian float32.
    func writeOutput(to path: String) throws {
        let bytes = output.scalars.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian, Array.init) }
        try Data(bytes).write(to: URL(filePath: path))
    }
}

func milliseconds(_ duration: Duration) -> Double { duration / .milliseconds(1) }

/// The value, which is not negative, with three decimals.
func thousandths(_ value: Double) -> String {
    let (whole, part) = Int((value * 1000).rounded()).quotientAndRemainder(dividingBy: 1000)
    return "\(whole)." + String(1000 + part).dropFirst()
}
