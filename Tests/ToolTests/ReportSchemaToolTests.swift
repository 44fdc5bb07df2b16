import Foundation
import TestSupport
import Testing

/// `ToolRun.json` holds every report against its schema; here are the reports that no other test asks for, and the
/// schemas themselves.
@Suite struct ReportSchemaToolTests {
    @Test(
        "a report is what its schema says",
        arguments: [
            "ckpt-tree @/checkpoints/mmengine.pth --stats --digest", "ckpt-tree @/checkpoints/object.pth --check",
            "ckpt-tree --model resnet18", "ckpt-scan @/checkpoints/object.pth none.pth",
            "convert --check vgg swin_timm",
            "verify --model mobilenet_v2", "ckpt-tree none.pth",
        ])
    func report(line: String) throws {
        let words = line.split(separator: " ").map { $0.replacingOccurrences(of: "@", with: fixture("")) }
        #expect(try ToolRun(words[0], words.dropFirst() + ["--json"]).json()["version"] as? Int == 1)
    }

    @Test("a document that lacks a field, or has one of another type, is found")
    func violations() throws {
        let schema = try JSONSchema(try ToolRun("ckpt", ["schema", "shape-diff"]).output)
        let found = try schema.violations(
            in: #"{"version": 2, "matched": [1], "missing": [], "unexpected": [], "mismatched": [{"key": "a"}]}"#)
        #expect(
            Set(found) == [
                "$.version: not 1", "$.matched[0]: not string", "$.mismatched[0].expected: missing",
                "$.mismatched[0].found: missing", "$.renames: missing", "$.shard: missing",
                "$.reference_shard: missing", "$.values_compared: missing",
            ])
    }

    @Test("ckpt schema lists and prints the schema of every report")
    func list() throws {
        let run = try ToolRun("ckpt", ["schema"])
        let names = run.output.split(separator: "\n").map { String($0.prefix { $0 != " " }) }
        let folder = fixture("../Sources/Commands/Schemas/")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(names == files.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted())
        for name in names {
            let text = try String(contentsOfFile: folder + name + ".json", encoding: .utf8)
            #expect(try ToolRun("ckpt", ["schema", name]).output == text)
            // A keyword that the validator does not know is an error.
            _ = try JSONSchema(text).violations(in: "{}")
        }
        #expect(try ToolRun("ckpt", ["schema", "tree"]).output == ToolRun("ckpt", ["schema", "ckpt-tree"]).output)
        let wrong = try ToolRun("ckpt", ["schema", "verfy"])
        #expect(wrong.status == 2 && wrong.errors.contains("did you mean 'verify'?"))
    }
}
