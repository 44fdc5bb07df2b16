import ByteIO
import CheckpointIO
import ImageDataset
import JSON
import ModelConfig

/// What the scores of an evaluation depend on, as digests: scores of equal identities belong together.
package struct EvaluationIdentity: Sendable, Hashable {
    /// The digest of the model, the test pipeline, the metric, the options that change a score, and this program's version.
    let config: String
    /// The digest of the weights' names, shapes and elements.
    let checkpoint: String
    /// The digest of the images' paths below the folder with the data, and of their labels.
    let list: String

    init(config: String, checkpoint: String, list: String) {
        self.config = config
        self.checkpoint = checkpoint
        self.list = list
    }

    /// Reads all weights.
    /// - Throws: `CheckpointError`, or what libcrypto lacks.
    init(config: String, weights: StateDict, dataset: ImageDataset) throws {
        self.config = try TensorDigest.sha256(of: Bytes(utf8: config))
        let tensors = weights.tensors
        let digests = concurrentMap(tensors.count) { index in
            Result { try TensorDigest.sha256(of: tensors[index].tensor) }
        }
        var text = ""
        for (named, digest) in zip(tensors, digests) {
            text += "\(named.key) \(named.tensor.dtype) \(named.tensor.shape) \(try digest.get())\n"
        }
        checkpoint = try TensorDigest.sha256(of: Bytes(utf8: text))
        text = ""
        for sample in dataset.samples { text += "\(dataset.name(of: sample))\t\(sample.label)\n" }
        list = try TensorDigest.sha256(of: Bytes(utf8: text))
    }

    /// nil where they are equal; else the part that differs.
    func difference(from other: EvaluationIdentity) -> String? {
        if config != other.config { return "config" }
        if checkpoint != other.checkpoint { return "checkpoint" }
        return list != other.list ? "list of images" : nil
    }

    var json: JSONValue {
        ["config": .string(config), "checkpoint": .string(checkpoint), "list": .string(list)]
    }

    /// nil for what `json` does not give.
    init?(_ json: JSONValue) {
        guard case .string(let config)? = json["config"], case .string(let checkpoint)? = json["checkpoint"],
            case .string(let list)? = json["list"]
        else { return nil }
        self.init(config: config, checkpoint: checkpoint, list: list)
    }
}
