import ByteIO
import CheckpointIO
import Foundation
import ModelZoo
import TensorCore
import TestSupport
import Testing
import Verification

@testable import Workbench

/// `fixtures/evaluation/facts.json`; `scripts/makers/make_evaluation_facts.py --help` states the format.
struct EvaluationFacts: Decodable {
    struct Case: Decodable {
        let name: String
        let config: String
        let arguments: [String]
        let metrics: [String: Double]
        let images: [Image]
    }

    struct Image: Decodable {
        let path: String?
        let label, prediction: Int
        let scores: [Double]
    }

    let files: [String: String]
    let annotations: String
    let cases: [Case]

    static let all = Result { try fixture("evaluation/facts.json", as: EvaluationFacts.self) }
}

/// An object of `--out`.
struct WrittenPrediction: Decodable {
    let path: String
    let label, prediction: Int
    let scores: [Double]
    /// Why there is no prediction, which is -1 then.
    let error: String?

    private enum CodingKeys: String, CodingKey {
        case path = "img_path"
        case label = "gt_label"
        case prediction = "pred_label"
        case scores = "pred_score"
        case error
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        path = try values.decode(String.self, forKey: .path)
        label = try values.decode(Int.self, forKey: .label)
        error = try values.decodeIfPresent(String.self, forKey: .error)
        prediction = error == nil ? try values.decode(Int.self, forKey: .prediction) : -1
        scores = error == nil ? try values.decode([Double].self, forKey: .scores) : []
    }
}

/// The dataset of the facts, their configs and a checkpoint with seeded weights.
struct EvaluationLaboratory {
    let folder: TemporaryFolder
    let facts: EvaluationFacts
    var data: String { folder.path("data") }
    var checkpoint: String { folder.path("model.pth") }

    init() throws {
        facts = try EvaluationFacts.all.get()
        folder = try TemporaryFolder()
        let manager = FileManager.default
        for (name, picture) in facts.files {
            let path = folder.path("data/" + name)
            try manager.createDirectory(
                atPath: String(path[..<path.lastIndex(of: "/")!]), withIntermediateDirectories: true)
            try manager.copyItem(atPath: fixture("images/" + picture), toPath: path)
        }
        try manager.createDirectory(atPath: folder.path("data/meta"), withIntermediateDirectories: true)
        try folder.write("data/meta/val.txt", facts.annotations.utf8)
        try folder.write("data/classes.txt", (0..<6).map { "class \($0)\n" }.joined().utf8)
        try manager.copyItem(
            atPath: fixture("evaluation/cifar-10-batches-py"), toPath: folder.path("data/cifar-10-batches-py"))
        for fact in facts.cases {
            try folder.write(fact.name + ".py", fact.config.replacingOccurrences(of: "ROOT", with: data).utf8)
        }
        let carrier = try Checkpoint.open(fixture("publication/runner.pth")).stateDict()
        let model = try ModelSource(.config(folder.path(facts.cases[0].name + ".py"))).definition()
        let entries = try model.parameters.map { spec in
            let tensor = ComputedTensor(dtype: spec.dtype, shape: spec.shape) {
                guard spec.dtype.isFloatingPoint else { return Bytes([UInt8](repeating: 0, count: 8 * spec.count)) }
                return try SeededWeights().withFloat32(spec) { values in
                    values.map { $0 }.withUnsafeBytes { Bytes($0) }
                }
            }
            return CheckpointOutput.Entry(key: spec.key, source: .computed(tensor))
        }
        try CheckpointOutput(replacing: carrier, with: entries, metadata: carrier.metadata).write(to: checkpoint)
    }

    func options(_ name: String, data: String? = nil) -> Evaluation.Options {
        Evaluation.Options(
            model: ModelSource(.config(folder.path(name + ".py"))), checkpoint: checkpoint, data: data ?? self.data)
    }

    func predictions(_ name: String) throws -> [WrittenPrediction] {
        try JSONDecoder().decode([WrittenPrediction].self, from: Data(folder.contents(name)))
    }
}
