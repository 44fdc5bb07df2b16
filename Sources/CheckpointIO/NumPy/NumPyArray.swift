import ByteIO
import TensorCore

/// A NumPy array, as far as a pickle of it says what it is.
///
/// Source: `array_reduce` and `array_setstate` in `numpy/_core/src/multiarray/methods.c`, `_frombuffer` in
/// `numpy/_core/numeric.py` of NumPy 2.
package struct NumPyArray: Sendable {
    package let type: NumPyType
    package let shape: [Int]
    /// Whether the first index changes fastest.
    package let isFortran: Bool
    /// The elements as they lie in memory; nil for an array of objects.
    package let elements: Bytes?

    /// Nil for an object that is not an array, or one of a structured type.
    package init?(_ object: CheckpointObject) {
        switch object.typeName {
        case "numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct":
            self.init(state: object.attributes.first { $0.name == "__state__" }?.value)
        case "numpy.core.numeric._frombuffer", "numpy._core.numeric._frombuffer":
            self.init(arguments: object.arguments)
        default: return nil
        }
    }

    /// - Parameter state: `(version, shape, dtype, is_fortran, bytes or list)`
    private init?(state: CheckpointValue?) {
        guard case .sequence(let state)? = state, state.elements.count == 5 else { return nil }
        let items = state.elements
        guard let shape = items[1].extents, let type = NumPyType(items[2]), case .bool(let isFortran) = items[3] else {
            return nil
        }
        self.init(type, shape, isFortran: isFortran, elements: items[4].content)
    }

    /// - Parameter arguments: `(buffer, dtype, shape, order)`
    private init?(arguments: [CheckpointValue]) {
        guard arguments.count >= 3, let type = NumPyType(arguments[1]), let shape = arguments[2].extents,
            let elements = arguments[0].content
        else { return nil }
        var isFortran = false
        if arguments.count > 3, case .string("F") = arguments[3] { isFortran = true }
        self.init(type, shape, isFortran: isFortran, elements: elements)
    }

    private init?(_ type: NumPyType, _ shape: [Int], isFortran: Bool, elements: Bytes?) {
        self.type = type
        self.shape = shape
        self.isFortran = isFortran
        self.elements = elements
        guard let elements else { return }
        var bytes = type.byteWidth
        for extent in shape {
            let (product, overflow) = bytes.multipliedReportingOverflow(by: extent)
            guard !overflow else { return nil }
            bytes = product
        }
        guard bytes == elements.count else { return nil }
    }

    /// The elements as Python prints numbers, in the order of memory, if they are numbers and at most `limit`.
    func texts(limit: Int) -> [String]? {
        guard let elements, let dtype = type.dtype, elements.count <= limit * type.byteWidth else { return nil }
        return dtype.texts(of: elements, isLittleEndian: type.isLittleEndian)
    }
}

extension CheckpointValue {
    /// The non-negative integers of a tuple.
    var extents: [Int]? {
        guard case .sequence(let sequence) = self else { return nil }
        var extents: [Int] = []
        for element in sequence.elements {
            guard case .int(let extent) = element, extent >= 0 else { return nil }
            extents.append(extent)
        }
        return extents
    }

    /// The bytes of `bytes` or `bytearray`.
    var content: Bytes? {
        switch self {
        case .bytes(let bytes): return bytes
        case .object(let object):
            guard object.typeName == "bytearray", case .bytes(let bytes)? = object.arguments.first else { return nil }
            return bytes
        default: return nil
        }
    }
}
