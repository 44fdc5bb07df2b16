import ByteIO
import TestSupport
import Testing

@testable import Workbench

@Suite struct MetafileCheckTests {
    /// A line of fixtures/metafiles/upstream.tsv: the checker, the file, severity, rule and model.
    private func upstream(_ checker: String) throws -> [[String]] {
        let text = String(
            decoding: try MappedFile(path: fixture("metafiles/upstream.tsv")).bytes.map { $0 }, as: UTF8.self)
        return text.split(separator: "\n").map {
            $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
        .filter { $0[0] == checker }.map { Array($0.dropFirst()) }
    }

    @Test("MMPreTrain's own checker finds the same in its 84 metafiles, file by file, rule by rule, model by model")
    func upstreamRules() throws {
        let fixture = try MetafileFixture()
        let report = fixture.check(["model-index.yml"], readsConfigs: false)
        #expect(report.failures == [])
        #expect(report.fileCount == 84)
        #expect(report.modelCount == 548)
        let rules: Set<String> = [
            "metadata", "flops-param", "result", "ckpt-name", "model-index", "collection", "name", "converted-from",
            "downstream",
        ]
        // Upstream takes a collection of another file for one, and the configs are not there.
        let found = report.findings.filter { rules.contains($0.rule.rawValue) }.map {
            [String($0.file.dropFirst(fixture.path.count + 1)), $0.severity.rawValue, $0.rule.rawValue, $0.model ?? ""]
        }
        let expected = try upstream("check")
        #expect(expected.count == 285)
        func sorted(_ lines: [[String]]) -> [String] { lines.map { $0.joined(separator: " ") }.sorted() }
        #expect(sorted(found) == sorted(expected))
        let modelindex = report.findings.filter { $0.rule == .modelindex }
        #expect(modelindex.count == (try upstream("modelindex").count))
        #expect(report.findings.filter { $0.rule == .metrics } == [])
        #expect(modelindex.count { $0.severity == .error } == 2)
        #expect(report.findings.filter { $0.rule == .inCollection }.count == 3)
        #expect(report.findings.filter { $0.rule == .datasetName }.count == 5)
        #expect(report.findings.filter { $0.rule == .config }.count == 548)
    }

    @Test("configs that cannot hold their weights, exchanged figures, deploy figures and unloadable configs are named")
    func faults() throws {
        let fixture = try MetafileFixture(configs: ["convnext", "repvgg", "replknet", "swin_transformer_v2"])
        // Of the two large files the models that are at fault, and one that is not.
        try fixture.keep(["convnext-large_3rdparty_in21k", "convnext-xlarge_3rdparty_in21k"], of: "convnext")
        try fixture.keep(["repvgg-A0_8xb32_in1k", "repvgg-B0_8xb32_in1k"], of: "repvgg")
        let report = fixture.check(
            ["convnext", "repvgg", "replknet", "swin_transformer_v2"].map { "configs/\($0)/metafile.yml" })
        func findings(_ rule: MetafileFinding.Rule) -> [MetafileFinding] { report.findings.filter { $0.rule == rule } }
        #expect(
            findings(.weightsFit).map(\.model) == [
                "convnext-large_3rdparty_in21k", "convnext-xlarge_3rdparty_in21k",
                "swinv2-large-w12_3rdparty_in21k-192px",
            ])
        #expect(findings(.weightsFit).allSatisfy { $0.message.contains("cannot fit") && $0.severity == .error })
        #expect(
            findings(.configLoad).map(\.model) == [
                "replknet-31B_3rdparty_in1k", "replknet-31B_3rdparty_in1k-384px",
                "replknet-31B_in21k-pre_3rdparty_in1k", "replknet-31B_in21k-pre_3rdparty_in1k-384px",
                "swinv2-base-w12_3rdparty_in21k-192px", "swinv2-large-w12_3rdparty_in21k-192px",
            ])
        let exchanged = findings(.recount).filter { $0.message.contains("exchanged") }
        #expect(exchanged.map(\.model) == ["repvgg-B0_8xb32_in1k"])
        #expect(
            findings(.recount).count { $0.message.contains("the deploy form's") && $0.message.hasPrefix("Parameters") }
                == 1)
        #expect(
            findings(.recount).contains {
                $0.model == "convnext-large_3rdparty_in21k"
                    && $0.message.hasPrefix(
                        "Parameters: 197,767,336 is stated, the config gives 109,953,489 (+79.86 %)")
            })
        // What stands beside a model and keeps its config from loading does not keep it from being counted.
        #expect(
            Set(findings(.recount).compactMap(\.model)).isSuperset(of: findings(.configLoad).compactMap(\.model)))
        // What is not built in is not an error.
        #expect(report.findings.allSatisfy { !$0.message.contains("not built in") })
    }

    @Test("figures that are right are not findings, wrong ones name their field")
    func recount() throws {
        let lines = { (flops: Int, parameters: Int) in
            "  - Name: a_8xb32_in1k\n    Metadata:\n      FLOPs: \(flops)\n      Parameters: \(parameters)\n"
                + "    In Collection: A\n    Config: configs/a/c.py\n    Weights: https://x.org/a_8xb32_in1k_20200101-0123abcd.pth\n"
        }
        // The figures of MMPreTrain's metafile, and of get_flops.py at 224 × 224.
        let count = try ComplexityReport.run(.init(model: ModelSource(.name("mobilenet-v2_8xb32_in1k"))))
        #expect(count.parameters == 3_504_872)
        let right = try MetafileFixture.small(lines(count.flops, count.parameters)).check(["configs/a/metafile.yml"])
        #expect(right.findings.filter { $0.rule != .modelindex } == [])
        let wrong = try MetafileFixture.small(lines(count.flops * 2, count.parameters + 5)).check(["model-index.yml"])
        let findings = wrong.findings.filter { $0.rule == .recount }
        #expect(findings.map(\.severity) == [.error, .warning])
        #expect(findings.map { $0.message.prefix { $0 != ":" } } == ["FLOPs", "Parameters"])
        #expect(findings.map(\.line) == [9, 10])
    }

    @Test(
        "what a metafile lacks is a finding with upstream's rule, and its line",
        arguments: [
            ("  - Name: a_8xb32_in1k\n    In Collection: A\n    Config: configs/a/c.py\n", "metadata", 7),
            (
                "  - Name: a_8xb32_in1k\n    Metadata: {FLOPs: 1}\n    In Collection: A\n    Config: configs/a/c.py\n",
                "flops-param", 8
            ),
            ("  - Name: a_8xb32_in1k\n    Metadata: {FLOPs: 1, Parameters: 1}\n    In Collection: A\n", "config", 7),
            (
                "  - Name: a_8xb32_in1k\n    Metadata: {FLOPs: 1, Parameters: 1}\n    In Collection: A\n    Config: configs/a/d.py\n",
                "config", 10
            ),
            (
                "  - Name: a_8xb32_in1k\n    Metadata: {FLOPs: 1, Parameters: 1}\n    In Collection: A\n    Config: ../../etc/passwd\n",
                "config", 10
            ),
            (
                "  - Name: a_8xb32_in1k\n    Results:\n      - {Task: T, Dataset: [x], Metrics: {a: 1}}\n    In Collection: A\n",
                "result", 9
            ),
            ("  - Name: a_8xb32_in1k\n    Downstream: [b]\n", "downstream", 8),
            ("  - Name: a_8xb32_in1k\n  - Name: A_8xb32_in1k\n", "duplicate", 8),
            ("  - Name: a_8xb32_in1k\n    Wieghts: x\n", "unknown-key", 8),
            ("  - Name: a_8xb32_in1k\n    Config: a\n    Config: b\n", "structure", 9),
            ("  - Name: a_8xb32_in1k\n    Metadata: {FLOPs: 1e9, Parameters: 3.5}\n", "mim", 8),
            ("  - Name: a_8xb32_in1k\n    Weights: https://x.org/a_8xb32_in1k.pth\n", "weights-url", 8),
            (
                "  - Name: a_8xb32_in1k\n    Results:\n      - {Task: T, Dataset: D, Metrics: {Top 1 Accuracy: 765.1}}\n",
                "metrics", 9
            ),
            (
                "  - Name: a_8xb32_in1k\n    Results:\n      - {Task: T, Dataset: D, Metrics: {Top 1 Accuracy: -1}}\n",
                "metrics", 9
            ),
            (
                "  - Name: a_8xb32_in1k\n    Results:\n      - {Task: T, Dataset: D, Metrics: {Top 1 Accuracy: 0.7651}}\n",
                "metrics", 9
            ),
            (
                "  - Name: a_8xb32_in1k\n    Results:\n      - {Task: T, Dataset: D, Metrics: {Top 1 Accuracy: 76.51%}}\n",
                "metrics", 9
            ),
            (
                "  - Name: a_8xb32_in1k\n    Results:\n      - {Task: T, Dataset: D, Metrics: {Top 1 Accuracy: .nan}}\n",
                "metrics", 9
            ),
            (
                "  - Name: a_8xb32_in1k\n    Results:\n      - {Task: T, Dataset: D, Metrics: {Top 1 Accuracy: 96.5, Top 5 Accuracy: 92.9}}\n",
                "metrics", 9
            ),
            (
                "  - Name: a_8xb32_in1k\n    Results:\n      - {Task: T, Dataset: D, Metrics: {Top 5 Accuracy: 92.9, Top 1 Accuracy: 96.5}}\n",
                "metrics", 9
            ),
            (
                "  - Name: a_8xb32_in1k\n    Results:\n      - {Task: T, Dataset: D, Metrics: {mAP: 900}}\n", "metrics",
                9
            ),
            ("  - Name: a_8xb32_in1k\n    In Collection: B\n", "in-collection", 8),
            ("  - 3\n", "structure", 7),
        ])
    func rules(model: String, rule: String, line: Int) throws {
        let report = try MetafileFixture.small(model).check(["configs/a/metafile.yml"], readsConfigs: false)
        #expect(report.failures == [])
        #expect(report.findings.contains { $0.rule.rawValue == rule && $0.line == line }, "\(report.findings)")
    }

    @Test("weights that are named after another model of the file do not fit a config with other parameters")
    func foreignWeights() throws {
        func model(_ name: String, _ config: String) -> String {
            "  - Name: \(name)\n    Config: configs/a/\(config).py\n    Weights: https://x.org/b_8xb32_in1k_20200101-0123abcd.pth\n"
        }
        let fixture = try MetafileFixture.small(
            model("a_8xb32_in1k", "c") + model("b_8xb32_in1k", "d") + model("e_8xb32_in1k", "d"))
        let config = try fixture.text("configs/a/c.py")
        try fixture.write("configs/a/d.py", Array(config.replacing("num_classes=1000", with: "num_classes=10").utf8))
        let findings = fixture.check(["configs/a/metafile.yml"]).findings.filter { $0.rule == .weightsFit }
        #expect(findings.map(\.model) == ["a_8xb32_in1k"])
        #expect(findings.first?.message.contains("they are of b_8xb32_in1k") ?? false)
    }

    @Test("metrics that are right, unknown or no percentages are not findings")
    func metrics() throws {
        let metrics =
            "{Top 1 Accuracy: 76.5, Top 5 Accuracy: 92.9, Accuracy: null, CIDER: 144.5, mAP: 0, Recall@1: 100}"
        let fixture = try MetafileFixture.small(
            "  - Name: a_8xb32_in1k\n    Results:\n      - {Task: T, Dataset: D, Metrics: \(metrics)}\n")
        let report = fixture.check(["configs/a/metafile.yml"], readsConfigs: false)
        #expect(report.findings.filter { $0.rule == .metrics } == [])
    }

    @Test("an index names what it imports and is not there, and leaves its folder for nothing")
    func index() throws {
        let fixture = try MetafileFixture.small("  - Name: a_8xb32_in1k\n")
        try fixture.write(
            "model-index.yml",
            Array("Import:\n  - configs/b/metafile.yml\n  - ../x.yml\n  - /etc/passwd\n  - configs/z*/m.yml\n".utf8))
        let report = fixture.check(["model-index.yml"])
        #expect(report.findings.map(\.rule) == [.modelIndex, .modelIndex, .modelIndex, .modelIndex])
        #expect(report.findings.map(\.line) == [2, 3, 4, 5])
        try fixture.write("empty.yml", Array("Import: []\n".utf8))
        #expect(fixture.check(["empty.yml"]).findings.map(\.rule) == [.modelIndex])
        let single = fixture.check(["configs/a/metafile.yml"], readsConfigs: false)
        #expect(single.findings.contains { $0.rule == .modelIndex && $0.severity == .error })
    }

    @Test("an index imports what is below its own folder, whatever root is given")
    func indexWithRoot() throws {
        let fixture = try MetafileFixture.small("  - Name: a_8xb32_in1k\n")
        try fixture.write("sub/model-index.yml", Array("Import: [m.yml]\n".utf8))
        try fixture.write("sub/m.yml", try fixture.folder.contents("configs/a/metafile.yml"))
        let report = MetafileCheck.run(
            .init(paths: [fixture.folder.path("sub")], root: fixture.path, readsConfigs: false))
        #expect(report.fileCount == 1 && report.modelCount == 1)
        #expect(!report.findings.contains { $0.rule == .modelIndex || $0.rule == .collection })
    }

    @Test("a message names a few of many names, and counts the rest")
    func listed() {
        #expect(MetafileRules.listed(["b", "a"], between: " and ") == "'a' and 'b'")
        #expect(
            MetafileRules.listed((0..<9).map { "\($0)" }, between: ", ") == "'0', '1', '2', '3' and 5 more")
    }

    @Test("a file that is not YAML is a failure with its place, and the others are checked")
    func failures() throws {
        let fixture = try MetafileFixture.small("  - Name: a_8xb32_in1k\n")
        let bad = try fixture.write("bad.yml", Array("a: [1\n".utf8))
        let report = MetafileCheck.run(
            .init(paths: [bad, fixture.folder.path("configs/a/metafile.yml"), fixture.folder.path("none.yml")]))
        #expect(report.failures.count == 2)
        #expect(report.failures[0].hasPrefix("\(bad):2:1: "))
        #expect(report.fileCount == 1)
    }
}
