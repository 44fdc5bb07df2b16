import ByteIO
import CheckpointIO
import Engine
import ModelGraph
import ProgramImport
import TensorCore
import Verification

extension FuzzTarget {
    /// What `shape-diff`, `get-flops` and `verify` do with a program.
    func readProgram(_ bytes: Bytes) {
        guard let checkpoint = try? Checkpoint.open(bytes, path: "/nowhere/fuzz.pt2"),
            let program = try? ExportedProgram(checkpoint)
        else { return }
        let stateDict = try? checkpoint.stateDict()
        _ = program.targets
        _ = try? program.inputs()
        _ = try? program.parameters()
        for output in 0..<2 {
            guard let graph = try? program.graph(.init(output: output)) else { continue }
            _ = graph.cost
            if let stateDict { _ = try? CheckpointParameters(stateDict).check(graph.parameters) }
            run(graph)
        }
    }

    /// Plan and oracle give what the graph says.
    private func run(_ graph: Graph) {
        guard graph.isSmall, let output = try? oracle(graph), let planned = try? plan(graph) else { return }
        let shape = graph.shape(of: graph.output)
        if output.shape != shape { broken("the oracle gives \(output.shape), the graph says \(shape)") }
        if planned.shape != shape { broken("the plan gives \(planned.shape), the graph says \(shape)") }
    }

    private func oracle(_ graph: Graph) throws -> DenseTensor<Double> {
        let input = SeededWeights.input(of: graph)
        return try ReferenceInterpreter(graph: graph, parameters: SeededWeights(), threads: 1).run(
            DenseTensor(shape: input.shape, scalars: input.scalars.map { Double($0) }))
    }

    private func plan(_ graph: Graph) throws -> DenseTensor<Float> {
        try ExecutionPlan(graph: graph, parameters: SeededWeights(), options: .init(threads: 1))
            .run(SeededWeights.input(of: graph))
    }
}

extension Graph {
    /// Whether a run takes milliseconds.
    fileprivate var isSmall: Bool {
        let limit = 1 << 18
        var elements = 0
        for shape in nodes.map(\.shape) + parameters.map(\.shape) {
            elements = elements.addingSaturated(shape.productSaturated)
            guard elements <= limit else { return false }
        }
        return cost.total.flops < 1 << 24
    }
}
