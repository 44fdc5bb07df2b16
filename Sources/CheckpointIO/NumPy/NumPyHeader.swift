import ByteIO
import TensorCore

/// The header of a NumPy array: signature, version, length, and a Python dictionary as text.
///
/// Source: `numpy/lib/_format_impl.py` of NumPy 2.4, versions 1.0 to 3.0.
struct NumPyHeader {
    let elements: NumPyElements
    let shape: [Int]
    let isFortranOrder: Bool
    /// Where the elements begin.
    let dataOffset: Int
    /// In bytes. 0 for objects, whose pickle says itself where it ends.
    let dataCount: Int

    private static let signature: [UInt8] = [0x93] + Array("NUMPY".utf8)
    /// No array that NumPy writes has a longer one: it reads only 10,000 bytes itself unless told to.
    static let maximumLength = 1 << 20

    /// NumPy's own limit.
    static let maximumRank = 64

    static func hasSignature(_ bytes: Bytes) -> Bool { bytes.starts(with: signature) }

    /// How many bytes the header takes that `start` begins; nil where even that cannot be told.
    static func length(_ start: Bytes) throws(NumPyError) -> Int {
        guard hasSignature(start) else { throw .signature }
        guard start.count >= 8 else { throw .cutHeader(needed: 10, held: start.count) }
        let (major, minor) = (start[6], start[7])
        guard (1...3).contains(major), minor == 0 else { throw .version(major: major, minor: minor) }
        let prefix = major == 1 ? 10 : 12
        let length =
            major == 1
            ? (try? start.load(UInt16.self, at: 8)).map(Int.init) : (try? start.load(UInt32.self, at: 8)).map(Int.init)
        guard let length else { throw .cutHeader(needed: prefix, held: start.count) }
        guard length <= maximumLength else { throw .headerTooLong(length: length, limit: maximumLength) }
        return prefix + length
    }

    /// - Parameters:
    ///   - bytes: the array, or its beginning with all of the header.
    ///   - size: of the whole array.
    init(_ bytes: Bytes, size: Int) throws(NumPyError) {
        let end = try Self.length(bytes)
        let prefix = bytes[6] == 1 ? 10 : 12
        guard let raw = try? bytes.slice(at: prefix, count: end - prefix) else {
            throw .cutHeader(needed: end, held: bytes.count)
        }
        let fields: PythonLiteral
        do throws(PythonLiteralReader.Flaw) {
            fields = try PythonLiteralReader.read(try Self.text(raw, version: bytes[6]))
        } catch {
            throw .header(offset: prefix + error.position, expected: error.expected)
        }
        guard let descr = fields["descr"] else { throw .missingField("descr") }
        guard case .bool(let isFortranOrder)? = fields["fortran_order"] else { throw .missingField("fortran_order") }
        guard case .tuple(let extents)? = fields["shape"] else { throw .missingField("shape") }
        var shape: [Int] = []
        for extent in extents {
            guard case .int(let extent) = extent else { throw .missingField("shape") }
            shape.append(extent)
        }
        guard shape.count <= Self.maximumRank else { throw .rank(shape.count, limit: Self.maximumRank) }
        self.elements = try NumPyElements(descr)
        self.shape = shape
        self.isFortranOrder = isFortranOrder
        self.dataOffset = end
        var count = elements.width
        for extent in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: extent)
            guard extent >= 0, !overflow else { throw .shape(shape) }
            count = product
        }
        self.dataCount = count
        guard count <= size - end else { throw .cut(needed: end + count, held: size) }
    }

    /// Latin-1 up to version 2, then UTF-8.
    private static func text(_ raw: Bytes, version: UInt8) throws(PythonLiteralReader.Flaw) -> String {
        if version == 3 {
            guard let text = raw.utf8Text else { throw PythonLiteralReader.Flaw(position: 0, expected: "UTF-8") }
            return text
        }
        return raw.latin1Text
    }

    /// The layout of a tensor of these elements.
    func layout() throws(LayoutError) -> StridedLayout {
        let contiguous = try StridedLayout(contiguous: shape)
        guard isFortranOrder else { return contiguous }
        let strides = StridedLayout.contiguousStrides(of: shape.reversed())
        return try StridedLayout(shape: shape, strides: strides.reversed())
    }
}
