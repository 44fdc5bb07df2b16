import ByteIO
import Pickle

/// The arrays that joblib writes into the midst of a pickle, each behind the BUILD of its wrapper: raw elements, or,
/// where the elements are objects, a further pickle.
///
/// Source: `NumpyArrayWrapper.read_array` in `joblib/numpy_pickle.py` 1.5.
struct ArraysInPickle {
    private(set) var isFound = false
    /// The pickles of arrays of objects.
    private(set) var pickles: [PickleTrace] = []
    /// Where the first array begins that takes bytes between the opcodes.
    private(set) var first: Int?
    /// Whether there was an array of which it is not known where it ends.
    private(set) var isUnclear = false
    /// How many such pickles lie around this one.
    let depth: Int

    private static let wrapper = "joblib.numpy_pickle.NumpyArrayWrapper"

    init(depth: Int) { self.depth = depth }

    /// Passes the array that follows, if the object on top of the stack is a wrapper.
    mutating func pass(
        _ machine: inout PickleMachine, _ bytes: Bytes, _ limits: PickleLimits
    ) throws(PickleError) {
        guard let top = machine.topValue, let object = machine.graph.object(top) else { return }
        guard let isWrapper = Self.isWrapper(object, machine.graph) else {
            isUnclear = true
            return
        }
        guard isWrapper else { return }
        // joblib reads arrays of objects with `pickle.load`, which passes over no elements; it writes no wrapper there.
        guard depth == 0, let array = Array(object, in: machine.graph) else {
            isUnclear = true
            return
        }
        isFound = true
        // Of an array without a byte nobody takes anything for opcodes.
        if array.holdsObjects || array.isAligned || array.byteCount > 0 { first = first ?? machine.position }
        if array.holdsObjects {
            let pickle = PickleTrace(bytes, from: machine.position, limits: limits, depth: depth + 1)
            pickles.append(pickle)
            if pickle.hasUnclearArrays { isUnclear = true }
            return try machine.skip(pickle.end - machine.position)
        }
        if array.isAligned, let padding = try? bytes.load(UInt8.self, at: machine.position) {
            try machine.skip(1 + Int(padding))
        }
        try machine.skip(array.byteCount)
    }

    /// Whether an object is a wrapper; nil for one that is made in a way in which joblib makes none.
    private static func isWrapper(_ object: PickleObject, _ graph: PickleGraph) -> Bool? {
        let callee = graph.callee(of: object)?.qualifiedName
        if callee == wrapper { return true }
        let arguments = graph.arguments(of: object)
        guard let made = arguments.first, graph.global(made)?.qualifiedName == wrapper else { return false }
        // So protocols before 2 make objects.
        guard callee == "copyreg._reconstructor", arguments.count == 3, case .none = arguments[2],
            graph.global(arguments[1])?.qualifiedName == "builtins.object"
        else { return nil }
        return true
    }

    /// What a wrapper says of its array.
    private struct Array {
        let holdsObjects: Bool
        let byteCount: Int
        /// Whether a count of bytes that align the elements precedes them.
        let isAligned: Bool

        /// Nil where a wrapper does not say it in the way that joblib writes it.
        init?(_ object: PickleObject, in graph: PickleGraph) {
            guard object.steps.count == 1, case .build(let state) = object.steps[0],
                let entries = graph.entries(state),
                let shape = graph.value(of: "shape", in: entries).flatMap({ graph.sequence($0) }),
                let type = graph.value(of: "dtype", in: entries).flatMap({ ElementType($0, in: graph) })
            else { return nil }
            var count = type.width
            for extent in shape {
                guard let extent = graph.integer(extent), extent >= 0 else { return nil }
                let (product, overflow) = count.multipliedReportingOverflow(by: Int(extent))
                guard !overflow else { return nil }
                count = product
            }
            holdsObjects = type.holdsObjects
            byteCount = count
            // joblib asks only whether it is None.
            switch graph.value(of: "numpy_array_alignment_bytes", in: entries) {
            case nil, .some(.none): isAligned = false
            case .some(.int), .some(.bool): isAligned = true
            default: return nil
            }
        }
    }

    /// `numpy.dtype(code, False, True)` with the state that NumPy gives it.
    ///
    /// Source: `arraydescr_reduce` and `arraydescr_setstate` in `numpy/_core/src/multiarray/descriptor.c`.
    private struct ElementType {
        let holdsObjects: Bool
        /// Bytes.
        let width: Int

        private static let maximumDepth = 8

        /// Makes the type of texts of any length, whose elements NumPy pickles.
        private static let textType = "numpy._core._internal._convert_to_stringdtype_kwargs"

        init?(_ value: PickleValue, in graph: PickleGraph, depth: Int = 0) {
            guard depth < Self.maximumDepth, let object = graph.object(value) else { return nil }
            let callee = graph.callee(of: object)?.qualifiedName
            if callee == Self.textType, object.steps.isEmpty {
                (holdsObjects, width) = (true, 0)
                return
            }
            guard callee == "numpy.dtype",
                let code = graph.arguments(of: object).first.flatMap({ graph.text($0) }), object.steps.count <= 1
            else { return nil }
            var state: [PickleValue] = []
            if let step = object.steps.first {
                guard case .build(let value) = step, let items = graph.tuple(value), items.count >= 8 else {
                    return nil
                }
                // From version 3 on, NumPy takes the flags as they are; the lowest says that there are objects.
                guard let version = graph.integer(items[0]), version >= 3, graph.integer(items[7]) != nil else {
                    return nil
                }
                state = items
            }
            let flags = state.isEmpty ? nil : graph.integer(state[7])
            guard let kind = code.utf8.first, "?bBhHiIlLqQefdgFDGOSUVMmcu".utf8.contains(kind) else { return nil }
            if kind == UInt8(ascii: "O") {
                guard flags.map({ $0 & 1 == 1 }) ?? true else { return nil }
                (holdsObjects, width) = (true, 0)
                return
            }
            guard let stated = Int(code.dropFirst()), (0...1 << 30).contains(stated) else { return nil }
            guard "SUV".utf8.contains(kind) else {
                guard flags.map({ $0 & 1 == 0 }) ?? true else { return nil }
                (holdsObjects, width) = (false, stated)
                return
            }
            let own = kind == UInt8(ascii: "U") ? 4 * stated : stated
            // Texts, raw bytes and structures take as many bytes as the state says.
            guard !state.isEmpty else {
                (holdsObjects, width) = (false, own)
                return
            }
            guard let size = graph.integer(state[5]), (0...1 << 32).contains(size) else { return nil }
            width = Int(size)
            var parts: [PickleValue] = []
            if let base = graph.tuple(state[2]), let first = base.first { parts.append(first) }
            for entry in graph.entries(state[4]) ?? [] {
                guard let first = graph.tuple(entry.value)?.first else { return nil }
                parts.append(first)
            }
            // Plain types are as large as their code says, and hold no objects.
            guard !parts.isEmpty || width == own && (flags ?? 0) & 1 == 0 else { return nil }
            var holdsObjects = false
            for part in parts {
                guard let type = ElementType(part, in: graph, depth: depth + 1) else { return nil }
                if type.holdsObjects { holdsObjects = true }
            }
            if let flags {
                // A view of some fields has the flags of all.
                guard flags & 1 == 1 || !holdsObjects else { return nil }
                holdsObjects = flags & 1 == 1
            }
            self.holdsObjects = holdsObjects
        }
    }
}
