import CheckpointIO
import Engine
import Foundation
import ModelGraph
import TensorCore
import TestSupport
import Testing
import Verification

@testable import ProgramImport

/// A line of `fixtures/programs/facts.jsonl`: a program, and what PyTorch computes with it.
struct ProgramFact: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let shape: [Int]
    let tensors: Int
    /// SHA-256 of the lines "KEY DTYPE EXTENTS".
    let stateDict: String
    let parameters: Int
    let outputShape: [Int]
    let output: [Double]
    /// nil of a model that computes in float32 only.
    let outputFloat64: [Double]?

    enum CodingKeys: String, CodingKey {
        case name, shape, tensors, parameters, output
        case stateDict = "state_dict"
        case outputShape = "output_shape"
        case outputFloat64 = "output_float64"
    }

    var testDescription: String { name }

    static func all() throws -> [ProgramFact] { try fixture("programs/facts.jsonl", asLinesOf: ProgramFact.self) }

    /// Programs that run in little time.
    static func small() throws -> [ProgramFact] { try all().filter { $0.parameters <= 2_000_000 } }

    /// Small programs, each of a few kinds of calls.
    static func calls() throws -> [ProgramFact] {
        try fixture("programs/calls/facts.jsonl", asLinesOf: ProgramFact.self)
    }

    /// The program; nil for a form that the fixtures do not have.
    /// - Parameter form: `pt2`, or `dec.pt2` and `any.pt2` of some.
    func program(_ form: String = "pt2") throws -> ExportedProgram? {
        let path = fixture("programs/\(name).\(form)")
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        return try ExportedProgram(Checkpoint.open(path))
    }

    var golden: Golden {
        Golden(
            input: SeededWeights.input(shape: shape), output: RecordedTensor(shape: outputShape, scalars: output),
            outputFloat64: outputFloat64.map { RecordedTensor(dtype: .float64, shape: outputShape, scalars: $0) },
            module: "")
    }
}

extension ParameterSpec {
    /// As the facts' digests have it.
    var line: String { "\(key) \(dtype) \(shape.map(String.init).joined(separator: "x"))" }
}

/// Seeded weights, but for what the program's file holds: buffers that are neither parameters nor statistics.
struct ProgramWeights: ParameterSource {
    private let stored: CheckpointParameters
    private let keys: Set<Key>

    init(_ program: ExportedProgram) throws {
        stored = CheckpointParameters(try program.checkpoint.stateDict())
        keys = Set(program.checkpoint.tensors.map(\.key))
    }

    private func source(_ spec: ParameterSpec) -> any ParameterSource {
        keys.contains(spec.key) ? stored : SeededWeights()
    }

    func withFloat32<Result>(
        _ spec: ParameterSpec, _ body: (UnsafeBufferPointer<Float>) throws -> Result
    ) throws -> Result { try source(spec).withFloat32(spec, body) }

    func withFloat64<Result>(
        _ spec: ParameterSpec, _ body: (UnsafeBufferPointer<Double>) throws -> Result
    ) throws -> Result { try source(spec).withFloat64(spec, body) }
}
