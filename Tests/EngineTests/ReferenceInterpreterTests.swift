import ModelGraph
import TensorCore
import Testing

@testable import Engine

@Suite struct ReferenceInterpreterTests {
    @Test("the fixture holds every operation that a model records")
    func coversOperations() throws {
        let names = Set(try OperationFact.all.flatMap { try $0.graph.nodes.map(\.operation.name) })
        #expect(
            names == [
                "input", "parameter", "conv2d", "linear", "matmul", "scaled_dot_product_attention", "batch_norm",
                "layer_norm", "group_norm", "normalize", "activation", "affine", "binary", "softmax", "max_pool2d",
                "avg_pool2d", "adaptive_avg_pool2d", "reduce", "interpolate", "reshape", "permute", "expand", "slice",
                "cat", "pad", "roll", "gather", "topk", "select_rows", "unfold", "spectral_filter", "constant",
            ])
    }

    @Test("each operation gives what PyTorch gives in float64", arguments: OperationFact.all.indices)
    func equalsPyTorch(index: Int) throws {
        let fact = OperationFact.all[index]
        let input = DenseTensor(shape: fact.input.shape, scalars: fact.input.values)
        let output = try ReferenceInterpreter(graph: fact.graph, parameters: fact).run(input)
        #expect(output.shape == fact.output.shape, "\(fact.operation)")
        for (ours, theirs) in zip(output.scalars, fact.output.values) {
            #expect(abs(ours - theirs) <= 1e-14 * max(1, abs(theirs)) * 64, "\(fact.operation) \(fact.options)")
        }
    }

    @Test("the plan gives what PyTorch gives, to single precision", arguments: OperationFact.all.indices)
    func planEqualsPyTorch(index: Int) throws {
        let fact = OperationFact.all[index]
        let input = DenseTensor(shape: fact.input.shape, scalars: fact.input.values.map { Float($0) })
        for set in InstructionSet.available {
            let options = ExecutionPlan.Options(threads: 2, instructionSet: set)
            let output = try ExecutionPlan(graph: fact.graph, parameters: fact, options: options).run(input)
            #expect(output.shape == fact.output.shape, "\(fact.operation)")
            for (ours, theirs) in zip(output.scalars, fact.output.values) {
                #expect(abs(Double(ours) - theirs) <= 0x1p-22 * max(1, abs(theirs)) * 16, "\(set) \(fact.operation)")
            }
        }
    }

    @Test("any value can be asked for, and a module that runs twice shows its last output")
    func observes() throws {
        let builder = GraphBuilder(inputShape: [1, 1, 1, 2])
        let relu = builder.root("relu")
        let first = relu.output(try relu.activate(.relu, builder.input))
        let sum = try builder.root.add(first, builder.input)
        let second = relu.output(try relu.activate(.relu, sum))
        let graph = builder.finish(builder.root.output(second))
        let interpreter = ReferenceInterpreter(graph: graph, parameters: PseudoRandomSource())
        let input = DenseTensor(shape: [1, 1, 1, 2], scalars: [-3.0, 2])
        #expect(try interpreter.run(input, observing: ["relu"]).modules["relu"]?.scalars == [0, 4])
        let values = try interpreter.run(input, returning: [first, sum, builder.input])
        #expect(values[first]?.scalars == [0, 2])
        #expect(values[sum]?.scalars == [-3, 4])
        #expect(values[builder.input]?.scalars == [-3, 2])
    }

    @Test("the result does not depend on the number of threads")
    func threads() throws {
        let builder = GraphBuilder(inputShape: [2, 3, 9, 7])
        let graph = builder.finish(try Conv2d(builder.root("conv"), 3, 17, kernel: 3, padding: 1)(builder.input))
        let input = PseudoRandom.tensor(graph.inputShape, seed: 3)
        let outputs = try [1, 2, 3].map { threads in
            try ReferenceInterpreter(graph: graph, parameters: PseudoRandomSource(), threads: threads)
                .run(DenseTensor(shape: input.shape, scalars: input.scalars.map(Double.init)))
        }
        #expect(outputs[0] == outputs[1])
        #expect(outputs[0] == outputs[2])
    }
}
