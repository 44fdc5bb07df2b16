import Foundation
import TestSupport
import Testing

/// What `ckpt-tree` says beyond MMPreTrain's tree.
@Suite struct CkptTreeExtrasToolTests {
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

    @Test("a tensor and its conjugate are not tied, though they see the same elements of one storage")
    func conjugate() throws {
        let path = fixture("values/bits.pth")
        let list = try ToolRun("ckpt-tree", [path, "--flat"]).output
        #expect(list.contains("conjugated  (2, 2)  complex64   32 B\n"), "\(list)")
        let report = try ToolRun("ckpt-tree", [path, "--duplicates", "--json"]).json()
        #expect((report["tied"] as? [[String]])?.isEmpty == true)
        let summary = try #require(try ToolRun("ckpt-tree", [path, "--json"]).json()["summary"] as? [String: Any])
        #expect(summary["tied"] as? Int == 0)
    }

    @Test("an integer of too many digits is a text in JSON")
    func longInteger() throws {
        let folder = try TemporaryFolder()
        let start: [UInt8] = [0x80, 2, 0x7D, 0x58, 1, 0, 0, 0, UInt8(ascii: "x"), 0x8B, 0xD0, 0x07, 0, 0]
        let pickle = start + [UInt8](repeating: 1, count: 2000) + Array("s.".utf8)
        let report = try ToolRun("ckpt-tree", [try folder.write("long.pkl", pickle), "--json"]).json()
        let values = try #require(report["values"] as? [String: Any])
        #expect(values["x"] as? String == "<int of 2000 bytes>")
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
        #expect(refused.status == 2 && refused.errors.contains("it exists already; --overwrite replaces it"))
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
