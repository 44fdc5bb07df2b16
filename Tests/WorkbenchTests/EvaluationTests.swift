import Foundation
import ImageDataset
import TestSupport
import Testing

@testable import Workbench

@Suite struct EvaluationTests {
    @Test("metrics, order, labels, predictions and scores are those of MMPreTrain's tools/test.py", arguments: [1, 5])
    func agrees(batchSize: Int) throws {
        let laboratory = try EvaluationLaboratory()
        #expect(
            laboratory.facts.cases.map(\.name) == [
                "folders", "mirrored", "annotations", "imagenet", "classes", "cifar",
            ])
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
        let laboratory = try EvaluationLaboratory()
        let broken = try laboratory.folder.write("data/val/class 1/a.jpg", "not an image".utf8)
        var options = laboratory.options("folders")
        options.output = laboratory.folder.path("out.json")
        options.limit = 6
        let report = try Evaluation.run(options)
        #expect(!report.isComplete)
        #expect((report.evaluated, report.total) == (5, 6))
        #expect(report.refusals.map(\.path) == [broken])
        #expect(report.refusals.first?.reason.contains("not an image of a format that is read") == true)
        let written = try laboratory.predictions("out.json")
        #expect(written.count == 6 && written.filter { $0.error != nil }.map(\.path) == [broken])
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
        let laboratory = try EvaluationLaboratory()
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
