import Foundation
import TestSupport
import Testing

@Suite struct CkptTreeToolTests {
    /// One run of MMPreTrain's `ckpt_tree.py`, from `fixtures/ckpt-tree/facts.txt`.
    struct Fact: Sendable, CustomTestStringConvertible {
        let file: String
        let flags: [String]
        var output = ""

        var testDescription: String { ([file] + flags).joined(separator: " ") }

        static let all: [Fact] = {
            let text = (try? String(contentsOfFile: fixture("ckpt-tree/facts.txt"), encoding: .utf8)) ?? ""
            var facts: [Fact] = []
            for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
                if line.hasPrefix("$ ") {
                    let words = line.dropFirst(2).split(separator: " ").map(String.init)
                    facts.append(Fact(file: words[0], flags: Array(words.dropFirst())))
                } else {
                    facts[facts.count - 1].output += line + "\n"
                }
            }
            return facts
        }()
    }

    @Test("there are runs of the original to compare with")
    func factsExist() {
        #expect(Fact.all.count == 24)
        #expect(Fact.all.allSatisfy { !$0.output.isEmpty })
    }

    @Test("the tree is the original's, line for line", arguments: Fact.all)
    func equalsOriginal(fact: Fact) throws {
        let run = try ToolRun("ckpt-tree", [fixture(fact.file)] + fact.flags)
        #expect(run.status == 0)
        #expect(run.errors == "")
        #expect(run.output == fact.output)
    }

    static let checkpoints = [
        "state_dict", "state_dict_legacy", "parameters", "parameters_legacy", "dtypes", "dtypes_legacy", "strides",
        "strides_legacy", "nested", "nested_legacy", "nested_protocol4", "tensor", "object", "mmengine", "deflated",
        "strides_big_endian",
    ]

    @Test("--json --digest says of every tensor what PyTorch says", arguments: checkpoints)
    func json(name: String) throws {
        let path = fixture("checkpoints/\(name).pth")
        let report = try ToolRun("ckpt-tree", [path, "--json", "--digest"]).json()
        let facts = try #require(
            try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: "\(path.dropLast(4)).json")))
                as? [String: Any])
        #expect(report["file"] as? String == path)
        #expect(report["format"] as? String == facts["format"] as? String)
        let found = try #require(report["tensors"] as? [[String: Any]])
        let expected = try #require(facts["tensors"] as? [[String: Any]])
        #expect(found.map { $0["key"] as? String } == expected.map { $0["key"] as? String })
        for (tensor, fact) in zip(found, expected) {
            for (field, value) in fact {
                #expect(tensor[field] as? NSObject == value as? NSObject, "\(fact["key"] ?? ""): \(field)")
            }
            let parts = try #require(tensor["parts"] as? [String])
            #expect(parts.joined(separator: ".") == tensor["key"] as? String)
            #expect((tensor["bytes"] as? Int ?? -1) >= 0)
        }
    }

    @Test("--json has every other value of the file under its path")
    func values() throws {
        let report = try ToolRun("ckpt-tree", [fixture("ckpt-tree/mixed.pth"), "--json"]).json()
        let values = try #require(report["values"] as? [String: Any])
        #expect(values["meta.epoch"] as? Int == 3)
        #expect(values["meta.name"] as? String == "mixed")
        #expect(values["meta.classes.1"] as? String == "dog")
        #expect(values["meta.lr"] as? Double == 0.1)
        #expect(values["state_dict.a.extra_state"] as? Int == 7)
        #expect(values["state_dict.none"] is NSNull)
        #expect(values.count == 7)
    }

    @Test("a filter, a node and a state key choose tensors in JSON, too")
    func jsonSelection() throws {
        let path = fixture("ckpt-tree/mixed.pth")
        func keys(_ flags: [String]) throws -> [String] {
            let report = try ToolRun("ckpt-tree", [path, "--json"] + flags).json()
            return (report["tensors"] as? [[String: Any]] ?? []).compactMap { $0["key"] as? String }
        }
        #expect(try keys(["--state-key", "ema"]) == ["ema.a.weight", "ema.steps"])
        #expect(try keys(["--filter", "layers.*", "--filter", "c"]).count == 4)
        #expect(try keys(["--filter", "state_dict.c*"]) == ["state_dict.c", "state_dict.c.d"])
        #expect(
            try keys(["--node", "a"]) == ["state_dict.a.weight", "state_dict.a.b.weight", "state_dict.a.late"])
    }

    @Test("dtype, size, fold, filter and other values are shown on request")
    func extras() throws {
        let run = try ToolRun(
            "ckpt-tree",
            [
                fixture("ckpt-tree/mixed.pth"), "--dtype", "--shape", "--size", "--collapse", "--filter", "layers*",
                "--meta",
            ])
        #expect(
            run.output == """
                24 B in 1 tensor
                └─ layers 24 B in 1 tensor
                   └─ 0…2 ×3 72 B in 3 tensors
                      └─ w (2, 3) float32 24 B

                meta.epoch: 3
                meta.name: 'mixed'
                meta.classes: ('cat', 'dog')
                meta.lr: 0.1
                state_dict.a.extra_state: 7
                state_dict.none: None

                """)
    }

    @Test("a checkpoint that is one tensor has a tree of one line")
    func rootTensor() throws {
        let run = try ToolRun("ckpt-tree", [fixture("checkpoints/tensor.pth"), "--shape", "--dtype"])
        #expect(run.status == 0)
        #expect(run.output == " (2, 3) int16\n")
    }

    @Test("colour is off where the output is no terminal, and on when asked for")
    func colour() throws {
        let path = fixture("ckpt-tree/mixed.pth")
        #expect(try !ToolRun("ckpt-tree", [path]).output.contains("\u{1B}"))
        #expect(try !ToolRun("ckpt-tree", [path, "--color=never"]).output.contains("\u{1B}"))
        let coloured = try ToolRun("ckpt-tree", [path, "--color", "always"], environment: ["NO_COLOR": "1"])
        #expect(coloured.output.contains("\u{1B}[34mlayers\u{1B}[0m"))
    }

    @Test("a node that is not there is an error that says what is near")
    func missingNode() throws {
        let run = try ToolRun("ckpt-tree", [fixture("ckpt-tree/mixed.pth"), "--node", "layer.0"])
        #expect(run.status == 2)
        #expect(run.output == "")
        #expect(run.errors.hasSuffix("there is no node 'layer' at the root; did you mean 'layers'?\n"))
    }

    @Test("a reader that goes away early is no error")
    func brokenPipe() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        let tool = ToolRun.path(of: "ckpt-tree")
        let file = fixture("demo/mobilenet_v2_legacy.pt")
        process.arguments = ["-c", "{ '\(tool)' '\(file)' --json; echo $? >&2; } | head -c 10"]
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        process.waitUntilExit()
        #expect(String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self) == "0\n")
        #expect(output.fileHandleForReading.readDataToEndOfFile().count == 10)
    }

    @Test("--check passes a sound file, and exits with 1 for a damaged one, naming the record and its tensors")
    func check() throws {
        let path = fixture("checkpoints/state_dict.pth")
        let sound = try ToolRun("ckpt-tree", [path, "--check"])
        #expect(sound.status == 0)
        #expect(sound.output.contains("nothing is damaged"))

        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let name = Data("state_dict/data/0".utf8)
        let header = try #require(bytes.range(of: name))
        let data = (header.upperBound + 63) / 64 * 64
        bytes[data] ^= 0x40
        let folder = try TemporaryFolder()
        let copy = try folder.write("copy.pth", bytes)
        let damaged = try ToolRun("ckpt-tree", [copy, "--check"])
        #expect(damaged.status == 1)
        #expect(damaged.output.contains("'state_dict/data/0' at offset"))
        let json = try ToolRun("ckpt-tree", [copy, "--check", "--json"])
        #expect(json.status == 1)
        let report = try #require(try json.json()["check"] as? [String: Any])
        #expect(report["passed"] as? Bool == false)
        let findings = try #require(report["findings"] as? [[String: Any]])
        #expect(findings.count == 1)
        #expect((findings.first?["keys"] as? [String])?.isEmpty == false)
    }
}

/// `ckpt-tree` of a model that no file holds.
@Suite struct ModelTreeTests {
    @Test("a config's tree is the state dict of its model")
    func tree() throws {
        let folder = try TemporaryFolder()
        let config = try folder.write("tiny.py", Data(GetFlopsToolTests.swin.utf8))
        let head = """

            └─ head
               └─ fc
                  ├─ weight (10, 768) float32
                  └─ bias (10,) float32

            """
        for words in [["--num-classes", "10"], ["--cfg-options", "model.head.num_classes=10"]] {
            let run = try ToolRun("ckpt-tree", [config, "--filter", "head*", "--shape", "--dtype"] + words)
            #expect(run.status == 0, "\(run.errors)")
            #expect(run.output == head)
        }
        let named = try ToolRun("ckpt-tree", ["--model", "swin-tiny_16xb64_in1k", "--shape"])
        #expect(try ToolRun("ckpt-tree", [config, "--shape"]).output == named.output)
        #expect(try ToolRun("ckpt-tree", ["--config", config, "--shape"]).output == named.output)
        #expect(named.output.contains("relative_position_index (49, 49)"))
    }

    @Test(
        "--json has keys, dtypes and shapes of MMPreTrain's state_dict(), in its order",
        arguments: [
            "swin-tiny_3rdparty_in1k", "deit-tiny-distilled_3rdparty_in1k", "shufflenet-v2-1x_16xb64_in1k",
            "twins-pcpvt-small_3rdparty_8xb128_in1k",
        ])
    func json(name: String) throws {
        let fact = try #require(try ZooFact.all().first { $0.names.contains(name) })
        let tensors = try ModelFile.tensors(["--model", name])
        #expect(tensors.count == fact.entries)
        let byStage = Dictionary(grouping: tensors) { ZooFact.prefix(of: $0.key) }
        for (prefix, stage) in fact.stages where stage.entries > 0 {
            let lines = (byStage[prefix] ?? []).map { "\($0.key) \($0.dtype) \(ZooFact.text(ofShape: $0.shape))" }
            #expect(ZooFact.digest(ofLines: lines) == stage.state, "\(prefix)")
        }
    }

    @Test("what a model does not have is an error that says so")
    func noElements() throws {
        for (flag, words) in [("--stats", "no elements"), ("--digest", "no elements"), ("--check", "not a file")] {
            let run = try ToolRun("ckpt-tree", ["--model", "vgg16", flag])
            #expect(run.status == 2 && run.output == "")
            #expect(run.errors.contains(words), "\(run.errors)")
        }
    }
}

@Suite struct UnsafeFileTests {
    @Test("an unsafe file is shown all the same, with one warning that names the worst")
    func warning() throws {
        let run = try ToolRun("ckpt-tree", [fixture("hostile/checkpoints/runs_code.pth")])
        #expect(run.status == 0)
        #expect(run.errors.split(separator: "\n").count == 1)
        #expect(run.errors.contains("would run what the file wants, by posix.system; see ckpt-scan"))
        let report = try ToolRun("ckpt-tree", ["--json", fixture("hostile/checkpoints/runs_code.pth")]).json()
        let unsafe = try #require(report["unsafe"] as? [[String: Any]])
        #expect(unsafe.map { $0["global"] as? String } == ["posix.system"])
        #expect(unsafe.first?["verdict"] as? String == "dangerous")
    }

    @Test(
        "an ordinary file is shown without one",
        arguments: ["checkpoints/mmengine.pth", "checkpoints/dtypes.pth", "demo/mobilenet_v2_legacy.pt"])
    func ordinary(_ name: String) throws { #expect(try ToolRun("ckpt-tree", [fixture(name)]).errors.isEmpty) }

    @Test("converting an unsafe file warns, too")
    func convert() throws {
        let folder = try TemporaryFolder()
        let run = try ToolRun("convert", [fixture("checkpoints/object.pth"), folder.path + "/out.pth"])
        #expect(run.status == 0)
        #expect(run.errors.contains("may run code, by __main__.Box; see ckpt-scan"))
    }

    @Test("tensors that hold NaN or infinity are listed with their counts, exit code 1")
    func nonFinite() throws {
        let path = fixture("difference/right.pth")
        let run = try ToolRun("ckpt-tree", [path, "--nonfinite"])
        #expect(run.status == 1)
        #expect(
            run.output == """
                \(path): 3 of 22 tensors hold NaN or infinity
                  state_dict.backbone.infinite (40,) float32  1 infinite
                  state_dict.backbone.broken_equally (40,) float32  1 NaN, 1 infinite
                  state_dict.backbone.broken (40,) float32  2 NaN, 1 infinite

                """)
        let report = try ToolRun("ckpt-tree", [path, "--nonfinite", "--json"]).json()
        let rows = try #require(report["nonfinite"] as? [[String: Any]])
        #expect(rows.map { $0["nan"] as? Int } == [0, 1, 2])
        let clean = try ToolRun("ckpt-tree", [path, "--nonfinite", "--filter", "types.*"])
        #expect(clean.status == 0 && clean.output.hasSuffix(": all numbers are finite\n"))
        #expect(try ToolRun("ckpt-tree", ["--model", "resnet50", "--nonfinite"]).status == 2)
    }

    @Test("safetensors whose header's length begins as a pickle does are read, and scanned as what they are")
    func pickleLikeLength() throws {
        let folder = try TemporaryFolder()
        for length in [640, 896, 1152, 1408, 0x2_0280] {
            let header = #"{"weight":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#
            var bytes = withUnsafeBytes(of: UInt64(length).littleEndian, Array.init)
            bytes += Array(header.utf8) + [UInt8](repeating: 0x20, count: length - header.utf8.count)
            bytes += [UInt8](repeating: 0, count: 8)
            let path = try folder.write("model.safetensors", Data(bytes))
            let tree = try ToolRun("ckpt-tree", [path, "--shape"])
            #expect(tree.status == 0 && tree.output.contains("weight (2,)"), "\(length): \(tree.errors)")
            if length < 1 << 16 { #expect(try ToolRun("ckpt-scan", [path]).status == 0, "\(length)") }
        }
    }
}

/// What `ckpt-tree` says beyond MMPreTrain's tree.
@Suite struct TreeExtrasToolTests {
    private static let averaged = fixture("averaging/a.pth")
    private static let mixed = fixture("ckpt-tree/mixed.pth")

    @Test("--summary opens with format, parameters, buffers, types and size, and marks what is tied")
    func summary() throws {
        let run = try ToolRun("ckpt-tree", [Self.averaged, "--summary", "always"])
        #expect(run.status == 0)
        let lines = run.output.split(separator: "\n").map(String.init)
        #expect(
            lines[0]
                == "\(Self.averaged): torch zip, 514 parameters in 12 tensors, 4 buffers, float32, int64, bfloat16, bool, "
                + "complex64, float16, float64 and float8_e4m3fn, 2.1 kB, 1 tied tensor")
        #expect(lines.contains { $0.hasSuffix("weight = head.weight") })
        let silent = try ToolRun("ckpt-tree", [Self.averaged, "--summary", "never"])
        #expect(try ToolRun("ckpt-tree", [Self.averaged]).output == silent.output)
        let report = try ToolRun("ckpt-tree", [Self.averaged, "--json"]).json()
        let summary = try #require(report["summary"] as? [String: Any])
        #expect(summary["parameters"] as? Int == 514)
        #expect(summary["tied"] as? Int == 1)
    }

    @Test("a model's parameters are counted without its buffers")
    func modelSummary() throws {
        let run = try ToolRun("ckpt-tree", ["--model", "resnet18_8xb32_in1k", "--summary", "always", "--depth", "0"])
        #expect(
            run.output.contains("model, 11.69 M parameters (11,689,512) in 62 tensors, 60 buffers, float32 and int64"))
    }

    @Test("the summary names an optimizer and a second set of weights")
    func parts() throws {
        let run = try ToolRun("ckpt-tree", [Self.mixed, "--summary", "always", "--depth", "0"])
        #expect(run.output.contains("  with "), "\(run.output)")
    }

    @Test("tied tensors count once in whatever they are all in")
    func tiedSizes() throws {
        let run = try ToolRun("ckpt-tree", [Self.averaged, "--size", "--filter", "*.weight"])
        #expect(run.output.hasPrefix("1.0 kB in 2 tensors\n"), "\(run.output)")
        #expect(run.output.contains("├─ head 140 B in 1 tensor\n"))
        #expect(run.output.contains("└─ embedding 140 B in 1 tensor\n"))
        #expect(run.output.contains("weight 140 B = head.weight\n"))
    }

    @Test("a list has the tensors by size or by name, as many as asked for")
    func lists() throws {
        func keys(_ words: [String]) throws -> [String] {
            try ToolRun("ckpt-tree", [Self.averaged] + words).output.split(separator: "\n")
                .map { String($0.prefix { $0 != " " }) }
        }
        let all = try keys(["--flat"])
        #expect(all.count == 17 && all.first == "conv.weight")
        #expect(try keys(["--sort", "name"]) == all.sorted())
        #expect(try keys(["--top", "2"]) == ["conv.weight", "conv.last"])
        #expect(try keys(["--top", "2", "--sort", "file"]) == Array(all.prefix(2)))
        let line = try ToolRun("ckpt-tree", [Self.averaged, "--flat", "--filter", "embedding.*"]).output
        #expect(line == "embedding.weight  (7, 5)  float32  140 B  = head.weight\n")
        let report = try ToolRun("ckpt-tree", [Self.averaged, "--json", "--top", "1"]).json()
        #expect((report["tensors"] as? [[String: Any]])?.first?["key"] as? String == "state_dict.conv.weight")
        for words in [["--depth", "1"], ["--collapse"], ["--full-name"], ["--check"]] {
            #expect(try ToolRun("ckpt-tree", [Self.averaged, "--flat"] + words).status == 2)
        }
    }

    @Test("an expression chooses tensors; what no key matches is a finding")
    func expressions() throws {
        let found = try ToolRun("ckpt-tree", [Self.averaged, "--flat", "--regex", "^(head|bn)\\.", "--filter", "half"])
        #expect(found.output.split(separator: "\n").count == 4)
        for words in [
            ["--filter", "x*"], ["--regex", "^x"], ["--filter", "x*", "--json"], ["--filter", "x*", "--flat"],
            ["--regex", "^x", "--nonfinite"], ["--regex", "^x", "--duplicates"],
        ] {
            let run = try ToolRun("ckpt-tree", [Self.averaged] + words)
            #expect(run.status == 1, "\(words)")
            #expect(run.errors.contains("no key matches \(words[0]) '\(words[1])'"))
        }
        let wrong = try ToolRun("ckpt-tree", [Self.averaged, "--regex", "a["])
        #expect(wrong.status == 2 && wrong.errors.contains("--regex 'a[': character 2: nothing closes this '['"))
    }

    @Test("numbered siblings collapse in the order of their numbers, wherever shards put them")
    func scattered() throws {
        let folder = try TemporaryFolder()
        var header = ""
        var offset = 0
        for number in [0, 10, 11, 1, 2, 3, 9, 8, 7, 6, 5, 4] {
            for name in number % 2 == 0 ? ["weight", "bias"] : ["bias", "weight"] {
                header +=
                    #""layers.\#(number).\#(name)":{"dtype":"F32","shape":[1],"data_offsets":[\#(offset),\#(offset + 4)]},"#
                offset += 4
            }
        }
        header = "{\(header.dropLast())}"
        var data = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) }
        data += Data(header.utf8) + Data(count: offset)
        let run = try ToolRun("ckpt-tree", [try folder.write("model.safetensors", data), "--collapse"])
        #expect(run.output == "\n└─ layers\n   └─ 0…11 ×12\n      ├─ weight\n      └─ bias\n", "\(run.output)")
    }

    @Test("several files follow each other; as JSON they are an array, with what does not open among them")
    func several() throws {
        let files = [Self.averaged, fixture("averaging/b.pth")]
        let run = try ToolRun("ckpt-tree", files + ["--depth", "0"])
        #expect(run.status == 0 && run.output.contains("\n\(files[1]):\n"))
        let json = try ToolRun("ckpt-tree", files + ["/nonexistent.pth", "--json"])
        #expect(json.status == 2)
        let reports = try #require(
            try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]])
        #expect(reports.map { $0["file"] as? String } == files + ["/nonexistent.pth"])
        #expect((reports[2]["error"] as? String)?.contains("nonexistent") == true)
        #expect(try ToolRun("ckpt-tree", files + ["--dump", "half", "/tmp/never.npy"]).status == 2)
    }

    @Test("duplicates are tensors that are tied, have equal bytes, or see one storage")
    func duplicates() throws {
        let report = try ToolRun("ckpt-tree", [Self.averaged, "--duplicates", "--json"]).json()
        #expect(report["tied"] as? [[String]] == [["head.weight", "embedding.weight"]])
        let views = try ToolRun("ckpt-tree", [fixture("checkpoints/strides.pth"), "--duplicates", "--json"])
        #expect(views.status == 0)
        let shared = try #require(try views.json()["shared"] as? [[String: Any]])
        #expect(!shared.isEmpty)
        let text = try ToolRun("ckpt-tree", [fixture("checkpoints/strides.pth"), "--duplicates"]).output
        #expect(text.contains("tied: the same elements under several keys\n  base = base again\n"))
        #expect(
            text.contains("equal bytes in several places\n  2 × 96 B (24,) float32: base = base again, channels_last"))
        #expect(text.contains("96 B, overlapping: base [0, 96), tail [20, 44)"))
    }

    @Test("--dump writes what NumPy reads, once, and says how")
    func dump() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("half.npy")
        let run = try ToolRun(
            "ckpt-tree", [Self.averaged, "--dump", "bfloat", path, "--dump", "state_dict.half", folder.path("b.npy")])
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.hasPrefix("bfloat (4, 4) bfloat16 → \(path): float32, 192 B\n"))
        let again = try ToolRun("ckpt-tree", [path, "--json", "--digest"]).json()
        let tensor = try #require((again["tensors"] as? [[String: Any]])?.first)
        #expect(tensor["dtype"] as? String == "float32" && tensor["shape"] as? [Int] == [4, 4])
        let before = try folder.contents("half.npy")
        let refused = try ToolRun("ckpt-tree", [Self.averaged, "--dump", "half", path])
        #expect(refused.status == 2 && refused.errors.contains("it exists already"))
        #expect(try folder.contents("half.npy") == before)
        #expect(try ToolRun("ckpt-tree", [Self.averaged, "--dump", "half", path, "--overwrite"]).status == 0)
        let missing = try ToolRun("ckpt-tree", [Self.averaged, "--dump", "hlaf", folder.path("c.npy")])
        #expect(missing.status == 2 && missing.errors.contains("there is no tensor 'hlaf'; did you mean 'half'?"))
        let sparse = try ToolRun(
            "ckpt-tree", [fixture("difference/left.pth"), "--dump", "types.sparse", folder.path("c.npy")])
        #expect(sparse.status == 2)
        #expect(try folder.names == ["b.npy", "half.npy"])
    }
}
