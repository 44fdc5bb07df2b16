import CheckpointIO
import KeyRules
import ModelGraph
import ModelZoo
import ProgramImport
import TensorCore
import Verification

/// The model that a conversion began with, as an exported program with its weights: run beside the converted one, it is
/// the truth in place of a golden.
package struct OriginalModel: Sendable, Equatable {
    /// The program, `.pt2`.
    package var program: String
    /// The checkpoint with its weights; nil for the program's own.
    package var checkpoint: String?
    /// How many seeded inputs both run on; nil: one, or none beside images.
    package var inputs: Int?
    /// The rules that converted, a file or a bundled one: they say which module is which. nil: names are the same.
    package var rules: String?

    package init(program: String, checkpoint: String? = nil, inputs: Int? = nil, rules: String? = nil) {
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
