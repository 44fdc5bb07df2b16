import TensorCore

/// A tensor whose elements are known when a program is imported: a view of memory that others may view, too.
struct ConstantTensor {
    let memory: ConstantMemory
    let dtype: DType
    let shape: [Int]
    let strides: [Int]
    let offset: Int

    /// - Parameter elements: row-major, as many as the shape says.
    init(_ dtype: DType, _ shape: [Int], _ elements: [Double]) {
        self.init(
            ConstantMemory(elements), dtype, shape, strides: StridedLayout.contiguousStrides(of: shape), offset: 0)
    }

    init(scalar: Double, _ dtype: DType) { self.init(dtype, [], [scalar]) }

    init(_ memory: ConstantMemory, _ dtype: DType, _ shape: [Int], strides: [Int], offset: Int) {
        self.memory = memory
        self.dtype = dtype
        self.shape = shape
        self.strides = strides
        self.offset = offset
    }

    var count: Int { shape.reduce(1, *) }

    var isContiguous: Bool { isRowMajor(shape, strides) }

    /// Row-major.
    var elements: [Double] {
        if isContiguous, offset == 0, memory.elements.count == count { return memory.elements }
        return positions.map { memory.elements[$0] }
    }

    /// Where the elements lie in the memory, in row-major order.
    var positions: [Int] {
        var positions = [offset]
        for (extent, stride) in zip(shape, strides) where extent != 1 {
            var next: [Int] = []
            next.reserveCapacity(positions.count * extent)
            for first in positions { for index in 0..<extent { next.append(first + index * stride) } }
            positions = next
        }
        return positions
    }

    /// Another view of the same memory.
    func viewed(_ shape: [Int], strides: [Int], offset: Int? = nil) -> ConstantTensor {
        ConstantTensor(memory, dtype, shape, strides: strides, offset: offset ?? self.offset)
    }

    func applying(_ step: ViewStep) -> ConstantTensor {
        let target = step.shape(of: shape)
        guard let strides = step.strides(of: shape, self.strides) else {
            return ConstantTensor(dtype, target, elements)
        }
        guard case .slice(let axis, let start, _, _) = step else { return viewed(target, strides: strides) }
        return viewed(target, strides: strides, offset: offset + start * self.strides[axis])
    }

    /// Spread to a shape as in NumPy.
    func spread(to target: [Int]) -> ConstantTensor { shape == target ? self : applying(.expand(target)) }
}

/// Elements that one or several constants view, rounded to their type.
final class ConstantMemory {
    fileprivate(set) var elements: [Double]
    /// Grows when elements are written.
    private(set) var version = 0

    init(_ elements: [Double]) { self.elements = elements }

    func write(_ values: [Double], at positions: [Int]) {
        for (position, value) in zip(positions, values) { elements[position] = value }
        version += 1
    }
}

/// What makes a view of a tensor.
enum ViewStep: Equatable {
    case reshape([Int])
    case permute([Int])
    case expand([Int])
    case slice(axis: Int, start: Int, count: Int, step: Int)
}

/// Whether the strides are those of elements in row-major order, which that of one element does not change.
func isRowMajor(_ shape: [Int], _ strides: [Int]) -> Bool {
    zip(zip(shape, strides), StridedLayout.contiguousStrides(of: shape)).allSatisfy { $0.0 == 1 || $0.1 == $1 }
}

extension ViewStep {
    /// The shape of what the step makes of a tensor.
    func shape(of shape: [Int]) -> [Int] {
        switch self {
        case .reshape(let target), .expand(let target): return target
        case .permute(let axes): return axes.map { shape[$0] }
        case .slice(let axis, _, let count, _):
            var shape = shape
            shape[axis] = count
            return shape
        }
    }

    /// The strides of what the step makes of a tensor; nil where it is no view, as no strides give it that shape.
    func strides(of shape: [Int], _ strides: [Int]) -> [Int]? {
        switch self {
        case .reshape(let target): return Self.strides(of: shape, strides, as: target)
        case .permute(let axes): return axes.map { strides[$0] }
        case .expand(let target):
            let lead = target.count - shape.count
            return target.indices.map { axis in
                axis < lead || shape[axis - lead] == 1 && target[axis] != 1 ? 0 : strides[axis - lead]
            }
        case .slice(let axis, _, let count, let step):
            var strides = strides
            // That of one element counts for nothing, and might be larger than any.
            if count > 1 { strides[axis] *= step }
            return strides
        }
    }

    /// Strides with which the same memory has another shape; nil where no strides do.
    ///
    /// Source: `computeStride` in `aten/src/ATen/TensorUtils.cpp`.
    private static func strides(of shape: [Int], _ strides: [Int], as target: [Int]) -> [Int]? {
        guard !shape.contains(0) else { return StridedLayout.contiguousStrides(of: target) }
        guard let last = strides.last else { return [Int](repeating: 1, count: target.count) }
        var found = [Int](repeating: 1, count: target.count)
        var (axis, base, own, theirs) = (target.count - 1, last, 1, 1)
        for at in shape.indices.reversed() {
            own *= shape[at]
            guard at == 0 || shape[at - 1] != 1 && strides[at - 1] != multipliedSaturated(own, base) else { continue }
            // The axes up to here are one run of memory, which the target's cut otherwise.
            while axis >= 0, theirs < own || target[axis] == 1 {
                found[axis] = multipliedSaturated(theirs, base)
                theirs *= target[axis]
                axis -= 1
            }
            guard theirs == own else { return nil }
            if at > 0 { (base, own, theirs) = (strides[at - 1], 1, 1) }
        }
        return axis == -1 ? found : nil
    }
}

extension DType {
    /// The nearest number that the type has, as PyTorch converts.
    func rounded(_ x: Double) -> Double {
        switch self {
        case .float64: return x
        case .float32: return Double(Float(x))
        case .float16: return Double(Float16(Float(x)))
        case .bool: return x == 0 ? 0 : 1
        case .bfloat16:
            let bits = Float(x).bitPattern
            guard Float(x).isFinite else { return x }
            return Double(Float(bitPattern: (bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF_0000))
        default: return x.isFinite ? wrapped(x.rounded(.towardZero)) : 0
        }
    }

    /// The smallest number of an integer type of at most 32 bits, and how many it has; nil for other types.
    var numbers: (least: Double, count: Double)? {
        switch self {
        case .uint8: (least: 0, count: 0x1p8)
        case .int8: (least: -0x1p7, count: 0x1p8)
        case .uint16: (least: 0, count: 0x1p16)
        case .int16: (least: -0x1p15, count: 0x1p16)
        case .uint32: (least: 0, count: 0x1p32)
        case .int32: (least: -0x1p31, count: 0x1p32)
        default: nil
        }
    }

    /// The number that the low bits of a whole number are.
    private func wrapped(_ x: Double) -> Double {
        guard let (least, count) = numbers else { return x }
        return x - ((x - least) / count).rounded(.down) * count
    }

    /// PyTorch's order of kinds: bool, integers, floats.
    private var kind: Int { self == .bool ? 0 : isInteger ? 1 : 2 }

    /// The type of what is computed of two tensors; a scalar counts by its kind only.
    static func promoted(_ left: DType, isScalar: Bool, _ right: DType, isScalar rightIsScalar: Bool) -> DType {
        if isScalar != rightIsScalar {
            let (wide, scalar) = isScalar ? (right, left) : (left, right)
            if wide.kind >= scalar.kind { return wide }
            return scalar.kind == 2 && scalar == .float64 ? .float32 : scalar
        }
        if left.kind != right.kind { return left.kind > right.kind ? left : right }
        if left.byteWidth != right.byteWidth { return left.byteWidth > right.byteWidth ? left : right }
        return left == right ? left : left.kind == 2 ? .float32 : .int16
    }
}
