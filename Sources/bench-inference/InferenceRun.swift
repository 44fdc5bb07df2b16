import Engine
import FoundationEssentials
import ModelGraph
import TensorCore
import Verification

/// The time that one model takes, over and over.
struct InferenceRun {
    private let graph: Graph
    private let plan: ExecutionPlan
    private let output: DenseTensor<Float>
    private let times: [Duration]

    /// Makes a plan, warms up, then runs for some seconds and at least ten times.
    init(_ graph: Graph, threads: Int, seconds: Int) throws {
        self.graph = graph
        let clock = ContinuousClock()
        let input = SeededWeights.input(shape: graph.inputShape)
        plan = try ExecutionPlan(
            graph: graph, parameters: SeededWeights(), options: ExecutionPlan.Options(threads: threads))

        var output = try plan.run(input)
        for _ in 0..<2 { output = try plan.run(input) }
        var times: [Duration] = []
        let end = clock.now + .seconds(seconds)
        while clock.now < end || times.count < 10 {
            let start = clock.now
            output = try plan.run(input)
            times.append(clock.now - start)
        }
        self.output = output
        self.times = times.sorted()
    }

    /// Median and least time in milliseconds, GFLOP/s by the median (two per multiply-add), megabytes of the arena with the
    /// threads' scratch and of the weights.
    var figures: String {
        let (median, least) = (milliseconds(times[times.count / 2]), milliseconds(times[0]))
        let speed = 2 * Double(graph.cost.total.flops) / median * 1e-6
        let megabytes = [plan.memory.own, plan.memory.weights].map { "\(($0 + 500_000) / 1_000_000)" }
        return ([median, least, speed].map(thousandths) + megabytes).joined(separator: "\t")
    }

    /// The time of each step, its share of all, its shape, operation and module, separated by tabs.
    func layers() throws -> [String] {
        let steps = try plan.profile(SeededWeights.input(shape: graph.inputShape), runs: 20)
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
