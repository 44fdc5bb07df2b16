import CheckpointIO
import CommandLineKit
import ModelConfig
import ModelZoo
import TensorCore

/// The model that a command line names: one of the zoo, or the one that a config describes.
package struct ModelSource: Sendable, Equatable {
    /// Where the model's definition is.
    package enum Origin: Sendable, Equatable {
        /// A name of the model zoo.
        case name(String)
        /// The path of a config, `.py`.
        case config(String)
        /// The path of an exported program, `.pt2`, and which of its outputs counts, from 0; nil: the first of floats.
        case program(String, output: Int? = nil)
    }

    package var origin: Origin
    /// What `--num-classes` says.
    package var classes: Int?
    /// `KEY=VALUE`, changes of the config.
    package var configOptions: [String]

    package init(_ origin: Origin, classes: Int? = nil, configOptions: [String] = []) {
        self.origin = origin
        self.classes = classes
        self.configOptions = configOptions
    }

    /// What `--model`, `--config` and `--program` say; nil where none is given.
    package init?(
        model: String?, config: String?, program: String? = nil, output: Int? = nil, classes: Int? = nil,
        configOptions: [String] = []
    ) throws(UsageError) {
        guard config != nil || configOptions.isEmpty else { throw .combination("--cfg-options needs a config") }
        guard program != nil || output == nil else { throw .combination("--output needs --program") }
        guard program == nil || classes == nil else {
            throw .combination("--num-classes needs --model or --config: a program has the classes that it has")
        }
        switch (model, config, program) {
        case (let name?, nil, nil): self.init(.name(name), classes: classes)
        case (nil, let path?, nil): self.init(.config(path), classes: classes, configOptions: configOptions)
        case (nil, nil, let path?): self.init(.program(path, output: output))
        case (nil, nil, nil):
            guard classes == nil else { throw .combination("--num-classes needs --model or --config") }
            return nil
        case (_?, _?, nil): throw .combination("--model and --config exclude each other")
        default: throw .combination("--program excludes --model and --config")
        }
    }

    var isConfig: Bool {
        if case .config = origin { true } else { false }
    }

    /// The model as it is described, with the number of classes that the command line states.
    /// - Throws: `ModelZooError`, what is wrong with the config, with its file and line, or
    ///   `WorkbenchError.notOfPrograms`.
    func definition() throws -> ModelDefinition {
        let definition: ModelDefinition
        switch origin {
        case .name(let name): definition = try ModelZoo.model(named: name)
        case .config(let path): definition = try ModelDefinition(configAt: path, overrides: configOptions)
        case .program(let path, _): throw WorkbenchError.notOfPrograms(path)
        }
        return try classes.map { try definition.adapting(classes: $0) } ?? definition
    }

    /// The same, or the program.
    /// - Throws: as `definition()`, and what is wrong with the program.
    func description() throws -> ModelDescription {
        guard case .program(let path, let output) = origin else { return .definition(try definition()) }
        return .program(try ProgramModel(path: path, output: output))
    }

    /// The model's state dict as a checkpoint without elements, under the name of the model or the path of its config, and
    /// what the model's user should know.
    /// - Throws: as `definition()`.
    package func described() throws -> (checkpoint: Checkpoint, notes: [String]) {
        let description = try description()
        var notes: [String] = []
        if case .definition(let definition) = description { notes = definition.notes }
        let path =
            switch origin {
            case .name: description.name
            case .config(let path), .program(let path, _): path
            }
        return (try Checkpoint.describing(try description.signatures, path: path), notes)
    }

    /// The model with the numbers of classes and input channels that a checkpoint's shapes state, where the command line
    /// does not fix them: a config, or `--num-classes`.
    /// - Parameter checkpoint: under the model's own keys.
    /// - Throws: as `definition()`; `ModelZooError.disagreement` where two tensors state different numbers.
    func definition(for checkpoint: [TensorSignature]) throws -> AdaptedModel {
        try adapted(definition(), to: checkpoint)
    }

    /// The same from what `description()` gave; a program stays as it is.
    func adapted(
        _ described: ModelDescription, to checkpoint: [TensorSignature]
    ) throws -> (model: ModelDescription, notes: [String]) {
        guard case .definition(let definition) = described else { return (described, []) }
        let adapted = try adapted(definition, to: checkpoint)
        return (.definition(adapted.definition), adapted.notes)
    }

    /// The same, and of a model that is named the size of image that the checkpoint's position embedding is of.
    func adaptedToImageSize(
        _ described: ModelDescription, of checkpoint: [TensorSignature]
    ) throws -> (model: ModelDescription, notes: [String]) {
        guard case .definition(let definition) = described, case .name = origin else {
            return try adapted(described, to: checkpoint)
        }
        var model = try self.adapted(definition, to: checkpoint)
        try model.takeImageSize(of: checkpoint)
        return (.definition(model.definition), model.notes)
    }

    /// The same from what `definition()` gave.
    func adapted(_ described: ModelDefinition, to checkpoint: [TensorSignature]) throws -> AdaptedModel {
        guard case .name = origin else { return AdaptedModel(definition: described) }
        return try AdaptedModel(described, to: checkpoint, fixesClasses: classes != nil)
    }
}

/// A model with what of it was taken from a checkpoint.
struct AdaptedModel: Sendable {
    private(set) var definition: ModelDefinition
    /// What the model's user should know, and a sentence for each number that is not the model's own.
    private(set) var notes: [String]

    init(definition: ModelDefinition) {
        self.definition = definition
        notes = definition.notes
    }

    /// - Parameter fixesClasses: whether the number of classes stays what it is.
    init(_ model: ModelDefinition, to checkpoint: [TensorSignature], fixesClasses: Bool = false) throws {
        var adapted = model
        notes = model.notes
        let extents = try model.extents(in: checkpoint)
        if !fixesClasses, let classes = extents.classes, let own = model.classes, classes != own {
            adapted = try adapted.adapting(classes: classes)
            notes.append("the checkpoint has \(classes) classes and \(model.name) \(own); \(classes) is used")
        }
        if let channels = extents.inputChannels, channels != model.inputChannels {
            adapted = try adapted.adapting(inputChannels: channels)
            notes.append(
                "the checkpoint has \(countText(channels, "input channel")) and \(model.name) \(model.inputChannels); "
                    + "\(channels) is used")
        }
        definition = adapted
    }

    /// Takes the size of image that the checkpoint's position embedding is of.
    mutating func takeImageSize(of checkpoint: [TensorSignature]) throws {
        guard let own = definition.imageSize, let side = try definition.otherImageSize(in: checkpoint) else { return }
        definition = try definition.adapting(imageSize: side)
        notes.append(
            "the checkpoint is for images of \(side) × \(side), \(definition.name) for \(own) × \(own): "
                + "\(side) × \(side) is taken")
    }
}

extension ModelDefinition {
    /// The model that a config describes.
    /// - Parameter overrides: `KEY=VALUE`, as mmengine's `--cfg-options` has them.
    /// - Throws: what is wrong with the config, with its file and line.
    init(configAt path: String, overrides: [String] = []) throws {
        try self.init(ModelConfig.load(path, .process(overrides: overrides)))
    }

    /// The model that a loaded config describes.
    /// - Throws: what is wrong with the config, with its file and line.
    init(_ config: ModelConfig) throws {
        let path = config.path
        guard let entry = config.values.entry("model") else {
            throw WorkbenchError.config(path: path, reason: "it has no 'model'")
        }
        guard case .dictionary(let model) = entry.value else {
            throw WorkbenchError.config(
                path: entry.origin.map { "\($0)" } ?? path, reason: "'model' is not a dictionary")
        }
        let file = path.split(separator: "/").last.map(String.init) ?? path
        do {
            try self.init(file.hasSuffix(".py") ? String(file.dropLast(3)) : file, model: model)
        } catch {
            throw ArgumentError(error.path, error.problem, origin: error.origin ?? entry.origin)
        }
        dataPreprocessor = config.dataPreprocessor
        testPipeline = config.testPipeline
        configNotes = config.notes + (config.refusal.map { ["mmengine does not load this config: \($0)"] } ?? [])
    }
}
