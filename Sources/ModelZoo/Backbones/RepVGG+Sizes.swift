import ModelConfig

extension RepVGG {
    /// An `arch`.
    struct Size: Sendable {
        /// Blocks of `stage_1` …, the stem not counted.
        var blocks: [Int]
        /// Multiplies the channels of each stage.
        var widths: [Double]
        /// Block → groups of its convolutions, where not 1; the stem is block 0.
        var groups: [Int: Int] = [:]
        var squeeze: SELayer.Configuration?
        /// The stem has at most as many channels.
        var stemChannels = 64

        private init(
            _ blocks: [Int], _ widths: [Double], groups: Int = 1, squeeze: SELayer.Configuration? = nil,
            stemChannels: Int = 64
        ) {
            self.blocks = blocks
            self.widths = widths
            if groups > 1 { for block in stride(from: 2, through: 26, by: 2) { self.groups[block] = groups } }
            self.squeeze = squeeze
            self.stemChannels = stemChannels
        }

        /// A dictionary of the config.
        init(_ config: inout ConfigReader) throws(ArgumentError) {
            blocks = try config.stageDepths("num_blocks")
            guard !blocks.contains(0) else { throw config.error("num_blocks", "a stage has no blocks") }
            widths = try config.ratios("width_factor", count: blocks.count)
            squeeze = try config.squeeze("se_cfg")
            stemChannels = try config.positive("stem_channels", default: 64)
            switch config.value("group_layer_map") {
            case nil, .some(.none): break
            case .dictionary(let map):
                for entry in map.entries {
                    guard case .int(let block) = entry.key, case .int(let groups) = entry.value, groups > 0 else {
                        throw config.error(
                            "group_layer_map", "'group_layer_map' should name groups of blocks by number")
                    }
                    self.groups[block] = groups
                }
            case .some(let other): throw config.mismatch("group_layer_map", "a dictionary", other)
            }
        }

        /// The sizes of the paper, and YOLOX-PAI's.
        static let all: [String: Size] = [
            "A0": Size([2, 4, 14, 1], [0.75, 0.75, 0.75, 2.5]),
            "A1": Size([2, 4, 14, 1], [1, 1, 1, 2.5]),
            "A2": Size([2, 4, 14, 1], [1.5, 1.5, 1.5, 2.75]),
            "B0": Size([4, 6, 16, 1], [1, 1, 1, 2.5]),
            "B1": Size([4, 6, 16, 1], [2, 2, 2, 4]),
            "B1g2": Size([4, 6, 16, 1], [2, 2, 2, 4], groups: 2),
            "B1g4": Size([4, 6, 16, 1], [2, 2, 2, 4], groups: 4),
            "B2": Size([4, 6, 16, 1], [2.5, 2.5, 2.5, 5]),
            "B2g2": Size([4, 6, 16, 1], [2.5, 2.5, 2.5, 5], groups: 2),
            "B2g4": Size([4, 6, 16, 1], [2.5, 2.5, 2.5, 5], groups: 4),
            "B3": Size([4, 6, 16, 1], [3, 3, 3, 5]),
            "B3g2": Size([4, 6, 16, 1], [3, 3, 3, 5], groups: 2),
            "B3g4": Size([4, 6, 16, 1], [3, 3, 3, 5], groups: 4),
            "D2se": Size(
                [8, 14, 24, 1], [2.5, 2.5, 2.5, 5], squeeze: SELayer.Configuration(ratio: 16, divisor: 1)),
            "yolox-pai-small": Size([3, 5, 7, 3], [1, 1, 1, 1], stemChannels: 32),
        ]
    }
}
