import ByteIO
import TestSupport

@testable import CheckpointIO

/// A file of `fixtures/modules` and the state dict of the module that PyTorch loads from it.
struct ModuleFixture: Sendable {
    struct Facts: Decodable, Equatable {
        let key: String
        let dtype: String
        let shape: [Int]
        let sha256: String
    }

    static let pickled = ["net", "net_legacy", "lists", "data_parallel", "compiled", "training", "averaged"]
    static let scripted = ["scripted.jit", "traced.jit", "frozen.jit"]

    static func path(_ name: String) -> String { fixture("modules/\(name).pt") }

    static func facts(_ name: String) throws -> [Facts] { try fixture("modules/\(name).json", as: [Facts].self) }
}

extension ModuleFixture.Facts {
    /// The same facts of what was read.
    static func all(of tensors: [NamedTensor]) throws -> [ModuleFixture.Facts] {
        try tensors.map {
            ModuleFixture.Facts(
                key: $0.key.text, dtype: $0.tensor.dtype.rawValue, shape: $0.tensor.shape,
                sha256: digest(of: try $0.tensor.contiguousBytes()))
        }
    }
}
