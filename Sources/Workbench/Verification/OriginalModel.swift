import CheckpointIO
import KeyRules
import ModelGraph
import ModelZoo
import ProgramImport
import TensorCore
import Verification

/// The model that a conversion began with, as an exported program with its weights: run beside the converted one, it is
/// the truth in place of a golden.
public struct OriginalModel: Sendable, Equatable {
    /// The program, `.pt2`.
    public var program: String
    /// The checkpoint with its weights; nil for the program's own.
    public var checkpoint: String?
    /// How many seeded inputs both run on.
    public var inputs: Int
    /// The rules that converted, a file or a bundled one: they say which module is which. nil: names are the same.
    public var rules: String?

    public init(program: String, checkpoint: String? = nil, inputs: Int = 1, rules: String? = nil) {
        self.program = program
        self.checkpoint = checkpoint
        self.inputs = inputs
        self.rules = rules
    }
}

/// The original, opened.
struct OpenedOriginal {
    let name: String
    let graph: Graph
    let parameters: CheckpointParameters
    private let signatures: [TensorSignature]

    /// - Throws: `CheckpointError`, `WorkbenchError` for a program that cannot be run or weights that are not its own.
    init(_ original: OriginalModel) throws {
        let model = try ProgramModel(path: original.program)
        name = model.name
        graph = try model.graph(input: nil)
        let checkpoint = try original.checkpoint.map { try Checkpoint.open($0) } ?? model.program.checkpoint
        let stateDict = try StateDictSelection().stateDict(of: checkpoint).stateDict
        parameters = CheckpointParameters(stateDict)
        signatures = stateDict.tensors.map(\.signature)
        do { try parameters.check(graph.parameters) } catch {
            throw WorkbenchError.verification(file: original.checkpoint ?? original.program, reason: "\(error)")
        }
    }

    /// Modules of the original, and what they are called in `model`: those of equal name, or as rules say.
    /// - Throws: what is wrong with a model that the rules name.
    func layers(_ rules: RuleSource?, in model: Graph) throws -> [(original: String, name: String)] {
        let own = Dictionary(graph.modules.map { ($0.path, graph.shape(of: $0.value)) }) { _, last in last }
        let others = Dictionary(model.modules.map { ($0.path, model.shape(of: $0.value)) }) { _, last in last }
        var names: [String: String] = [:]
        if let rules {
            // The models that the rules name decide between parameter values that the keys leave open.
            let declared = try DeclaredModels(rules.file)
            let plan = rules.file.plan(
                PlanRequest(
                    tensors: signatures, modelSignatures: { declared.signatures(of: $0, for: $1) },
                    computedKeys: { declared.computedKeys(of: $0) }))
            names = ModuleNames(plan).names
        } else {
            for path in own.keys { names[path] = path }
        }
        return graph.modules.compactMap { module in
            guard !module.path.isEmpty, let name = names[module.path], let shape = others[name],
                shape == own[module.path]
            else { return nil }
            return (module.path, name)
        }
    }
}

extension ModelVerification {
    /// Runs both models on seeded inputs.
    /// - Throws: as `run(_:)`, and what is wrong with the original.
    static func run(_ options: Options, against original: OriginalModel) throws -> ModelVerification {
        let described = try options.model.description()
        let rules = try original.rules.map { try RuleSource($0) }
        let opened = try OpenedOriginal(original)
        let checkpoint = try Checkpoint.open(options.checkpoint)
        let selected = try options.selection.stateDict(of: checkpoint)
        let stateDict = selected.stateDict
        let adapted = try options.model.adapted(described, to: stateDict.tensors.map(\.signature))
        let parameters = CheckpointParameters(stateDict)
        try refuseForeign(stateDict, options.checkpoint, adapted.model)
        let graph = try adapted.model.graph(input: opened.graph.inputShape)
        let layers = options.judgement.comparesLayers ? try opened.layers(rules, in: graph) : []
        do {
            var worst: VerificationReport?
            var computed: [Key] = []
            for number in 0..<max(1, original.inputs) {
                let golden = try Golden(
                    running: opened.graph, parameters: opened.parameters,
                    on: SeededWeights.input(shape: opened.graph.inputShape, number: number), layers: layers)
                let part = try golden.part(of: graph, for: parameters)
                computed = parameters.computedKeys(of: part.graph.parameters)
                let report = try Verifier(part, parameters: parameters, golden: golden, options: options.judgement)
                    .run()
                // The first that fails, else the one that is farthest away.
                guard let known = worst else {
                    worst = report
                    continue
                }
                let isFarther = (report.output?.max ?? 0) > (known.output?.max ?? 0)
                if known.passed, !report.passed || isFarther { worst = report }
            }
            guard let worst else { preconditionFailure("no input was run") }
            return ModelVerification(
                options: options, model: adapted.model.name,
                source: "\(opened.name), run on \(original.inputs) seeded inputs",
                report: worst, alignment: nil, together: nil, safetyWarning: checkpoint.safetyWarning,
                layerRules: rules?.file.name, notes: selected.notes + adapted.notes + ComputedBuffers.notes(absent: computed))
        } catch let error as VerificationError {
            var reason = error.description
            if case .parameters = error, let hint = options.selection.hint(for: stateDict) { reason += "; " + hint }
            throw WorkbenchError.verification(file: options.checkpoint, reason: reason)
        }
    }
}
