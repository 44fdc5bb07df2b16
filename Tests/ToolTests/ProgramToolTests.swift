import Foundation
import TestSupport
import Testing

/// Exported programs in the tools, as the PyTorch versions of the fixtures wrote them.
@Suite struct ProgramToolTests {
    static let versions = ["2.6.0", "2.8.0", "2.11.0", "2.15.0"]

    private func program(_ version: String) -> String { fixture("programs/versions/torch-\(version).pt2") }

    @Test("a program is a checkpoint, and a model whose state dict it has", arguments: versions)
    func checkpoint(version: String) throws {
        let folder = try TemporaryFolder()
        let (path, output) = (program(version), folder.path + "/out.pth")
        let tree = try ToolRun("ckpt-tree", ["--program", path, "--shape"])
        #expect(tree.status == 0 && tree.output.contains("└─ weight (8, 3, 3, 3)"))
        #expect(try ToolRun("ckpt-tree", [path, "--shape"]).output.contains("└─ weight (8, 3, 3, 3)"))
        #expect(try ToolRun("ckpt-scan", [path]).status == 0)
        #expect(try ToolRun("convert", [path, output]).status == 0)
        let report = try ToolRun("shape-diff", [output, "--program", path, "--json"]).json()
        #expect((report["missing"] as? [String])?.isEmpty == true)
        #expect((report["mismatched"] as? [Any])?.isEmpty == true)
        #expect((report["matched"] as? [String])?.count == 10)
        // Converting keeps the program's constants, which its state dict lacks.
        #expect((report["unexpected"] as? [String])?.isEmpty == true)
        let text = try ToolRun("shape-diff", [output, "--program", path])
        #expect(text.status == 0 && text.errors.contains("of the program left out: not part of the state dict"))
        // The constants are in the file, and in no state dict.
        let difference = try ToolRun("ckpt-diff", [path, output])
        #expect(difference.output.contains("  10 identical, "))
        #expect(difference.errors.contains("not part of the state dict"))
    }

    @Test("an output that the program lacks is refused wherever a program is a model")
    func output() throws {
        let arguments = ["--program", program("2.15.0"), "--output", "2"]
        for tool in ["ckpt-tree", "get-flops"] {
            let run = try ToolRun(tool, arguments)
            #expect(run.status == 2 && run.errors.contains("there is no output 2"), "\(tool): \(run.errors)")
        }
        #expect(try ToolRun("ckpt-tree", ["--program", program("2.15.0"), "--output", "1"]).status == 0)
    }

    @Test("of several outputs the first of floats counts, or the one that --output names")
    func severalOutputs() throws {
        let path = fixture("programs/whole/several.pt2")
        let words = [path, "--program", path, "--golden", fixture("programs/whole/several.golden.pth"), "--json"]
        // The golden's logits and features differ in their extents.
        let first = try ToolRun("verify", words)
        #expect(first.status == 0, "\(first.output)\(first.errors)")
        let features = try ToolRun("verify", words + ["--output", "2"])
        #expect(features.status == 0, "\(features.output)\(features.errors)")
        #expect(try features.json()["max_abs_error"] as? Double != first.json()["max_abs_error"] as? Double)
        let positions = try ToolRun("verify", words + ["--output", "0"])
        #expect(positions.status == 2 && positions.output.contains("'output.0' is missing, or not of floats"))
        let none = try ToolRun("verify", words + ["--output", "3"])
        #expect(none.status == 2 && none.output.contains("output 3 of the program is not a tensor"))
        for output in [[], ["--output", "2"]] {
            let original = try ToolRun("verify", [path, "--program", path, "--original-program", path] + output)
            #expect(original.status == 0, "\(original.output)\(original.errors)")
        }
        let lacking = try ToolRun(
            "verify", [path, "--program", path, "--original-program", path, "--output", "4", "--json"])
        #expect(lacking.status == 2 && lacking.output.contains("there is no output 4"), "\(lacking.output)")
    }

    @Test("a program converts with itself as the model, and keeps its constants and buffers that are not persistent")
    func convertWithItself() throws {
        let folder = try TemporaryFolder()
        let (path, output) = (fixture("programs/whole/several.pt2"), folder.path("out.pth"))
        for words in [[], ["--dtype", "float16"]] {
            let run = try ToolRun("convert", [path, output, "--program", path] + words)
            #expect(run.status == 0, "\(run.errors)")
            #expect(try ToolRun("ckpt-tree", [output]).output.contains("steps"))
        }
    }

    @Test("positions and weights that a decomposed resize spells out are rounded as PyTorch rounds them")
    func decomposedResize() throws {
        let path = fixture("programs/whole/bicubic.dec.pt2")
        let golden = fixture("programs/whole/bicubic.golden.pth")
        let run = try ToolRun("verify", [path, "--program", path, "--golden", golden])
        #expect(run.status == 0, "\(run.output)\(run.errors)")
    }

    @Test(
        "numbers that JSON has no digits for are read as each version writes them, and masks are compared as truths",
        arguments: versions)
    func infinities(version: String) throws {
        let path = fixture("programs/versions/torch-\(version).masked.pt2")
        let golden = fixture("programs/versions/torch-\(version).masked.golden.pth")
        let run = try ToolRun("verify", [path, "--program", path, "--golden", golden])
        #expect(run.status == 0, "\(run.output)\(run.errors)")
        // A checkpoint without the mask gets the program's.
        let folder = try TemporaryFolder()
        let (bare, whole) = (folder.path("bare.pth"), folder.path("whole.pth"))
        #expect(try ToolRun("convert", [path, bare, "--drop", "mask"]).status == 0)
        let conversion = try ToolRun("convert", [bare, whole, "--program", path])
        #expect(conversion.status == 0, "\(conversion.errors)")
        #expect(try ToolRun("ckpt-diff", [whole, path]).status == 0)
    }

    @Test("images need a pipeline, which a program has not")
    func images() throws {
        let path = program("2.15.0")
        let arguments = [path, "--program", path, "--original-program", path, "--images", "dog.jpg"]
        let run = try ToolRun("verify", arguments)
        #expect(run.status == 2 && run.errors.contains("--pipeline names a config that has"), "\(run.errors)")
    }

    @Test("a program's cost is counted for the input that it was exported with", arguments: versions)
    func cost(version: String) throws {
        let report = try ToolRun("get-flops", ["--program", program(version), "--json"]).json()
        #expect(report["input_shape"] as? [Int] == [3, 8, 8])
        // 216 of the convolution, 16 of the norm, 72 and 64 of the linear layers.
        #expect(report["parameters"] as? Int == 368)
    }

    @Test("weights run in the program compute its golden, and what the original program computes", arguments: versions)
    func verification(version: String) throws {
        let folder = try TemporaryFolder()
        let (path, output) = (program(version), folder.path + "/out.pth")
        #expect(try ToolRun("convert", [path, output]).status == 0)
        let golden = fixture("programs/versions/torch-\(version).golden.pth")
        #expect(try ToolRun("verify", [output, "--program", path, "--golden", golden]).status == 0)
        let run = try ToolRun(
            "verify", [output, "--program", path, "--original-program", path, "--inputs", "2", "--layers", "--json"])
        #expect(run.status == 0)
        #expect((try run.json()["layers"] as? [[String: Any]])?.isEmpty == false)
        let both = try ToolRun("verify", [output, "--program", path, "--original-program", path, "--golden", golden])
        #expect(both.status == 2 && both.errors.contains("exclude each other"))
    }
}
