import BranchFolding
import ByteIO
import CheckpointIO
import Engine
import ModelGraph
import ModelZoo
import TensorCore
import Verification

/// A checkpoint of a model whose branches are folded into the layers that it is deployed with.
///
/// What is written is proved first: the deploy model runs with the weights of the file that lies there without a name
/// yet, and must compute what the training model computes in double precision, up to float32 rounding as it is measured.
package struct Reparameterization: Sendable {
    package struct Options: Sendable {
        package var input: String
        package var output: String
        /// The model in its training form.
        package var model: ModelSource
        package var stateKey: String?

        package init(input: String, output: String, model: ModelSource, stateKey: String? = nil) {
            self.input = input
            self.output = output
            self.model = model
            self.stateKey = stateKey
        }
    }

    /// What came of it.
    package struct Outcome: Sendable {
        /// The deploy model against the training model.
        package let report: VerificationReport
        /// nil where the proof failed: then there is no file.
        package let file: OutputPlan.WrittenFile?
    }

    package let options: Options
    package let checkpoint: Checkpoint
    /// What loading the checkpoint in Python would do besides; nil for an ordinary one.
    package let safetyWarning: String?
    /// MMPreTrain's names of the model before and after.
    package let model: String
    package let deployModel: String
    /// How the deploy model's parameters follow from the checkpoint's.
    package let plan: FoldPlan
    /// Tensors of the state dict that the training model does not have; they are left out.
    package let unused: [Key]

    let stateDict: StateDict
    private let training: Graph
    private let deploy: Graph

    /// What of the model was taken from the checkpoint: sentences.
    let modelNotes: [String]
    /// The image that both models run on, as large as those that the model is tested with.
    private let inputShape: [Int]

    /// Opens the checkpoint and checks that it is one of the training model.
    /// - Throws: `CheckpointError`, `ModelZooError`, `GraphError`, `FoldError`, `WorkbenchError`.
    package init(_ options: Options) throws {
        let described = try options.model.definition()
        _ = try Self.deployForm(of: described)
        checkpoint = try Checkpoint.open(options.input)
        safetyWarning = checkpoint.safetyWarning
        stateDict = try checkpoint.stateDict(at: options.stateKey)
        let adapted = try options.model.adapted(described, to: stateDict.tensors.map(\.signature))
        modelNotes = adapted.notes
        let definition = adapted.definition
        let deployDefinition = try Self.deployForm(of: definition)
        let size = definition.inputSize
        inputShape = [1, definition.inputChannels, size.height, size.width]
        training = try definition.graph(input: inputShape)
        deploy = try deployDefinition.graph(input: inputShape)
        plan = try FoldPlan(training: training, deploy: deploy)
        let parameters = CheckpointParameters(stateDict)
        do {
            try parameters.check(training.parameters)
        } catch {
            let isDeploy = (try? parameters.check(deploy.parameters)) != nil
            throw WorkbenchError.reparameterization(
                file: options.input,
                reason: isDeploy ? "its branches are folded already: it is a \(deployDefinition.name)" : "\(error)")
        }
        let known = Set(training.parameters.map(\.key))
        unused = stateDict.tensors.map(\.key).filter { !known.contains($0) }
        model = definition.name
        deployModel = deployDefinition.name
        self.options = options
    }

    private static func deployForm(of definition: ModelDefinition) throws -> ModelDefinition {
        if let deploy = try definition.deployForm() { return deploy }
        if definition.isDeployForm {
            throw WorkbenchError.nothingToFold(
                model: definition.name, reason: "is the deploy form already; name the one that it is made of")
        }
        throw WorkbenchError.nothingToFold(
            model: definition.name,
            reason: "has no branches to fold; the models of \(ModelZoo.foldableBackbones.joined(separator: ", ")) have")
    }

    /// Writes the file and proves it before it takes its name.
    /// - Parameter begin: called with the name of each stage before it.
    /// - Throws: `CheckpointError`, `EngineError`, `WorkbenchError`. A proof that fails is not an error but an outcome.
    package func write(stage begin: (_ name: String) -> Void = { _ in }) throws -> Outcome {
        begin("writing")
        let format = try OutputFormat(path: options.output)
        let output = CheckpointOutput(replacing: stateDict, with: try entries(), metadata: metadata)
        var report: VerificationReport?
        do {
            let file = try output.plan(to: options.output, OutputOptions(format)).writeFile { bytes in
                begin("comparing the outputs")
                let written = try Checkpoint.open(bytes, path: options.output)
                let proof = try prove(try written.stateDict(at: format == .torchZip ? stateDict.path : nil))
                report = proof
                guard proof.passed else { throw FailedProof() }
                return options.output
            }
            guard let report else { throw FailedProof() }
            return Outcome(report: report, file: file)
        } catch is FailedProof {
            guard let report else {
                throw WorkbenchError.reparameterization(file: options.input, reason: "it could not be proved")
            }
            return Outcome(report: report, file: nil)
        }
    }

    private struct FailedProof: Error {}

    /// Runs the training model in double precision, and holds the deploy model's runs against that.
    ///
    /// In double precision the two are alike up to the rounding of the folded weights. In single precision both round, the
    /// more the larger what cancels: the deploy model may be off by what the training model is off by besides.
    private func prove(_ written: StateDict) throws -> VerificationReport {
        let input = SeededWeights.input(shape: inputShape)
        let golden = try Golden(
            exactly: training, parameters: CheckpointParameters(stateDict), on: input, source: model)
        return try Verifier(
            golden.part("", of: deploy), parameters: CheckpointParameters(written), golden: golden
        ).run()
    }
}
