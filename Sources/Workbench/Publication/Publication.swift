import ByteIO
import CheckpointIO
import TensorCore

/// A checkpoint as it is given to others: without what only going on with the training needs.
///
/// Does what MMPreTrain 1.2's `tools/model_converters/publish_model.py` does; where that script would write a file
/// that is of no use to anybody, this is an error.
public struct Publication: Sendable {
    public struct Options: Sendable {
        public var input: String
        /// The beginning of the file's name; `.pth` at its end does not count.
        public var output: String
        /// Whether the weights that were trained are published, not their moving averages.
        public var keepsTrainedWeights: Bool
        /// A name of MMPreTrain's registry of datasets.
        public var datasetType: String?

        public init(
            input: String, output: String, keepsTrainedWeights: Bool = false, datasetType: String? = nil
        ) {
            self.input = input
            self.output = output
            self.keepsTrainedWeights = keepsTrainedWeights
            self.datasetType = datasetType
        }
    }

    /// What became of moving averages.
    public enum Averages: String, Sendable {
        /// The published weights are the averages: mmengine's `EMAHook` saves them as the state dict.
        case published
        /// The published weights are those that were trained.
        case dropped
    }

    /// The file that was written.
    public struct File: Sendable {
        public let path: String
        public let byteCount: Int
        /// 64 hexadecimal digits, of which the name holds the first eight.
        public let sha256: String
    }

    public let options: Options
    /// The checkpoint as it was read.
    public let checkpoint: Checkpoint
    /// What loading the checkpoint in Python would do besides; nil for an ordinary one.
    public let safetyWarning: String?
    /// The root's entries that are left out, in the order of the script.
    public let removed: [String]
    /// nil for a checkpoint without.
    public let averages: Averages?
    /// Whether the checkpoint was a bare state dict.
    public let wasBare: Bool
    /// How many classes the published file names; nil where it does not say.
    public let classCount: Int?

    private let result: Checkpoint

    /// Reads the checkpoint and plans what is written.
    /// - Throws: `CheckpointError`, `WorkbenchError`.
    public init(_ options: Options) throws {
        guard !options.output.hasSuffix(".safetensors") else {
            throw WorkbenchError.unsupportedOutput(
                path: options.output, reason: "what is published is a PyTorch checkpoint, whose name ends in .pth")
        }
        let opened = try Checkpoint.open(options.input)
        safetyWarning = opened.safetyWarning
        let checkpoint = try opened.loadable()
        let dataset = try options.datasetType.map(DatasetType.init(named:))
        let contents = try PublishedContents(checkpoint)
        removed = PublishedContents.leftOut.filter { contents.root[$0] != nil }
        wasBare = contents.isBare
        averages = contents.averages.map { _ in options.keepsTrainedWeights ? .dropped : .published }
        result = try contents.published(dataset: dataset, keepsTrainedWeights: options.keepsTrainedWeights)
        classCount = Self.classCount(of: result)
        self.checkpoint = checkpoint
        self.options = options
    }

    private static func classCount(of checkpoint: Checkpoint) -> Int? {
        guard case .dictionary(let root) = checkpoint.root, case .dictionary(let meta)? = root["meta"],
            case .dictionary(let dataset)? = meta["dataset_meta"], case .sequence(let classes)? = dataset["classes"]
        else { return nil }
        return classes.elements.count
    }

    /// What the reader of the published file may miss.
    public var notes: [String] {
        guard classCount == nil else { return [] }
        return ["the checkpoint does not name its classes; --dataset-type NAME adds those of a dataset"]
    }

    /// Writes the file, whole or not at all.
    /// - Throws: `CheckpointError`, `IOError`.
    public func write(on day: PublicationDay) throws -> File {
        let stem = options.output.hasSuffix(".pth") ? String(options.output.dropLast(4)) : options.output
        var sha256 = ""
        // The archive's folder is named as the script's is, so that equal contents give equal bytes.
        let written = try result.plan(to: temporaryPath).write { bytes in
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
