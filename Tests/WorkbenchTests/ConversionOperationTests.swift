import CheckpointIO
import FoundationEssentials
import KeyRules
import TensorCore
import TestSupport
import Testing

@testable import Workbench

/// Operations carried out on real files.
@Suite struct ConversionOperationTests {
    private func convert(
        _ rules: String, _ inputs: [String], _ direction: Direction = .forward, to path: String
    ) throws {
        var options = ConversionOptions(
            inputs: inputs.map { ConversionOptions.Input(word: $0, names: ["base", "delta", "lora"]) })
        options.direction = direction
        let source = try RuleSource(text: "rules test\n" + rules, name: "t.rules", note: nil)
        let conversion = try Conversion(options, rules: source)
        #expect(conversion.plan.errors == [])
        #expect(try conversion.output(to: path, options).write().map(\.path) == [path])
    }

    private func elements(_ path: String) throws -> [String: [Float]] {
        var result: [String: [Float]] = [:]
        for tensor in try Checkpoint.open(path).stateDict(at: nil, searching: StateDict.usualKeys).tensors {
            result[tensor.key.text] = try tensor.tensor.withFloat32 { Array($0) }
        }
        return result
    }

    private let demo = fixture("demo/mobilenet_v2_legacy.pt")

    @Test("layouts, joins with zeros and parts go forth and back to the very same tensors")
    func roundTrip() throws {
        let rules = """
            features.0.0.weight -> stem.w : o i h w -> h w i o
            features.0.1.running_mean, zeros, features.0.1.running_var -> stem.stats : concat 0
            features.0.1.weight -> stem.gamma.0, stem.gamma.1 : split 0 2
            features.0.1.bias -> stem.beta.{i} : unstack 0 i
            {x..} -> net.{x..}
            """
        try withTemporaryFolder { folder in
            try convert(rules, [demo], to: folder + "/forth.pth")
            try convert(rules, [folder + "/forth.pth"], .reverse, to: folder + "/back.pth")
            #expect(try elements(folder + "/back.pth") == elements(demo))
            let (before, after) = try (elements(demo), elements(folder + "/forth.pth"))
            let mean = try #require(before["features.0.1.running_mean"])
            let variance = try #require(before["features.0.1.running_var"])
            #expect(after["stem.stats"] == mean + mean.map { _ in 0 } + variance)
            #expect(after["stem.beta.3"] == [try #require(before["features.0.1.bias"])[3]])
        }
    }

    @Test("the plan names zeros among the inputs of an operation, and keys alone among the sources")
    func inputs() throws {
        let text = "rules test\nfeatures.0.1.running_mean, zeros -> s : concat 0\n{x..} -> net.{x..}"
        let source = try RuleSource(text: text, name: "t.rules", note: nil)
        let conversion = try Conversion(ConversionOptions(inputs: [.init(path: demo)]), rules: source)
        let entry = try #require(conversion.plan.entries.first { $0.target == "s" })
        #expect(entry.sources == ["features.0.1.running_mean"])
        #expect(entry.inputs == ["features.0.1.running_mean", "zeros"])
        #expect(conversion.mapping(.plain).contains("s ← features.0.1.running_mean, zeros  "))
    }

    @Test("a part that should be zero and is not keeps the file from being written")
    func notZero() throws {
        let forth =
            "features.0.1.running_mean, features.0.1.running_var, features.0.1.bias -> s : concat 0\n{x..} -> net.{x..}"
        let back = "features.0.1.running_mean, zeros, features.0.1.bias -> s : concat 0\n{x..} -> net.{x..}"
        try withTemporaryFolder { folder in
            try convert(forth, [demo], to: folder + "/forth.pth")
            #expect {
                try convert(back, [folder + "/forth.pth"], .reverse, to: folder + "/back.pth")
            } throws: { "\($0)".contains("part 2 must be zero to be left out, its element 0 is not") }
            #expect(!FileManager.default.fileExists(atPath: folder + "/back.pth"))
        }
    }

    @Test("tensors of two named inputs are added")
    func delta() throws {
        let rules = """
            base:{x..}.weight, delta:{x..}.weight -> net.{x..}.weight : add
            base:{x..}.{p:bias|running_mean|running_var|num_batches_tracked} -> net.{x..}.{p}
            delta:{x..} -> other.{x..}
            """
        try withTemporaryFolder { folder in
            try convert(rules, ["delta=\(demo)", "base=\(demo)"], to: folder + "/sum.pth")
            let (before, after) = try (elements(demo), elements(folder + "/sum.pth"))
            let key = "features.0.0.weight"
            #expect(after["net.\(key)"] == before[key]?.map { 2 * $0 })
            #expect(after["other.features.0.1.bias"] == before["features.0.1.bias"])
        }
    }

    @Test("inputs are told apart by name; the one without a name, else base, carries the rest")
    func order() throws {
        func order(_ words: [String]) throws -> [String?] {
            let inputs = words.map { ConversionOptions.Input(word: $0, names: ["base", "delta", "x", "y"]) }
            return try ConversionOptions(inputs: inputs).orderedInputs().map(\.name)
        }
        #expect(try order(["delta=a", "base=b"]) == ["base", "delta"])
        #expect(try order(["base=b", "a"]) == [nil, "base"])
        #expect(try order(["x=b", "y=a"]) == ["x", "y"])
        #expect(throws: WorkbenchError.ambiguousInputs("two inputs are named 'x'")) { try order(["x=b", "x=a"]) }
        #expect(throws: WorkbenchError.self) { try order(["b", "a"]) }
    }
}
