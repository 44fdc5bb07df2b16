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

        static func all() throws -> [Fact] {
            let text = try String(contentsOfFile: fixture("ckpt-tree/facts.txt"), encoding: .utf8)
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
        }
    }

    @Test("there are runs of the original to compare with")
    func factsExist() throws {
        let facts = try Fact.all()
        #expect(facts.count == 24)
        #expect(facts.allSatisfy { !$0.output.isEmpty })
    }

    @Test("the tree is the original's, line for line", arguments: try Fact.all())
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

    @Test("a numbered dictionary of simple values is one line of --meta, and a long text is cut with its size")
    func foldedValues() throws {
        let folder = try TemporaryFolder()
        let long = String(repeating: "z", count: 5_000)
        let pickle = "(dS'names'\n(dI0\nS'cat'\nsI1\nS'dog'\nssS'text'\nS'\(long)'\ns."
        let run = try ToolRun("ckpt-tree", ["--meta", try folder.write("names.pkl", Data(pickle.utf8))])
        #expect(run.output.contains("\nnames: {0: 'cat', 1: 'dog'}\n"), "\(run.output)")
        #expect(run.output.contains("zz…' (5.0 kB)\n"), "\(run.output)")
    }

    @Test("a checkpoint that is one tensor has a tree of one line")
    func rootTensor() throws {
        let run = try ToolRun("ckpt-tree", [fixture("checkpoints/tensor.pth"), "--shape", "--dtype"])
        #expect(run.status == 0)
        #expect(run.output == " (2, 3) int16\n")
    }

    @Test("colour is off where the output is not a terminal, and on when asked for")
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

    @Test("a reader that goes away early is not an error")
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
        let fact = try ZooFact.named(name)
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

    @Test("safetensors whose header's length begins as a pickle does are read, and scanned as what they are")
    func pickleLikeLength() throws {
        let folder = try TemporaryFolder()
        for length in [640, 896, 1152, 1408, 0x1_0280, 0x2_0280] {
            let header = #"{"weight":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#
            var bytes = withUnsafeBytes(of: UInt64(length).littleEndian, Array.init)
            bytes += Array(header.utf8) + [UInt8](repeating: 0x20, count: length - header.utf8.count)
            bytes += [UInt8](repeating: 0, count: 8)
            let path = try folder.write("model.safetensors", Data(bytes))
            let tree = try ToolRun("ckpt-tree", [path, "--shape"])
            #expect(tree.status == 0 && tree.output.contains("weight (2,)"), "\(length): \(tree.errors)")
            #expect(try ToolRun("ckpt-scan", [path]).status == 0, "\(length)")
        }
    }
}
