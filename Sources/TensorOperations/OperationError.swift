import TensorCore

/// Why an operation does not fit its line, its tensors' types, or their values.
package enum OperationError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The text is not an operation: what is wrong or expected.
    case syntax(String)
    /// A layout that names another number of axes than the tensor has.
    case rank(String, expected: Int, shape: [Int])
    /// An axis whose stated extents make another product than the tensor's extent.
    case extent(String, stated: Int, shape: [Int])
    case indivisible(String, Int, by: Int)
    /// An axis that the tensor doesn't have.
    case axis(String, Int, shape: [Int])
    case range(String, extent: Int)
    /// Tensors that should be alike but for `what`.
    case unequal(String, TensorType, TensorType)
    /// Parts that together make another extent than the tensor has.
    case parts(String, sum: Int, extent: Int)
    case dtype(String, DType)
    /// The three tensors of a `lora`.
    case lora(base: [Int], down: [Int], up: [Int])
    /// Scales that are not one for each block.
    case scales(String, weight: [Int], expected: [Int], found: [Int])
    /// A tensor of another number of members than the capture can count.
    case members(String, extent: Int, count: Int)
    case size([Int])
    /// A part that stands for zeros, with the first element that is something else.
    case notZero(part: Int, element: Int)
    /// Tensors that must be one and the same.
    case differing(element: Int)
    /// An element whose value the type it is cast to doesn't have.
    case inexact(element: Int, DType, DType)
    /// A text that is not a value of the type.
    case constant(DType, String)
    /// A tensor whose bytes are not as many as its type says.
    case bytes(TensorType, found: Int)

    package var description: String {
        switch self {
        case .syntax(let text): text
        case .rank(let layout, let expected, let shape):
            "'\(layout)' is for \(expected) dimensions, the tensor \(shape) has \(shape.count)"
        case .extent(let axis, let stated, let shape):
            "axis '\(axis)' is stated as \(stated == Int.max ? "too large" : "\(stated)"), the tensor is \(shape)"
        case .indivisible(let what, let extent, let by): "\(what): \(extent) is not divisible by \(by)"
        case .axis(let operation, let axis, let shape):
            "'\(operation)': the tensor \(shape) has no axis \(axis)"
        case .range(let operation, let extent): "'\(operation)' does not lie in 0..\(extent)"
        case .unequal(let operation, let first, let other):
            "'\(operation)' of tensors that do not fit: \(first) and \(other)"
        case .parts(let operation, let sum, let extent):
            "'\(operation)': the parts make \(sum), the tensor has \(extent)"
        case .dtype(let operation, let dtype): "'\(operation)' cannot compute with \(dtype)"
        case .lora(let base, let down, let up):
            "lora needs base [out, in…], down [rank, in…] and up [out, rank, 1…], found \(base), \(down) and \(up)"
        case .scales(let operation, let weight, let expected, let found):
            "'\(operation)' of a weight \(weight) needs scales \(expected), found \(found)"
        case .members(let operation, let extent, let count):
            "'\(operation)': the axis has \(extent) elements, the capture stands for \(count)"
        case .size(let shape): "shape \(shape) has more elements than can be addressed"
        case .notZero(let part, let element):
            "part \(part + 1) must be zero to be left out, its element \(element) is not"
        case .differing(let element):
            "the tensors must be equal to become one, they differ in element \(element)"
        case .inexact(let element, let from, let to):
            "element \(element) is \(from) that \(to) does not have"
        case .constant(let dtype, let text): "'\(text)' is not a value of \(dtype)"
        case .bytes(let type, let found): "\(type) has \(found) bytes"
        }
    }
}
