import Foundation
import TestSupport
import Testing

/// `convert --check` and `convert --suggest`: rule files without a conversion.
@Suite struct ConvertRulesToolTests {
    @Test("--check of good rules says nothing but notes, and exits 0")
    func good() throws {
        let run = try ToolRun("convert", ["--check", "vgg", "mobilenet_v2.rules"])
        #expect(run.status == 0)
        #expect(run.errors == "")
        #expect(!run.output.contains("error"))
    }

    @Test("--check names file, line and column of each error, and exits 1")
    func wrong() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/my.rules"
        try "rules test\na.{x -> b\na.{x} -> c.{x}\na.1 -> d\nw -> v : slice 0 1..\n"
            .write(toFile: path, atomically: true, encoding: .utf8)
        let run = try ToolRun("convert", ["--check", path])
        #expect(run.status == 1)
        #expect(run.output == "\(path):2:3: error: '{' without '}'\n")
        let json = try ToolRun("convert", ["--check", path, "--json"])
        #expect(json.status == 1)
        for field in ["\"line\": 2", "\"column\": 3", "\"severity\": \"error\""] {
            #expect(json.output.contains(field), "\(json.output)")
        }
    }

    @Test("--check of a file that is not there exits 2")
    func unreadable() throws {
        let run = try ToolRun("convert", ["--check", "/nonexistent/my.rules"])
        #expect(run.status == 2)
        #expect(run.output == "")
        #expect(try ToolRun("convert", ["--check", "vgg", "--reverse"]).status == 2)
    }

    @Test("--to without a code base says so, and not that OUT is missing")
    func codebase() throws {
        let input = fixture("routes/vit_small_timm.safetensors")
        for words in [[input, "out.pth"], [input, "--dry-run"]] {
            let run = try ToolRun("convert", ["--to"] + words)
            #expect(run.status == 2)
            #expect(run.errors.contains("--to needs a code base before IN and OUT") && run.errors.contains(input))
        }
        for goal in ["timm", "transformers", "vit_timm"] {
            let run = try ToolRun("convert", ["--to", goal, input])
            #expect(run.status == 2 && run.errors.contains("OUT is missing"), "\(run.errors)")
        }
    }

    @Test("--against checks the result by the keys of another checkpoint")
    func against() throws {
        let folder = try TemporaryFolder()
        let (source, converted) = (fixture("demo/mobilenet_v2_legacy.pt"), folder.path + "/out.pth")
        let rules = folder.path + "/first.rules"
        try "rules first\nfeatures.0.0.weight -> backbone.conv1.conv.weight\ndrop {k..} because test\n"
            .write(toFile: rules, atomically: true, encoding: .utf8)
        #expect(try ToolRun("convert", ["--rules", "mobilenet_v2", source, converted]).status == 0)
        let whole = try ToolRun(
            "convert", ["--rules", "mobilenet_v2", "--against", converted, "--dry-run", source])
        #expect(whole.status == 0)
        #expect(whole.output.contains("model \(converted): every key, shape and dtype matches"))
        let part = try ToolRun("convert", ["--rules", rules, "--against", converted, "--dry-run", source])
        #expect(part.status == 1)
        #expect(
            part.errors.contains("no rule makes 'backbone.conv1.bn.weight' of model '\(converted)'"), "\(part.errors)")
        let both = try ToolRun(
            "convert", ["--rules", rules, "--against", converted, "--model", "vgg16", "--dry-run", source])
        #expect(both.status == 2)
    }

    @Test("several inputs are merged, and a dry run of them needs no OUT")
    func merging() throws {
        let inputs = ["base", "delta"].map { "\($0)=" + fixture("merging/llava/\($0).pth") }
        let run = try ToolRun("convert", ["--rules", "llava_delta", "--dry-run", "--json"] + inputs)
        #expect(run.status == 0)
        let lone = try ToolRun("convert", ["--rules", "llava_delta", "--dry-run", inputs[0]])
        #expect(lone.status == 1)
        #expect(lone.errors.contains("give it as delta=FILE"))
    }

    @Test("--suggest prints rules that --check finds nothing wrong with")
    func suggest() throws {
        let folder = try TemporaryFolder()
        let run = try ToolRun(
            "convert", ["--suggest", fixture("demo/mobilenet_v2_legacy.pt"), "--model", "mobilenet-v2_8xb32_in1k"])
        #expect(run.status == 0, "\(run.errors)")
        let path = folder.path + "/draft.rules"
        try run.output.write(toFile: path, atomically: true, encoding: .utf8)
        #expect(try ToolRun("convert", ["--check", path]).status == 0)
        #expect(try ToolRun("convert", ["--suggest", fixture("demo/mobilenet_v2_legacy.pt")]).status == 2)
    }

    @Test(
        "a TensorFlow checkpoint of an EfficientNet becomes what upstream's script makes of it",
        arguments: ["raw", "ema"])
    func efficientNet(weights: String) throws {
        let folder = try TemporaryFolder()
        let output = folder.path + "/out.pth"
        let input = fixture("tensorflow/efficientnet/model.ckpt.index")
        let refused = try ToolRun("convert", ["--rules", "efficientnet", input, output])
        #expect(refused.status == 2)
        #expect(refused.errors.contains("arch=b0 weights=raw, arch=b0 weights=ema"))
        // The file has B0's layers with fewer channels: no model of that shape is built in.
        let narrow = try ToolRun("convert", ["--rules", "efficientnet", "--set", "weights=\(weights)", input, output])
        #expect(narrow.status == 2 && narrow.errors.contains("model 'efficientnet-b0_3rdparty_8xb32_in1k' has"))
        let lines = try String(contentsOfFile: fixture("../converters/efficientnet.rules"), encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false)
        let rules = folder.path + "/narrow.rules"
        try lines.filter { !$0.hasPrefix("model ") }.joined(separator: "\n")
            .write(toFile: rules, atomically: true, encoding: .utf8)
        let run = try ToolRun("convert", ["--rules", rules, "--set", "weights=\(weights)", input, output])
        #expect(run.status == 0, "\(run.errors)")
        let converted = try fixture("tensorflow/efficientnet/converted.json", as: [String: [String: String]].self)
        var expected = try #require(converted[weights])
        #expect(expected.count == 311)
        let tree = try ToolRun("ckpt-tree", [output, "--json", "--digest"]).json()
        var counters = 0
        for tensor in try #require(tree["tensors"] as? [[String: Any]]) {
            let (key, shape) = (tensor["key"] as? String ?? "", tensor["shape"] as? [Int] ?? [])
            if key.hasSuffix(".num_batches_tracked") {
                counters += 1
                continue
            }
            let digest = (tensor["sha256"] as? String ?? "").prefix(16)
            let extents = shape.map(String.init).joined(separator: ",")
            #expect(expected.removeValue(forKey: key) == "\(extents) \(digest)", "\(key)")
        }
        #expect(expected.isEmpty)
        #expect(counters == 49)
    }
}
