import Dispatch
import ModelGraph
import Synchronization
import TensorCore
import Testing

@testable import Engine

@Suite struct ExecutionPlanTests {
    @Test("residuals, normalisation without a convolution, and activations after a sum agree with the reference")
    func residualModel() throws {
        try PlanJudge([2, 5, 9, 8]) { scope, input, linear in
            let stem = try scope("stem").normalized(input)
            var value = try Conv2d(scope("conv"), 5, 5, kernel: 3, padding: 1)(stem)
            value = try scope("bn").normalized(value)
            value = try scope.add(stem, value)
            if !linear { value = try scope.activate(.relu, value) }
            let twice = try scope.add(value, value)
            return try scope.add(twice, stem)
        }.expectAgreement(terms: 5 * 9 + 30)
    }

    @Test(
        "a squeeze-and-excitation block agrees with the reference, before a projection too", arguments: [1, 3],
        [nil, 21, 90])
    func squeezeAndExcitation(batch: Int, projected: Int?) throws {
        let graph: (Bool) throws -> Graph = { _ in
            let builder = GraphBuilder(inputShape: [batch, 19, 12, 9])
            let scope = builder.root
            let value = try scope("bn").normalized(builder.input)
            var gate = try scope.record(.adaptiveAveragePool2d(.init(Extent2d(height: 1, width: 1))), value)
            gate = try scope.activate(.relu, Conv2d(scope("a"), 19, 4, kernel: 1)(gate))
            gate = try scope.activate(.sigmoid, Conv2d(scope("b"), 4, 19, kernel: 1)(gate))
            let product = try scope.multiply(value, by: gate)
            guard let projected else { return builder.finish(product) }
            return builder.finish(try Conv2d(scope("c"), 19, projected, kernel: 1)(product))
        }
        let model = try graph(false)
        let input = PseudoRandom.tensor(model.inputShape, seed: 11)
        let exact = try ReferenceInterpreter(graph: model, parameters: PseudoRandomSource())
            .run(DenseTensor(shape: input.shape, scalars: input.scalars.map(Double.init)))
        var bits: [[UInt32]] = []
        for set in InstructionSet.available {
            let options = ExecutionPlan.Options(threads: 2, instructionSet: set)
            let output = try ExecutionPlan(graph: model, parameters: PseudoRandomSource(), options: options).run(input)
            bits.append(output.scalars.map(\.bitPattern))
            for (ours, theirs) in zip(output.scalars, exact.scalars) { #expect(abs(Double(ours) - theirs) < 1e-5) }
        }
        #expect(bits.allSatisfy { $0 == bits[0] })
    }

    @Test("a classifier with pooling, flattening and linear layers agrees with the reference", arguments: [1, 3])
    func classifier(batch: Int) throws {
        try PlanJudge([batch, 3, 17, 13]) { scope, input, linear in
            var value = try Conv2d(scope("conv"), 3, 21, kernel: 3, stride: 2, padding: 1)(input)
            if !linear { value = try scope.activate(.relu6, value) }
            let pool = Pool2dGeometry(kernel: .square(2), stride: .square(2))
            if linear {
                // The magnitude of a maximum is bounded by four times the mean of the magnitudes.
                value = try scope.record(.averagePool2d(.init(pool, countIncludePad: true)), value)
            } else {
                value = try scope.record(.maxPool2d(pool), value)
            }
            value = try scope.flatten(scope.record(.adaptiveAveragePool2d(.init(Extent2d(height: 2, width: 3))), value))
            value = try Linear(scope("fc1"), 21 * 6, 33)(value)
            return try Linear(scope("fc2"), 33, 7, bias: false)(value)
        }.expectAgreement(terms: 4 * (27 + 126 + 33 + 20))
    }

    @Test("modules that are asked for show what the reference shows")
    func observes() throws {
        let builder = GraphBuilder(inputShape: [1, 3, 8, 8])
        let scope = builder.root
        var value = try Conv2d(scope("conv"), 3, 6, kernel: 3)(builder.input)
        value = try scope("bn").normalized(value)
        value = scope("relu").output(try scope.activate(.relu, value))
        value = try Conv2d(scope("last"), 6, 2, kernel: 3)(value)
        let graph = builder.finish(scope.output(value))
        let input = PseudoRandom.tensor(graph.inputShape, seed: 5)
        let paths = ["conv", "bn", "relu", "last", ""]
        let exact = try ReferenceInterpreter(graph: graph, parameters: PseudoRandomSource())
            .run(DenseTensor(shape: input.shape, scalars: input.scalars.map(Double.init)), observing: paths)
        let plan = try ExecutionPlan(
            graph: graph, parameters: PseudoRandomSource(), options: ExecutionPlan.Options(observedModules: paths))
        let observation = try plan.observe(input)
        #expect(observation.modules.count == paths.count)
        for path in paths {
            let (ours, theirs) = (try #require(observation.modules[path]), try #require(exact.modules[path]))
            #expect(ours.shape == theirs.shape)
            for (left, right) in zip(ours.scalars, theirs.scalars) { #expect(abs(Double(left) - right) < 1e-4) }
        }
    }

    @Test("NaN and infinity pass through clamps and pools as in the reference")
    func specialValues() throws {
        let builder = GraphBuilder(inputShape: [1, 1, 1, 4])
        let relu = try builder.root.activate(.relu, builder.input)
        let pool = Pool2dGeometry(kernel: Extent2d(height: 1, width: 2), stride: .square(1))
        let graph = builder.finish(try builder.root.record(.maxPool2d(pool), relu))
        let input = DenseTensor(shape: [1, 1, 1, 4], scalars: [Float.nan, -.infinity, 1, .infinity])
        for set in InstructionSet.available {
            let plan = try ExecutionPlan(
                graph: graph, parameters: PseudoRandomSource(), options: ExecutionPlan.Options(instructionSet: set))
            let output = try plan.run(input)
            #expect(output.scalars[0].isNaN, "\(set)")
            #expect(Array(output.scalars[1...]) == [1, .infinity], "\(set)")
        }
    }

    @Test("an input of another shape is an error that names both shapes")
    func wrongInput() throws {
        let builder = GraphBuilder(inputShape: [1, 1, 2, 2])
        let graph = builder.finish(try builder.root.activate(.relu, builder.input))
        let error = EngineError.inputShape(expected: [1, 1, 2, 2], found: [1, 4])
        let plan = try ExecutionPlan(graph: graph, parameters: PseudoRandomSource())
        #expect(throws: error) { try plan.run(DenseTensor(shape: [1, 4], repeating: 0)) }
        let interpreter = ReferenceInterpreter(graph: graph, parameters: PseudoRandomSource())
        #expect(throws: error) { try interpreter.run(DenseTensor(shape: [1, 4], repeating: 0)) }
    }

    @Test("options that cannot be met are errors")
    func wrongOptions() throws {
        let builder = GraphBuilder(inputShape: [1, 1, 2, 2])
        let graph = builder.finish(try builder.root.activate(.relu, builder.input))
        func plan(_ options: ExecutionPlan.Options) throws {
            _ = try ExecutionPlan(graph: graph, parameters: PseudoRandomSource(), options: options)
        }
        #expect(throws: EngineError.threads(0)) { try plan(.init(threads: 0)) }
        #expect(throws: EngineError.unknownModule("a.b")) { try plan(.init(observedModules: ["a.b"])) }
        for set in InstructionSet.allCases where !InstructionSet.available.contains(set) {
            #expect(throws: EngineError.instructionSet(set)) { try plan(.init(instructionSet: set)) }
        }
    }

    @Test("the source's own error comes through, and a buffer of the wrong length is an error")
    func badSource() throws {
        let builder = GraphBuilder(inputShape: [1, 2, 3, 3])
        let graph = builder.finish(try Conv2d(builder.root("conv"), 2, 2, kernel: 1)(builder.input))
        let input = DenseTensor(shape: [1, 2, 3, 3], repeating: 0.0)
        let missing = OperationFact.all[0]
        let error = OperationFact.MissingWeight(key: "conv.bias")
        #expect(throws: error) { try ExecutionPlan(graph: graph, parameters: missing) }
        #expect(throws: OperationFact.MissingWeight(key: "conv.weight")) {
            try ReferenceInterpreter(graph: graph, parameters: missing).run(input)
        }
        let short = EngineError.parameterCount("conv.weight", expected: 4, found: 1)
        #expect(throws: short) { try ReferenceInterpreter(graph: graph, parameters: ShortSource()).run(input) }
        #expect(throws: EngineError.self) { try ExecutionPlan(graph: graph, parameters: ShortSource()) }
    }
}

/// Gives one element, whatever is asked for.
private struct ShortSource: ParameterSource {
    func withFloat32<Result>(
        _ spec: ParameterSpec, _ body: (UnsafeBufferPointer<Float>) throws -> Result
    ) throws -> Result { try [1].withUnsafeBufferPointer(body) }

    func withFloat64<Result>(
        _ spec: ParameterSpec, _ body: (UnsafeBufferPointer<Double>) throws -> Result
    ) throws -> Result { try [1].withUnsafeBufferPointer(body) }
}
