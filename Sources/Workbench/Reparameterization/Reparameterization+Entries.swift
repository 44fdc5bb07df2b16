import BranchFolding
import ByteIO
import CheckpointIO
import ModelGraph
import TensorCore
import Verification

extension Reparameterization {
    /// The deploy model's state dict. A folded tensor has the type of the first that went into it, or the model's where
    /// that one is not for single numbers. Other entries that are not tensors follow.
    func entries() throws -> [CheckpointOutput.Entry] {
        let tensors = Dictionary(stateDict.tensors.map { ($0.key, $0.tensor) }) { _, last in last }
        let parameters = CheckpointParameters(stateDict)
        var entries: [CheckpointOutput.Entry] = []
        for (spec, source) in plan.entries {
            switch source {
            case .kept:
                if let tensor = tensors[spec.key] {
                    entries.append(.init(key: spec.key, source: .stored(tensor)))
                } else if let table = spec.computed {
                    entries.append(.init(key: spec.key, source: ComputedBuffers.source(table)))
                }
            // A batch counter may be missing: it takes no part in a run.
            case .kernel(let fold):
                entries.append(folded(spec, fold, tensors) { try fold.weights(from: parameters).kernel })
            case .bias(let fold):
                entries.append(folded(spec, fold, tensors) { try fold.weights(from: parameters).bias })
            }
        }
        return entries + stateDict.others.map { .init(key: Key($0.name), source: .value($0.value)) }
    }

    private func folded(
        _ spec: ParameterSpec, _ fold: BranchFold, _ tensors: [Key: LazyTensor],
        _ values: @escaping @Sendable () throws -> [Double]
    ) -> CheckpointOutput.Entry {
        let first = fold.sourceKeys.lazy.compactMap { tensors[$0] }.first
        let dtype = first.flatMap { $0.dtype.isEncodable ? $0.dtype : nil } ?? spec.dtype
        let tensor = ComputedTensor(dtype: dtype, shape: spec.shape, isParameter: first?.isParameter ?? false) {
            let values = try values()
            return Bytes(count: values.count * dtype.byteWidth) { dtype.encode(values, into: $0) }
        }
        return .init(key: spec.key, source: .computed(tensor))
    }

    /// The state dict's `_metadata` without the modules that are folded away.
    var metadata: [StateDict.Metadata] {
        let kept = Set(plan.entries.flatMap { Key($0.spec.key.modulePath).ancestors })
        let gone = Set(plan.folds.flatMap { fold in fold.sourceKeys.flatMap { Key($0.modulePath).ancestors } })
            .subtracting(kept)
        return stateDict.metadata.filter { !gone.contains(Key($0.module)) }
    }
}

extension Key {
    /// The dotted path itself and those that it begins with.
    fileprivate var ancestors: [Key] {
        var paths = [self]
        while let path = paths.last, !path.text.isEmpty { paths.append(Key(path.modulePath)) }
        return paths
    }
}

extension DType {
    /// Rounds once to float32 where the type is not float64, and from there to the type.
    fileprivate func encode(_ values: [Double], into target: UnsafeMutableRawBufferPointer) {
        if self == .float64 {
            values.withUnsafeBytes { target.copyMemory(from: $0) }
        } else {
            values.map(Float.init).withUnsafeBufferPointer { encode($0, into: target) }
        }
    }
}
