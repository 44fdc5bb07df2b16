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
    /// Which of the program's outputs counts, from 0; nil: the first of floats.
    package var output: Int?
    /// How many seeded inputs both run on; nil: one, or none beside images.
    package var inputs: Int?
    /// The rules that converted, a file or a bundled one: they say which module is which. nil: names are the same, or
    /// bundled rules tell.
    package var rules: String?

    package init(
        program: String, checkpoint: String? = nil, output: Int? = nil, inputs: Int? = nil, rules: String? = nil
    ) {
        self.program = program
        self.checkpoint = checkpoint
        self.output = output
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
        let model = try ProgramModel(path: original.program, output: original.output)
        name = model.name
        graph = try model.graph(shapes: nil)
        let checkpoint = try original.checkpoint.map { try Checkpoint.open($0) } ?? model.program.checkpoint
        let stateDict = try StateDictSelection().stateDict(of: checkpoint).stateDict
        parameters = CheckpointParameters(stateDict)
        signatures = stateDict.tensors.map(\.signature)
        do { try parameters.check(graph.parameters) } catch {
            throw WorkbenchError.verification(file: original.checkpoint ?? original.program, reason: "\(error)")
        }
    }

    /// The original's modules, but for the whole, with the shapes of their outputs.
    private var modules: [(path: String, shape: [Int])] {
        graph.modules.filter { !$0.path.isEmpty }.map { ($0.path, graph.shape(of: $0.value)) }
    }

    /// What the original's modules are called in a model: as rules say, or as the original calls them.
    /// - Parameter rules: a file or a bundled one; nil: the names are the same, or the bundled rules that name most.
    /// - Throws: what is wrong with the rules.
    func layers(by rules: String?, in model: Graph, named name: String) throws -> OriginalLayers {
        let modules = modules
        let shapes = Dictionary(model.modules.map { ($0.path, model.shape(of: $0.value)) }) { _, last in last }
        let same = Self.sameModules(graph.parameters, model.parameters)
        let equal = modules.filter { shapes[$0.path] == $0.shape && same($0.path) }.map { ($0.path, $0.path) }
        var found: ModuleNames.Found?
        if rules != nil || equal.count < modules.count {
            found = try ModuleNames.found(
                by: rules, model: name, tensors: model.parameters.map(\.signature), original: signatures,
                layers: modules.map(\.path))
        }
        if let found {
            let layers = OriginalLayers(found.names.names, modules: modules, shapes: shapes, by: found)
            if rules != nil || layers.compared.count > equal.count { return layers }
        }
        return OriginalLayers(Dictionary(equal) { $1 }, modules: modules, shapes: shapes)
    }

    /// Whether a module of the one has the same tensors as that of the same name of the other.
    private static func sameModules(_ own: [ParameterSpec], _ other: [ParameterSpec]) -> (String) -> Bool {
        func tensors(_ parameters: [ParameterSpec]) -> [String: [String: [Int]]] {
            var tensors: [String: [String: [Int]]] = [:]
            for parameter in parameters {
                for path in ModuleNames.enclosing(parameter.key.modulePath) {
                    tensors[path, default: [:]][parameter.key.text] = parameter.shape
                }
            }
            return tensors
        }
        let (own, other) = (tensors(own), tensors(other))
        return { own[$0] == other[$0] }
    }
}

/// What the modules of an original are called in the model that is held against it.
struct OriginalLayers {
    /// Paths of the original's modules that the model has, too.
    let compared: [String]
    /// The modules of the others.
    let stray: [String]
    /// The rule file that says so; nil where the names are the same.
    let rules: String?
    private let names: [String: String]
    private let shapes: [String: [Int]]
    private let containers: Set<String>

    /// - Parameters:
    ///   - names: the original's paths and the model's.
    ///   - modules: the original's, in order of execution.
    ///   - shapes: of the outputs of the model's modules.
    init(
        _ names: [String: String], modules: [(path: String, shape: [Int])], shapes: [String: [Int]],
        by found: ModuleNames.Found? = nil
    ) {
        let isKnown = modules.map { module in
            guard let shape = names[module.path].flatMap({ shapes[$0] }) else { return false }
            return LayerLayout(of: module.shape, for: shape) != nil
        }
        compared = zip(modules, isKnown).filter(\.1).map(\.0.path)
        stray = zip(modules, isKnown).filter { !$1 }.map(\.0.path)
        (self.names, self.shapes) = (names, shapes)
        (rules, containers) = (found?.rules, found?.names.containers ?? [])
    }

    /// A golden of the original with its layers under the model's names.
    func named(_ golden: Golden) -> Golden {
        golden.naming(names, shapes: shapes, containers: containers, stray: stray)
    }
}
