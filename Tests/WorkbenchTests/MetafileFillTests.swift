import TestSupport
import Testing

@testable import Workbench

@Suite struct MetafileFillTests {
    private let model = """
          # the only one
          - Name: a_3rdparty_in1k # here
            Metadata:
              Training Data: ImageNet-1k
              FLOPs: # to do
            Pretrain: x
            Config: configs/a/c.py

        # the end

        """

    @Test("figures and provenance are filled in, and every other byte stays: comments, order, keys that nobody knows")
    func filled() throws {
        let fixture = try MetafileFixture.small(model)
        let path = fixture.folder.path("configs/a/metafile.yml")
        let report = try MetafileFill.run(
            .init(path: path, origin: .init(weights: "https://x.org/w.pth", code: "https://x.org")))
        let count = try ComplexityReport.run(.init(model: ModelSource(.name("mobilenet-v2_8xb32_in1k"))))
        let expected = """
              # the only one
              - Name: a_3rdparty_in1k # here
                Metadata:
                  Training Data: ImageNet-1k
                  FLOPs: \(count.flops) # to do
                  Parameters: 3504872
                In Collection: 'A'
                Pretrain: x
                Config: configs/a/c.py
                Converted From:
                  Weights: https://x.org/w.pth
                  Code: https://x.org

            # the end

            """
        #expect(String(decoding: report.after, as: UTF8.self).hasSuffix("Models:\n" + expected))
        #expect(report.filled.map(\.model) == ["a_3rdparty_in1k", "a_3rdparty_in1k"])
        #expect(report.filled[0].fields == ["FLOPs", "Parameters", "In Collection"])
        #expect(
            report.diff.contains(
                "-      FLOPs: # to do\n+      FLOPs: \(count.flops) # to do\n+      Parameters: 3504872\n"))
        // Nothing is written unless that is asked for.
        #expect(try fixture.folder.contents("configs/a/metafile.yml") == report.before)
        _ = try MetafileFill.run(.init(path: path, writes: true))
        let again = try MetafileFill.run(.init(path: path, writes: true))
        #expect(again.before == again.after)
        #expect(again.diff == "")
    }

    @Test(
        "a metafile that lacks nothing is left as it is, byte for byte",
        arguments: ["mobilenet_v2", "resnet", "hrnet", "glip"])
    func unchanged(name: String) throws {
        let fixture = try MetafileFixture()
        let report = try MetafileFill.run(.init(path: fixture.folder.path("configs/\(name)/metafile.yml")))
        #expect(report.before == report.after)
        #expect(report.notes == [])
    }

    @Test("a draft passes the check, and its README is written beside it")
    func draft() throws {
        let fixture = try MetafileFixture.small("  - Name: a_8xb32_in1k\n")
        let config = try fixture.write("configs/b/b-tiny_8xb32_in1k.py", fixture.folder.contents("configs/a/c.py"))
        let path = fixture.folder.path("configs/b/metafile.yml")
        let report = try MetafileDraft.run(
            .init(configs: [config], output: path, origin: .init(weights: "https://x.org/w.pth")))
        #expect(report.files == [path, fixture.folder.path("configs/b/README.md")])
        let text = try fixture.text("configs/b/metafile.yml")
        #expect(text.contains("  - Name: b-tiny_3rdparty_in1k\n    Metadata:\n"))
        #expect(text.contains("    Config: configs/b/b-tiny_8xb32_in1k.py\n"))
        let check = fixture.check(["configs/b/metafile.yml"])
        #expect(check.findings.filter { $0.rule != .modelindex } == [])
        #expect(throws: WorkbenchError.self) { try MetafileDraft.run(.init(configs: [config], output: path)) }
        #expect(try fixture.text("configs/b/metafile.yml") == text)
    }

    @Test("an index is made, checked, and brought up to date with its comments")
    func index() throws {
        let fixture = try MetafileFixture()
        let checked = try MetafileIndexing.run(.init(root: fixture.path))
        #expect(checked.isRight)
        #expect(checked.metafiles.count == 84)
        try fixture.write(
            "model-index.yml",
            Array("Import:\n  # first\n  - configs/vgg/metafile.yml\n  - configs/none/metafile.yml\n".utf8))
        let wrong = try MetafileIndexing.run(.init(root: fixture.path))
        #expect(wrong.missing.count == 83)
        #expect(wrong.stale == ["configs/none/metafile.yml"])
        _ = try MetafileIndexing.run(.init(root: fixture.path, updates: true))
        #expect(
            try fixture.text("model-index.yml").hasPrefix(
                "Import:\n  # first\n  - configs/vgg/metafile.yml\n  - configs/arcface/metafile.yml\n"))
        #expect(try MetafileIndexing.run(.init(root: fixture.path)).isRight)
    }

    @Test("an index of another form is brought up to date as it should be, or left alone")
    func forms() throws {
        let fixture = try MetafileFixture.small("  - Name: a_8xb32_in1k\n")
        try fixture.write("configs/b/metafile.yml", Array("Models: []\n".utf8))
        func update(_ text: String) throws -> String {
            try fixture.write("model-index.yml", Array(text.utf8))
            _ = try MetafileIndexing.run(.init(root: fixture.path, updates: true))
            return try fixture.text("model-index.yml")
        }
        #expect(
            try update("Import:\n  -   configs/a/metafile.yml\n")
                == "Import:\n  -   configs/a/metafile.yml\n  - configs/b/metafile.yml\n")
        for text in [
            "Import: [configs/a/metafile.yml]\n", "Import: configs/a/metafile.yml\n",
            "Import:\n  - >-\n    configs/gone\n    x\n  - configs/a/metafile.yml\n",
            "Import:\n  -\n    configs/gone.yml\n  - configs/a/metafile.yml\n",
        ] {
            let error = #expect(throws: WorkbenchError.self) { try update(text) }
            #expect(error?.description.contains("change it by hand") == true)
            #expect(try fixture.text("model-index.yml") == text)
        }
    }

    @Test("an index with Windows line ends keeps them when it is brought up to date")
    func lineEnds() throws {
        let fixture = try MetafileFixture.small("  - Name: a_8xb32_in1k\n")
        try fixture.write("model-index.yml", Array("Import:\r\n  # all\r\n  - configs/none/metafile.yml\r\n".utf8))
        _ = try MetafileIndexing.run(.init(root: fixture.path, updates: true))
        #expect(
            try fixture.folder.contents("model-index.yml")
                == Array("Import:\r\n  # all\r\n  - configs/a/metafile.yml\r\n".utf8))
    }
}
