import ByteIO
import CheckpointIO
import Foundation
import ImageDataset
import ModelZoo
import TensorCore
import TestSupport
import Testing
import Verification

@testable import Workbench

/// `fixtures/evaluation/facts.json`; `scripts/make_evaluation_facts.py --help` states the format.
private struct EvaluationFacts: Decodable {
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

    static let all = Result {
        try JSONDecoder().decode(
            EvaluationFacts.self, from: Data(contentsOf: URL(fileURLWithPath: fixture("evaluation/facts.json"))))
    }
}

/// An object of `--out`.
private struct WrittenPrediction: Decodable {
    let path: String
    let label, prediction: Int
    let scores: [Double]

    private enum CodingKeys: String, CodingKey {
        case path = "img_path"
        case label = "gt_label"
        case prediction = "pred_label"
        case scores = "pred_score"
    }
}

@Suite struct EvaluationTests {
    /// The data set of the facts, their configs and a checkpoint with seeded weights.
    private struct Laboratory {
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
            try manager.copyItem(
                atPath: fixture("evaluation/cifar-10-batches-py"), toPath: folder.path("data/cifar-10-batches-py"))
            for fact in facts.cases { try folder.write(fact.name + ".py", fact.config.utf8) }
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

    @Test("metrics, order, labels, predictions and scores are those of MMPreTrain's tools/test.py", arguments: [1, 5])
    func agrees(batchSize: Int) throws {
        let laboratory = try Laboratory()
        #expect(laboratory.facts.cases.map(\.name) == ["folders", "mirrored", "annotations", "cifar"])
        for fact in laboratory.facts.cases {
            var options = laboratory.options(fact.name)
            options.mirrors = fact.arguments == ["--tta"]
            options.batchSize = batchSize
            options.output = laboratory.folder.path("out.json")
            let report = try Evaluation.run(options)
            #expect(report.isComplete)
            #expect(
                Dictionary(uniqueKeysWithValues: report.metrics.map { ($0.name, Double($0.percent)) }) == fact.metrics,
                "\(fact.name)")
            let found = try laboratory.predictions("out.json")
            #expect(found.map(\.label) == fact.images.map(\.label), "\(fact.name)")
            #expect(found.map(\.prediction) == fact.images.map(\.prediction), "\(fact.name)")
            for (prediction, image) in zip(found, fact.images) {
                if let path = image.path { #expect(prediction.path == laboratory.data + "/" + path) }
                #expect(prediction.scores.count == 6)
                for (score, expected) in zip(prediction.scores, image.scores) {
                    #expect(abs(score - expected) < 1e-5, "\(fact.name) \(prediction.path)")
                }
            }
        }
    }

    @Test("an image that cannot be read is named and left out; the rest goes on")
    func unreadable() throws {
        let laboratory = try Laboratory()
        let broken = try laboratory.folder.write("data/val/class 1/a.jpg", "not an image".utf8)
        var options = laboratory.options("folders")
        options.output = laboratory.folder.path("out.json")
        options.limit = 6
        let report = try Evaluation.run(options)
        #expect(!report.isComplete)
        #expect((report.evaluated, report.total) == (5, 6))
        #expect(report.refusals.map(\.path) == [broken])
        #expect(report.refusals.first?.reason.contains("no image that is read here") == true)
        #expect(try laboratory.predictions("out.json").map(\.path).contains(broken) == false)
        #expect(report.text(.init(isColored: false)).contains("5 of 6 images"))
        let only = try TemporaryFolder()
        try only.write("x.jpg", "no".utf8)
        let list = try only.write("list.txt", "x.jpg 0\n".utf8)
        var nothing = laboratory.options("folders", data: only.path)
        nothing.annotationFile = list
        #expect(throws: WorkbenchError.self) { try Evaluation.run(nothing) }
    }

    @Test(
        "more of the best than there are classes, a folder of too few, and other weights are errors, and no file is left"
    )
    func errors() throws {
        let laboratory = try Laboratory()
        let config = laboratory.facts.cases[0].config
        try laboratory.folder.write("ten.py", config.replacingOccurrences(of: "topk=(1, 5)", with: "topk=10").utf8)
        let error = #expect(throws: WorkbenchError.self) { try Evaluation.run(laboratory.options("ten")) }
        #expect(
            error?.description.contains(
                "Top-10 accuracy is unavailable since the number of categories is 6") == true)
        var few = laboratory.options("annotations", data: laboratory.folder.path("data/val/class 0"))
        few.output = laboratory.folder.path("few.json")
        #expect(throws: DatasetError.self) { try Evaluation.run(few) }
        try laboratory.folder.write(
            "seven.py", config.replacingOccurrences(of: "num_classes=6, in", with: "num_classes=7, in").utf8)
        let weights = #expect(throws: WorkbenchError.self) { try Evaluation.run(laboratory.options("seven")) }
        #expect(weights?.description.contains("head.fc.weight") == true)
        #expect(try !laboratory.folder.names.contains { $0.hasSuffix(".json") })
    }

    @Test("a class's rank follows score, then number; what is not a number is never right")
    func ranks() {
        let prediction = { Prediction(path: "", label: $0, scores: [0.25, 0.5, 0.25]) }
        #expect((0..<3).map { prediction($0).rank } == [1, 0, 2])
        #expect(prediction(3).rank == nil)
        #expect(prediction(-1).rank == nil)
        #expect(Prediction(path: "", label: 0, scores: [.nan, 1]).rank == nil)
        var metric = AccuracyMetric(best: [1, 2], thresholds: [0.5, nil])
        for label in 0..<3 { metric.add(prediction(label)) }
        #expect(
            metric.values.map(\.name) == [
                "accuracy/top1_thr-0.50", "accuracy/top1_no-thr", "accuracy/top2_thr-0.50", "accuracy/top2_no-thr",
            ])
        #expect(metric.values.map(\.percent) == [0, 1, 0, 2].map { Float($0) * Float(100 / 3.0) })
    }
}
