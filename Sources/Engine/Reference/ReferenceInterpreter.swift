import ModelGraph
import TensorCore

/// Executes a graph in double precision, each operation as the textbook says.
///
/// This is the specification: every fast kernel is judged against it. Weights are borrowed from the source
/// node by node, and a feature map is freed after its last use.
package struct ReferenceInterpreter: Sendable {
    package let graph: Graph
    private let parameters: any ParameterSource
    private let pool: ThreadPool

    /// - Parameter threads: threads to use; nil: one per processor. The result does not depend on it.
    package init(graph: Graph, parameters: any ParameterSource, threads: Int? = nil) {
        self.graph = graph
        self.parameters = parameters
        pool = ThreadPool(threads: max(1, threads ?? ThreadPool.processors))
    }

    /// The model's output for `input`.
    /// - Parameter input: of shape `graph.inputShape`.
    /// - Throws: `EngineError.inputShape`, `.parameterCount`, `.memory`, or what the source throws.
    package func run(_ input: DenseTensor<Double>) throws -> DenseTensor<Double> {
        try run(input, observing: []).output
    }

    /// The model's output and that of these modules.
    /// - Parameters:
    ///   - input: of shape `graph.inputShape`.
    ///   - modules: dotted paths, as in `Graph.modules`.
    ///   - progress: called with the number of nodes that are done, after each.
    /// - Throws: `EngineError.unknownModule`, `.inputShape`, `.parameterCount`, `.memory`, or what the source throws.
    package func run(
        _ input: DenseTensor<Double>, observing modules: [String], progress: (_ done: Int) -> Void = { _ in }
    ) throws -> Observation<Double> {
        let wanted = try graph.outputs(ofModules: modules)
        var values = try run(input, returning: Set(wanted.values).union([graph.output]), progress: progress)
        let observed = wanted.compactMapValues { values[$0] }
        guard let output = values.removeValue(forKey: graph.output) else { throw EngineError.unknownModule("") }
        return Observation(output: output, modules: observed)
    }

    /// These values of the graph.
    /// - Parameters:
    ///   - input: of shape `graph.inputShape`.
    ///   - progress: called with the number of nodes that are done, after each.
    /// - Throws: `EngineError.inputShape`, `.parameterCount`, `.memory`, or what the source throws.
    package func run(
        _ input: DenseTensor<Double>, returning wanted: Set<Value>, progress: (_ done: Int) -> Void = { _ in }
    ) throws -> [Value: DenseTensor<Double>] {
        guard input.shape == graph.inputShape else {
            throw EngineError.inputShape(expected: graph.inputShape, found: input.shape)
        }
        try graph.requireMemory(width: MemoryLayout<Double>.stride)
        let lastUses = graph.lastUses
        var live: [Int: DenseTensor<Double>] = [:]
        for (position, node) in graph.nodes.enumerated() {
            let inputs = node.inputs.compactMap { live[$0.node] }
            live[position] = node.operation == .input ? input : try evaluate(node, inputs)
            for operand in node.inputs where lastUses[operand.node] == position && !wanted.contains(operand) {
                live[operand.node] = nil
            }
            progress(position + 1)
        }
        return Dictionary(uniqueKeysWithValues: wanted.compactMap { value in live[value.node].map { (value, $0) } })
    }

    private func evaluate(_ node: Node, _ inputs: [DenseTensor<Double>]) throws -> DenseTensor<Double> {
        try graph.evaluate(
            node.operation, inputs, weights: node.weights, shape: node.shape, parameters: parameters, pool: pool)
    }
}

extension Graph {
    /// The textbook's result of one operation.
    /// - Parameter weights: positions in `parameters`.
    /// - Throws: `EngineError.parameterCount`, or what the source throws.
    func evaluate(
        _ operation: Operation, _ inputs: [DenseTensor<Double>], weights: [Int], shape: [Int],
        parameters source: any ParameterSource, pool: ThreadPool
    ) throws -> DenseTensor<Double> {
        var output = DenseTensor(shape: shape, repeating: 0.0)
        /// Borrows the weights, one inside the other.
        func borrow(_ borrowed: [ReferenceWeight]) throws {
            guard borrowed.count < weights.count else {
                let operands = ReferenceOperands(inputs: inputs, weights: borrowed, shape: shape, pool: pool)
                return operation.implementation.evaluate(operands, into: &output.scalars)
            }
            let spec = parameters[weights[borrowed.count]]
            try source.withFloat64(spec) { buffer in
                guard buffer.count == spec.count else {
                    throw EngineError.parameterCount(spec.key, expected: spec.count, found: buffer.count)
                }
                try borrow(borrowed + [ReferenceWeight(shape: spec.shape, elements: buffer)])
            }
        }
        try borrow([])
        return output
    }

    /// For each node the position of the last node that reads it; its own where none does.
    var lastUses: [Int] {
        var uses = Array(nodes.indices)
        for (position, node) in nodes.enumerated() {
            for operand in node.inputs { uses[operand.node] = position }
        }
        return uses
    }
}
