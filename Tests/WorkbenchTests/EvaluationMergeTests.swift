import Foundation
import JSON
import TestSupport
import Testing

@testable import Workbench

@Suite struct EvaluationMergeTests {
    /// Evaluates the parts of a case; the paths of their reports.
    private func parts(_ laboratory: EvaluationLaboratory, _ name: String, _ count: Int) throws -> [String] {
        try (1...count).map { index in
            var options = laboratory.options(name)
            options.shard = Shard(index: index, count: count)
            options.output = laboratory.folder.path("predictions \(index).json")
            let report = try Evaluation.run(options)
            return try laboratory.folder.write("report \(index).json", report.json.text.utf8)
        }
    }

    @Test(
        "parts joined in any order are the whole: metrics, counts, predictions byte for byte", arguments: [1, 2, 5])
    func whole(count: Int) throws {
        let laboratory = try EvaluationLaboratory()
        try laboratory.folder.write("data/val/class 1/a.jpg", "not an image".utf8)
        for name in ["folders", "annotations"] {
            var options = laboratory.options(name)
            options.output = laboratory.folder.path("whole.json")
            let whole = try Evaluation.run(options)
            let reports = try parts(laboratory, name, count)
            let joined = try EvaluationMerge.run(
                .init(reports: reports.reversed(), output: laboratory.folder.path("joined.json")))
            #expect(joined.metrics == whole.metrics, "\(name)")
            #expect((joined.evaluated, joined.total) == (whole.evaluated, whole.total))
            #expect(joined.refusals == whole.refusals)
            #expect(joined.model == whole.model)
            #expect(try laboratory.folder.contents("joined.json") == laboratory.folder.contents("whole.json"))
        }
    }

    @Test("lists of predictions are joined in their order, with the metric of a config or top-1 and top-5")
    func lists() throws {
        let laboratory = try EvaluationLaboratory()
        _ = try parts(laboratory, "annotations", 2)
        let lists = (1...2).map { laboratory.folder.path("predictions \($0).json") }
        let fact = try #require(laboratory.facts.cases.first { $0.name == "annotations" })
        let options = laboratory.options("annotations")
        let joined = try EvaluationMerge.run(.init(reports: lists, model: options.model))
        #expect(Dictionary(uniqueKeysWithValues: joined.metrics.map { ($0.name, Double($0.percent)) }) == fact.metrics)
        let plain = try EvaluationMerge.run(.init(reports: lists))
        #expect(plain.metrics.map(\.name) == ["accuracy/top1", "accuracy/top5"])
        #expect(plain.evaluated == fact.images.count)
        let twice = #expect(throws: WorkbenchError.self) {
            try EvaluationMerge.run(.init(reports: [lists[0], lists[1], lists[0]]))
        }
        #expect(twice?.description.contains("is in \(lists[0]), too") == true)
    }

    @Test("the output does not replace what is joined")
    func output() throws {
        let folder = try TemporaryFolder()
        let line = #"[{"img_path": "a", "gt_label": 0, "pred_label": 0, "pred_score": [1.0, 0.0]}]"#
        let path = try folder.write("a.json", line.utf8)
        #expect(throws: WorkbenchError.self) { try EvaluationMerge.run(.init(reports: [path], output: path)) }
        #expect(try folder.contents("a.json") == Array(line.utf8))
    }

    @Test("lists count the images that could not be read, and name them")
    func unreadable() throws {
        let laboratory = try EvaluationLaboratory()
        try laboratory.folder.write("data/val/class 1/a.jpg", "not an image".utf8)
        var options = laboratory.options("folders")
        options.output = laboratory.folder.path("whole.json")
        let whole = try Evaluation.run(options)
        #expect(whole.refusals.count == 1)
        _ = try parts(laboratory, "folders", 2)
        let lists = (1...2).map { laboratory.folder.path("predictions \($0).json") }
        let joined = try EvaluationMerge.run(
            .init(reports: lists, model: options.model, output: laboratory.folder.path("joined.json")))
        #expect((joined.evaluated, joined.total) == (whole.evaluated, whole.total))
        #expect(joined.metrics == whole.metrics)
        #expect(joined.refusals == whole.refusals)
        #expect(!joined.isComplete)
        #expect(try laboratory.folder.contents("joined.json") == laboratory.folder.contents("whole.json"))
    }

    @Test("parts that are missing, given twice or of another evaluation are one error, and nothing is written")
    func errors() throws {
        let laboratory = try EvaluationLaboratory()
        let reports = try parts(laboratory, "folders", 3)
        func message(_ reports: [String]) throws -> String {
            let error = #expect(throws: WorkbenchError.self) {
                try EvaluationMerge.run(.init(reports: reports, output: laboratory.folder.path("joined.json")))
            }
            #expect(!FileManager.default.fileExists(atPath: laboratory.folder.path("joined.json")))
            return error?.description ?? ""
        }
        #expect(try message([reports[0], reports[2]]).contains("the shard 2/3 is missing"))
        #expect(try message(reports + [reports[1]]).contains("it is the shard 2/3, as \(reports[1]) is"))
        var other = laboratory.options("folders")
        other.shard = Shard(index: 2, count: 3)
        other.mirrors = true
        let mirrored = try laboratory.folder.write("other.json", Evaluation.run(other).json.text.utf8)
        #expect(try message([reports[0], mirrored, reports[2]]).contains("it is of another config"))
        other = laboratory.options("folders")
        other.shard = Shard(index: 1, count: 2)
        let half = try laboratory.folder.write("half.json", Evaluation.run(other).json.text.utf8)
        #expect(try message([half, reports[1]]).contains("it is the shard 2/3, and \(half) the shard 1/2"))
        let whole = try laboratory.folder.write(
            "all.json", Evaluation.run(laboratory.options("folders")).json.text.utf8)
        #expect(try message([whole]).contains("it has no 'shard'"))
        #expect(try message([laboratory.folder.path("predictions 1.json"), reports[1]]).contains("not both at once"))
        let failed = try laboratory.folder.write("failed.json", Array("{\"error\": \"no such file\"}".utf8))
        #expect(try message([failed]).contains("it is an error: no such file"))
        // A report may claim anything.
        let text = String(decoding: try laboratory.folder.contents("report 1.json"), as: UTF8.self)
        guard case .int(let count)? = try JSONValue(parsing: text)["images"] else {
            Issue.record("\(text)")
            return
        }
        for (old, new, words) in [
            ("\"1/3\"", "\"1/9223372036854775807\"", "the shard 2/9223372036854775807 is missing"),
            ("\"images\": \(count)", "\"images\": -5", "it lacks a field"),
            ("\"hits\": {", "\"hit\": {", "it lacks a field"),
            ("\"total\": \(count)", "\"total\": 77", "are not 77"),
        ] {
            #expect(text.contains(old))
            let forged = try laboratory.folder.write(
                "forged.json", text.replacingOccurrences(of: old, with: new).utf8)
            #expect(try message([forged]).contains(words))
        }
    }

    @Test("more shards than images are an error that says how many there can be")
    func empty() throws {
        let laboratory = try EvaluationLaboratory()
        var options = laboratory.options("annotations")
        options.shard = Shard(index: 1, count: 9)
        let error = #expect(throws: WorkbenchError.self) { try Evaluation.run(options) }
        #expect(error?.description.contains("take at most 5 shards") == true)
    }
}
