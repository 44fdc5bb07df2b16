import CheckpointIO
import ModelGraph
import ModelZoo
import ProgramImport
import TensorCore

/// A model that tools work on: what a config or a name describes, or an exported program.
enum ModelDescription: Sendable {
    case definition(ModelDefinition)
    case program(ProgramModel)

    /// MMPreTrain's name, the config's, or that of the program's file.
    var name: String {
        switch self {
        case .definition(let definition): definition.name
        case .program(let program): program.name
        }
    }

    /// What a config or a name describes.
    /// - Throws: `WorkbenchError.notOfPrograms`.
    var zooDefinition: ModelDefinition {
        get throws {
            switch self {
            case .definition(let definition): return definition
            case .program(let program): throw WorkbenchError.notOfPrograms(program.path)
            }
        }
    }

    /// The `state_dict()` of the complete model: keys, shapes and dtypes in PyTorch's order, buffers included.
    var parameters: [ParameterSpec] {
        get throws {
            switch self {
            case .definition(let definition): try definition.parameters
            case .program(let program): try program.parameters
            }
        }
    }

    /// Parameters that the `state_dict()` leaves out: those of the network inside a LoRAModel.
    var frozenParameters: [ParameterSpec] {
        get throws {
            guard case .definition(let definition) = self else { return [] }
            return try definition.allParameters.filter { !$0.isSaved }
        }
    }

    /// Keys, shapes and dtypes of the state dict.
    var signatures: [TensorSignature] { get throws { try parameters.map(\.signature) } }

    /// The tensors of a checkpoint that are constants of the program, or buffers that are not persistent, and not part of
    /// its state dict: converting a program keeps them.
    func constants(in tensors: [TensorSignature]) -> Set<Key> {
        guard case .program(let model) = self else { return [] }
        let checkpoint = model.program.checkpoint
        let own = checkpoint.program?.constants ?? []
        let known = Dictionary(
            checkpoint.tensors.lazy.filter { own.contains($0.key) }.map { ($0.key, $0.tensor.shape) }
        ) { first, _ in first }
        return Set(tensors.lazy.filter { known[$0.key] == $0.shape }.map(\.key))
    }

    /// A note that the state dict has tensors which the model does not have, such as those of a deeper network; none where
    /// it has only the model's.
    func strangers(in stateDict: StateDict) throws -> [String] {
        let known = Set(try (parameters + frozenParameters).map(\.key)).union(
            constants(in: stateDict.tensors.map(\.signature)))
        let strangers = stateDict.tensors.filter { !known.contains($0.key) }
        guard let first = strangers.first else { return [] }
        let verb = strangers.count == 1 ? "is" : "are"
        return [
            "\(countText(strangers.count, "tensor")) of the checkpoint \(verb) not in \(name), '\(first.key)' first: "
                + "shape-diff lists them"
        ]
    }

    /// The whole model, recorded for these inputs.
    /// - Throws: `InputError` for what it does not take.
    func graph(inputs: [GraphInput]) throws -> Graph {
        switch self {
        case .definition(let definition):
            guard inputs.count == 1, inputs[0].shape.count == 4, !inputs[0].isDiscrete else {
                throw InputError(model: name, expected: "images, [N, C, H, W]", found: inputs)
            }
            return try definition.graph(input: inputs[0].shape)
        case .program(let program): return try program.graph(inputs: inputs)
        }
    }
}

/// Inputs that a model does not take.
struct InputError: Error, CustomStringConvertible {
    let model: String
    /// `images, [N, C, H, W]`
    let expected: String
    let found: [GraphInput]

    var description: String {
        let found = found.map { "\($0.shape)\($0.isDiscrete ? " of integers" : "")" }
        return "\(model) takes \(expected), not \(found.joined(separator: " and "))"
    }
}

/// An exported program as a model.
struct ProgramModel: Sendable {
    let path: String
    let program: ExportedProgram
    /// Which of its outputs counts, from 0; nil: the first that is a tensor of floats.
    let output: Int?

    /// - Throws: `CheckpointError`, also for a file that is not an exported program, or `WorkbenchError.program`.
    init(path: String, output: Int? = nil) throws {
        self.path = path
        self.output = output
        let checkpoint = try Checkpoint.open(path)
        do { program = try ExportedProgram(checkpoint) } catch {
            if case .notProgram = error { throw CheckpointError(path, .notCheckpoint("\(error)")) }
            throw WorkbenchError.program(path: path, reason: "\(error)")
        }
    }

    /// The file's name without its ending.
    var name: String {
        let file = path.split(separator: "/").last.map(String.init) ?? path
        return file.hasSuffix(".pt2") ? String(file.dropLast(4)) : file
    }

    /// Which output counts, from 0.
    /// - Throws: `WorkbenchError.program` where the program has no such output, or it is not a tensor.
    var outputIndex: Int {
        get throws {
            let index = program.outputIndex(output)
            _ = try naming { try program.outputArgument(index) }
            return index
        }
    }

    var parameters: [ParameterSpec] { get throws { try naming { try program.parameters(output: output) } } }

    var inputs: [ProgramInput] { get throws { try naming { try program.inputs() } } }

    /// - Parameter shapes: of the inputs; nil for what the program was exported with.
    func graph(shapes: [[Int]]?) throws -> Graph {
        try naming { try program.graph(.init(inputShapes: shapes, output: output)) }
    }

    /// - Throws: `InputError` for what the program does not take.
    func graph(inputs: [GraphInput]) throws -> Graph {
        let own = try self.inputs
        guard own.count == inputs.count, zip(own, inputs).allSatisfy({ $0.admits($1) }) else {
            throw InputError(model: name, expected: own.map { "\($0)" }.joined(separator: " and "), found: inputs)
        }
        return try graph(shapes: inputs.map(\.shape))
    }

    /// Adds the file to what is wrong with the program.
    private func naming<Result>(_ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let error as ImportError {
            throw WorkbenchError.program(path: path, reason: "\(error)")
        }
    }
}
