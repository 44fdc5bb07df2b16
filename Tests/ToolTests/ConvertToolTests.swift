import Foundation
import TestSupport
import Testing

@Suite struct ConvertToolTests {
    static let legacy = fixture("demo/mobilenet_v2_legacy.pt")

    /// The tensors of a checkpoint with their digests, as `ckpt-tree` tells them.
    private func digests(_ path: String) throws -> [(key: String, sha256: String)] {
        let report = try ToolRun("ckpt-tree", [path, "--json", "--digest"]).json()
        return (report["tensors"] as? [[String: Any]] ?? []).map {
            ($0["key"] as? String ?? "", $0["sha256"] as? String ?? "")
        }
    }

    @Test("rules rename every tensor, and no byte of one changes")
    func converts() throws {
        let folder = try TemporaryFolder()
        let output = folder.path + "/out.pth"
        let run = try ToolRun("convert", ["--rules", "mobilenet_v2.rules", Self.legacy, output])
        #expect(run.status == 0)
        #expect(run.output.contains("layout = flat (deduced)"))
        #expect(run.output.contains("model mobilenet-v2_8xb32_in1k: every key, shape and dtype matches"))
        #expect(run.errors.contains("the checkpoint lacks the optional 'head.fc.{x..}': 2 tensors\n"))
        #expect(run.output.contains("312 tensors renamed\n"))
        let (before, after) = (try digests(Self.legacy), try digests(output))
        #expect(after.count == 312)
        #expect(after.map(\.sha256) == before.map(\.sha256))
        #expect(after.first?.key == "backbone.conv1.conv.weight")
        #expect(after.last?.key == "backbone.conv2.bn.num_batches_tracked")
        #expect(try folder.names == ["out.pth"])
    }

    @Test("the same rules backward give the names that the file had")
    func reverses() throws {
        let folder = try TemporaryFolder()
        let (there, back) = (folder.path + "/there.pth", folder.path + "/back.pth")
        #expect(try ToolRun("convert", ["--rules", "mobilenet_v2", Self.legacy, there]).status == 0)
        let undecided = try ToolRun("convert", ["--rules", "mobilenet_v2", "--reverse", there, back])
        #expect(undecided.status == 2)
        #expect(undecided.errors.contains("layout=nested, layout=flat"))
        let run = try ToolRun(
            "convert", ["--rules", "mobilenet_v2", "--reverse", "--set", "layout=flat", there, back])
        #expect(run.status == 0)
        #expect(try digests(back).elementsEqual(digests(Self.legacy), by: ==))
    }

    @Test("converting a file in its place is safe")
    func inPlace() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/model.pt"
        try FileManager.default.copyItem(atPath: Self.legacy, toPath: path)
        #expect(try ToolRun("convert", ["--rules", "mobilenet_v2", path, path]).status == 0)
        #expect(try digests(path).map(\.sha256) == digests(Self.legacy).map(\.sha256))
        #expect(try folder.names == ["model.pt"])
    }

    @Test("the same input gives the same bytes")
    func deterministic() throws {
        let folder = try TemporaryFolder()
        // PyTorch's layout holds the file's name without its extension.
        for name in ["a", "b"] {
            try FileManager.default.createDirectory(atPath: folder.path + "/" + name, withIntermediateDirectories: true)
            let output = "\(folder.path)/\(name)/out.pth"
            #expect(try ToolRun("convert", ["--rules", "mobilenet_v2", Self.legacy, output]).status == 0)
        }
        let files = try ["a", "b"].map { try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/\($0)/out.pth")) }
        #expect(files[0] == files[1])
    }

    @Test("without rules the format changes and nothing else")
    func recodes() throws {
        let folder = try TemporaryFolder()
        for name in ["state_dict_legacy", "strides_legacy", "nested_legacy", "parameters_legacy"] {
            let input = fixture("checkpoints/\(name).pth")
            let output = folder.path + "/\(name).pth"
            #expect(try ToolRun("convert", [input, output]).status == 0)
            let (before, after) = (
                try ToolRun("ckpt-tree", [input, "--json", "--digest"]).json(),
                try ToolRun("ckpt-tree", [output, "--json", "--digest"]).json()
            )
            #expect(after["format"] as? String == "torch zip")
            for field in ["tensors", "values"] {
                #expect(after[field] as? NSObject == before[field] as? NSObject, "\(name): \(field)")
            }
        }
    }

    /// Rules for `fixtures/ckpt-tree/mixed.pth`.
    private static let rules = """
        rules mixed: a test
        root state_dict
        a.{p..} -> first.{p}
        c -> second
        c.d -> third
        layers.{n:int}.w -> blocks.{n+1}.w
        """

    @Test("a wrapped state dict stays wrapped, with everything around it and the entries that are not tensors")
    func keepsWrapper() throws {
        let folder = try TemporaryFolder()
        let rules = try folder.write("mixed.rules", Data(Self.rules.utf8))
        let output = folder.path + "/out.ckpt"
        let run = try ToolRun("convert", ["--rules", rules, fixture("ckpt-tree/mixed.pth"), output])
        #expect(run.status == 0, "\(run.errors)")
        let report = try ToolRun("ckpt-tree", [output, "--json"]).json()
        let keys = (report["tensors"] as? [[String: Any]] ?? []).compactMap { $0["key"] as? String }
        #expect(
            keys == [
                "state_dict.first.weight", "state_dict.first.b.weight", "state_dict.second", "state_dict.third",
                "state_dict.blocks.1.w", "state_dict.blocks.2.w", "state_dict.blocks.3.w", "state_dict.first.late",
                "ema.a.weight", "ema.steps",
            ])
        let values = try #require(report["values"] as? [String: Any])
        #expect(values["meta.epoch"] as? Int == 3)
        #expect(values["state_dict.a.extra_state"] as? Int == 7)
        #expect(run.errors.contains("'a.extra_state' is not a tensor and stays as it is"))
    }

    @Test("values beside tensors in dictionaries inside, whose keys are joined, are named where they are left out")
    func valuesInside() throws {
        let folder = try TemporaryFolder()
        for (name, reason) in [
            ("out.pth", "of dictionaries inside only tensors are written"),
            ("out.safetensors", "safetensors holds tensors only"),
        ] {
            let words = ["--state-key", "optimizer", fixture("checkpoints/nested.pth"), folder.path + "/" + name]
            let run = try ToolRun("convert", words)
            #expect(run.status == 0 && run.errors.contains("'state.1' is left out: \(reason)\n"), "\(run.errors)")
        }
    }

    @Test("a state key chooses what is converted")
    func stateKey() throws {
        let folder = try TemporaryFolder()
        let rules = try folder.write("ema.rules", Data("rules ema: a test\na.{p} -> b.{p}\nsteps -> steps\n".utf8))
        let output = folder.path + "/out.pth"
        let run = try ToolRun(
            "convert", ["--rules", rules, "--state-key", "ema", fixture("ckpt-tree/mixed.pth"), output])
        #expect(run.status == 0, "\(run.errors)")
        let tree = try ToolRun("ckpt-tree", [output, "--state-key", "ema"])
        #expect(tree.output == "\n├─ b\n│  └─ weight\n└─ steps\n")
    }

    @Test("a dry run prints the plan and writes nothing")
    func dryRun() throws {
        let folder = try TemporaryFolder()
        let output = folder.path + "/out.pth"
        let run = try ToolRun("convert", ["--rules", "mobilenet_v2", "--dry-run", Self.legacy, output])
        #expect(run.status == 0)
        #expect(
            run.output.contains("backbone.conv2.conv.weight ← features.18.0.weight  mobilenet_v2.rules:"))
        #expect(try folder.names.isEmpty)
        #expect(try ToolRun("convert", ["--rules", "mobilenet_v2", "--dry-run", Self.legacy]).output == run.output)
    }

    @Test("--dry-run --json holds the entries and findings")
    func dryRunJSON() throws {
        let report = try ToolRun("convert", ["--rules", "mobilenet_v2", "--dry-run", "--json", Self.legacy]).json()
        let entries = try #require(report["entries"] as? [[String: Any]])
        #expect(entries.count == 312)
        #expect(entries[0]["target"] as? String == "backbone.conv1.conv.weight")
        #expect(entries[0]["sources"] as? [String] == ["features.0.0.weight"])
        #expect((entries[0]["rule"] as? String)?.hasPrefix("mobilenet_v2.rules:") == true)
        #expect(entries[0]["operations"] as? [String] == [])
        #expect(entries[0]["shape"] as? [Int] == [32, 3, 3, 3])
        #expect(entries[0]["dtype"] as? String == "float32")
        let findings = try #require(report["findings"] as? [[String: Any]])
        #expect(findings.map { $0["code"] as? String } == ["absent-group"])
    }

    @Test("a dry run of what cannot be converted is a finding")
    func dryRunFindings() throws {
        let run = try ToolRun("convert", ["--rules", "vgg", "--dry-run", "--json", Self.legacy])
        #expect(run.status == 1)
        #expect(try run.json()["executable"] as? Bool == false)
    }

    @Test("--explain quotes the line behind one tensor, by either of its names")
    func explains() throws {
        let key = "backbone.layer2.1.conv.2.bn.weight"
        for name in [key, "features.3.conv.7.weight"] {
            let run = try ToolRun(
                "convert", ["--rules", "mobilenet_v2", "--dry-run", "--explain=\(name)", Self.legacy])
            #expect(run.status == 0)
            #expect(run.output.hasPrefix("\(key) (24,) float32\n  mobilenet_v2.rules:"))
            #expect(run.output.contains("  {n} = 3\n"))
            #expect(run.output.contains("  from features.3.conv.7.weight\n"))
        }
        let run = try ToolRun(
            "convert",
            ["--rules", "mobilenet_v2", "--dry-run", "--explain=backbone.layer2.1.conv.2.bn.weigth", Self.legacy])
        #expect(run.status == 2)
        #expect(run.errors.contains("did you mean '\(key)'"))
    }

    @Test("a key that no rule takes may be left out by name")
    func allowUnmatched() throws {
        let folder = try TemporaryFolder()
        let rules = try folder.write("ema.rules", Data("rules ema: a test\na.{p} -> b.{p}\n".utf8))
        let arguments = [
            "--rules", rules, "--state-key", "ema", fixture("ckpt-tree/mixed.pth"), folder.path + "/out.pth",
        ]
        let refused = try ToolRun("convert", arguments)
        #expect(refused.status == 2)
        #expect(refused.errors.contains("'steps'"))
        #expect(try folder.names == ["ema.rules"])
        #expect(try ToolRun("convert", ["--allow-unmatched", "st*"] + arguments).status == 0)
    }

    @Test("safetensors holds the renamed tensors, and what it cannot hold is said")
    func safetensors() throws {
        let folder = try TemporaryFolder()
        let rules = try folder.write("mixed.rules", Data(Self.rules.utf8))
        let output = folder.path + "/out.safetensors"
        let run = try ToolRun("convert", ["--rules", rules, "--json", fixture("ckpt-tree/mixed.pth"), output])
        #expect(run.status == 0, "\(run.errors)")
        let report = try run.json()
        let notes = try #require(report["notes"] as? [String])
        #expect(notes.contains("'ema', which holds 2 tensors, is left out: what is written is 'state_dict'"))
        #expect(notes.contains("'state_dict.a.extra_state' is left out: safetensors holds tensors only"))
        for note in notes { #expect(run.errors.contains("convert: note: \(note)\n")) }
        let outputs = try #require(report["outputs"] as? [[String: Any]])
        let size = try FileManager.default.attributesOfItem(atPath: output)[.size] as? Int
        #expect(outputs.map { $0["path"] as? String } == [output])
        #expect(outputs.map { $0["bytes"] as? Int } == [size])
        let tree = try ToolRun("ckpt-tree", [output, "--json"]).json()
        #expect(tree["format"] as? String == "safetensors")
        let keys = (tree["tensors"] as? [[String: Any]] ?? []).compactMap { $0["key"] as? String }
        #expect(keys.contains("first.weight") && keys.contains("blocks.1.w"))
        #expect(!keys.contains { $0.hasPrefix("ema") })
    }

    @Test("a dry run tells the files that would be written, and what they could not hold")
    func dryRunOutput() throws {
        let folder = try TemporaryFolder()
        let arguments = [
            "--dry-run", "--json", "--max-shard-size", "200", fixture("output/layers.pth"),
            folder.path + "/out.safetensors",
        ]
        let report = try ToolRun("convert", arguments).json()
        let outputs = try #require(report["outputs"] as? [[String: Any]])
        #expect(outputs.count > 2)
        #expect((outputs.last?["path"] as? String)?.hasSuffix("/out.safetensors.index.json") == true)
        #expect(try folder.names.isEmpty)
    }

    @Test("--compact leaves out what no tensor sees, and says how much")
    func compact() throws {
        let folder = try TemporaryFolder()
        let run = try ToolRun("convert", ["--compact", fixture("output/slices.pth"), folder.path + "/out.pth"])
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("  3.2 kB that no tensor refers to left out\n"))
        #expect(try digests(folder.path + "/out.pth").elementsEqual(digests(fixture("output/slices.pth")), by: ==))
    }

    @Test("a user's file stands before a bundled one of its name, which is said")
    func localRules() throws {
        let folder = try TemporaryFolder()
        _ = try folder.write("vgg.rules", Data(Self.rules.utf8))
        let run = try ToolRun(
            "convert", ["--rules", "vgg.rules", fixture("ckpt-tree/mixed.pth"), "out.pth"], folder: folder.path)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.errors.contains("using ./vgg.rules, not the bundled vgg.rules"))
    }

    /// Writes `in.safetensors` with tensors of one byte each.
    private func singleBytes(_ count: Int, in folder: TemporaryFolder) throws -> String {
        let tensors = (0..<count).map {
            #""w\#($0)":{"dtype":"U8","shape":[1],"data_offsets":[\#($0),\#($0 + 1)]}"#
        }
        let header = Data("{\(tensors.joined(separator: ","))}".utf8)
        let length = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Data($0) }
        return try folder.write("in.safetensors", length + header + Data((0..<count).map { UInt8($0 % 251) }))
    }

    @Test("a split into more files than a shell lets a process open is written where the system allows that many")
    func manyFiles() throws {
        let folder = try TemporaryFolder()
        let input = try singleBytes(100, in: folder)
        let tool = ToolRun.path(of: "convert")
        let line = "ulimit -S -n 40; '\(tool)' --max-shard-size 1 '\(input)' '\(folder.path("out.safetensors"))'"
        let run = try ToolRun("/bin/sh", ["-c", line])
        #expect(run.status == 0, "\(run.errors)")
        #expect(try folder.names.count == 102)
    }

    @Test("a checkpoint of more shards than the system lets a process open is read")
    func manyShards() throws {
        let folder = try TemporaryFolder()
        let input = try singleBytes(200, in: folder)
        let split = folder.path("out.safetensors")
        let made = try ToolRun("convert", ["--max-shard-size", "1", input, split])
        #expect(made.status == 0, "\(made.errors)")
        #expect(try folder.names.count == 202)
        let joined = folder.path("joined.safetensors")
        let line = "ulimit -n 140; '\(ToolRun.path(of: "convert"))' '\(split).index.json' '\(joined)'"
        let run = try ToolRun("/bin/sh", ["-c", line])
        #expect(run.status == 0, "\(run.errors)")
        let (found, right) = (try digests(joined), try digests(input))
        #expect(found.sorted { $0.key < $1.key }.elementsEqual(right.sorted { $0.key < $1.key }, by: ==))
    }
}
