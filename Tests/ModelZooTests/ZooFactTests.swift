import ModelGraph
import ModelIndex
import ModelZoo
import TestSupport
import Testing

/// Every model that is built in against what MMPreTrain's own is and costs.
@Suite struct ZooFactTests {
    /// Every fact, without configs that repeat another.
    private static func facts() throws -> [ZooFact] {
        var known: Set<[String]> = []
        return try ZooFact.all().filter { fact in
            known.insert([fact.backbone, fact.state, fact.modules.shapes, "\(fact.size)", "\(fact.sizes.count)"])
                .inserted
        }
    }

    @Test("keys, order, shapes, dtypes and buffers are those of MMPreTrain's state_dict()", arguments: try facts())
    func stateDict(fact: ZooFact) throws {
        let parameters = try ModelZoo.model(named: fact.name).parameters
        let byStage = Dictionary(grouping: parameters) { ZooFact.prefix(of: $0.key.text) }
        for (prefix, stage) in fact.stages {
            let lines = (byStage[prefix] ?? []).map(\.line)
            #expect(lines.count == stage.entries, "\(prefix)")
            #expect(ZooFact.digest(ofLines: lines) == stage.state, "\(prefix)")
        }
        let lines = parameters.map { "\($0.line) \($0.role)" }
        #expect(lines.count == fact.entries)
        #expect(ZooFact.digest(ofLines: lines) == fact.state)
        #expect(parameters.map(\.count).reduce(0, +) == fact.elements)
    }

    @Test("modules run in the order of PyTorch's forward hooks, with their shapes", arguments: try facts())
    func modules(fact: ZooFact) throws {
        let graph = try fact.graph(side: fact.size)
        let lines = graph.lastCalls
        let byStage = Dictionary(grouping: lines) { ZooFact.prefix(of: $0.path) }
        for (prefix, stage) in fact.stages {
            let part = (byStage[prefix] ?? []).map(\.line)
            #expect(part.count == stage.modules, "\(prefix)")
            let sorted = part.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            #expect(ZooFact.digest(ofLines: sorted) == stage.shapes, "\(prefix)")
        }
        #expect(lines.count == fact.modules.count)
        #expect(ZooFact.digest(ofLines: lines.map(\.line)) == fact.modules.shapes)
        #expect(graph.outputs.map { graph.shape(of: $0) } == fact.outputs[""])
    }

    @Test("cost is what mmengine counts, attention left out or counted as its two products", arguments: try facts())
    func cost(fact: ZooFact) throws {
        #expect(try fact.graph(side: fact.size).cost.total.parameters == fact.parameters)
        try expect(fact.cost, at: fact.size, of: fact)
        if let cost = fact.cost224 { try expect(cost, at: 224, of: fact) }
        if fact.refuses224 { #expect(throws: GraphError.self) { try fact.graph(side: 224) } }
    }

    private func expect(_ expected: ZooFact.Cost, at side: Int, of fact: ZooFact) throws {
        let graph = try fact.graph(side: side)
        let features = try graph.ending(at: graph.modules.contains { $0.path == "neck" } ? "neck" : "backbone")
        let (fused, explicit) = (features.cost(countingAttention: false).total, features.cost.total)
        #expect(Double(fused.flops) == expected.flops, "at \(side)")
        #expect(Double(fused.activations) == expected.activations, "at \(side)")
        #expect(Double(explicit.flops) == expected.explicitFlops, "at \(side)")
        #expect(Double(explicit.activations) == expected.explicitActivations, "at \(side)")
    }

    @Test("other sizes are taken and refused as upstream does", arguments: try facts().filter { !$0.sizes.isEmpty })
    func sizes(fact: ZooFact) throws {
        for (side, isTaken) in fact.sizes {
            #expect(((try? fact.graph(side: side)) != nil) == isTaken, "at \(side)")
        }
    }

    @Test("the size of image that a model is tested at follows from its config", arguments: try facts())
    func inputSize(fact: ZooFact) throws {
        let model = try ModelZoo.model(named: fact.name)
        #expect(model.inputSize == .square(fact.size))
        #expect(model.inputChannels == fact.channels)
    }
}

extension ZooFact: CustomTestStringConvertible {
    package var testDescription: String { name }

    /// A name that finds the model.
    fileprivate var name: String {
        if let name = names.first { return name }
        let stem = (config.split(separator: "/").last ?? "").dropLast(".py".count)
        // A config in a folder `deploy` may have the stem of its training form.
        guard config.contains("/deploy/"), !stem.contains("deploy"), let end = stem.firstIndex(of: "_") else {
            return String(stem)
        }
        return "\(stem[..<end])_deploy\(stem[end...])"
    }

    fileprivate func graph(side: Int) throws -> Graph {
        try ModelZoo.model(named: name).graph(input: [1, channels, side, side])
    }
}

extension Graph {
    /// The modules that give one tensor of their own, in the order of their last calls.
    fileprivate var lastCalls: [(path: String, line: String)] {
        var last: [String: Int] = [:]
        for (index, module) in modules.enumerated() { last[module.path] = index }
        return modules.enumerated().filter { $1.kind == .value && last[$1.path] == $0 }.map { _, module in
            (
                module.path,
                "\(module.path.isEmpty ? "(model)" : module.path) \(ZooFact.text(ofShape: shape(of: module.value)))"
            )
        }
    }
}
