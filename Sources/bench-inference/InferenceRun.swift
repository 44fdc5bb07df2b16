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

    /// Median and least time in milliseconds, GFLOP/s by the median, megabytes of the arena and of the weights.
    var figures: String {
        let (median, least) = (milliseconds(times[times.count / 2]), milliseconds(times[0]))
        let speed = 2 * Double(graph.multiplications) / median * 1e-6
        let megabytes = [plan.memory.arena, plan.memory.weights].map { "\(($0 + 500_000) / 1_000_000)" }
        return ([median, least, speed].map(tenths) + megabytes).joined(separator: "\t")
    }

    /// Writes the output as raw little-endian float32.
    func writeOutput(to path: String) throws {
        let bytes = output.scalars.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian, Array.init) }
        try Data(bytes).write(to: URL(filePath: path))
    }

    private func milliseconds(_ duration: Duration) -> Double { duration / .milliseconds(1) }

    private func tenths(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
}

extension Graph {
    /// Multiply-adds of the convolutions and linear layers.
    fileprivate var multiplications: Int {
        nodes.reduce(0) { sum, node in
            switch node.operation {
            case .conv2d, .linear:
                let shape = parameters[node.weights[0]].shape
                return sum + node.shape.reduce(1, *) * shape.dropFirst().reduce(1, *)
            default:
                return sum
            }
        }
    }
}
