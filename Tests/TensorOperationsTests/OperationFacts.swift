import ByteIO
import FoundationEssentials
import TensorCore
import TensorOperations
import TestSupport

/// What PyTorch and others make of small tensors: `scripts/makers/make_operation_facts.py`, `make_arithmetic_facts.py`.
struct OperationFacts: Sendable, CustomStringConvertible {
    struct Tensor: Sendable, Equatable {
        let type: TensorType
        let bytes: [UInt8]
    }

    let operation: String
    /// Whether the reference may have rounded its sums in another order.
    var isNear = false
    var sources: [Tensor] = []
    var results: [Tensor] = []

    var description: String { "\(operation) of \(sources.map(\.type))" }

    static let all = ((try? read("operations.facts")) ?? []) + arithmetic
    static let arithmetic = (try? read("arithmetic.facts")) ?? []

    private static func read(_ name: String) throws -> [OperationFacts] {
        let text = try String(contentsOfFile: fixture("operations/\(name)"), encoding: .utf8)
        var facts: [OperationFacts] = []
        var isNear = false
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let words = line.split(separator: " ", maxSplits: 1).map(String.init)
            switch words[0] {
            case "near": isNear = true
            case "operation":
                facts.append(OperationFacts(operation: words[1], isNear: isNear))
                isNear = false
            case "in": facts[facts.count - 1].sources.append(try tensor(words[1]))
            default: facts[facts.count - 1].results.append(try tensor(words[1]))
            }
        }
        return facts
    }

    private struct Malformed: Error { let line: String }

    private static func tensor(_ text: String) throws -> Tensor {
        let words = text.split(separator: " ")
        guard let dtype = DType(rawValue: String(words[0])) else { throw Malformed(line: text) }
        let shape = words[1].split(separator: ",").compactMap { Int($0) }
        var bytes: [UInt8] = []
        let digits = words[2] == "-" ? [] : Array(words[2].utf8)
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16) else {
                throw Malformed(line: text)
            }
            bytes.append(byte)
        }
        return Tensor(type: TensorType(dtype, shape), bytes: bytes)
    }

    /// The only operation, of these sources.
    func pipeline() throws -> TensorPipeline {
        let operation = try TensorOperation(words: operation.split(separator: " ").map(String.init))
        if case .stack = operation {
            return try TensorPipeline([operation], sources: .members(capture: "i"), targets: 1)
        }
        if case .unstack = operation { return try TensorPipeline([operation], sources: .exactly(1), targets: 1) }
        return try TensorPipeline([operation], sources: .exactly(sources.count), targets: results.count)
    }
}

extension OperationFacts.Tensor {
    /// Whether the values differ by no more than a few units in the last place of the largest.
    func isNear(_ other: OperationFacts.Tensor) throws -> Bool {
        guard type == other.type else { return false }
        let (values, others) = (try doubles(), try other.doubles())
        let largest = values.map(\.magnitude).max() ?? 0
        let unit: Double = type.dtype == .float16 ? 0x1p-10 : 0x1p-23
        return zip(values, others).allSatisfy { ($0 - $1).magnitude <= 8 * unit * largest }
    }

    private func doubles() throws -> [Double] {
        var values = [Double](repeating: 0, count: bytes.count / type.dtype.byteWidth)
        try values.withUnsafeMutableBufferPointer { values in
            try bytes.withUnsafeBytes { try type.dtype.decode($0, into: values) }
        }
        return values
    }
}

/// All results of operations on tensors that are there.
func run(_ pipeline: TensorPipeline, _ sources: [OperationFacts.Tensor]) throws -> [OperationFacts.Tensor] {
    let computation = try TensorComputation(
        pipeline, operands: sources.indices.map { (.source($0), sources[$0].type) })
    return try computation.results.enumerated().map { index, type in
        OperationFacts.Tensor(
            type: type, bytes: Array(try computation.result(index) { Bytes(sources[$0].bytes) }))
    }
}
