import ByteIO
import TensorCore
import TestSupport
import Testing

@testable import CheckpointIO

/// A file of `fixtures/values` and what PyTorch said of it when it was made.
struct ValueFixture: Sendable, CustomTestStringConvertible {
    let name: String

    var testDescription: String { name }
    var path: String { fixture("values/\(name).pth") }

    struct Facts: Decodable {
        let tensors: [Row]
        let values: [String: String]
    }

    /// A tensor, or a part of the one before it.
    struct Row: Decodable, Equatable {
        var key: String
        var dtype: String
        var shape: [Int]
        var stride: [Int]
        var offset: Int
        var storage: Int?
        var requiresGrad: Bool
        var parameter: Bool
        var device: String
        var layout: String?
        var type: String?
        var conj: Bool?
        var neg: Bool?
        var attributes: [String: String]?
        var whole: String?
        var sha256: String?

        enum CodingKeys: String, CodingKey {
            case key, dtype, shape, stride, offset, storage
            case requiresGrad = "requires_grad"
            case parameter, device, layout, type, conj, neg, attributes
            case whole = "component_of"
            case sha256
        }
    }

    func facts() throws -> Facts { try fixture("values/\(name).json", as: Facts.self) }

    func open() throws -> Checkpoint { try Checkpoint.open(path) }

    /// Those whose facts are of tensors.
    static let tensors = [
        "dtypes", "quantized", "sparse", "meta", "nested", "subclasses", "bits", "negated", "devices", "embedded",
        "keys",
    ].map(ValueFixture.init)

    static let all = tensors + ["values", "values_protocol5"].map(ValueFixture.init)
}

extension ValueFixture.Row {
    /// The same facts of what was read. Storages are numbered in the order in which tensors show them.
    static func all(of checkpoint: Checkpoint) throws -> [Self] {
        var rows: [Self] = []
        var numbers: [Int: Int] = [:]
        for tensor in checkpoint.tensors { try add(tensor, whole: nil, to: &rows, &numbers) }
        return rows
    }

    private static func add(
        _ named: NamedTensor, whole: String?, to rows: inout [Self], _ numbers: inout [Int: Int]
    ) throws {
        let tensor = named.tensor
        var number: Int?
        if !tensor.storage.isAbsent {
            number = numbers[tensor.storage.id, default: numbers.count]
            numbers[tensor.storage.id] = number
        }
        let isStrided = tensor.form == .strided
        let attributes = tensor.attributes.filter { $0.value.tensorCount == 0 }
        let texts = Dictionary(uniqueKeysWithValues: attributes.map { ($0.name, $0.value.pythonRepr) })
        rows.append(
            Self(
                key: named.key.text, dtype: tensor.dtype.rawValue, shape: tensor.shape,
                stride: isStrided ? tensor.layout.strides : [], offset: tensor.layout.offset, storage: number,
                requiresGrad: tensor.requiresGrad, parameter: tensor.isParameter, device: tensor.device,
                layout: isStrided ? nil : tensor.form.rawValue, type: tensor.typeName,
                conj: tensor.isConjugated ? true : nil, neg: tensor.isNegated ? true : nil,
                attributes: texts.isEmpty || tensor.form == .jagged ? nil : texts, whole: whole,
                sha256: tensor.hasElements ? digest(of: try tensor.contiguousBytes()) : nil))
        for component in named.components { try add(component, whole: named.key.text, to: &rows, &numbers) }
    }
}
