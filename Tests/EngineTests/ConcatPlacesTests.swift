import ModelGraph
import Testing

@testable import Engine

@Suite struct ConcatPlacesTests {
    /// Convolutions each of which sees what all before it give.
    private func denseBlock(_ scope: Scope, _ input: Value, _ channels: [Int]) throws -> Value {
        var parts = [try scope("stem").normalized(Conv2d(scope("stem.conv"), 3, 16, kernel: 3, padding: 1)(input))]
        var count = 16
        for (index, outputs) in channels.enumerated() {
            let joined = try scope.concat(parts, axis: 1)
            parts.append(try Conv2d(scope("conv\(index)"), count, outputs, kernel: 3, padding: 1)(joined))
            count += outputs
        }
        return try scope.concat(parts, axis: 1)
    }

    @Test(
        "a dense block agrees with the reference, whether its layers can write in place or not",
        arguments: [[16, 32, 16], [5, 16, 32], [32, 16, 7], [16]], [1, 2])
    func agreement(channels: [Int], batch: Int) throws {
        try PlanJudge([batch, 3, 9, 8]) { scope, input, _ in try denseBlock(scope, input, channels) }
            .expectAgreement(terms: 9 * (3 + 16 * (channels.count + 1) + channels.reduce(0, +)) + 40)
    }

    @Test("concatenations that begin alike share one buffer, in which whole blocks are written directly")
    func sharedBuffer() throws {
        let builder = GraphBuilder(inputShape: [1, 3, 9, 8])
        let output = try denseBlock(builder.root, builder.input, [16, 32, 7])
        let graph = PlanGraph(builder.finish(output), kept: [output])
        let places = ConcatPlaces(graph, graph.units(of: graph.fusedSteps()))
        #expect(Set(places.wholes.values) == [output.node])
        #expect(places.wholes.count == 4)
        #expect(places.parts.values.map(\.first).sorted() == [0, 16, 32, 64])
        #expect(places.direct.count == 3)
    }

    @Test("the shuffled halves of all units lie in one buffer")
    func shuffledHalves() throws {
        let name = "halves that are shuffled, as one buffer"
        let plain = try #require(OperationCase.units.first(where: { $0.description == name })).graph
        var graph = PlanGraph(plain, kept: [plain.output])
        try Rewrite.channelShuffle.apply(&graph)
        let places = ConcatPlaces(graph, graph.units(of: graph.fusedSteps()))
        let joined = graph.order.filter { if case .concat = graph.nodes[$0].operation { true } else { false } }
        #expect(joined.count == 5)
        #expect(joined.allSatisfy { places.lists[$0] != nil })
        #expect(places.widths.count == 1)
    }

    @Test("a value that two concatenations have at different places is copied to the second")
    func differentPlaces() throws {
        try PlanJudge([1, 3, 9, 8]) { scope, input, _ in
            let stem = try scope("stem").normalized(input)
            let first = try Conv2d(scope("a"), 3, 16, kernel: 1)(stem)
            let second = try Conv2d(scope("b"), 3, 16, kernel: 1)(stem)
            let forwards = try scope.concat([first, second], axis: 1)
            let backwards = try scope.concat([second, first], axis: 1)
            return try scope.add(forwards, backwards)
        }.expectAgreement(terms: 20)
    }
}
