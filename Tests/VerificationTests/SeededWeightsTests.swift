import ModelGraph
import TensorCore
import Testing

@testable import Verification

/// The numbers are those of `scripts/seeded_weights.py KEY SHAPE --first 3 --sum`.
@Suite struct SeededWeightsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let key: String
        let shape: [Int]
        let first: [Float]
        let sum: UInt64
        var testDescription: String { "\(key) \(shape)" }
    }

    static let cases = [
        Case(
            key: "backbone.conv1.weight", shape: [64, 3, 7, 7], first: [0x1.00855cp-6, -0x1.d71c84p-4, -0x1.2105f6p-3],
            sum: 0x11eb_1ee2_2bf2),
        Case(
            key: "head.fc.weight", shape: [1000, 2048], first: [-0x1.e01e9cp-7, 0x1.f680dp-6, 0x1.1f042ap-5],
            sum: 0xf_2f2c_505e_38ad),
        Case(
            key: "head.fc.bias", shape: [1000], first: [-0x1.35cac4p-3, 0x1.cac8p-10, -0x1.5127acp-3],
            sum: 0x1ed_786b_0262),
        Case(
            key: "backbone.bn1.weight", shape: [64], first: [0x1.00a366p+0, 0x1.04c136p+0, 0x1.f11b3ap-1],
            sum: 0xf_de5f_04a2),
        Case(
            key: "backbone.bn1.running_mean", shape: [64], first: [-0x1.5f1c2cp-4, 0x1.5864b4p-4, -0x1.fb44ccp-4],
            sum: 0x1f_688b_5b94),
        Case(
            key: "backbone.bn1.running_var", shape: [64], first: [0x1.12c1b2p+0, 0x1.39eb08p+0, 0x1.a209d8p-1],
            sum: 0xf_dc2c_b1e7),
        Case(key: "norm.gamma", shape: [], first: [0x1.caf3fep-1], sum: 0x3f65_79ff),
        Case(
            key: "größe.weight", shape: [5, 7], first: [-0x1.1a847p-1, 0x1.25ec76p-3, 0x1.b54fdp-2],
            sum: 0x12_82bd_8519),
        Case(
            key: "backbone.classifier.0.weight", shape: [4096, 25088],
            first: [-0x1.5698aep-11, -0x1.2f19b8p-7, 0x1.99f2f2p-9], sum: 0x2f4_678b_c71f_ba6c),
    ]

    @Test("a seeded parameter has the bits that the Python script gives it", arguments: cases)
    func sameBits(_ expected: Case) throws {
        let spec = try ParameterSpec.make(expected.key, expected.shape)
        try SeededWeights().withFloat32(spec) { values in
            #expect(Array(values.prefix(3)) == expected.first)
            #expect(values.count == spec.count)
            #expect(values.reduce(UInt64(0)) { $0 + UInt64($1.bitPattern) } == expected.sum)
        }
    }

    @Test("in double precision a seeded parameter is its float32 value", arguments: cases.dropLast())
    func sameInDouble(_ expected: Case) throws {
        let spec = try ParameterSpec.make(expected.key, expected.shape)
        let single = try SeededWeights().withFloat32(spec) { $0.map(Double.init) }
        #expect(try SeededWeights().withFloat64(spec) { Array($0) } == single)
    }

    @Test("the seeded input has the bits that the Python script gives it")
    func input() {
        let input = SeededWeights.input(shape: [1, 3, 5, 7])
        #expect(Array(input.scalars.prefix(3)) == [-0x1.9bd584p-1, -0x1.68fb6p-1, 0x1.2f732p-3])
        #expect(input.scalars.reduce(UInt64(0)) { $0 + UInt64($1.bitPattern) } == 0x36_3729_9248)
    }

    @Test("an integer buffer has no seeded values")
    func integers() throws {
        let spec = try ParameterSpec.make("bn.num_batches_tracked", [], dtype: .int64)
        #expect(throws: VerificationError.noFormula("bn.num_batches_tracked", .int64)) {
            try SeededWeights().withFloat32(spec) { _ in }
        }
    }
}
