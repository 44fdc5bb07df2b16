import ModelGraph
import TensorCore

/// Running values along an axis.
extension ATenCalls {
    static let scans: [String: Body] = [
        "cumprod.default": { call in [.tensor(try call.scanned(.product))] },
        "logcumsumexp.default": { call in [.tensor(try call.scanned(.logSumExp))] },
        "cummax.default": { call in
            let tensor = try call.first()
            return try [.max, .maxPosition].map { .tensor(try call.scanned($0, of: tensor)) }
        },
        "cummin.default": { call in
            let negative = try call.negated(call.first())
            return [
                .tensor(try call.negated(call.scanned(.max, of: negative))),
                .tensor(try call.scanned(.maxPosition, of: negative)),
            ]
        },
    ]
}

extension Call {
    fileprivate func scanned(_ kind: Operation.Scan.Kind) throws -> ProgramTensor {
        try scanned(kind, of: firstConverted())
    }

    fileprivate func scanned(_ kind: Operation.Scan.Kind, of tensor: ProgramTensor) throws -> ProgramTensor {
        if tensor.isScalar { return kind == .maxPosition ? ProgramTensor(ConstantTensor(scalar: 0, .int64)) : tensor }
        return try scanned(kind, of: tensor, axis: axis(of: tensor))
    }

    func scanned(_ kind: Operation.Scan.Kind, of tensor: ProgramTensor, axis: Int) throws -> ProgramTensor {
        let dtype = kind == .maxPosition || tensor.dtype == .bool ? .int64 : tensor.dtype
        return tracer.tensor(try scope.record(.scan(.init(kind, axis: axis)), value(tensor)), dtype)
    }

    /// The product of all elements of `axes`, which are left out.
    func product(of tensor: ProgramTensor, _ axes: [Int]) throws -> ProgramTensor {
        let kept = tensor.shape.indices.filter { !axes.contains($0) }
        let count = axes.map { tensor.shape[$0] }.reduce(1, *)
        let rows = try reshaped(permuted(tensor, kept + axes), kept.map { tensor.shape[$0] } + [count])
        let running = try scanned(.product, of: rows, axis: kept.count)
        return try selected(running, kept.count, count - 1)
    }
}
