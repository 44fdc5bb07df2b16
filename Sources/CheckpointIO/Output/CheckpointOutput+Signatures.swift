import TensorCore

extension CheckpointOutput.Entry {
    var isTensor: Bool {
        switch source {
        case .stored, .computed, .value(.tensor): true
        case .value: false
        }
    }

    /// The name of something in the value that holds numbers without being a tensor.
    var foreignNumbers: String? { if case .value(let value) = source { value.foreignNumbers } else { nil } }

    /// The tensors that are in the file because of this entry.
    /// - Parameter path: of the output, for errors.
    func signatures(_ path: String) throws(CheckpointError) -> [TensorSignature] {
        switch source {
        case .stored(let tensor): [TensorSignature(key: key, dtype: tensor.dtype, shape: tensor.shape)]
        case .computed(let tensor): [TensorSignature(key: key, dtype: tensor.dtype, shape: tensor.shape)]
        case .value(let value): try value.signatures(under: key.text, path)
        }
    }
}

extension CheckpointValue {
    func signatures(under name: String, _ path: String) throws(CheckpointError) -> [TensorSignature] {
        try NamedTensor.all(in: self, path: path).map { tensor in
            let key = tensor.key.text.isEmpty ? name : name + "." + tensor.key.text
            return TensorSignature(key: Key(key), dtype: tensor.tensor.dtype, shape: tensor.tensor.shape)
        }
    }
}
