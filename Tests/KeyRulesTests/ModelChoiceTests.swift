import KeyRules
import TensorCore
import Testing

/// Which model a checkpoint is held against, and what it may lack of it.
@Suite struct ModelChoiceTests {
    private static let keys = ["b.0", "b.1", "b.2", "b.3", "head.w"]

    private func tensors(_ prefix: String, _ extent: Int) -> [TensorSignature] {
        Self.keys.map { TensorSignature(key: Key(prefix + $0), dtype: .float32, shape: [extent]) }
    }

    private func plan(
        _ sources: [TensorSignature], settings: [String: String] = [:], computed: Set<Key> = [],
        models: [String: [TensorSignature]]? = nil, against model: PlanRequest.Model? = nil
    ) throws -> ConversionPlan {
        let rules = """
            param size = other | small | large
            model small (size=small) optional m.head.{x..}
            model large (size=large) optional m.head.{x..}
            {x..} -> m.{x..}
            """
        let models = models ?? ["small": tensors("m.", 2), "large": tensors("m.", 3)]
        var request = PlanRequest(
            tensors: sources, settings: settings, modelSignatures: { name, _ in models[name] },
            computedKeys: { _ in computed })
        request.model = model
        return try RuleFileTests.parse(rules).plan(request)
    }

    @Test("the model is the one whose shapes the checkpoint has", arguments: [(2, "small"), (3, "large")])
    func chosen(extent: Int, model: String) throws {
        let plan = try plan(tensors("", extent))
        #expect(plan.model == model)
        #expect(plan.findings == [])
        #expect(plan.isModelChecked)
    }

    @Test("a tensor that a known model has and the checkpoint lacks is an error, not a network without a model")
    func missing() throws {
        let plan = try plan(Array(tensors("", 3).dropFirst()))
        #expect(plan.errors.map(\.code) == [.missingKey])
        #expect(plan.errors.map(\.key) == ["m.b.0"])
        #expect(plan.model == "large")
    }

    @Test("a network that is near to no model is taken for one without, with a warning")
    func other() throws {
        let plan = try plan(tensors("", 5))
        #expect(plan.isExecutable)
        #expect(plan.model == nil)
        #expect(plan.settings.map(\.value) == ["other"])
        #expect(plan.findings.map(\.code) == [.unknownModel])
        #expect(plan.findings.map(\.severity) == [.warning])
    }

    @Test("of models that are equally near, one shows what is wrong, and all are named with what converts it unchecked")
    func tie() throws {
        func tensors(_ prefix: String, first: Int) -> [TensorSignature] {
            [TensorSignature(key: Key(prefix + "b.0"), dtype: .float32, shape: [first])]
                + self.tensors(prefix, 2).dropFirst()
        }
        let plan = try plan(
            tensors("", first: 8), models: ["small": tensors("m.", first: 16), "large": tensors("m.", first: 32)])
        #expect(plan.errors.map(\.code) == [.shapeMismatch])
        #expect(plan.errors.map(\.key) == ["m.b.0"])
        let messages = plan.findings.filter { $0.severity == .note }.map(\.message)
        #expect(messages.first == "no parameter values fit; size=small, size=large come closest")
        #expect(messages.last?.hasPrefix("--set size=other converts it") == true)
    }

    @Test("a deeper network is offered to go unchecked, one that merely lacks tensors is not")
    func deeper() throws {
        let deeper = tensors("", 3) + [TensorSignature(key: "b.4", dtype: .float32, shape: [3])]
        let plan = try plan(deeper)
        #expect(plan.errors.map(\.code) == [.unexpectedKey])
        #expect(plan.findings.contains { $0.code == .uncheckedSettings })
        let lacking = try self.plan(Array(tensors("", 3).dropFirst()))
        #expect(!lacking.findings.contains { $0.code == .uncheckedSettings })
    }

    @Test(
        "a model that replaces the declared ones leaves the values those of the declared model that the shapes fit",
        arguments: [(2, "small"), (3, "large"), (5, "other")])
    func replaced(extent: Int, size: String) throws {
        let plan = try plan(
            tensors("", extent), against: PlanRequest.Model(name: "mine", tensors: tensors("m.", extent)))
        #expect(plan.model == "mine")
        #expect(plan.settings.map(\.value) == [size])
        #expect(plan.findings == [])
    }

    @Test("--set takes a network for one without a model, whatever it is near to")
    func given() throws {
        let plan = try plan(Array(tensors("", 3).dropFirst()), settings: ["size": "other"])
        #expect(plan.isExecutable)
        #expect(plan.findings.map(\.code) == [.unknownModel])
    }

    @Test("a buffer that the model computes may be absent, which is noted; another tensor may not")
    func computed() throws {
        let lacking = Array(tensors("", 2).dropFirst())
        let plan = try plan(lacking, computed: ["m.b.0"])
        #expect(plan.isExecutable)
        #expect(plan.computedBuffers == ["m.b.0"])
        #expect(plan.findings.map(\.code) == [.computedBuffers])
        #expect(try self.plan(lacking, computed: ["m.b.1"]).errors.map(\.key) == ["m.b.0"])
    }
}
