import ByteIO
import TensorCore

/// What the elements of a NumPy array become here, by the `descr` of its header.
///
/// Source: `numpy/lib/_format_impl.py` and the array interface's type strings, NumPy 2.4.
enum NumPyElements: Equatable {
    case tensor(DType, ByteOrder)
    /// UTF-32 text, padded with zeros to `width` characters.
    case text(width: Int, ByteOrder)
    /// Bytes, padded with zeros to `width`.
    case byteText(width: Int)
    /// Any Python objects, also in a field of a structure: the data is a pickle.
    case object
    /// Elements of `width` bytes that no tensor of PyTorch has: structures, dates, long doubles.
    case opaque(width: Int, name: String)

    init(_ descr: PythonLiteral) throws(NumPyError) {
        switch descr {
        case .string(let text): self = try Self.named(text)
        case .list(let fields):
            let names = fields.compactMap { Self.name(ofField: $0) }.joined(separator: ", ")
            let width = try Self.width(ofFields: fields)
            self = width.map { .opaque(width: $0, name: "a structure of \(names)") } ?? .object
        // A type that another package adds to NumPy: the type it is stored as, and its metadata.
        case .tuple(let parts) where !parts.isEmpty: try self.init(parts[0])
        default: throw .type("descr")
        }
    }

    /// Bytes an element; 0 for objects, whose pickle has no elements.
    var width: Int {
        switch self {
        case .tensor(let dtype, _): dtype.byteWidth
        case .text(let width, _): 4 * width
        case .byteText(let width): width
        case .object: 0
        case .opaque(let width, _): width
        }
    }

    private static func named(_ text: String) throws(NumPyError) -> NumPyElements {
        // Dates have their unit after: `M8[ns]`.
        guard let type = NumPyType(text), text.hasSuffix("]") || text.last?.isNumber == true || type.kind == "O" else {
            throw .type(text)
        }
        let order: ByteOrder = type.isLittleEndian ? .little : .big
        if let dtype = type.dtype { return .tensor(dtype, order) }
        let width = type.byteWidth
        switch type.kind {
        case "O": return .object
        case "U": return .text(width: width / 4, order)
        case "S": return .byteText(width: width)
        case "V": return .opaque(width: width, name: "raw data (\(text))")
        case "M": return .opaque(width: width, name: "dates (\(text))")
        case "m": return .opaque(width: width, name: "durations (\(text))")
        case "f", "c": return .opaque(width: width, name: "extended precision (\(text))")
        default: throw .type(text)
        }
    }

    /// Fields are `(name, type)` or `(name, type, shape)`.
    /// - Returns: nil where one holds objects.
    private static func width(ofFields fields: [PythonLiteral]) throws(NumPyError) -> Int? {
        var sum = 0
        var holdsObjects = false
        for field in fields {
            guard case .tuple(let parts) = field, parts.count == 2 || parts.count == 3 else { throw .type("descr") }
            let elements = try NumPyElements(parts[1])
            if elements == .object { holdsObjects = true }
            var width = elements.width
            if parts.count == 3 {
                guard case .tuple(let extents) = parts[2] else { throw .type("descr") }
                for case .int(let extent) in extents {
                    let (product, overflow) = width.multipliedReportingOverflow(by: extent)
                    guard extent >= 0, !overflow else { throw .type("descr") }
                    width = product
                }
            }
            let (total, overflow) = sum.addingReportingOverflow(width)
            guard !overflow else { throw .type("descr") }
            sum = total
        }
        return holdsObjects ? nil : sum
    }

    /// The name, or of `(title, name)` the second.
    private static func name(ofField field: PythonLiteral) -> String? {
        guard case .tuple(let parts) = field, let first = parts.first else { return nil }
        switch first {
        case .string(let name): return name
        case .tuple(let names):
            if case .string(let name)? = names.last { return name }
            return nil
        default: return nil
        }
    }
}
