import CKernels

/// How a value lies in the arena: pixels of `stride` floats, of which the first `channels` are the value's.
struct FeatureLayout: Equatable {
    let batch, height, width, channels: Int

    /// `[N, C, H, W]` as N · H · W pixels; any other shape as rows of its last axis.
    init(shape: [Int]) {
        if shape.count == 4 {
            (batch, channels, height, width) = (shape[0], shape[1], shape[2], shape[3])
        } else {
            (batch, channels) = (shape.dropLast().reduce(1, *), shape.last ?? 1)
            (height, width) = (1, 1)
        }
    }

    /// `channels` rounded up to whole blocks.
    var stride: Int { Self.padded(channels) }
    var area: Int { height * width }
    var pixels: Int { batch * area }
    /// Floats in the arena.
    var count: Int { pixels * stride }

    static func padded(_ channels: Int) -> Int {
        let block = Int(CK_BLOCK)
        return (channels + block - 1) / block * block
    }
}
