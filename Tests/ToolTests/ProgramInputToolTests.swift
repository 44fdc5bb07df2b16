import Foundation
import TestSupport
import Testing

/// Programs that take something else than an image: see `scripts/makers/make_input_programs.py`.
@Suite struct ProgramInputToolTests {
    static let names = ["vector", "audio", "volume", "tokens", "captioned", "captioned.dec"]

    private func program(_ name: String) -> String { fixture("programs/inputs/\(name).pt2") }

    private func golden(_ name: String) -> String {
        fixture("programs/inputs/\(name.replacing(".dec", with: "")).golden.pth")
    }

    @Test("a program runs on the input that it takes, of any rank, of integers, or several", arguments: names)
    func verification(name: String) throws {
        let path = program(name)
        let run = try ToolRun("verify", [path, "--program", path, "--golden", golden(name)])
        #expect(run.status == 0, "\(run.output)\(run.errors)")
        let original = try ToolRun("verify", [path, "--program", path, "--original-program", path, "--inputs", "2"])
        #expect(original.status == 0, "\(original.output)\(original.errors)")
        #expect(original.output.contains("2 seeded inputs"))
    }

    @Test(
        "a program with one tensor changed does not compute its golden",
        arguments: [
            ("vector", "2.bias"), ("audio", "depthwise.weight"), ("volume", "conv.weight"), ("tokens", "words.weight"),
            ("captioned", "patches.bias"), ("captioned", "query.weight"),
        ])
    func changed(name: String, key: String) throws {
        let folder = try TemporaryFolder()
        let path = folder.path("changed.pth")
        let rules = try folder.write(
            "change.rules", Data("rules change: a -> b\n\(key) -> \(key) : scale 1.01\n{k..} -> {k}\n".utf8))
        let conversion = try ToolRun("convert", [program(name), path, "--rules", rules])
        #expect(conversion.status == 0, "\(conversion.errors)")
        let run = try ToolRun("verify", [path, "--program", program(name), "--golden", golden(name)])
        #expect(run.status == 1, "\(run.output)\(run.errors)")
    }

    @Test(
        "an input that the model does not take is one error that says what it takes",
        arguments: [
            (
                ["--model", "resnet18"], "tokens",
                "resnet18_8xb32_in1k takes images, [N, C, H, W], not [2, 12] of integers"
            ),
            (["--model", "resnet18"], "volume", "takes images, [N, C, H, W], not [1, 1, 4, 6, 6]"),
            (["--program", "tokens"], "audio", "tokens takes [2, 12] of integers, not [2, 1, 64]"),
            (["--program", "audio"], "tokens", "audio takes [any, 1, 64], not [2, 12] of integers"),
            (
                ["--program", "captioned"], "tokens",
                "takes [2, 9] of integers and [2, 9] of integers and [2, 3, 8, 8], not [2, 12] of integers"
            ),
        ])
    func wrongInput(model: [String], name: String, text: String) throws {
        let isProgram = model[0] == "--program"
        let words = isProgram ? [model[0], program(model[1])] : model
        let checkpoint = isProgram ? program(model[1]) : program(name)
        let run = try ToolRun("verify", [checkpoint] + words + ["--golden", golden(name)])
        #expect(run.status == 2 && run.errors.contains("the golden's 'input': "), "\(run.errors)")
        #expect(run.errors.contains(text))
    }

    @Test("a model of images is not held against an original that takes something else")
    func originalOfOtherInputs() throws {
        let run = try ToolRun(
            "verify", [program("vector"), "--program", program("vector"), "--original-program", program("tokens")])
        #expect(run.status == 2 && run.errors.contains("its input: vector takes [16], not [2, 12] of integers"))
    }

    @Test("the cost is counted for each of several inputs")
    func cost() throws {
        let report = try ToolRun("get-flops", ["--program", program("captioned"), "--json"]).json()
        #expect(report["input_shape"] as? [Int] == [9])
        #expect(report["input_shapes"] as? [[Int]] == [[9], [9], [3, 8, 8]])
        let text = try ToolRun("get-flops", ["--program", program("captioned")]).output
        #expect(text.contains("Input shape: (9,), (9,), (3, 8, 8)"))
    }
}
