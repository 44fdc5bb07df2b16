import Foundation
import TestSupport
import Testing

/// `convert` without rules: edits of keys, and the check of the result.
@Suite struct ConvertEditsToolTests {
    private static let mixed = fixture("ckpt-tree/mixed.pth")
    private static let legacy = fixture("demo/mobilenet_v2_legacy.pt")

    private func tensors(_ path: String) throws -> [(key: String, sha256: String)] {
        let report = try ToolRun("ckpt-tree", [path, "--json", "--digest"]).json()
        return (report["tensors"] as? [[String: Any]] ?? []).map {
            ($0["key"] as? String ?? "", $0["sha256"] as? String ?? "")
        }
    }

    @Test("keys are dropped, renamed and prefixed; no byte of a tensor changes, and what is around them stays")
    func edits() throws {
        let folder = try TemporaryFolder()
        let output = folder.path("out.pth")
        let run = try ToolRun(
            "convert",
            [
                "--drop", "c*", "--rename", #"s/^layers\.([0-9]+)\.w$/blocks.\1.weight/"#, "--rename", "s/weight/w/g",
                "--add-prefix", "net", Self.mixed, output,
            ])
        #expect(run.status == 0, "\(run.errors)")
        let (before, after) = (try tensors(Self.mixed), try tensors(output))
        #expect(
            after.map(\.key) == [
                "state_dict.net.a.w", "state_dict.net.a.b.w", "state_dict.net.blocks.0.w", "state_dict.net.blocks.1.w",
                "state_dict.net.blocks.2.w", "state_dict.net.a.late", "ema.a.weight", "ema.steps",
            ])
        #expect(after.map(\.sha256) == before.filter { !$0.key.hasPrefix("state_dict.c") }.map(\.sha256))
        let values = try #require(try ToolRun("ckpt-tree", [output, "--json"]).json()["values"] as? [String: Any])
        #expect(values["meta.epoch"] as? Int == 3)
        #expect(values["state_dict.net.a.extra_state"] as? Int == 7)
    }

    @Test("a dry run explains each key by the options that changed it, as text and as JSON")
    func explains() throws {
        let words = [
            "--dry-run", "--drop", "c.d", "--rename", "s/^a/b/", "--state-key", "state_dict", "--dtype", "float16",
            Self.mixed,
        ]
        let run = try ToolRun("convert", words + ["--explain"])
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("b.weight ← a.weight  --rename 's/^a/b/'\n"))
        #expect(run.output.contains("\nc ← c\n"))
        #expect(run.output.contains("c.d dropped  --drop 'c.d'\n"))
        let one = try ToolRun("convert", words + ["--explain=b.weight"])
        #expect(one.output.hasPrefix("b.weight ← a.weight  --rename 's/^a/b/'\n  ("))
        let report = try ToolRun("convert", words + ["--json"]).json()
        let entries = try #require(report["entries"] as? [[String: Any]])
        let entry = try #require(entries.first { $0["target"] as? String == "b.weight" })
        #expect(entry["sources"] as? [String] == ["a.weight"])
        #expect(entry["edits"] as? [String] == ["--rename 's/^a/b/'"])
        #expect(entry["dtype"] as? String == "float16")
        let dropped = try #require(report["dropped"] as? [[String: Any]])
        #expect(dropped.map { $0["key"] as? String } == ["c.d"])
    }

    @Test(
        "an edit that cannot be right is one error, and no output",
        arguments: [
            (["--drop", "nothing.*"], "--drop 'nothing.*' matches no key; the first is 'a.weight'"),
            (["--keep", "nothing.*"], "--keep 'nothing.*' matches no key"),
            (["--rename", "s/nothing/x/"], "--rename 's/nothing/x/' matches no key"),
            (["--rename", "s/[0-2]/0/"], "'layers.0.w' and 'layers.1.w' both become 'layers.0.w'"),
            (["--rename", "s/(a/b/"], "--rename 's/(a/b/': character 3: nothing closes this '('"),
            (["--drop", "*"], "no key is left of"), (["--keep", "a.extra_state"], "no tensor is left of"),
        ])
    func mistakes(words: [String], message: String) throws {
        let folder = try TemporaryFolder()
        let run = try ToolRun("convert", words + [Self.mixed, folder.path("out.pth")])
        #expect(run.status == 2)
        #expect(run.errors.contains(message), "\(run.errors)")
        #expect(run.errors.split(separator: "\n").count == 1)
        #expect(try folder.names.isEmpty)
    }

    @Test("an entry that is dropped counts as a tensor only if it is one")
    func counts() throws {
        let run = try ToolRun("convert", ["--dry-run", "--drop", "a.extra_state", "--drop", "c", Self.mixed])
        #expect(run.output.contains("torch zip, 8 tensors\n  0 keys renamed, 2 dropped\n"), "\(run.output)")
    }

    @Test("edits combine with a prefix, casts, shards and formats")
    func combinations() throws {
        let folder = try TemporaryFolder()
        let run = try ToolRun(
            "convert",
            [
                "--keep", "features.1?.*", "--rename", "s/conv/c/g", "--add-prefix", "backbone.", "--dtype", "bfloat16",
                "--weights-only", "--max-shard-size", "1MB", Self.legacy, folder.path("model.safetensors"),
            ])
        #expect(run.status == 0, "\(run.errors)")
        let report = try ToolRun("ckpt-tree", [folder.path, "--json"]).json()
        let tensors = try #require(report["tensors"] as? [[String: Any]])
        #expect(tensors.count == 150)
        #expect(tensors.allSatisfy { ($0["key"] as? String ?? "").hasPrefix("backbone.features.1") })
        #expect(Set(tensors.compactMap { $0["dtype"] as? String }) == ["bfloat16", "int64"])
        #expect(try folder.names.count > 3)
    }

    @Test("edits come before the rules")
    func beforeRules() throws {
        let folder = try TemporaryFolder()
        let moved = folder.path("moved.pth")
        #expect(try ToolRun("convert", ["--add-prefix", "net", Self.legacy, moved]).status == 0)
        let run = try ToolRun(
            "convert", ["--rules", "mobilenet_v2", "--rename", #"s/^net\.//"#, moved, folder.path("out.pth")])
        #expect(run.status == 0 && run.output.contains("312 tensors renamed"), "\(run.errors)")
    }

    @Test("without rules the result is held against another checkpoint, and is not written where it differs")
    func against() throws {
        let folder = try TemporaryFolder()
        let moved = folder.path("moved.pth")
        #expect(try ToolRun("convert", ["--add-prefix", "net", Self.legacy, moved]).status == 0)
        let back = folder.path("back.pth")
        let run = try ToolRun("convert", ["--strip-prefix", "net", "--against", Self.legacy, moved, back])
        #expect(run.status == 0 && run.output.contains("every key, shape and dtype matches"), "\(run.errors)")
        let wrong = try ToolRun(
            "convert",
            ["--rename", "s/features.17/features.99/", "--against", Self.legacy, moved, folder.path("no.pth")])
        #expect(wrong.status == 2)
        #expect(wrong.errors.contains("error: the result lacks 'features.0.0.weight' (32, 3, 3, 3) of model"))
        let dry = try ToolRun(
            "convert",
            ["--strip-prefix", "net", "--drop", "features.18.*", "--against", Self.legacy, "--dry-run", moved])
        #expect(dry.status == 1 && dry.output.contains("differs"))
        #expect(try folder.names == ["back.pth", "moved.pth"])
    }

    @Test("--model holds the result against a built-in model")
    func model() throws {
        let folder = try TemporaryFolder()
        let converted = folder.path("converted.pth")
        #expect(try ToolRun("convert", ["--rules", "mobilenet_v2", Self.legacy, converted]).status == 0)
        let run = try ToolRun(
            "convert", ["--model", "mobilenet-v2_8xb32_in1k", converted, folder.path("out.safetensors")])
        #expect(run.status == 2)
        #expect(
            run.errors.contains(
                "error: the result lacks 'head.fc.weight' (1000, 1280) of model 'mobilenet-v2_8xb32_in1k'"))
        #expect(run.errors.contains("2 errors; "))
        let foreign = try ToolRun(
            "convert", ["--model", "mobilenet-v2_8xb32_in1k", Self.legacy, folder.path("out.safetensors")])
        #expect(foreign.status == 2)
        #expect(
            foreign.errors.contains("convert it first: 'convert --rules mobilenet_v2' takes all 312 keys"),
            "\(foreign.errors)")
        #expect(try folder.names == ["converted.pth"])
    }

    @Test("--no-clobber leaves a file that exists as it is")
    func noClobber() throws {
        let folder = try TemporaryFolder()
        let output = try folder.write("out.pth", Data("mine".utf8))
        let run = try ToolRun("convert", ["--no-clobber", Self.mixed, output])
        #expect(run.status == 2 && run.errors.contains("it exists already"), "\(run.errors)")
        #expect(try folder.contents("out.pth") == Array("mine".utf8))
        #expect(try ToolRun("convert", ["--no-clobber", Self.mixed, folder.path("new.pth")]).status == 0)
        let shards = ["--no-clobber", "--max-shard-size", "1MB", Self.legacy, folder.path("new.pth")]
        #expect(try ToolRun("convert", shards).status == 2)
        #expect(try folder.names == ["new.pth", "out.pth"])
    }

    @Test("--average gives the mean, checks it and says what is the last file's")
    func average() throws {
        let folder = try TemporaryFolder()
        let files = ["a", "b", "c", "d"].map { fixture("averaging/\($0).pth") }
        let output = folder.path("out.pth")
        let run = try ToolRun("convert", ["--average", "--weights", "0.5,0.25,0.15,0.1"] + files + [output])
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.hasPrefix("average of 4 checkpoints: 14 tensors, and 3 tensors of integers as they are\n"))
        #expect(run.output.contains("  0.15 × \(files[2])\n"))
        #expect(run.errors.contains("'bn.num_batches_tracked' differs and is not averaged: \(files[3]) gives it"))
        let values = try #require(try ToolRun("ckpt-tree", [output, "--json"]).json()["values"] as? [String: Any])
        #expect(values["epoch"] as? Int == Int(("d" as Unicode.Scalar).value))
        let report = try ToolRun("convert", ["--average", "--json", "--dry-run"] + files + [output]).json()
        #expect(report["weights"] as? [Double] == [0.25, 0.25, 0.25, 0.25])
        for words in [
            [files[0], output], ["--weights", "1,2,3"] + files + [output], ["--rules", "vgg"] + files + [output],
            ["--to", "timm"] + files + [output],
        ] {
            #expect(try ToolRun("convert", ["--average"] + words).status == 2)
        }
        #expect(try ToolRun("convert", ["--weights", "1", Self.mixed, output]).status == 2)
    }
}
