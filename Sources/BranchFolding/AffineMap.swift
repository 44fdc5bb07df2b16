import ModelGraph

/// An affine map of feature maps in double precision: a convolution with a bias.
///
/// y[o] = bias[o] + Σ kernel[o, i, r, c] · x[…], with the geometry of `torch.nn.Conv2d`.
struct AffineMap: Equatable {
    let geometry: Conv2dGeometry
    /// `[outputs, inputs / groups, kernel height, kernel width]`.
    let shape: [Int]
    /// Row-major, of `shape`.
    private(set) var kernel: [Double]
    /// One an output.
    private(set) var bias: [Double]

    init(geometry: Conv2dGeometry, shape: [Int], kernel: [Double], bias: [Double]? = nil) {
        self.geometry = geometry
        self.shape = shape
        self.kernel = kernel
        self.bias = bias ?? [Double](repeating: 0, count: shape[0])
    }

    /// Gives back what it gets: each channel is a group of its own.
    init(identityOf channels: Int) {
        self.init(
            geometry: Conv2dGeometry(groups: channels), shape: [channels, 1, 1, 1],
            kernel: [Double](repeating: 1, count: channels))
    }

    /// Whether each output is one number times the input of the same channel, plus another.
    var isDiagonal: Bool {
        geometry == Conv2dGeometry(groups: shape[0]) && shape[1...].allSatisfy { $0 == 1 }
    }

    var isIdentity: Bool { self == AffineMap(identityOf: shape[0]) }

    var inputs: Int { shape[1] * geometry.groups }
    /// Elements of the kernel for one output.
    private var taps: Int { shape[1] * shape[2] * shape[3] }

    /// The map followed by y · scale + shift, channel by channel.
    func scaled(by scale: [Double], shift: [Double]) -> AffineMap {
        var result = self
        for output in 0..<shape[0] {
            for tap in output * taps..<(output + 1) * taps { result.kernel[tap] *= scale[output] }
            result.bias[output] = bias[output] * scale[output] + shift[output]
        }
        return result
    }

    /// The sum of two maps of the same form.
    /// - Precondition: geometry and shape are equal.
    func adding(_ other: AffineMap) -> AffineMap {
        precondition(geometry == other.geometry && shape == other.shape, "the maps differ in form")
        var result = self
        for tap in kernel.indices { result.kernel[tap] += other.kernel[tap] }
        for output in bias.indices { result.bias[output] += other.bias[output] }
        return result
    }

    /// The map with all signs changed.
    var negated: AffineMap {
        let signs = [Double](repeating: -1, count: shape[0])
        return scaled(by: signs, shift: [Double](repeating: 0, count: shape[0]))
    }

    /// The map of whole maps `height` × `width`, seen as vectors of all their elements: a 1×1 convolution of as many
    /// channels as these have elements.
    /// - Returns: nil for a map that changes the size.
    func connected(height: Int, width: Int) -> AffineMap? {
        let (strides, area) = (geometry.stride, height * width)
        func keeps(_ extent: Int, _ taps: Int, _ padding: Int, _ dilation: Int) -> Bool {
            2 * padding == dilation * (taps - 1) && extent > 0
        }
        guard strides == .square(1), keeps(height, shape[2], geometry.padding.height, geometry.dilation.height),
            keeps(width, shape[3], geometry.padding.width, geometry.dilation.width)
        else { return nil }
        let inner = shape[1] * area
        var wide = [Double](repeating: 0, count: shape[0] * area * inner)
        for (tap, value) in kernel.enumerated() {
            let (plane, place) = tap.quotientAndRemainder(dividingBy: shape[2] * shape[3])
            let (output, input) = plane.quotientAndRemainder(dividingBy: shape[1])
            let down = place / shape[3] * geometry.dilation.height - geometry.padding.height
            let right = place % shape[3] * geometry.dilation.width - geometry.padding.width
            for row in max(0, -down)..<max(max(0, -down), min(height, height - down)) {
                for column in max(0, -right)..<max(max(0, -right), min(width, width - right)) {
                    let target = output * area + row * width + column
                    wide[target * inner + input * area + (row + down) * width + column + right] += value
                }
            }
        }
        return AffineMap(
            geometry: Conv2dGeometry(groups: geometry.groups), shape: [shape[0] * area, inner, 1, 1], kernel: wide,
            bias: bias.flatMap { [Double](repeating: $0, count: area) })
    }

    /// The same map as a convolution of this geometry and shape: with the same strides, a window that holds this one's,
    /// and groups that this one's lie in. What is new is zero.
    /// - Returns: nil where there is none.
    func expanded(to geometry: Conv2dGeometry, shape: [Int]) -> AffineMap? {
        guard shape.count == 4, shape[0] == self.shape[0], shape[1] * geometry.groups == inputs,
            geometry.groups > 0, self.geometry.groups % geometry.groups == 0,
            geometry.stride == self.geometry.stride,
            let rows = Self.positions(
                self.shape[2], self.geometry.padding.height, self.geometry.dilation.height,
                in: shape[2], geometry.padding.height, geometry.dilation.height),
            let columns = Self.positions(
                self.shape[3], self.geometry.padding.width, self.geometry.dilation.width,
                in: shape[3], geometry.padding.width, geometry.dilation.width)
        else { return nil }
        var wide = [Double](repeating: 0, count: shape.reduce(1, *))
        for output in 0..<shape[0] {
            let firstInput = output / (shape[0] / self.geometry.groups) * self.shape[1]
            let firstWide = output / (shape[0] / geometry.groups) * shape[1]
            for input in 0..<self.shape[1] {
                let plane = output * shape[1] + firstInput + input - firstWide
                for (row, wideRow) in rows.enumerated() {
                    for (column, wideColumn) in columns.enumerated() {
                        let tap = ((output * self.shape[1] + input) * rows.count + row) * columns.count + column
                        wide[(plane * shape[2] + wideRow) * shape[3] + wideColumn] = kernel[tap]
                    }
                }
            }
        }
        return AffineMap(geometry: geometry, shape: shape, kernel: wide, bias: bias)
    }

    /// Where each tap of one axis lies among those of another window: both read input row y·stride − padding +
    /// tap·dilation.
    /// - Returns: nil where one of them lies between or outside.
    private static func positions(
        _ taps: Int, _ padding: Int, _ dilation: Int, in wideTaps: Int, _ widePadding: Int, _ wideDilation: Int
    ) -> [Int]? {
        let positions = (0..<taps).compactMap { tap -> Int? in
            let distance = widePadding - padding + tap * dilation
            guard distance % wideDilation == 0, (0..<wideTaps).contains(distance / wideDilation) else { return nil }
            return distance / wideDilation
        }
        return positions.count == taps ? positions : nil
    }
}
