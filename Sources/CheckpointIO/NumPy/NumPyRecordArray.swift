/// A NumPy array that no tensor stands for, as far as its pickle says what it is: one of a structured type, or a masked
/// one.
///
/// Source: `arraydescr_reduce` in `numpy/_core/src/multiarray/descriptor.c`, `MaskedArray.__reduce__` in
/// `numpy/ma/core.py` of NumPy 2.
struct NumPyRecordArray {
    private let shape: [Int]
    private let type: String
    /// How many elements are masked; nil for an array without a mask.
    private let maskedCount: Int?

    /// Nil for an object that is something else, a plain array too.
    init?(_ object: CheckpointObject) {
        guard case .sequence(let state)? = object.attributes.first(where: { $0.name == "__state__" })?.value,
            state.elements.count >= 5, let shape = state.elements[1].extents,
            let type = Self.typeText(state.elements[2])
        else { return nil }
        switch object.typeName {
        case "numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct": maskedCount = nil
        case "numpy.ma.core._mareconstruct":
            guard state.elements.count >= 6, let mask = state.elements[5].content else { return nil }
            // A structured type has a flag for each field.
            maskedCount = mask.count { $0 != 0 }
        default: return nil
        }
        self.shape = shape
        self.type = type
    }

    /// `numpy.ma.MaskedArray(shape=(2, 2), dtype=float64, 1 masked)`
    var text: String {
        let name = maskedCount == nil ? "numpy.ndarray" : "numpy.ma.MaskedArray"
        let masked = maskedCount.map { ", \($0) masked" } ?? ""
        return "\(name)(shape=\(CheckpointObject.tuple(shape)), dtype=\(type)\(masked))"
    }

    /// `float64`, or `[('a', 'float32'), ('b', 'int64')]`.
    private static func typeText(_ value: CheckpointValue) -> String? {
        if let type = NumPyType(value) { return type.name }
        guard case .object(let object) = value, object.typeName == "numpy.dtype",
            case .sequence(let state)? = object.attributes.first(where: { $0.name == "__state__" })?.value,
            state.elements.count > 4, case .sequence(let names) = state.elements[3],
            case .dictionary(let fields) = state.elements[4]
        else { return nil }
        let parts = names.elements.map { name -> String in
            guard case .string(let text) = name, case .sequence(let field)? = fields[text],
                let type = field.elements.first.flatMap({ NumPyType($0) })
            else { return "(\(name.pythonRepr), …)" }
            return "(\(name.pythonRepr), '\(type.name)')"
        }
        return "[" + parts.joined(separator: ", ") + "]"
    }
}
