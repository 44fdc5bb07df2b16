import Dispatch
import ModelGraph
import Synchronization
import TensorCore
import Testing

@testable import Engine

@Suite struct PlanReplicasTests {
    private func graph(batch: Int) throws -> Graph {
        let builder = GraphBuilder(inputShape: [batch, 3, 19, 17])
        let scope = builder.root
        var value = try Conv2d(scope("conv"), 3, 21, kernel: 3, stride: 2, padding: 1)(builder.input)
        value = try scope.activate(.relu, scope("bn").normalized(value))
        value = try Conv2d(scope("next"), 21, 8, kernel: 3, padding: 1)(value)
        value = try scope.flatten(scope.record(.adaptiveAveragePool2d(.init(.square(1))), value))
        return builder.finish(try Linear(scope("fc"), 8, 5)(value))
    }

    @Test("replicas run at the same time with the bits of one plan", arguments: [1, 2])
    func atTheSameTime(threads: Int) throws {
        let graph = try graph(batch: 2)
        let single = try ExecutionPlan(
            graph: graph, parameters: PseudoRandomSource(), options: .init(threads: threads))
        let inputs = (0..<12).map { PseudoRandom.tensor(graph.inputShape, seed: UInt64($0)) }
        let expected = try inputs.map { try single.run($0).scalars.map(\.bitPattern) }
        let replicas = try PlanReplicas(
            3, graph: graph, parameters: PseudoRandomSource(), options: .init(threads: 3 * threads))
        #expect(replicas.plans.count == 3)
        #expect(replicas.plans.allSatisfy { $0.options.threads == threads })
        let found = Mutex<[Int: [UInt32]]>([:])
        DispatchQueue.concurrentPerform(iterations: 3) { replica in
            for index in stride(from: replica, to: inputs.count, by: 3) {
                let bits = try? replicas.plans[replica].run(inputs[index]).scalars.map(\.bitPattern)
                found.withLock { $0[index] = bits }
            }
        }
        #expect(inputs.indices.map { index in found.withLock { $0[index] ?? [] } } == expected)
    }

    @Test("there are as few as their memory allows, with the more threads", arguments: [(0, 1), (2, 2), (9, 3)])
    func memory(arenas: Int, count: Int) throws {
        let graph = try graph(batch: 2)
        let own = try ExecutionPlan(graph: graph, parameters: PseudoRandomSource(), options: .init(threads: 1)).memory
            .own
        let replicas = try PlanReplicas(
            3, arenaBytes: arenas * own, graph: graph, parameters: PseudoRandomSource(), options: .init(threads: 3))
        #expect(replicas.plans.map(\.options.threads) == Array(repeating: 3 / count, count: count))
    }

    @Test("images have the bits that they have by themselves, however many there are", arguments: [0, 1, 6, 7, 8])
    func anyNumber(images: Int) throws {
        let graph = try graph(batch: 1)
        let single = try ExecutionPlan(graph: graph, parameters: PseudoRandomSource(), options: .init(threads: 1))
        let input = PseudoRandom.tensor([images, 3, 19, 17], seed: 3)
        let size = 3 * 19 * 17
        let expected = try (0..<images).flatMap { image in
            try single.run(
                DenseTensor(shape: graph.inputShape, scalars: Array(input.scalars[image * size..<(image + 1) * size]))
            ).scalars
        }
        let output = try PlanReplicas(
            2, graph: try self.graph(batch: 3), parameters: PseudoRandomSource(), options: .init(threads: 2)
        ).run(input)
        #expect(output.shape == [images, 5])
        #expect(output.scalars.map(\.bitPattern) == expected.map(\.bitPattern))
    }

    @Test("images of another size are refused")
    func shape() throws {
        let replicas = try PlanReplicas(2, graph: try graph(batch: 2), parameters: PseudoRandomSource())
        #expect(throws: EngineError.inputShape(expected: [2, 3, 19, 17], found: [2, 3, 17, 19])) {
            try replicas.run(PseudoRandom.tensor([2, 3, 17, 19], seed: 1))
        }
    }

    @Test(
        "a replica takes as many images as all are done with soonest",
        arguments: [
            (1, 2, 1), (2, 2, 1), (4, 2, 2), (8, 2, 4), (16, 2, 4), (17, 2, 3), (16, 3, 3), (16, 8, 2), (5, 1, 1),
        ])
    func batchSize(images: Int, replicas: Int, size: Int) {
        #expect(PlanReplicas.batchSize(of: images, replicas: replicas) == size)
    }
}
