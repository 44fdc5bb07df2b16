import ByteIO
import CheckpointIO
import TensorCore

/// A checkpoint as it is given to others: without what only going on with the training needs.
///
/// Does what MMPreTrain 1.2's `tools/model_converters/publish_model.py` does; where that script would write a file
/// that is of no use to anybody, this is an error.
package struct Publication: Sendable {
    package struct Options: Sendable {
        package var input: String
        /// The beginning of the file's name; `.pth` at its end does not count.
        package var output: String
        /// Whether the weights that were trained are published, not their moving averages.
        package var keepsTrainedWeights: Bool
        /// A name of MMPreTrain's registry of datasets.
        package var datasetType: String?
        /// The set of weights that is published in the place of the state dict's, as `TrainingParts` names it.
        package var averages: String?
        /// Whether the tensors are published alone, as a flat dictionary.
        package var isWeightsOnly: Bool
        /// The dotted path of the dictionary whose tensors are published alone.
        package var stateKey: String?

        package init(
            input: String, output: String, keepsTrainedWeights: Bool = false, datasetType: String? = nil,
            averages: String? = nil, isWeightsOnly: Bool = false, stateKey: String? = nil
        ) {
            self.stateKey = stateKey
            self.averages = averages
            self.isWeightsOnly = isWeightsOnly
            self.input = input
            self.output = output
            self.keepsTrainedWeights = keepsTrainedWeights
            self.datasetType = datasetType
        }
    }

    /// What became of moving averages.
    package enum Averages: String, Sendable {
        /// The published weights are the averages: mmengine's `EMAHook` saves them as the state dict.
        case published
        /// The published weights are those that were trained.
        case dropped
    }

    /// The file that was written.
    package struct File: Sendable {
        package let path: String
        package let byteCount: Int
        /// 64 hexadecimal digits, of which the name holds the first eight.
        package let sha256: String
    }

    package let options: Options
    /// The checkpoint as it was read.
    package let checkpoint: Checkpoint
    /// What loading the checkpoint in Python would do besides; nil for an ordinary one.
    package let safetyWarning: String?
    /// The root's entries that are left out, in the order of the script.
    package let removed: [String]
    /// nil for a checkpoint without.
    package let averages: Averages?
    /// Whether the checkpoint was a bare state dict.
    package let wasBare: Bool
    /// How many classes the published file names; nil where it does not say.
    package let classCount: Int?

    /// What else the published file holds.
    package let remainder: PublishedRemainder?
    /// The sets of weights that nobody chose where the tensors are published alone.
    private let others: [TrainingParts.Part]

    private let result: Result

    private enum Result {
        case checkpoint(Checkpoint)
        case output(CheckpointOutput)

        func plan(to path: String) throws(CheckpointError) -> OutputPlan {
            switch self {
            case .checkpoint(let checkpoint): try checkpoint.plan(to: path)
            case .output(let output): try output.plan(to: path)
            }
        }
    }

    /// Reads the checkpoint and plans what is written.
    /// - Throws: `CheckpointError`, `WorkbenchError`.
    package init(_ options: Options) throws {
        guard !options.output.hasSuffix(".safetensors") else {
            throw WorkbenchError.unsupportedOutput(
                path: options.output, reason: "what is published is a PyTorch checkpoint, whose name ends in .pth")
        }
        let opened = try Checkpoint.open(options.input)
        safetyWarning = opened.safetyWarning
        let checkpoint = try Self.dictionary(opened.loadable())
        let dataset = try options.datasetType.map(DatasetType.init(named:))
        self.checkpoint = checkpoint
        self.options = options
        guard !options.isWeightsOnly else {
            let stateDict = try checkpoint.stateDict(at: options.stateKey)
            try stateDict.checkChoice(writing: stateDict)
            try Self.checkWeights(stateDict)
            let chosen = try Self.chosen(options, of: stateDict)
            let weights =
                if let chosen, chosen.isModule {
                    try checkpoint.stateDict(at: chosen.name)
                } else {
                    try Self.replacing(stateDict, by: chosen)
                }
            result = .output(CheckpointOutput(unchanged: try weights.plain()))
            removed = []
            (averages, classCount, remainder) = (nil, nil, nil)
            wasBare = stateDict.path.isEmpty
            let isChosen = options.averages != nil || options.stateKey != nil
            others = TrainingParts(of: stateDict).secondWeights.filter {
                $0.name != options.averages && !(isChosen && $0.ownKeys.isEmpty)
            }
            return
        }
        others = []
        let contents = try PublishedContents(checkpoint)
        removed = PublishedContents.leftOut.filter { contents.root[$0] != nil }
        wasBare = contents.isBare
        averages = contents.averages.map { _ in options.keepsTrainedWeights ? .dropped : .published }
        let published = try contents.published(dataset: dataset, keepsTrainedWeights: options.keepsTrainedWeights)
        classCount = Self.classCount(of: published)
        guard options.averages != nil else {
            result = .checkpoint(published)
            remainder = PublishedRemainder(of: published)
            return
        }
        let stateDict = try published.stateDict(at: "state_dict")
        let chosen = try Self.chosen(options, of: stateDict)
        let rest = try published.edited { edit in
            guard let chosen, chosen.ownKeys.isEmpty, case .dictionary(let root) = published.root else { return }
            edit.remove([Key(String(chosen.name.prefix { $0 != "." }))], from: root)
        }
        let replaced = try Self.replacing(stateDict, by: chosen)
        var output = CheckpointOutput(unchanged: replaced)
        output = CheckpointOutput(
            replacing: try rest.stateDict(at: "state_dict"), with: output.entries, metadata: output.metadata)
        result = .output(output)
        remainder = PublishedRemainder(of: rest, published: chosen?.name)
    }

    /// A file whose root is a tensor or a sequence of them, as the state dict that it is read as.
    private static func dictionary(_ checkpoint: Checkpoint) throws(CheckpointError) -> Checkpoint {
        switch checkpoint.root {
        case .tensor, .sequence: try checkpoint.stateDict(at: "").checkpoint
        default: checkpoint
        }
    }

    /// The set of weights that the options name.
    private static func chosen(
        _ options: Options, of stateDict: StateDict
    ) throws(WorkbenchError) -> TrainingParts.Part? {
        guard let name = options.averages else { return nil }
        let parts = TrainingParts(of: stateDict).secondWeights
        guard let part = parts.first(where: { $0.name == name }) else {
            let known =
                parts.isEmpty ? "it holds no second set" : "there is \(parts.map(\.text).joined(separator: ", "))"
            throw .unpublishable(file: options.input, reason: "no set of weights is called '\(name)'; \(known)")
        }
        guard !part.replacements.isEmpty else {
            throw .unpublishable(
                file: options.input, reason: "nothing in \(part.text) says which tensor is which of the state dict's")
        }
        return part
    }

    /// The state dict with the tensors of another set, and without those that the set is made of.
    private static func replacing(_ stateDict: StateDict, by part: TrainingParts.Part?) throws -> StateDict {
        guard let part else { return stateDict }
        return stateDict.replacing(part.replacements, removing: part.ownKeys)
    }

    /// - Throws: `WorkbenchError.unpublishable` for the state of an optimizer, and for what has no tensor.
    private static func checkWeights(_ stateDict: StateDict) throws(WorkbenchError) {
        let file = stateDict.checkpoint.path
        guard !stateDict.tensors.isEmpty else { throw .unpublishable(file: file, reason: "it holds no tensor") }
        guard !CheckpointValue.dictionary(stateDict.container).isOptimizer else {
            throw .unpublishable(file: file, reason: "it holds the state of an optimizer, and no weights")
        }
    }

    private static func classCount(of checkpoint: Checkpoint) -> Int? {
        guard case .dictionary(let root) = checkpoint.root, case .dictionary(let meta)? = root["meta"],
            case .dictionary(let dataset)? = meta["dataset_meta"], case .sequence(let classes)? = dataset["classes"]
        else { return nil }
        return classes.elements.count
    }

    /// What the reader of the published file may miss.
    package var notes: [String] {
        let rest = remainder?.notes ?? others.map(PublishedRemainder.note(ofUnchosen:))
        guard classCount == nil, !options.isWeightsOnly else { return rest }
        return ["the checkpoint does not name its classes; --dataset-type NAME adds those of a dataset"] + rest
    }

    /// Writes the file, whole or not at all.
    /// - Parameter progress: called with the bytes written so far and all, from time to time.
    /// - Throws: `CheckpointError`, `IOError`.
    package func write(
        on day: PublicationDay, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws -> File {
        let stem = options.output.hasSuffix(".pth") ? String(options.output.dropLast(4)) : options.output
        var sha256 = ""
        // The archive's folder is named as the script's is, so that equal contents give equal bytes.
        let written = try result.plan(to: temporaryPath).writeFile(progress: progress) { bytes in
            sha256 = try TensorDigest.sha256(of: bytes)
            return "\(stem)_\(day)-\(sha256.prefix(8)).pth"
        }
        return File(path: written.path, byteCount: written.byteCount, sha256: sha256)
    }

    /// `temp_` before the name of OUT. No file of this name comes into being.
    private var temporaryPath: String {
        let slash = options.output.utf8.lastIndex(of: UInt8(ascii: "/"))
        let start = slash.map { options.output.utf8.index(after: $0) } ?? options.output.startIndex
        return options.output[..<start] + "temp_" + options.output[start...]
    }
}
