import CheckpointIO
import Engine
import ModelConfig
import ModelGraph
import ModelZoo
import TensorCore
import Verification

/// What MMPreTrain's `tests/test_models/test_models.py` tests of a model, from one run on a seeded image: with the weights
/// of a checkpoint, or with seeded ones.
package struct ModelCheck: Sendable {
    package struct Options: Sendable {
        package var model: ModelSource
        /// nil: seeded weights.
        package var checkpoint: String?
        package var selection: StateDictSelection
        /// What the model is run on.
        package var image: CheckImage

        package init(
            model: ModelSource, checkpoint: String? = nil, selection: StateDictSelection = StateDictSelection(),
            image: CheckImage = .seeded
        ) {
            self.model = model
            self.checkpoint = checkpoint
            self.selection = selection
            self.image = image
        }
    }

    /// One property that the model has or has not.
    package struct Item: Sendable, Equatable {
        package let name: String
        package let passed: Bool
        /// What was found.
        package let found: String
    }

    /// MMPreTrain's name of the model, or what its config goes by.
    package let model: String
    /// The path of the checkpoint; nil for seeded weights.
    package let weights: String?
    /// The path of the image; nil for a seeded one.
    package let image: String?
    /// `[1, channels, height, width]`
    package let inputShape: [Int]
    package let items: [Item]
    /// The parameters of the whole model.
    package let parameters: Int
    /// Multiply-adds of backbone and neck at the size of the input, attention counted as its two products.
    package let flops: Int
    /// What the run took.
    package let milliseconds: Double
    package let notes: [String]
    /// What loading the checkpoint in Python would do besides; nil for an ordinary one.
    package let safetyWarning: String?

    package var passed: Bool { items.allSatisfy(\.passed) }

    /// The name of the check that training would give every parameter a gradient.
    static let parametersUsed = "parameters used"

    /// Builds the model and runs it. Of a checkpoint without a head the model up to the head is run.
    /// - Parameter begin: called with the name of each stage before it.
    /// - Throws: `ModelZooError` for a name that is not registered or not built in; `CheckpointError`,
    ///   `WorkbenchError.verification` for weights that do not fit; `PipelineError` and `WorkbenchError` for an image;
    ///   `GraphError`, `EngineError`, or what is wrong with a config.
    package static func run(
        _ options: Options, stage begin: (_ name: String) -> Void = { _ in }
    ) throws -> ModelCheck {
        begin("building")
        let described = try options.model.definition()
        guard let path = options.checkpoint else {
            return try ModelCheck(options, described, SeededWeights(), stage: begin, notes: described.notes)
        }
        let checkpoint = try Checkpoint.open(path)
        let selected = try options.selection.stateDict(of: checkpoint)
        let stateDict = selected.stateDict
        let adapted = try options.model.adapted(described, to: stateDict.tensors.map(\.signature))
        let parameters = CheckpointParameters(stateDict)
        var specs = try adapted.definition.parameters
        let keys = Set(stateDict.tensors.map(\.key))
        let head = specs.filter { $0.key.text.hasPrefix("head.") }
        let lacksHead = !head.isEmpty && head.allSatisfy { !keys.contains($0.key) }
        if lacksHead { specs.removeAll { $0.key.text.hasPrefix("head.") } }
        do throws(VerificationError) {
            try parameters.check(specs)
        } catch {
            try ModelVerification.refuseForeign(
                stateDict, options.selection, options.model, .definition(adapted.definition))
            let hint = options.selection.hint(for: stateDict).map { "; \($0)" } ?? ""
            throw WorkbenchError.verification(file: path, reason: "\(error)\(hint)")
        }
        let notes = lacksHead ? ["the checkpoint has no head: the model is run up to it"] : []
        return try ModelCheck(
            options, adapted.definition, parameters, isHeadless: lacksHead, stage: begin,
            notes: selected.notes + adapted.notes + notes, safetyWarning: checkpoint.safetyWarning)
    }

    private init(
        _ options: Options, _ definition: ModelDefinition, _ parameters: any ParameterSource,
        isHeadless: Bool = false, stage begin: (_ name: String) -> Void, notes: [String] = [],
        safetyWarning: String? = nil
    ) throws {
        model = definition.name
        weights = options.checkpoint
        image = options.image.path
        self.notes = notes
        self.safetyWarning = safetyWarning
        let input = try options.image.input(of: definition)
        inputShape = input.shape
        let features = definition.architecture.necks.isEmpty ? "backbone" : "neck"
        let graph = try definition.graph(input: inputShape, endingAt: isHeadless ? features : "")
        begin("preparing the weights")
        let plan = try ExecutionPlan(graph: graph, parameters: parameters)
        begin("running")
        let start = ContinuousClock.now
        let outputs = try plan.outputs(input)
        milliseconds = (ContinuousClock.now - start) / .milliseconds(1)
        begin("counting")
        let cost = try ComplexityReport(
            of: definition, size: (inputShape[2], inputShape[3]), countsFusedAttention: true)
        flops = cost.flops
        self.parameters = cost.parameters

        var items: [Item] = []
        if case .name = options.model.origin { items.append(Item("registered", true, definition.name)) }
        items.append(Item("built", true, definition.backboneType))
        items.append(
            Self.outputShape(outputs.map(\.shape), classes: isHeadless ? nil : definition.classes))
        items.append(try Self.featureTuple(of: definition, input: inputShape, endingAt: features))
        let strange = outputs.reduce(0) { $0 + $1.scalars.count { !$0.isFinite } }
        items.append(
            Item(
                "finite", strange == 0,
                strange == 0 ? "every element" : "\(countText(strange, "element")) NaN or infinite"))
        items.append(Self.parametersUsed(by: graph))
        self.items = items
    }

    /// - Parameter classes: nil for a model that gives features.
    private static func outputShape(_ shapes: [[Int]], classes: Int?) -> Item {
        let found = shapes.map(pythonTuple).joined(separator: ", ")
        guard let classes else {
            return Item("output shape", shapes.allSatisfy { $0.first == 1 }, "\(found), features")
        }
        let passed = shapes.allSatisfy { $0 == [1, classes] }
        return Item("output shape", passed, passed ? found : "\(found); \(pythonTuple([1, classes])) is expected")
    }

    /// `extract_feat` gives a tuple of as many as `out_indices` has, for a classifier one. A Conformer's is a pair.
    private static func featureTuple(
        of definition: ModelDefinition, input: [Int], endingAt path: String
    ) throws -> Item {
        let found = try definition.graph(input: input, endingAt: path).outputs.count
        let expected =
            definition.classes == nil
            ? definition.outputIndexCount ?? 1 : definition.headType == "ConformerHead" ? 2 : 1
        return Item("feature tuple", found == expected, found == expected ? "\(found)" : "\(found), not \(expected)")
    }

    private static func parametersUsed(by graph: Graph) -> Item {
        let unused = graph.unusedParameters
        guard let first = unused.first else { return Item(parametersUsed, true, "all") }
        let others = unused.count == 1 ? "" : " and \(unused.count - 1) more"
        return Item(parametersUsed, false, "'\(first)'\(others) have no part in the output")
    }
}

extension ModelCheck.Item {
    fileprivate init(_ name: String, _ passed: Bool, _ found: String) {
        self.init(name: name, passed: passed, found: found)
    }
}

extension ModelDefinition {
    /// How many feature maps `out_indices` asks for; nil where the config leaves it out.
    fileprivate var outputIndexCount: Int? {
        guard case .dictionary(let backbone)? = model["backbone"] else { return nil }
        switch backbone["out_indices"] {
        case .list(let indices)?, .tuple(let indices)?: return indices.count
        default: return nil
        }
    }
}
