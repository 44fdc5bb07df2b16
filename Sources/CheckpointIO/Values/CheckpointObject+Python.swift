import ByteIO
import Pickle
import PythonSyntax

/// What well-known classes print, read from what their pickles hold.
extension CheckpointObject {
    /// A NumPy scalar's type and value: `float64`, `2.5`.
    package var numpyScalar: (type: NumPyType, text: String)? {
        guard typeName == "numpy._core.multiarray.scalar" || typeName == "numpy.core.multiarray.scalar",
            arguments.count == 2, let type = NumPyType(arguments[0])
        else { return nil }
        guard case .bytes(let bytes) = arguments[1] else { return (type, arguments[1].pythonRepr) }
        if type.kind == "S" { return (type, PythonText.bytes(bytes)) }
        if type.kind == "U" {
            return bytes.utf32Text(isLittleEndian: type.isLittleEndian).map { (type, PythonText.string($0)) }
        }
        guard bytes.count == type.byteWidth, let dtype = type.dtype,
            let text = dtype.texts(of: bytes, isLittleEndian: type.isLittleEndian)?.first
        else { return nil }
        return (type, text)
    }

    /// Elements that an array shows at most.
    private static let shownElements = 16

    /// Whether the text of the object says all that is in it, so that its parts need no lines of their own: a date,
    /// a path, an array of numbers.
    package var isPrintedWhole: Bool {
        if let array = NumPyArray(self) { return array.elements != nil }
        return knownText(limit: 0) != nil
    }

    /// As Python's `repr` prints the object, where its class is known.
    /// - Parameter limit: of the characters of text and bytes.
    func knownText(limit: Int) -> String? {
        if let array = NumPyArray(self) {
            let texts = array.texts(limit: Self.shownElements)
            let values = texts.map { "[" + $0.joined(separator: ", ") + "], " } ?? ""
            let order = array.isFortran ? ", order='F'" : ""
            return "numpy.ndarray(\(values)shape=\(Self.tuple(array.shape)), dtype=\(array.type.name)\(order))"
        }
        if let records = NumPyRecordArray(self) { return records.text }
        if let (type, text) = numpyScalar { return type.scalarText(text) }
        switch typeName {
        case "numpy.dtype": return NumPyType(.object(self)).map { "dtype('\($0.name)')" }
        case "bytearray":
            return arguments.first?.content.map { "bytearray(" + PythonText.bytes($0, limit: limit) + ")" }
        case "str":
            guard case .bytes(let bytes)? = arguments.first else { return nil }
            return bytes.withUnsafeBytes { PythonText.string(surrogateUTF8: $0, limit: limit) }
        case "builtins.complex":
            guard arguments.count == 2, case .float(let real) = arguments[0],
                case .float(let imaginary) = arguments[1]
            else { return nil }
            return PythonText.complex(real: real, imaginary: imaginary)
        case "builtins.type": return arguments.count == 1 ? "<class 'NoneType'>" : nil
        case "torch.device": return device
        case "fractions.Fraction": return fraction
        case "datetime.datetime", "datetime.date", "datetime.time": return moment
        case _ where typeName.hasPrefix("pathlib."): return path
        default: return nil
        }
    }

    /// The class's name, without the module where Python's own `repr` leaves that out.
    var shortName: String {
        for module in ["builtins.", "collections.", "decimal.", "fractions.", "argparse.", "types."]
        where typeName.hasPrefix(module) {
            return String(typeName.dropFirst(module.count))
        }
        return typeName
    }

    /// Integers as Python prints a tuple of them: `(2, 3)`, `(2,)`.
    static func tuple(_ numbers: [Int]) -> String {
        "(" + numbers.map(String.init).joined(separator: ", ") + (numbers.count == 1 ? ",)" : ")")
    }

    private var device: String? {
        guard case .string(let type)? = arguments.first else { return nil }
        guard arguments.count > 1, case .int(let index) = arguments[1] else {
            return "device(type=\(PythonText.string(type)))"
        }
        return "device(type=\(PythonText.string(type)), index=\(index))"
    }

    /// `Fraction('1/3')` as Python prints it: `Fraction(1, 3)`.
    private var fraction: String? {
        guard arguments.count == 1, case .string(let text) = arguments[0] else { return nil }
        let parts = text.split(separator: "/")
        guard let numerator = parts.first, parts.count <= 2 else { return nil }
        return "Fraction(\(numerator), \(parts.count == 2 ? parts[1] : "1"))"
    }

    /// `PosixPath('a', 'b')` as Python prints it: `PosixPath('a/b')`.
    private var path: String? {
        var parts: [String] = []
        for argument in arguments {
            guard case .string(let part) = argument else { return nil }
            parts.append(part)
        }
        let isWindows = typeName.contains("Windows")
        let root = parts.first.flatMap { $0.hasSuffix("/") || $0.hasSuffix("\\") ? $0 : nil }
        let rest = root == nil ? parts : Array(parts.dropFirst())
        let text = (root ?? "") + rest.joined(separator: "/")
        let name = typeName.split(separator: ".").last ?? ""
        return "\(name)(\(PythonText.string(isWindows ? String(text.map { $0 == "\\" ? "/" : $0 }) : text)))"
    }

    /// Dates and times, which keep their fields in bytes: `datetime.__reduce__` in CPython's `Lib/_pydatetime.py`.
    private var moment: String? {
        guard let bytes = arguments.first?.content.map(Array.init), arguments.count <= 2 else { return nil }
        func number(_ range: Range<Int>) -> Int { bytes[range].reduce(0) { $0 << 8 | Int($1) } }
        var fields: [Int]
        switch (typeName, bytes.count) {
        case ("datetime.datetime", 10):
            fields = [number(0..<2), Int(bytes[2] & 0x7F)] + bytes[3..<7].map { Int($0) } + [number(7..<10)]
            if fields[6] == 0 { fields.removeLast() }
            if fields.count == 6, fields[5] == 0 { fields.removeLast() }
        case ("datetime.date", 4): fields = [number(0..<2), Int(bytes[2]), Int(bytes[3])]
        case ("datetime.time", 6):
            fields = [Int(bytes[0] & 0x7F), Int(bytes[1]), Int(bytes[2]), number(3..<6)]
            if fields[3] == 0 { fields.removeLast() }
            if fields.count == 3, fields[2] == 0 { fields.removeLast() }
        default: return nil
        }
        let zone = arguments.count == 2 ? ", tzinfo=\(arguments[1].pythonRepr)" : ""
        return typeName + "(" + fields.map(String.init).joined(separator: ", ") + zone + ")"
    }
}

extension NumPyType {
    /// A scalar as NumPy 2 prints it: `np.float64(2.5)`, `np.True_`, `np.str_('x')`.
    fileprivate func scalarText(_ value: String) -> String {
        switch kind {
        case "b": "np.\(value)_"
        case "c" where value.hasPrefix("("): "np.\(name)\(value)"
        case "U": "np.str_(\(value))"
        case "S": "np.bytes_(\(value))"
        default: "np.\(name)(\(value))"
        }
    }
}

extension Bytes {
    /// UTF-32 without the zeros that pad it; nil if it is none.
    fileprivate func utf32Text(isLittleEndian: Bool) -> String? {
        var text = String.UnicodeScalarView()
        for offset in stride(from: 0, to: count - 3, by: 4) {
            guard let bits = try? load(UInt32.self, at: offset, isLittleEndian ? .little : .big),
                let scalar = Unicode.Scalar(bits)
            else { return nil }
            text.append(scalar)
        }
        while text.last == "\0" { text.removeLast() }
        return String(text)
    }
}
