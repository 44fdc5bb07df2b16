import TensorCore

/// The classes by which a pickle names the element type of a storage.
///
/// Source: `_dtype_to_storage_type_map` in `torch/storage.py` of PyTorch 2.15.
enum StorageClass {
    /// A storage of bytes; the tensors that view it say what they are.
    case untyped
    case typed(DType)

    var dtype: DType? {
        switch self {
        case .untyped: nil
        case .typed(let dtype): dtype
        }
    }

    /// - Parameter name: qualified, such as `torch.FloatStorage` or `torch.cuda.HalfStorage`.
    init?(_ name: String) {
        guard name.hasPrefix("torch."), let last = name.utf8.lastIndex(of: UInt8(ascii: ".")) else { return nil }
        let suffix = name[name.utf8.index(after: last)...]
        if suffix == "UntypedStorage" {
            self = .untyped
        } else if let dtype = Self.dtypes[String(suffix)] {
            self = .typed(dtype)
        } else {
            return nil
        }
    }

    /// The class of `torch` for an element type, or nil for types that live in untyped storages.
    static func name(of dtype: DType) -> String? { names[dtype] }

    /// What the class of a storage of such elements says of their type; nil for an untyped one, which counts bytes.
    static func declaredType(of dtype: DType) -> DType? { name(of: dtype) == nil ? nil : dtype }

    private static let names = Dictionary(uniqueKeysWithValues: dtypes.map { ($1, $0) })

    private static let dtypes: [String: DType] = [
        "DoubleStorage": .float64, "FloatStorage": .float32, "HalfStorage": .float16,
        "BFloat16Storage": .bfloat16, "LongStorage": .int64, "IntStorage": .int32, "ShortStorage": .int16,
        "CharStorage": .int8, "ByteStorage": .uint8, "BoolStorage": .bool,
        "ComplexDoubleStorage": .complex128, "ComplexFloatStorage": .complex64,
        "QUInt8Storage": .quint8, "QInt8Storage": .qint8, "QInt32Storage": .qint32,
        "QUInt4x2Storage": .quint4x2, "QUInt2x4Storage": .quint2x4,
    ]
}

extension DType {
    /// - Parameter name: a qualified name such as `torch.float8_e4m3fn`, or one of PyTorch's old spellings.
    init?(torchName name: String) {
        guard name.hasPrefix("torch.") else { return nil }
        let spelling = String(name.dropFirst("torch.".count))
        if let dtype = DType(rawValue: spelling) ?? Self.aliases[spelling] { self = dtype } else { return nil }
    }

    private static let aliases: [String: DType] = [
        "float": .float32, "double": .float64, "half": .float16, "long": .int64, "int": .int32, "short": .int16,
        "cfloat": .complex64, "cdouble": .complex128, "chalf": .complex32,
    ]
}
