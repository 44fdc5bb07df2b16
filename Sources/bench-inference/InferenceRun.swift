import Engine
import ModelGraph
import TensorCore
import Verification

/// The time that one model takes, over and over.
struct InferenceRun {
    private let graph: Graph
    private let plan: ExecutionPlan
    private let output: DenseTensor<Float>
    private let preparation: Duration
    private let times: [Duration]

    /// Makes a plan, warms up, then runs for some seconds and at least ten times.
    init(_ graph: Graph, threads: Int, seconds: Int) throws {
        self.graph = graph
        let clock = ContinuousClock()
        let input = SeededWeights.input(shape: graph.inputShape)
        let start = clock.now
        plan = try ExecutionPlan(
            graph: graph, parameters: SeededWeights(), options: ExecutionPlan.Options(threads: threads))
        preparation = clock.now - start

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

    /// JSON of one line: times in milliseconds, memory in bytes, the speed by the convolutions and products.
    func line(name: String) -> String {
        let (median, least) = (milliseconds(times[times.count / 2]), milliseconds(times[0]))
        let speed = 2 * Double(graph.multiplications) / median * 1e-6
        let logits = output.scalars.map { "\($0)" }.joined(separator: ",")
        return "{\"model\":\"\(name)\",\"median\":\(median),\"min\":\(least),\"runs\":\(times.count),"
            + "\"gflops\":\(speed),\"preparation\":\(milliseconds(preparation)),\"isa\":\"\(plan.instructionSet)\","
            + "\"arena\":\(plan.memory.arena),\"weights\":\(plan.memory.weights),\"output\":[\(logits)]}"
    }

    private func milliseconds(_ duration: Duration) -> Double { duration / .milliseconds(1) }
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
