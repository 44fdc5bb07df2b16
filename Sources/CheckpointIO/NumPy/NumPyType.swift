import TensorCore

/// The element type of a NumPy array: a kind, a size and a byte order.
///
/// Source: the array interface protocol of NumPy, <https://numpy.org/doc/stable/reference/arrays.interface.html>.
package struct NumPyType: Sendable, Equatable {
    /// `b` bool, `i` and `u` integers, `f` floats, `c` complex, `S` and `U` text, `V` raw, `O` objects, `M` and `m`
    /// times.
    package let kind: Character
    /// Bytes an element takes; a `U` takes four a character.
    package let byteWidth: Int
    package let isLittleEndian: Bool
    /// The type of a tensor that the package ml_dtypes adds to NumPy, whose kind is `V`.
    private let addedType: DType?

    /// - Parameter code: `f8`, `<i4`, `|b1`, `>u2`, `U5` …
    package init?(_ code: String) {
        var rest = code[...]
        var order: Character = "<"
        if let first = rest.first, "<>|=".contains(first) {
            order = first
            rest = rest.dropFirst()
        }
        guard let kind = rest.first, "biufcSUVOMm?".contains(kind) else { return nil }
        let digits = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
        let implied = kind == "?" ? 1 : kind == "O" ? 8 : nil
        guard let width = implied ?? Int(digits), width >= 0, width < 1 << 32 else { return nil }
        self.kind = kind == "?" ? "b" : kind
        self.byteWidth = kind == "U" ? 4 * width : width
        self.isLittleEndian = order != ">"
        addedType = nil
    }

    init(kind: Character, byteWidth: Int, isLittleEndian: Bool, addedType: DType? = nil) {
        self.kind = kind
        self.byteWidth = byteWidth
        self.isLittleEndian = isLittleEndian
        self.addedType = addedType
    }

    /// The same type of a tensor, where there is one.
    package var dtype: DType? {
        if let addedType { return addedType }
        return switch (kind, byteWidth) {
        case ("f", 8): .float64
        case ("f", 4): .float32
        case ("f", 2): .float16
        case ("i", 8): .int64
        case ("i", 4): .int32
        case ("i", 2): .int16
        case ("i", 1): .int8
        case ("u", 8): .uint64
        case ("u", 4): .uint32
        case ("u", 2): .uint16
        case ("u", 1): .uint8
        case ("b", 1): .bool
        case ("c", 16): .complex128
        case ("c", 8): .complex64
        default: nil
        }
    }

    /// NumPy's name: `float32`, `<U5`, `object` …
    package var name: String {
        if let dtype { return dtype.rawValue }
        let order = isLittleEndian ? "<" : ">"
        switch kind {
        case "O": return "object"
        case "U": return "\(order)U\(byteWidth / 4)"
        case "S", "V": return "|\(kind)\(byteWidth)"
        default: return "\(order)\(kind)\(byteWidth)"
        }
    }
}

extension NumPyType {
    /// What `numpy.dtype(code, False, True)` with its state `(3, byte order, …)` says; nil for structured types.
    init?(_ value: CheckpointValue) {
        if case .global(let name) = value, let type = Self(scalarClass: name) {
            self = type
            return
        }
        guard case .object(let object) = value, object.typeName == "numpy.dtype" || object.typeName == "numpy.dtypes",
            let type = object.arguments.first.flatMap(Self.init(code:))
        else { return nil }
        var isLittleEndian = type.isLittleEndian
        var width = type.byteWidth
        if case .sequence(let state)? = object.attributes.first(where: { $0.name == "__state__" })?.value {
            let items = state.elements
            if items.count > 1, case .string(let order) = items[1] { isLittleEndian = order != ">" }
            // Structured and sub-array types keep their parts here.
            if items.count > 4 {
                for part in items[2...4] { if case .none = part { continue } else { return nil } }
            }
            if items.count > 5, case .int(let size) = items[5], size > 0, size < 1 << 32 { width = size }
        }
        if let added = type.addedType, added.byteWidth != width { return nil }
        self.init(kind: type.kind, byteWidth: width, isLittleEndian: isLittleEndian, addedType: type.addedType)
    }

    /// The code of a type of NumPy's, or a class of ml_dtypes, by which JAX's bfloat16 and float8 are pickled.
    private init?(code value: CheckpointValue) {
        switch value {
        case .string(let code): self.init(code)
        case .global(let name):
            guard name.hasPrefix("ml_dtypes."), let dtype = DType(rawValue: String(name.dropFirst("ml_dtypes.".count))),
                dtype == .bfloat16 || dtype.rawValue.hasPrefix("float8_")
            else { return nil }
            self.init(kind: "V", byteWidth: dtype.byteWidth, isLittleEndian: true, addedType: dtype)
        default: return nil
        }
    }

    /// `numpy.float32` and the like.
    private init?(scalarClass name: String) {
        guard name.hasPrefix("numpy."), let dtype = DType(rawValue: String(name.dropFirst("numpy.".count))) else {
            return nil
        }
        let kinds: [DType: Character] = [.bool: "b", .complex64: "c", .complex128: "c"]
        let kind = kinds[dtype] ?? (dtype.isFloatingPoint ? "f" : dtype.rawValue.hasPrefix("u") ? "u" : "i")
        self.init(kind: kind, byteWidth: dtype.byteWidth, isLittleEndian: true)
    }
}
