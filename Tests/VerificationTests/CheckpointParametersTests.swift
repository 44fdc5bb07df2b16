import CheckpointIO
import ModelGraph
import TensorCore
import TestSupport
import Testing

@testable import Verification

@Suite struct CheckpointParametersTests {
    private func parameters() throws -> CheckpointParameters {
        CheckpointParameters(try Fixtures.checkpoint("demo/mobilenet_v2_legacy.pt").stateDict())
    }

    @Test("a parameter has the checkpoint's values, in single and in double precision")
    func values() throws {
        let spec = try ParameterSpec.make("features.0.1.running_var", [32])
        let single = try parameters().withFloat32(spec) { Array($0) }
        #expect(single.count == 32 && single.allSatisfy { $0 >= 0.75 && $0 < 1.25 })
        #expect(try parameters().withFloat64(spec) { Array($0) } == single.map(Double.init))
    }

    @Test("keys of one tensor that hold several values are found")
    func untied() throws {
        let first = try ParameterSpec.make("features.0.1.running_var", [32])
        func tied(_ key: Key) -> ParameterSpec {
            let signature = TensorSignature(key: key, dtype: .float32, shape: [32])
            return ParameterSpec(signature: signature, role: .parameter, firstKey: first.key)
        }
        #expect(try parameters().untied(of: [first, tied(first.key)]) == [])
        let findings = try parameters().untied(of: [first, tied("features.0.1.running_mean")])
        #expect(findings == [.untied(first.key, "features.0.1.running_mean", elements: 32)])
    }

    @Test("every missing key and every other shape is listed; counters may be missing")
    func problems() throws {
        let specs = [
            try ParameterSpec.make("features.0.0.weight", [32, 3, 3, 3]),
            try ParameterSpec.make("features.0.0.weight", [32, 3, 5, 5]),
            try ParameterSpec.make("backbone.conv1.weight", [32, 3, 3, 3]),
            try ParameterSpec.make("features.0.1.num_batches_tracked", []),
            try ParameterSpec.make("nowhere.num_batches_tracked", [], dtype: .int64),
        ]
        let expected: [ParameterProblem] = [
            .differs(
                expected: specs[1].signature,
                found: TensorSignature(key: "features.0.0.weight", dtype: .float32, shape: [32, 3, 3, 3])),
            .missing(specs[2].signature),
            .differs(
                expected: specs[3].signature,
                found: TensorSignature(key: "features.0.1.num_batches_tracked", dtype: .int64, shape: [])),
        ]
        #expect(throws: VerificationError.parameters(expected)) { try parameters().check(specs) }
        #expect(
            VerificationError.parameters(expected).description
                == "the checkpoint does not fit the model, 3 parameters differ: "
                + "'features.0.0.weight' is float32 [32, 3, 3, 3], the model has float32 [32, 3, 5, 5]; "
                + "'backbone.conv1.weight' [32, 3, 3, 3] is missing; "
                + "'features.0.1.num_batches_tracked' is int64 [], the model has float32 []")
    }

    @Test("elements of two numbers each are not a parameter's")
    func pairs() throws {
        let folder = try TemporaryFolder()
        let header = #"{"w":{"dtype":"F4","shape":[4],"data_offsets":[0,2]}}"#
        let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) }
        let path = try folder.write("w.safetensors", length + Array(header.utf8) + [0, 0])
        let spec = try ParameterSpec.make("w", [2])
        let found = TensorSignature(key: "w", dtype: .float4_e2m1fn_x2, shape: [2])
        #expect(throws: VerificationError.parameters([.differs(expected: spec.signature, found: found)])) {
            try CheckpointParameters(Checkpoint.open(path).stateDict()).check([spec])
        }
    }

    @Test("of very many parameters that differ, the message names a few and counts the rest")
    func manyProblems() throws {
        let problems = try (0..<300).map { ParameterProblem.missing(try ParameterSpec.make("l\($0).w", [1]).signature) }
        let text = VerificationError.parameters(problems).description
        #expect(text.hasPrefix("the checkpoint does not fit the model, 300 parameters differ: 'l0.w' [1] is missing; "))
        #expect(text.hasSuffix("; 'l7.w' [1] is missing; and 292 more"))
    }

    @Test("a parameter that the checkpoint lacks is an error when it is asked for")
    func missing() throws {
        let spec = try ParameterSpec.make("nowhere.weight", [1])
        #expect(throws: VerificationError.parameters([.missing(spec.signature)])) {
            try parameters().withFloat32(spec) { _ in }
        }
    }
}
