import ModelGraph

/// One of the convolutions of a value whose sum is one convolution.
struct ConvolutionBranch: Equatable {
    let window: Window
    /// Kernel, then bias if there is one: positions in `Graph.parameters`. None for a branch that gives back its input.
    let weights: [Int]
    /// What follows the convolution, channel by channel.
    var maps: [ChannelMap]

    /// A map of each channel by itself.
    enum ChannelMap: Equatable {
        /// Its weights are positions in `Graph.parameters`.
        case batchNorm(Operation.BatchNorm, weights: [Int])
        /// The product with a constant of one element per channel, or of one.
        case scale(Value)
        case affine(Operation.Affine)

        static let negation = ChannelMap.affine(.init(scale: -1))
    }

    /// Which places of the input each filter sees.
    struct Window: Equatable {
        let geometry: Conv2dGeometry
        /// `[out, in / groups, kh, kw]`
        let kernel: [Int]
    }

    /// A convolution without more.
    init(_ convolution: Operation.Conv2d, kernel: [Int], weights: [Int]) {
        window = Window(geometry: convolution.geometry, kernel: kernel)
        self.weights = weights
        maps = []
    }

    /// Gives back what it gets: each channel is a group of its own, its filter 1.
    init(identityOf channels: Int) {
        window = Window(geometry: Conv2dGeometry(groups: channels), kernel: [channels, 1, 1, 1])
        weights = []
        maps = []
    }
}

extension ConvolutionBranch.Window {
    var filters: FilterShape {
        FilterShape(
            outputs: kernel[0], inputsPerGroup: kernel[1], groups: geometry.groups,
            kernel: Extent2d(height: kernel[2], width: kernel[3]))
    }

    /// Where each tap lies among those of another window, in ascending order.
    ///
    /// The same tap reads the same element of the input for each output, or a zero beyond the input: a filter of this window
    /// is one of the other with zeros around.
    /// - Returns: nil where a tap lies between or outside, and where strides or groups do not agree.
    func taps(in other: Self) -> [Int]? {
        guard kernel[0] == other.kernel[0], geometry.stride == other.geometry.stride,
            kernel[1] * geometry.groups == other.kernel[1] * other.geometry.groups,
            geometry.groups % other.geometry.groups == 0,
            let rows = Self.places(
                kernel[2], geometry.padding.height, geometry.dilation.height,
                in: other.kernel[2], other.geometry.padding.height, other.geometry.dilation.height),
            let columns = Self.places(
                kernel[3], geometry.padding.width, geometry.dilation.width,
                in: other.kernel[3], other.geometry.padding.width, other.geometry.dilation.width)
        else { return nil }
        return rows.flatMap { row in columns.map { row * other.kernel[3] + $0 } }
    }

    /// The same along one axis: tap t of output y reads row y · stride − padding + t · dilation.
    private static func places(
        _ taps: Int, _ padding: Int, _ dilation: Int, in others: Int, _ otherPadding: Int, _ otherDilation: Int
    ) -> [Int]? {
        var places: [Int] = []
        for tap in 0..<taps {
            let (place, rest) = (otherPadding - padding + tap * dilation).quotientAndRemainder(
                dividingBy: otherDilation)
            guard rest == 0, 0..<others ~= place else { return nil }
            places.append(place)
        }
        return places
    }
}
