import CheckpointIO
import JSON
import TensorCore
import TestSupport
import Testing

@testable import Workbench

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite struct ValueComparisonTests {
    /// What PyTorch finds, of `make_difference_facts.py`.
    private struct Fact: Decodable {
        let changed, count: Int
        let max, rms: Double
        let place: [Int]
        let relative, cosine: Double?
        let nonfinite: [Int]
    }

    private static let left = fixture("difference/left.pth")
    private static let right = fixture("difference/right.pth")

    private func facts() throws -> [String: Fact] {
        try fixture("difference/facts.json", as: [String: Fact].self)
    }

    private func expect(_ found: Double?, _ expected: Double?, _ name: String) {
        guard let found, let expected else {
            #expect((found == nil) == (expected == nil), "\(name)")
            return
        }
        #expect(abs(found - expected) <= 1e-12 + 1e-9 * abs(expected), "\(name): \(found), PyTorch has \(expected)")
    }

    @Test("the figures of every pair are PyTorch's, whatever the types", arguments: ["right.pth", "right.safetensors"])
    func figures(file: String) throws {
        let facts = try facts()
        let comparison = try ValueComparison.run(
            ValueComparison.Options(left: Self.left, right: fixture("difference/\(file)")))
        var compared = 0
        for pair in comparison.pairs {
            guard let fact = facts[pair.key.text] else {
                #expect(pair.outcome == .otherShape && pair.key.text == "shape")
                continue
            }
            compared += 1
            switch pair.outcome {
            case .identical(let nonFinite):
                #expect(fact.changed == 0 && nonFinite == fact.nonfinite[0], "\(pair.key)")
            case .compared(let figures):
                #expect(figures.changed == fact.changed, "\(pair.key)")
                #expect(figures.count == fact.count, "\(pair.key)")
                // A quantized number is a float32 to PyTorch, and exact here.
                let isQuantized = pair.key.text == "types.quantized"
                if isQuantized {
                    #expect(abs(figures.max - fact.max) < 1e-6 && abs(figures.rms - fact.rms) < 1e-6)
                } else {
                    expect(figures.max, fact.max, "\(pair.key) max")
                    expect(figures.rms, fact.rms, "\(pair.key) rms")
                    expect(figures.relative, fact.relative, "\(pair.key) relative")
                    expect(figures.cosine, fact.cosine, "\(pair.key) cosine")
                    #expect(figures.place == fact.place, "\(pair.key)")
                }
                #expect([figures.nonFiniteLeft, figures.nonFiniteRight] == fact.nonfinite, "\(pair.key)")
            case .otherBytes, .otherShape, .withoutElements:
                Issue.record("\(pair.key) is \(pair.outcome)")
            }
        }
        #expect(compared == (file == "right.pth" ? facts.count : facts.count - 4))
        #expect(comparison.onlyRight.map(\.key.text) == ["only.right"])
        #expect(comparison.onlyLeft.first { $0.key.text == "only.left" } != nil)
        #expect(!comparison.isWithinTolerance)
    }

    @Test("a part of a tensor has the sums of the whole, to the last bit of the largest difference")
    func parts() {
        let left = (0..<1003).map { Double($0 * 7919 % 1009) / 64 }
        let right = left.enumerated().map { $0 % 5 == 0 ? $1 + Double($0) / 1024 : $1 }
        func sums(_ range: Range<Int>) -> ValueSums {
            left[range].withUnsafeBufferPointer { left in
                right[range].withUnsafeBufferPointer { ValueSums(left, $0, first: range.lowerBound) }
            }
        }
        var joined = sums(0..<400)
        joined.append(sums(400..<401))
        joined.append(sums(401..<1003))
        let whole = sums(0..<1003)
        #expect(joined.changed == whole.changed && joined.changed == 200)
        #expect(joined.largest?.position == 1000 && whole.largest?.position == 1000)
        #expect(joined.max == 1000.0 / 1024 && whole.max == joined.max)
        #expect(abs(joined.rms - whole.rms) < 1e-14)
    }

    @Test("a difference up to the tolerance is not a finding; a NaN on one side is one")
    func tolerance() throws {
        func isWithin(_ tolerance: Double, ignoring globs: [String]) throws -> Bool {
            try ValueComparison.run(
                ValueComparison.Options(
                    left: Self.left, right: Self.right, ignored: (["only.*", "shape"] + globs).map(Glob.init),
                    tolerance: tolerance)
            ).isWithinTolerance
        }
        #expect(try isWithin(11, ignoring: ["backbone.broken", "backbone.infinite"]))
        #expect(try !isWithin(10.99, ignoring: ["backbone.broken", "backbone.infinite"]))
        #expect(try !isWithin(11, ignoring: ["backbone.infinite"]))
        #expect(try isWithin(0, ignoring: ["backbone.[obli]*", "backbone.transposed_*", "types.*", "zeros"]))
    }

    @Test("integers that float64 does not tell apart differ")
    func largeIntegers() throws {
        let folder = try TemporaryFolder()
        func file(_ name: String, _ values: [Int64]) throws -> String {
            let header = #"{"a":{"dtype":"I64","shape":[3],"data_offsets":[0,24]}}"#
            let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) }
            return try folder.write(name, length + Array(header.utf8) + values.withUnsafeBytes { Array($0) })
        }
        let left = try file("left.safetensors", [1, 1 << 62, 5])
        let right = try file("right.safetensors", [1, (1 << 62) + 100, 5])
        let comparison = try ValueComparison.run(.init(left: left, right: right))
        guard case .compared(let figures)? = comparison.pairs.first?.outcome else {
            Issue.record("\(comparison.pairs)")
            return
        }
        #expect(figures.changed == 1 && figures.max == 100 && figures.place == [1])
        #expect(!comparison.isWithinTolerance)
    }

    @Test("tensors in pieces have the values of the merged file", arguments: ["dcp_fsdp", "dcp_grid", "ranks_grid"])
    func pieces(name: String) throws {
        let merged = fixture("distributed/\(name).truth.pth")
        let comparison = try ValueComparison.run(
            ValueComparison.Options(left: fixture("distributed/\(name)"), right: merged))
        #expect(!comparison.pairs.isEmpty && comparison.isWithinTolerance)
        #expect(comparison.pairs.allSatisfy { $0.outcome == .identical(nonFinite: 0) })
    }
}
