import CheckpointIO
import Foundation
import TestSupport
import Testing

@testable import Verification

/// Goldens of one network that `make_comparison_fixtures.py` captured, and what PyTorch finds of their differences.
@Suite struct CaptureComparisonTests {
    private struct Fact: Decodable {
        let max, rms, floor: Double
    }

    private static func run(_ name: String) throws -> CapturedRun {
        try CapturedRun(Fixtures.checkpoint("comparison/\(name).pth"))
    }

    private static func facts(_ name: String) throws -> [String: Fact] {
        let facts = try fixture("comparison/facts.json", as: [String: [String: Fact]].self)
        return try #require(facts["\(name).pth"])
    }

    @Test("the differences of outputs and layers, and the floor, are PyTorch's", arguments: ["again", "wrong", "timm"])
    func figures(name: String) throws {
        let facts = try Self.facts(name)
        let comparison = try CaptureComparison(Self.run("golden"), Self.run(name))
        #expect(comparison.items.count == facts.count)
        for item in comparison.items {
            let entry = item.path.isEmpty ? "output" : "\(item.part.rawValue).\(item.path)"
            let fact = try #require(facts[entry], "\(entry)")
            let deviation = try #require(item.deviation, "\(entry)")
            #expect(deviation.max == fact.max, "\(entry)")
            #expect(abs(deviation.rms - fact.rms) <= 1e-9 * fact.rms, "\(entry)")
            #expect(item.leftError?.max == fact.floor, "\(entry)")
        }
        #expect(comparison.inputEqual == true)
    }

    @Test("what rounds otherwise passes, in every layer")
    func rounding() throws {
        let comparison = try CaptureComparison(Self.run("golden"), Self.run("again"))
        #expect(comparison.passed, "\(comparison.findings)")
        #expect(comparison.isMeasured && comparison.layers.count > 20)
        #expect(try CaptureComparison(Self.run("golden"), Self.run("timm")).passed)
    }

    @Test("another epsilon is found where it begins")
    func wrong() throws {
        let comparison = try CaptureComparison(Self.run("golden"), Self.run("wrong"))
        #expect(!comparison.passed)
        #expect(comparison.firstDivergingLayer?.path == "encoder.layers.encoder_layer_1.ln_1")
        #expect(comparison.findings.first?.hasPrefix("'output' differs by up to ") == true)
        let tolerant = try CaptureComparison(
            Self.run("golden"), Self.run("wrong"), options: .init(tolerance: 10))
        #expect(tolerant.passed)
    }

    @Test("a third run in double precision is the truth for runs that have none")
    func truth() throws {
        let truth = try Self.run("golden")
        let bare = { (name: String) in try Self.withoutFloat64(name) }
        let judged = try CaptureComparison(bare("golden"), bare("again"), truth: truth)
        #expect(judged.passed && judged.isMeasured)
        #expect(judged.output.noiseFloor?.max == (try Self.facts("again"))["output"]?.floor)
        #expect(try !CaptureComparison(bare("golden"), bare("wrong"), truth: truth).passed)
        let unmeasured = try CaptureComparison(bare("golden"), bare("wrong"))
        #expect(!unmeasured.isMeasured && !unmeasured.passed)
        #expect(unmeasured.layers.allSatisfy { $0.tolerance == nil && $0.passed })
    }

    @Test("a third run of another input measures no rounding: it is a finding")
    func truthOfAnotherInput() throws {
        let bare = { (name: String) in try Self.withoutFloat64(name) }
        var truth = try Self.run("golden")
        truth.inputNote = "seeded [1, 3, 64, 64]"
        let comparison = try CaptureComparison(bare("golden"), bare("again"), truth: truth)
        #expect(!comparison.passed && comparison.inputEqual == true)
        #expect(comparison.inputFinding?.hasPrefix("the inputs differ: 'seeded [1, 3, 32, 32]' and ") == true)
    }

    @Test("integers are not rounded: classes that differ do not pass")
    func integers() throws {
        let (left, right) = (Self.bytes([3, 4, 5] as [Int64]), Self.bytes([7, 1, 0] as [Int64]))
        let comparison = try CaptureComparison(Self.run("I64", 3, left), Self.run("I64", 3, right))
        #expect(comparison.output.tolerance == 0 && !comparison.passed)
        #expect(try CaptureComparison(Self.run("I64", 3, left), Self.run("I64", 3, left)).passed)
        let truth = try Self.run("F64", 3, Self.bytes([30.0, 40, 50]))
        #expect(
            try !CaptureComparison(Self.run("I64", 3, left), Self.run("I64", 3, right), truth: truth).passed)
        #expect(try !CaptureComparison(Self.run("BOOL", 2, [0, 1]), Self.run("BOOL", 2, [1, 0])).passed)
    }

    @Test("elements of two numbers each, which make more than the shape says, are an error")
    func pairs() throws {
        let expected = VerificationError.golden(entry: "output", "is float4_e2m1fn_x2, two numbers an element")
        #expect(throws: expected) { try Self.run("F4", 4, [0, 0]) }
        #expect(throws: expected) { try requireFloat(.float4_e2m1fn_x2, entry: "output") }
    }

    @Test("outputs of NaN alone do not pass; infinite elements that both have do")
    func notFinite() throws {
        func passes(_ values: [Float]) throws -> Bool {
            let run = try Self.run("F32", values.count, Self.bytes(values))
            return try CaptureComparison(run, run).passed
        }
        #expect(try !passes([.nan, .nan]))
        #expect(try passes([-.infinity, 1]))
    }

    @Test("a sample under another name is of other elements and is not compared")
    func renamedSample() throws {
        let golden = try Self.run("golden")
        var renamed = golden
        renamed.entries = golden.entries.map { entry in
            guard entry.path == "encoder.ln" else { return entry }
            return CapturedRun.Entry(part: entry.part, path: "norm", tensor: entry.tensor, float64: entry.float64)
        }
        var names = Dictionary(golden.modulePaths.map { ($0, $0) }) { first, _ in first }
        names["encoder.ln"] = "norm"
        let comparison = try CaptureComparison(golden, renamed, options: .init(names: names))
        #expect(comparison.onlyLeft == ["samples.encoder.ln"] && comparison.onlyRight == ["samples.norm"])
        #expect(comparison.passed && comparison.layers.count == golden.modulePaths.count - 1)
    }

    @Test("a file without an output, and runs without a common one, are an error")
    func nothing() throws {
        #expect(throws: VerificationError.self) { try CapturedRun(Fixtures.checkpoint("comparison/vit.pth")) }
    }

    private static func bytes<Element>(_ elements: [Element]) -> [UInt8] { elements.withUnsafeBytes { Array($0) } }

    /// A run with one output of one axis.
    private static func run(_ dtype: String, _ count: Int, _ bytes: [UInt8]) throws -> CapturedRun {
        let header = #"{"output":{"dtype":"\#(dtype)","shape":[\#(count)],"data_offsets":[0,\#(bytes.count)]}}"#
        let folder = try TemporaryFolder()
        let file = Self.bytes([UInt64(header.utf8.count)]) + Array(header.utf8) + bytes
        let path = try folder.write("output.safetensors", file)
        return try withExtendedLifetime(folder) { try CapturedRun(Checkpoint.open(path)) }
    }

    private static func withoutFloat64(_ name: String) throws -> CapturedRun {
        var run = try run(name)
        run.entries = run.entries.map { entry in
            var entry = entry
            entry.float64 = nil
            return entry
        }
        return run
    }
}
