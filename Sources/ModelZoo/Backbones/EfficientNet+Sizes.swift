import ModelConfig

extension EfficientNet {
    /// An `arch`.
    struct Scaling: Sendable {
        /// Multiplies the channels.
        var width: Double
        /// Multiplies the blocks.
        var depth: Double
        var resolution: Int
        var isEdge = false
    }

    static let scalings = [
        "b0": Scaling(width: 1, depth: 1, resolution: 224), "b1": Scaling(width: 1, depth: 1.1, resolution: 240),
        "b2": Scaling(width: 1.1, depth: 1.2, resolution: 260), "b3": Scaling(width: 1.2, depth: 1.4, resolution: 300),
        "b4": Scaling(width: 1.4, depth: 1.8, resolution: 380), "b5": Scaling(width: 1.6, depth: 2.2, resolution: 456),
        "b6": Scaling(width: 1.8, depth: 2.6, resolution: 528), "b7": Scaling(width: 2, depth: 3.1, resolution: 600),
        "b8": Scaling(width: 2.2, depth: 3.6, resolution: 672), "l2": Scaling(width: 4.3, depth: 5.3, resolution: 800),
        "es": Scaling(width: 1, depth: 1, resolution: 224, isEdge: true),
        "em": Scaling(width: 1, depth: 1.1, resolution: 240, isEdge: true),
        "el": Scaling(width: 1.2, depth: 1.4, resolution: 300, isEdge: true),
    ]

    /// Table 1 of the paper without the first and the last convolution. Groups of equal channels are scaled each by
    /// itself.
    static let layers: [[[Block]]] = [
        [[Block(kernel: 3, channels: 16, squeezeRatio: 4, stride: 1, expansion: 1)]],
        [blocks(2, kernel: 3, channels: 24, stride: 2)],
        [blocks(2, kernel: 5, channels: 40, stride: 2)],
        [blocks(3, kernel: 3, channels: 80, stride: 2), blocks(3, kernel: 5, channels: 112, stride: 1)],
        [blocks(4, kernel: 5, channels: 192, stride: 2), blocks(1, kernel: 3, channels: 320, stride: 1)],
    ]

    static let edgeLayers: [[[Block]]] = [
        [[Block(kernel: 3, channels: 24, squeezeRatio: 0, stride: 1, expansion: 3, isEdge: true)]],
        [edgeBlocks(2, kernel: 3, channels: 32, stride: 2, isEdge: true)],
        [edgeBlocks(4, kernel: 3, channels: 48, stride: 2, isEdge: true)],
        [
            edgeBlocks(5, kernel: 5, channels: 96, stride: 2, isEdge: false),
            edgeBlocks(4, kernel: 5, channels: 144, stride: 1, isEdge: false),
        ],
        [edgeBlocks(2, kernel: 5, channels: 192, stride: 2, isEdge: false)],
    ]

    private static func blocks(_ count: Int, kernel: Int, channels: Int, stride: Int) -> [Block] {
        (0..<count).map {
            Block(kernel: kernel, channels: channels, squeezeRatio: 4, stride: $0 == 0 ? stride : 1, expansion: 6)
        }
    }

    private static func edgeBlocks(_ count: Int, kernel: Int, channels: Int, stride: Int, isEdge: Bool) -> [Block] {
        (0..<count).map {
            Block(
                kernel: kernel, channels: channels, squeezeRatio: 0, stride: $0 == 0 ? stride : 1, expansion: 8,
                isEdge: isEdge)
        }
    }

    /// Upstream's `model_scaling`: a group whose first block has stride 1 joins the stage before it.
    static func scaled(_ layers: [[[Block]]], by scaling: Scaling) -> [[Block]] {
        var stages: [[Block]] = []
        for group in layers.flatMap({ $0 }) {
            let count = Int((scaling.depth * Double(group.count)).rounded(.up))
            var blocks = (0..<count).map { group[min($0, group.count - 1)] }
            for position in blocks.indices {
                blocks[position].channels = makeDivisible(Double(blocks[position].channels) * scaling.width, by: 8)
            }
            if group[0].stride == 1, !stages.isEmpty {
                stages[stages.count - 1] += blocks
            } else {
                stages.append(blocks)
            }
        }
        return stages
    }
}
