import ModelGraph
import PlatformC

extension ComputedTable {
    /// sin and cos of rows and columns at `channels` frequencies each; `[1, 2 · channels, H, W]`, rows first.
    ///
    /// Source: `PositionalEncodingFourier` in `mmpretrain/models/backbones/xcit.py` and `PositionEncodingFourier` in
    /// `mmpretrain/models/utils/position_encoding.py` of MMPreTrain 1.2.
    static func fourierPositions(_ grid: Extent2d, channels: Int) -> ComputedTable {
        ComputedTable(
            "fourierPositions(\(grid.height), \(grid.width), \(channels))",
            shape: [1, 2 * channels, grid.height, grid.width]
        ) {
            func code(_ place: Int, of extent: Int, _ channel: Int) -> Double {
                let turn = Double(place + 1) / (Double(extent) + 1e-6) * 2 * Double.pi
                let angle = turn / pow(10000, Double(2 * (channel / 2)) / Double(channels))
                return channel % 2 == 0 ? sin(angle) : cos(angle)
            }
            var elements: [Double] = []
            for channel in 0..<(2 * channels) {
                for row in 0..<grid.height {
                    for column in 0..<grid.width {
                        elements.append(
                            channel < channels
                                ? code(row, of: grid.height, channel)
                                : code(column, of: grid.width, channel - channels))
                    }
                }
            }
            return elements
        }
    }
}
