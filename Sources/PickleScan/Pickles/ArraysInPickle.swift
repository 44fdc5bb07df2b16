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
    /// How many such pickles lie around this one.
    let depth: Int

    private static let maximumDepth = 16
    private static let wrapper = "joblib.numpy_pickle.NumpyArrayWrapper"

    /// Passes the array that follows, if the object on top of the stack is a wrapper.
    mutating func pass(
        _ machine: inout PickleMachine, _ bytes: Bytes, _ limits: PickleLimits
    ) throws(PickleError) {
        guard let top = machine.topValue, let object = machine.graph.object(top),
            machine.graph.callee(of: object)?.qualifiedName == Self.wrapper,
            let state = object.states.last.flatMap({ machine.graph.entries($0) }),
            let shape = machine.graph.value(of: "shape", in: state).flatMap({ machine.graph.sequence($0) }),
            let dtype = machine.graph.value(of: "dtype", in: state),
            let code = machine.graph.object(dtype).flatMap({ machine.graph.arguments(of: $0).first }),
            let type = machine.graph.text(code)
        else { return }
        let isObjects = type.utf8.first == UInt8(ascii: "O")
        // A structure may have objects among its fields, and objects have more than one spelling.
        if depth < Self.maximumDepth, isObjects || OpcodeWalk(bytes, from: machine.position).hasImports {
            let pickle = PickleTrace(bytes, from: machine.position, limits: limits, depth: depth + 1)
            if isObjects || pickle.isConvincing {
                isFound = true
                pickles.append(pickle)
                return try machine.skip(pickle.end - machine.position)
            }
        }
        guard let width = Self.width(of: type) else { return }
        var count = width
        for extent in shape {
            guard let extent = machine.graph.integer(extent), extent >= 0 else { return }
            let (product, overflow) = count.multipliedReportingOverflow(by: Int(extent))
            guard !overflow else { return }
            count = product
        }
        isFound = true
        if machine.graph.value(of: "numpy_array_alignment_bytes", in: state).flatMap(machine.graph.integer) != nil,
            let padding = try? bytes.load(UInt8.self, at: machine.position)
        {
            try machine.skip(1 + Int(padding))
        }
        try machine.skip(count)
    }

    /// The bytes of an element of type `f8`, `U12`, …; nil for structures.
    private static func width(of type: String) -> Int? {
        guard let kind = type.utf8.first, let count = Int(type.dropFirst()), (0...1 << 16).contains(count) else {
            return nil
        }
        return kind == UInt8(ascii: "U") ? 4 * count : count
    }
}
