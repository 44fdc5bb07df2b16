import ModelGraph
import TensorCore

/// Records what a program's calls compute, in the module that each is in.
final class Tracer {
    let builder: GraphBuilder
    /// The module of the call at hand.
    var scope: Scope
    /// Elements of constants that may still be computed: a program of a few bytes can ask for any number of them.
    private var budget = Tracer.constantLimit
    private var tables = 0

    /// In all: several times what the masks of the largest windowed transformers come to.
    static let constantLimit = 1 << 28
    /// Elements of one constant at most: 256 MB.
    static let largestConstant = 1 << 25

    init(_ builder: GraphBuilder) {
        self.builder = builder
        scope = builder.root
    }

    // MARK: Values

    /// The graph's value of a tensor.
    func value(_ tensor: ProgramTensor) throws -> Value {
        // Integers that depend on the input are positions, which float32 holds; truths are 0 and 1.
        try tensor.value(in: scope) { try table($0) }
    }

    func values(_ tensors: [ProgramTensor]) throws -> [Value] { try tensors.map(value) }

    /// A tensor that is a value of the graph.
    func tensor(_ value: Value, _ dtype: DType = .float32) -> ProgramTensor {
        ProgramTensor(value, shape: builder.shape(of: value), dtype: dtype)
    }

    func assign(_ value: Value, to tensor: ProgramTensor) throws {
        guard builder.shape(of: value) == tensor.shape else {
            throw CallError("it gives a tensor of \(tensor.shape) the elements of one of \(builder.shape(of: value))")
        }
        try tensor.assign(value, in: scope) { try table($0) }
    }

    // MARK: Constants

    /// The constant as a table of the graph, of the elements that it has now.
    func table(_ constant: ConstantTensor) throws -> ComputedTable {
        try spend(constant.count)
        let elements = constant.elements
        tables += 1
        return ComputedTable(
            "constant \(tables) of the program", shape: constant.shape,
            dtype: constant.dtype.isFloatingPoint ? .float32 : constant.dtype
        ) { elements }
    }

    /// A new constant, its elements rounded to the type.
    /// - Parameter elements: row-major.
    func constant(_ dtype: DType, _ shape: [Int], _ elements: [Double]) throws -> ProgramTensor {
        try requireAxes(shape.count)
        guard elements.count == shape.reduce(1, *) else {
            throw CallError("\(elements.count) elements make no tensor of \(shape)")
        }
        return ProgramTensor(ConstantTensor(dtype, shape, dtype == .float64 ? elements : elements.map(dtype.rounded)))
    }

    /// One number at each place, of which one is stored.
    func filled(_ number: Double, _ dtype: DType, _ shape: [Int]) throws -> ProgramTensor {
        try spend(shape.reduce(1, multipliedSaturated))
        return try constant(dtype, shape, [Double](repeating: number, count: shape.reduce(1, *)))
    }

    /// - Throws: `CallError` for more axes than a tensor has.
    func requireAxes(_ count: Int) throws {
        guard count <= mostAxes else { throw CallError("a tensor of \(count) axes, the limit is \(mostAxes)") }
    }

    /// Takes note of so many parts of a tensor that are about to be made, each counted as some elements.
    /// - Throws: `ImportError.tooLarge`.
    func spend(parts count: Int) throws(ImportError) { try spend(multipliedSaturated(count, 64)) }

    /// Takes note of so many elements that are about to be computed.
    /// - Throws: `ImportError.tooLarge`.
    func spend(_ count: Int) throws(ImportError) {
        guard count <= Self.largestConstant else { throw .tooLarge(elements: count, limit: Self.largestConstant) }
        guard count <= budget else { throw .tooLarge(elements: count, limit: Self.constantLimit) }
        budget -= count
    }
}

/// The shape that both spread to, as in NumPy: aligned at the end, an extent of 1 repeats.
/// - Throws: `ShapeError` if extents disagree, or are those of no tensor.
func spreadShape(_ left: [Int], _ right: [Int]) throws(ShapeError) -> [Int] {
    try Operation.binary(.init(.add)).outputShape(inputs: [left, right])
}

/// The product of extents, which stays at `Int.max` where it would pass it.
func multipliedSaturated(_ left: Int, _ right: Int) -> Int { left.multipliedSaturated(right) }
