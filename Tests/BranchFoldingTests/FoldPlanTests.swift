import FoundationEssentials
import ModelGraph
import ModelZoo
import TensorCore
import TestSupport
import Testing

@testable import BranchFolding
@testable import Verification

/// What MMPreTrain's `switch_to_deploy` makes in double precision of seeded weights: see
/// `scripts/makers/make_reparameterization_facts.py`.
struct FoldFacts: Decodable, Sendable, CustomTestStringConvertible {
    let model: String
    let difference: Double
    let count: Int
    let norm: Double
    let tensors: [Tensor]

    struct Tensor: Decodable, Sendable {
        let key: String
        let shape: [Int]
        let norm: Double
        let samples: [Double]
    }

    private struct File: Decodable { let models: [FoldFacts] }

    static func all() throws -> [FoldFacts] {
        try fixture("reparameterization/facts.json", as: File.self).models
    }

    var testDescription: String { model }
}

@Suite struct FoldPlanTests {
    private func plan(_ model: String) throws -> FoldPlan {
        var training = try ModelZoo.model(named: model)
        if training.backboneType == "RepMLPNet" { training = try training.adapting(imageSize: 64) }
        let deploy = try #require(try training.deployForm())
        let input = [1, 3, 64, 64]
        return try FoldPlan(training: training.graph(input: input), deploy: deploy.graph(input: input))
    }

    @Test("folded weights are MMPreTrain's, in double precision", arguments: try FoldFacts.all())
    func weights(facts: FoldFacts) throws {
        let plan = try plan(facts.model)
        let known = Dictionary(uniqueKeysWithValues: facts.tensors.map { ($0.key, $0) })
        var (count, squares, compared) = (0, 0.0, 0)
        for (spec, source) in plan.entries {
            let values: [Double]
            switch source {
            case .kept: continue
            case .kernel(let fold): values = try fold.weights(from: SeededWeights()).kernel
            case .bias(let fold): values = try fold.weights(from: SeededWeights()).bias
            }
            let square = values.reduce(0) { $0 + $1 * $1 }
            (count, squares) = (count + 1, squares + square)
            guard let fact = known[spec.key.text] else { continue }
            compared += 1
            #expect(spec.shape == fact.shape)
            #expect(abs(square.squareRoot() - fact.norm) <= 1e-12 * fact.norm, "\(spec.key)")
            for (index, sample) in fact.samples.enumerated() {
                let position = Int(splitmix64(fnv1a64(fact.key) &+ UInt64(index)) % UInt64(values.count))
                // Each is a sum of a few terms of the size of the largest element.
                #expect(abs(values[position] - sample) <= 1e-14 * max(1, abs(sample)), "\(spec.key) at \(position)")
            }
        }
        #expect(count == facts.count && compared == facts.tensors.count)
        #expect(abs(squares.squareRoot() - facts.norm) <= 1e-12 * facts.norm)
    }

    @Test("a deployed D2se passes its squeeze-and-excitation by in MMPreTrain, and so it does here")
    func passesBy() throws {
        let facts = try #require(try FoldFacts.all().first { $0.model.hasPrefix("repvgg-D2se") })
        #expect(facts.difference > 1)
        let deploy = try ModelZoo.model(named: "repvgg-D2se_deploy_in1k").graph(input: [1, 3, 64, 64])
        #expect(deploy.parameters.contains { $0.key.text.contains(".se_layer.") })
        #expect(!deploy.nodes.contains { $0.module.contains(".se_layer") })
    }

    @Test("what is neither folded nor kept has no source")
    func noSource() throws {
        let training = try ModelZoo.model(named: "repvgg-A0").graph(input: [1, 3, 64, 64])
        let resNet = try ModelZoo.model(named: "resnet18").graph(input: [1, 3, 64, 64])
        #expect(throws: FoldError.noSource("backbone.conv1.weight")) {
            _ = try FoldPlan(training: training, deploy: resNet)
        }
    }

    @Test("branches through what is not affine do not fold, and the module is named")
    func notAffine() throws {
        func graph(_ build: (Scope) throws -> Value, _ builder: GraphBuilder) throws -> Graph {
            builder.finish(try build(builder.root))
        }
        let trained = GraphBuilder(inputShape: [1, 2, 4, 4])
        let training = try graph(
            { scope in
                let value = try ActivationLayer(scope("act"), .relu)(
                    try Conv2d(scope("conv"), 2, 2, kernel: 1, bias: false)(trained.input))
                return scope.foldable(value, from: trained.input, into: "folded")
            }, trained)
        let deployed = GraphBuilder(inputShape: [1, 2, 4, 4])
        let deploy = try graph({ try Conv2d($0("folded"), 2, 2, kernel: 1)(deployed.input) }, deployed)
        let fold = try #require(try FoldPlan(training: training, deploy: deploy).folds.first)
        #expect(throws: FoldError.notAffine(module: "folded", through: "act")) {
            try fold.weights(from: SeededWeights())
        }
    }
}
