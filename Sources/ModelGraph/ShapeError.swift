/// Operands that an operation does not accept.
package enum ShapeError: Error, Equatable, Sendable, CustomStringConvertible {
    case rank(expected: Int, found: [Int])
    case channels(expected: Int, found: Int)
    case groups(Int, channels: Int)
    case unequal([Int], [Int])
    /// The window (with its dilation) is larger than the padded input.
    case window(Int, input: Int)
    case operands(expected: String, found: Int)
    /// An extent below 1, or more than 64 axes or 2⁴⁰ elements.
    case size([Int])
    /// The value has no such axis.
    case axis(Int, [Int])
    /// Positions that the axis does not have.
    case range(start: Int, count: Int, step: Int, extent: Int)
    /// A window without extent, a step below 1, padding below 0 or (pooling) above half the window.
    case geometry(window: Int, stride: Int, padding: Int, dilation: Int)

    package var description: String {
        switch self {
        case .rank(let expected, let found): "needs \(expected) dimensions, found shape \(found)"
        case .channels(let expected, let found): "needs \(expected) channels, found \(found)"
        case .groups(let groups, let channels): "\(channels) channels do not divide into \(groups) groups"
        case .unequal(let left, let right): "shapes \(left) and \(right) do not match"
        case .window(let window, let input): "a window of \(window) does not fit into an input of \(input)"
        case .operands(let expected, let found): "needs \(expected) operands, found \(found)"
        case .size(let shape): "shape \(shape) has an extent below 1, or more than 64 axes or 2^40 elements"
        case .axis(let axis, let shape): "shape \(shape) has no axis \(axis)"
        case .range(let start, let count, let step, let extent):
            "\(count) positions from \(start) by \(step) are not in an extent of \(extent)"
        case .geometry(let window, let stride, let padding, let dilation):
            "no window has extent \(window), stride \(stride), padding \(padding) and dilation \(dilation)"
        }
    }
}
