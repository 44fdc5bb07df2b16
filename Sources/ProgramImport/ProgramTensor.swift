import ModelGraph
import TensorCore

/// A tensor of a program while its graph is recorded: known, a parameter, or a value of the graph.
///
/// As in PyTorch it has identity: a call in place changes it for all that use it, and the tensors that it is a view of.
final class ProgramTensor {
    let shape: [Int]
    let dtype: DType
    private(set) var content: Content
    /// What it is a view of, or was made of by moving elements.
    private var maker: Origin?
    /// How many steps lead to a tensor that is neither a view nor a copy.
    let depth: Int
    /// How many elements of memory lie between those of each axis; what is no view is taken for row-major.
    private(set) var strides: [Int]
    /// The value that stands for it, of a state that may have passed.
    private var recorded: (value: Value, version: Int)?
    /// Grows when it is changed otherwise than through what it is a view of.
    private var changes = 0
    /// What it shares memory with in a way that no step says, and the version that it shows.
    private var window: (base: ProgramTensor, version: Int)?

    enum Content {
        case constant(ConstantTensor)
        /// The position in the graph's parameters.
        case parameter(Int)
        case value(Value)
        /// Follows from what it is a view of.
        case view
        /// A tensor of truths that are not known: what they say, and what they come to where that counts.
        case truth(Truth, plain: () throws -> ProgramTensor)
        /// Complex numbers that are not known: what they were made of.
        case complex(ComplexTensor)
    }

    /// The longest chain of views of views, which are read recursively.
    static let mostViews = 1000

    /// What a tensor of truths says that depends on the input.
    enum Truth { case isNegativeInfinity, isNot, rowsAreNegativeInfinity }

    struct Origin {
        let base: ProgramTensor
        let step: ViewStep
        /// Whether the two share memory.
        let isAlias: Bool
        /// The version of `base` from which the tensor was made.
        let version: Int
    }

    private init(_ shape: [Int], _ dtype: DType, _ content: Content, origin: Origin? = nil) {
        self.shape = shape
        self.dtype = dtype
        self.content = content
        maker = origin
        depth = origin.map { $0.base.depth + 1 } ?? 0
        let steps: [Int]? =
            if case .constant(let constant) = content { constant.strides } else if let origin, origin.isAlias {
                origin.step.strides(of: origin.base.shape, origin.base.strides)
            } else { nil }
        strides = steps ?? StridedLayout.contiguousStrides(of: shape)
    }

    convenience init(_ constant: ConstantTensor) { self.init(constant.shape, constant.dtype, .constant(constant)) }

    convenience init(parameter position: Int, shape: [Int], dtype: DType) {
        self.init(shape, dtype, .parameter(position))
    }

    convenience init(_ value: Value, shape: [Int], dtype: DType = .float32) { self.init(shape, dtype, .value(value)) }

    /// - Parameter plain: gives the truths as a value of the graph.
    convenience init(_ truth: Truth, shape: [Int], plain: @escaping () throws -> ProgramTensor) {
        self.init(shape, .bool, .truth(truth, plain: plain))
    }

    convenience init(_ complex: ComplexTensor, shape: [Int]) { self.init(shape, .complex64, .complex(complex)) }

    /// What complex numbers were made of; nil for other tensors.
    var complex: ComplexTensor? { if case .complex(let complex) = content { complex } else { nil } }

    // MARK: Views

    /// What it is a view of, or has copied elements of; nil for a copy after either of the two changed.
    var origin: Origin? {
        guard let maker, maker.isAlias || maker.version == maker.base.version else { return nil }
        return maker
    }

    /// - Parameter shape: that the step gives.
    func viewed(_ step: ViewStep, _ shape: [Int]) -> ProgramTensor {
        if let constant {
            let viewed = constant.applying(step)
            let origin = Origin(
                base: self, step: step, isAlias: viewed.memory === constant.memory, version: version)
            return ProgramTensor(shape, dtype, .constant(viewed), origin: origin)
        }
        return ProgramTensor(
            shape, dtype, .view, origin: Origin(base: self, step: step, isAlias: true, version: version))
    }

    /// What a step made of the tensor as it is now, in memory of its own.
    func copied(_ step: ViewStep, _ value: Value, _ shape: [Int]) -> ProgramTensor {
        ProgramTensor(
            shape, dtype, .value(value), origin: Origin(base: self, step: step, isAlias: false, version: version))
    }

    /// The tensor, as one that shows elements of another where they lie, as a diagonal does: none of the two may change
    /// from now on without an error.
    func showing(_ base: ProgramTensor, strides: [Int]) -> ProgramTensor {
        guard constant == nil else { return self }
        window = (base: base, version: base.version)
        self.strides = strides
        return self
    }

    /// Whether the elements lie in memory in row-major order.
    var isDense: Bool { isRowMajor(shape, strides) }

    /// Whether another shape of the same elements is a view of the memory, as in PyTorch.
    func isViewable(as target: [Int]) -> Bool { ViewStep.reshape(target).strides(of: shape, strides) != nil }

    /// The tensor that owns the memory.
    private var root: ProgramTensor {
        guard let maker, maker.isAlias else { return self }
        return maker.base.root
    }

    /// The same, and how far into its memory this tensor begins.
    var place: (owner: ProgramTensor, start: Int) {
        guard let maker, maker.isAlias else { return (self, 0) }
        let (owner, start) = maker.base.place
        guard case .slice(let axis, let first, _, _) = maker.step else { return (owner, start) }
        return (owner, start + first * maker.base.strides[axis])
    }

    /// The elements, where they are known.
    var constant: ConstantTensor? {
        guard case .constant(let constant) = content else { return nil }
        guard root !== self, case .constant = root.content else {
            if root !== self { content = .view }
            return root === self ? constant : nil
        }
        return constant
    }

    /// The position in the graph's parameters, of a parameter as it is.
    var parameter: Int? { if case .parameter(let position) = content { position } else { nil } }

    /// The parameter that this is the transpose of: the last of two axes first.
    var transposedParameter: Int? {
        guard let origin, origin.step == .permute([1, 0]) else { return nil }
        return origin.base.parameter
    }

    var isScalar: Bool { shape.isEmpty }

    // MARK: Values

    /// How often it was changed, by whatever name.
    private var version: Int {
        if let maker, maker.isAlias { return maker.base.version }
        return changes + (constant?.memory.version ?? 0) + (window?.base.version ?? 0)
    }

    /// The value of the graph that stands for the tensor, recorded when it is first asked for.
    func value(in scope: Scope, _ constants: (ConstantTensor) throws -> ComputedTable) throws -> Value {
        if let recorded, recorded.version == version { return recorded.value }
        if let window, window.base.version != window.version {
            throw CallError("it reads a diagonal or windows of a tensor that was changed in place")
        }
        let value: Value
        if let constant {
            value = try scope.constant(try constants(constant))
        } else {
            switch content {
            case .parameter(let position): value = try scope.value(ofParameter: position)
            case .value(let known): value = known
            case .view:
                guard let origin else { throw CallError("a view of nothing") }
                value = try scope.applying(origin.step, to: try origin.base.value(in: scope, constants))
            case .constant: throw CallError("a constant that is none")
            case .truth(_, let plain): value = try plain().value(in: scope, constants)
            case .complex: throw CallError("it computes with complex numbers")
            }
        }
        recorded = (value, version)
        return value
    }

    // MARK: Changes in place

    /// Gives the tensor, and what it is a view of, other elements.
    func assign(_ value: Value, in scope: Scope, _ constants: (ConstantTensor) throws -> ComputedTable) throws {
        if let origin, origin.isAlias {
            let base = try origin.base.value(in: scope, constants)
            try origin.base.assign(
                try scope.replacing(origin.step, of: base, by: value), in: scope, constants)
            content = .view
        } else {
            guard window == nil else { throw CallError("it changes a diagonal or windows of a tensor in place") }
            changes = version + 1
            content = .value(value)
            maker = nil
        }
        recorded = (value, version)
    }

    /// Gives a constant other elements, and all that view its memory.
    /// - Returns: false where that cannot be, as the memory is not a constant's.
    func assign(_ elements: [Double]) -> Bool {
        guard let constant else { return false }
        constant.memory.write(elements.map(dtype.rounded), at: constant.positions)
        return true
    }
}

extension Scope {
    /// Records a view; what changes nothing is not recorded.
    func applying(_ step: ViewStep, to value: Value) throws(GraphError) -> Value {
        let shape = shape(of: value)
        switch step {
        case .reshape(let target): return target == shape ? value : try reshape(value, target)
        case .permute(let axes): return axes == Array(shape.indices) ? value : try permute(value, axes)
        case .expand(let target): return target == shape ? value : try expand(value, target)
        case .slice(let axis, let start, let count, let step):
            return count == shape[axis]
                ? value : try record(.slice(.init(axis: axis, start: start, count: count, step: step)), value)
        }
    }

    /// The value with other elements where `step` looks.
    func replacing(_ step: ViewStep, of base: Value, by part: Value) throws -> Value {
        let shape = shape(of: base)
        switch step {
        case .reshape: return try applying(.reshape(shape), to: part)
        case .permute(let axes): return try applying(.permute(Operation.Permute(axes).inverse.axes), to: part)
        case .expand: throw CallError("it changes elements of an expanded tensor, which share their memory")
        case .slice(let axis, let start, let count, let step):
            if count == shape[axis] { return part }
            if step == 1 {
                var parts = [part]
                let end = start + count
                if start > 0 {
                    parts.insert(try record(.slice(.init(axis: axis, start: 0, count: start)), base), at: 0)
                }
                if end < shape[axis] {
                    parts.append(
                        try record(.slice(.init(axis: axis, start: end, count: shape[axis] - end)), base))
                }
                return try concat(parts, axis: axis)
            }
            let extent = shape[axis]
            let table = ComputedTable("every \(step) of \(extent) from \(start)", shape: [extent], dtype: .int64) {
                (0..<extent).map { index in
                    let (place, rest) = (index - start).quotientAndRemainder(dividingBy: step)
                    return index >= start && rest == 0 && place < count ? Double(extent + place) : Double(index)
                }
            }
            return try gather(try concat([base, part], axis: axis), axis: axis, table)
        }
    }
}
