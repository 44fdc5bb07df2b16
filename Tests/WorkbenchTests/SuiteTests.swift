import CheckpointIO
import CommandLineKit
import Foundation
import JSON
import TestSupport
import Testing

@testable import Workbench

/// `fixtures/guide`, copied: a suite may be written beside it.
struct GuideFixture {
    static let config = "configs/vit_pico/vit-pico-p8_3rdparty_six.py"

    let folder: TemporaryFolder
    var path: String { folder.path("guide") }

    init() throws {
        folder = try TemporaryFolder()
        try FileManager.default.copyItem(atPath: fixture("guide"), toPath: folder.path("guide"))
    }

    /// Writes a file beside the others.
    @discardableResult
    func write(_ name: String, _ text: String) throws -> String { try folder.write("guide/" + name, text.utf8) }

    /// The weights under MMPreTrain's names.
    func convert() throws -> String {
        let path = path + "/converted.pth"
        var options = ConversionOptions(inputs: [.init(path: self.path + "/original.pth")])
        options.model = .model(ModelSource(.config(self.path + "/" + Self.config)))
        _ = try Conversion(options, rules: "vit_timm").output(to: path, options).write()
        return path
    }

    /// What MMPreTrain's `tools/test.py` found, by name.
    func accuracies() throws -> [String: Double] {
        struct Facts: Decodable { let accuracy: [String: Double] }
        return try JSONDecoder().decode(Facts.self, from: Data(folder.contents("guide/facts.json"))).accuracy
    }
}

@Suite struct SuiteTests {
    @Test("a suite converts, runs, compares with goldens and images, and measures accuracies")
    func ownSuite() throws {
        let guide = try GuideFixture()
        _ = try guide.convert()
        let accuracies = try guide.accuracies()
        let (top1, top5) = (try #require(accuracies["accuracy/top1"]), try #require(accuracies["accuracy/top5"]))
        let suite = try guide.write(
            "suite.yml",
            """
            # every way in which a model can be judged
            - config: \(GuideFixture.config)
            - {name: converted, config: \(GuideFixture.config), checkpoint: converted.pth, golden: golden.pth, images: .}
            - name: both
              config: \(GuideFixture.config)
              original: original.pth
              rules: vit_timm
              golden: golden_steps.pth
              images: [portrait.jpg]
              data: data
              accuracy: {top1: \(top1), Top 5 Accuracy: \(top5)}
            - {config: first.py, checkpoint: converted.pth, golden: golden.pth, images: portrait.jpg}
            - {config: \(GuideFixture.config), checkpoint: converted.pth, golden: golden.pth, tolerance: 1.0e-12}
            - {config: \(GuideFixture.config), checkpoint: converted.pth, images: data, accuracy: \(top1 + 1)}
            - {config: \(GuideFixture.config), checkpoint: converted.pth, images: data, accuracy: \(top1 + 1), tolerance: 2}
            - {config: \(GuideFixture.config), checkpoint: gone.pth}
            - {model: resnet18_8xb16_cifar10, checkpoint: converted.pth}
            """)
        let report = try Suite.run(.init(path: suite))
        #expect(
            report.entries.map(\.status) == [.pass, .pass, .pass, .fail, .fail, .fail, .pass, .error, .error],
            "\(report.text(.plain))")
        #expect(
            report.entries.map(\.name) == [
                "vit-pico-p8_3rdparty_six", "converted", "both", "first", "vit-pico-p8_3rdparty_six (2)",
                "vit-pico-p8_3rdparty_six (3)", "vit-pico-p8_3rdparty_six (4)", "vit-pico-p8_3rdparty_six (5)",
                "resnet18_8xb16_cifar10",
            ])
        #expect(!report.passed && report.count(.error) == 2)
        let entries = report.entries
        #expect(entries[0].hasNoWeights && !entries[1].hasNoWeights)
        #expect(entries[0].remark == "no weights")
        #expect(entries[0].resolution == [64, 64])
        #expect(entries.prefix(7).allSatisfy { $0.parameters == entries[0].parameters && $0.milliseconds ?? 0 > 0 })
        #expect(entries[2].rules == "vit_timm")
        #expect(entries[2].accuracies.map(\.name) == ["accuracy/top1", "accuracy/top5"])
        #expect(
            entries[3].findings == [
                "input differs from step 1:ResizeEdge on; it equals backend='pillow', interpolation='bicubic'"
            ])
        #expect(entries[4].tolerance == 1e-12)
        #expect(entries[5].findings.first?.hasPrefix("accuracy/top1 is ") == true)
        #expect(entries[7].error?.contains("gone.pth") == true)
        #expect(entries[8].error?.contains("converted.pth: the checkpoint does not fit the model") == true)
        #expect(entries[8].place == suite + ":17")
    }

    @Test("a checkpoint of another code base is told the rules that convert it")
    func foreign() throws {
        let guide = try GuideFixture()
        let suite = try guide.write(
            "suite.yml", "- {name: raw, config: \(GuideFixture.config), checkpoint: original.pth, golden: golden.pth}\n"
        )
        let report = try Suite.run(.init(path: suite))
        #expect(report.entries[0].error?.contains("'convert --rules vit_timm") == true, "\(report.text(.plain))")
    }

    @Test("of a checkpoint without a head the model is run up to it")
    func headless() throws {
        let guide = try GuideFixture()
        let whole = try Checkpoint.open(guide.convert()).stateDict()
        let entries = whole.tensors.filter { !$0.key.text.hasPrefix("head.") }.map {
            CheckpointOutput.Entry(key: $0.key, source: .stored($0.tensor))
        }
        try CheckpointOutput(replacing: whole, with: entries, metadata: []).write(to: guide.path + "/backbone.pth")
        let suite = try guide.write(
            "suite.yml",
            "- {config: \(GuideFixture.config), checkpoint: backbone.pth}\n- {config: \(GuideFixture.config), checkpoint: converted.pth}"
        )
        let report = try Suite.run(.init(path: suite))
        #expect(report.passed, "\(report.text(.plain))")
        #expect(report.entries.map(\.parameters).allSatisfy { $0 == report.entries[1].parameters })
        #expect(report.entries[0].notes.contains("the checkpoint has no head: the model is run up to it"))
        #expect(!report.entries[1].notes.contains("the checkpoint has no head: the model is run up to it"))
    }

    @Test(
        "what is wrong with a suite is an error with its place",
        arguments: [
            ("- {modle: resnet18}", "suite.yml:1:4: an entry has no 'modle'; did you mean 'model'?"),
            ("- name: x", "suite.yml:1:3: an entry needs 'model', a name, or 'config', a path"),
            ("- {model: a, config: b}", "suite.yml:1:22: config: 'model' and 'config' exclude each other"),
            ("- {model: a, golden: g.pth}", "suite.yml:1:22: golden: needs 'checkpoint', or 'original' and 'rules'"),
            ("- {model: a, rules: r}", "suite.yml:1:21: rules: needs 'original', the checkpoint to convert"),
            (
                "- {model: a, checkpoint: c, golden: g, images: d, accuracy: 50, tolerance: 1}",
                "suite.yml:1:76: say of which: tolerance: {output: X, accuracy: Y}"
            ),
            (
                "- {model: a, checkpoint: c, images: d, accuracy: 150}",
                "suite.yml:1:50: an accuracy is a percentage of 0 to 100, found 150"
            ),
            ("- {model: a, checkpoint: c, data: d}", "suite.yml:1:35: data: needs 'accuracy'"),
            ("- {model: a, checkpoint: c, data: d, accuracy: {}}", "suite.yml:1:48: accuracy: names none"),
            ("- {model: a, checkpoint: c, tolerance: -1}", "suite.yml:1:40: needs 'golden' or 'accuracy'"),
            ("suite: 3", "suite.yml:1:8: needs a list of entries, found an integer"),
            ("[]", "suite.yml: it names no model"),
            ("", "suite.yml: it is empty"), ("- [", "suite.yml:2:1: did not find expected node content"),
        ])
    func errors(text: String, message: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("suite.yml", text.utf8)
        let error = #expect(throws: (any Error).self) { try Suite.run(.init(path: path)) }
        #expect("\(error!)".contains(message), "\(error!)")
    }

    @Test("a metafile is a suite: its models run by their configs, on published weights where these are at hand")
    func metafile() throws {
        let guide = try GuideFixture()
        _ = try guide.convert()
        let root = guide.path + "/root/mmclassification/v0/pico"
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        try FileManager.default.moveItem(atPath: guide.path + "/converted.pth", toPath: root + "/pico_01234567.pth")
        let model = { (name: String, config: String) in
            """
              - Name: \(name)
                Metadata: {Parameters: 1}
                In Collection: A
                Config: \(config)
                Weights: https://download.openmmlab.com/mmclassification/v0/pico/pico_01234567.pth
                Results:
                - {Task: Image Classification, Dataset: six, Metrics: {Top 1 Accuracy: \(name == "Pico_a" ? 56.25 : 57)}}

            """
        }
        try guide.write(
            "metafile.yml",
            "Collections:\n  - {Name: A}\nModels:\n" + model("Pico_a", GuideFixture.config)
                + model("pico_b", "first.py")
                + model("shufflenet-v2-1x_16xb64_in1k", "gone.py")
                + model("mae_vit-base-p16_8xb512-amp-coslr-300e_in1k", "gone.py")
                + model("other", "gone.py"))
        let index = try guide.write("model-index.yml", "Import:\n  - metafile.yml\n")
        let whole = try Suite.run(.init(path: index, patterns: ["PICO", "mae", "oth*"]))
        #expect(
            whole.entries.map(\.name) == ["Pico_a", "pico_b", "mae_vit-base-p16_8xb512-amp-coslr-300e_in1k", "other"])
        #expect(whole.entries.map(\.status) == [.pass, .pass, .skipped, .error], "\(whole.text(.plain))")
        #expect(whole.entries[0].hasNoWeights)
        #expect(whole.entries[2].skipReason?.hasPrefix("not built in: ") == true)
        #expect(whole.entries[3].error?.contains("gone.py") == true)
        let weighted = try Suite.run(
            .init(path: guide.path + "/metafile.yml", checkpointRoot: guide.path + "/root", patterns: ["pico"]))
        #expect(weighted.passed)
        #expect(weighted.entries.map(\.weights) == [root + "/pico_01234567.pth", root + "/pico_01234567.pth"])
        let measured = try Suite.run(
            .init(
                path: guide.path + "/metafile.yml", checkpointRoot: guide.path + "/root", patterns: ["pico"],
                image: guide.path + "/portrait.jpg", data: guide.path + "/data"))
        #expect(measured.entries.map(\.status) == [.pass, .fail], "\(measured.text(.plain))")
        #expect(measured.entries[0].accuracies.map(\.expected) == [56.25])
        #expect(measured.entries[1].findings.first?.hasPrefix("accuracy/top1 is ") == true)
        let unmeasured = #expect(throws: WorkbenchError.self) {
            try Suite.run(.init(path: index, data: guide.path + "/data"))
        }
        #expect(unmeasured?.description.contains("--data needs --checkpoint-root") == true)
        let flat = try Suite.run(
            .init(path: guide.path + "/metafile.yml", checkpointRoot: root, patterns: ["pico_a"]))
        #expect(flat.entries[0].weights == root + "/pico_01234567.pth")
        let none = try Suite.run(
            .init(path: guide.path + "/metafile.yml", checkpointRoot: guide.path + "/data", patterns: ["pico_a"]))
        #expect(none.entries[0].hasNoWeights && none.passed)
        #expect(none.entries[0].notes.contains { $0.hasSuffix("pico_01234567.pth is not there") })
        let error = #expect(throws: WorkbenchError.self) { try Suite.run(.init(path: index, patterns: ["vgg"])) }
        #expect(error?.description.contains("no model is named like vgg; there are Pico_a, pico_b, ") == true)
    }

    @Test("the parts of a suite are joined to what the whole gives, and a missing part is an error")
    func shards() throws {
        let guide = try GuideFixture()
        let suite = try guide.write(
            "suite.yml",
            """
            - {config: first.py, name: a}
            - {config: \(GuideFixture.config), name: b}
            - {config: gone.py, name: c}
            """)
        func timeless(_ report: SuiteReport) -> SuiteReport {
            var report = report
            for index in report.entries.indices {
                report.entries[index].milliseconds = nil
                report.entries[index].seconds = 0
            }
            return report
        }
        var interim: [SuiteReport] = []
        let whole = try Suite.run(.init(path: suite), interim: { interim.append($0) })
        #expect(interim.map { $0.count(.error) } == [3, 2, 1])
        #expect(interim[1].errors == ["b: the run did not come to its end", "c: the run did not come to its end"])
        var paths: [String] = []
        for part in 1...2 {
            let report = try Suite.run(.init(path: suite, shard: Shard(index: part, count: 2)))
            #expect(report.entries.map(\.name) == [["a", "c"], ["b"]][part - 1])
            paths.append(try guide.write("part\(part).json", report.json.text))
        }
        let merged = try Suite.merge(paths.reversed())
        #expect(timeless(merged) == timeless(whole))
        #expect(try SuiteReport(JSONValue(parsing: whole.json.text), file: "whole.json") == whole)
        let half = try Suite.merge([paths[0]])
        #expect(half.count(.error) == 2)
        #expect(half.errors.last == "missing part: 1 model of 3 is in none of the reports")
        let failed = try guide.write("failed.json", #"{"error": "out of memory"}"#)
        #expect(try Suite.merge([paths[0], failed]).errors.last == "\(failed): out of memory")
        for (files, message) in [
            ([paths[0], paths[0]], "part1.json has a, which"), ([failed], "out of memory"),
            ([try guide.write("x.json", #"{"entries": []}"#)], "'suite' is missing"),
            ([try guide.write("y.json", "[")], "is not a report: "),
        ] {
            let error = #expect(throws: WorkbenchError.self) { try Suite.merge(files) }
            #expect(
                error?.description.replacing(": has", with: " has").contains(message) == true,
                "\(String(describing: error))")
        }
    }

    @Test("the reports of a suite have every model, and names cannot get out of the page")
    func reports() throws {
        let guide = try GuideFixture()
        let suite = try guide.write(
            "suite.yml",
            """
            - {config: first.py, name: "</script><b>"}
            - {config: gone.py, name: c}
            """)
        let report = try Suite.run(.init(path: suite))
        let text = report.text(.plain)
        #expect(text.hasPrefix("Validation Benchmark Regression Summary\nModel "))
        #expect(text.hasSuffix("2 models: 1 pass, 1 could not run\n"))
        let xml = report.junit.text
        #expect(xml.contains("tests=\"2\" failures=\"0\" errors=\"1\" skipped=\"0\""))
        for property in ["resolution", "time_ms", "flops", "parameters"] {
            #expect(xml.contains("<property name=\"\(property)\" value="))
        }
        #expect(xml.contains("<property name=\"weights\" value=\"no weights\"/>"))
        let page = report.html.text
        #expect(!page.contains("</script><b>") && page.contains("&lt;/script&gt;&lt;b&gt;"))
        #expect(page.contains("default-src 'none'") && !page.contains("http:") && !page.contains("https:"))
        #expect(page.contains(">PASS<") && page.contains(">ERROR<"))
    }
}
