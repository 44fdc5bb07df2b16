import CheckpointIO
import Engine
import ModelGraph
import TensorCore
import TestSupport
import Testing
import Verification

@testable import ProgramImport

/// Programs of four code bases with seeded weights, against what PyTorch computed.
/// One at a time: a model holds up to a hundred megabytes of weights.
@Suite(.serialized) struct ProgramFactTests {
    @Test("there are programs of four code bases")
    func codeBases() throws {
        let facts = try ProgramFact.all()
        #expect(
            Set(facts.map { $0.name.prefix { $0 != "-" } }) == ["timm", "torchvision", "transformers", "mmpretrain"])
        #expect(facts.count >= 40)
    }

    @Test("the state dict has PyTorch's keys, types and shapes in its order", arguments: try ProgramFact.all())
    func stateDict(fact: ProgramFact) throws {
        for form in ["pt2", "dec.pt2", "any.pt2"] {
            guard let program = try fact.program(form) else { continue }
            let parameters = try program.parameters()
            #expect(parameters.count == fact.tensors)
            let lines = parameters.map(\.line).joined(separator: "\n")
            #expect(digest(of: Array(lines.utf8)) == fact.stateDict, "\(form)")
        }
    }

    @Test("oracle and plan compute PyTorch's output within the noise floor", arguments: try ProgramFact.small())
    func output(fact: ProgramFact) throws {
        for form in ["pt2", "dec.pt2"] {
            guard let program = try fact.program(form) else { continue }
            let (graph, golden) = (try program.graph(), fact.golden)
            let report = try Verifier(
                golden.part("", of: graph), parameters: ProgramWeights(program), golden: golden
            ).run()
            #expect(report.passed, "\(form): \(report.findings)")
        }
    }

    @Test(
        "every program becomes a graph that gives what PyTorch's output is shaped like",
        arguments: try ProgramFact.all())
    func graph(fact: ProgramFact) throws {
        for form in ["pt2", "dec.pt2"] {
            guard let graph = try fact.program(form)?.graph() else { continue }
            #expect(graph.shape(of: graph.output) == fact.outputShape)
        }
    }

    @Test("a program for any batch runs at the input's", arguments: try ProgramFact.small())
    func anyBatch(fact: ProgramFact) throws {
        guard let program = try fact.program("any.pt2") else { return }
        #expect(try program.inputs()[0].shape[0] == nil)
        let one = try program.graph(.init(inputShape: fact.shape))
        let golden = fact.golden
        let report = try Verifier(golden.part("", of: one), parameters: ProgramWeights(program), golden: golden).run()
        #expect(report.passed, "\(report.findings)")
        let three = try program.graph(.init(inputShape: [3] + fact.shape.dropFirst()))
        #expect(three.shape(of: three.output) == [3] + fact.outputShape.dropFirst())
    }
}
