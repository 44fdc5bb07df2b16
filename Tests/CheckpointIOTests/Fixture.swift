import ByteIO
import TestSupport
import Testing

@testable import CheckpointIO

/// A file of `fixtures/checkpoints` and what PyTorch said of it when it was made.
struct Fixture: Sendable, CustomTestStringConvertible {
    let name: String

    var testDescription: String { name }
    var path: String { fixture("checkpoints/\(name).pth") }

    struct Facts: Decodable {
        let format: String
        let tensors: [TensorFacts]
    }

    struct TensorFacts: Decodable, Equatable {
        let key: String
        let dtype: String
        let shape: [Int]
        let stride: [Int]
        let offset: Int
        let storage: Int
        let requiresGrad: Bool
        let parameter: Bool
        let device: String
        let sha256: String

        enum CodingKeys: String, CodingKey {
            case key, dtype, shape, stride, offset, storage
            case requiresGrad = "requires_grad"
            case parameter, device, sha256
        }
    }

    func facts() throws -> Facts { try fixture("checkpoints/\(name).json", as: Facts.self) }

    func open() throws -> Checkpoint { try Checkpoint.open(path) }

    static let all = [
        "state_dict", "state_dict_legacy", "parameters", "parameters_legacy", "dtypes", "dtypes_legacy", "strides",
        "strides_legacy", "nested", "nested_legacy", "nested_protocol4", "nested_protocol5", "tensor", "object",
        "mmengine", "deflated", "strides_big_endian", "dtypes_big_endian",
    ].map(Fixture.init)
}

extension Fixture.TensorFacts {
    /// The same facts of what was read. Storages are numbered in the order in which tensors show them.
    static func all(of tensors: [NamedTensor]) throws -> [Fixture.TensorFacts] {
        var numbers: [Int: Int] = [:]
        return try tensors.map { entry in
            let tensor = entry.tensor
            let number = numbers[tensor.storage.id, default: numbers.count]
            numbers[tensor.storage.id] = number
            return Fixture.TensorFacts(
                key: entry.key.text, dtype: tensor.dtype.rawValue, shape: tensor.shape,
                stride: tensor.layout.strides, offset: tensor.layout.offset, storage: number,
                requiresGrad: tensor.requiresGrad, parameter: tensor.isParameter, device: tensor.device,
                sha256: digest(of: try tensor.contiguousBytes()))
        }
    }
}
