import Foundation
import TestSupport
import Testing

/// Checkpoints of zeros with the tensors of a model, as `ckpt-tree` lists them.
enum ModelFile {
    struct Tensor {
        var key: String
        /// As PyTorch names it.
        var dtype: String
        var shape: [Int]
    }

    /// The state dict of the model that the words name: a config, or options.
    static func tensors(_ words: [String]) throws -> [Tensor] {
        let run = try ToolRun("ckpt-tree", words + ["--json"])
        let tensors = try #require(try run.json()["tensors"] as? [[String: Any]], "\(run.errors)")
        return try tensors.map {
            Tensor(
                key: try #require($0["key"] as? String), dtype: try #require($0["dtype"] as? String),
                shape: try #require($0["shape"] as? [Int]))
        }
    }

    /// The bytes of a safetensors file with these tensors, all elements zero.
    static func zeros(_ tensors: [Tensor]) throws -> Data {
        let types = ["float32": ("F32", 4), "int64": ("I64", 8)]
        var (header, offset): ([String: Any], Int) = ([:], 0)
        for tensor in tensors {
            let (name, size) = try #require(types[tensor.dtype])
            let end = offset + tensor.shape.reduce(size, *)
            header[tensor.key] =
                ["dtype": name, "shape": tensor.shape, "data_offsets": [offset, end]] as [String: Any]
            offset = end
        }
        let text = try JSONSerialization.data(withJSONObject: header)
        return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Data($0) } + text + Data(count: offset)
    }
}
