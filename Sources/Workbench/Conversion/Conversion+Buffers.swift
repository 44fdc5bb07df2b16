import ByteIO
import CheckpointIO
import KeyRules
import ModelGraph
import TensorCore
import Verification

extension Conversion {
    /// The buffers of the result that hold something else than the model computes for them; only these are read.
    /// - Throws: `CheckpointError`, `WorkbenchError.operation`.
    static func otherBuffers(
        _ plan: ConversionPlan, _ tensors: [TensorSource], _ parameters: [ParameterSpec], _ overflow: OverflowReport
    ) throws -> [Finding] {
        let tables = Dictionary(parameters.map { ($0.key, $0.computed) }) { first, _ in first }.compactMapValues { $0 }
        return try plan.entries.compactMap { entry in
            guard let table = tables[entry.target], entry.shape == table.shape else { return nil }
            let bytes: Bytes
            switch try ConversionStage.source(of: entry, tensors, overflow) {
            case .stored(let tensor): bytes = try tensor.contiguousBytes()
            case .computed(let tensor): bytes = try tensor.bytes()
            case .value: return nil
            }
            let differing = try bytes.withUnsafeBytes { try table.differences(from: $0, dtype: entry.dtype) }
            guard differing > 0 else { return nil }
            let model = plan.model.map { "model '\($0)'" } ?? "the model"
            return Finding(
                .error, .otherBuffer, key: entry.target, rule: entry.rule,
                "'\(entry.target)': \(differing) of \(table.shape.reduce(1, *)) elements are not what \(model) computes"
            )
        }
    }
}
