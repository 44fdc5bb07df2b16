import CKernels
import TestSupport

/// Rows of channels as the kernels lay them out. Padding and what follows the last row are NaN.
final class Rows {
    let count, channels, stride: Int
    let base: UnsafeMutablePointer<Float>
    private static let guardFloats = 64
    private static let guardBits: UInt32 = 0x7fc0_beef

    /// - Parameters:
    ///   - stride: floats from row to row; nil: `channels` rounded up to whole blocks.
    ///   - seed: of pseudo-random numbers in −1 ..< 1; nil: all NaN.
    init(_ count: Int, _ channels: Int, stride: Int? = nil, seed: UInt64? = nil) {
        (self.count, self.channels) = (count, channels)
        self.stride = stride ?? Self.padded(channels)
        let total = count * self.stride + Self.guardFloats
        base = .allocate(capacity: total)
        base.initialize(repeating: Float(bitPattern: Self.guardBits), count: total)
        guard let seed else { return }
        var random = SplitMix64(seed: seed)
        for row in 0..<count {
            for channel in 0..<channels { self[row, channel] = Float(random.next() >> 40) * 0x1p-23 - 1 }
        }
    }

    deinit { base.deallocate() }

    static func padded(_ channels: Int) -> Int { (channels + Int(CK_BLOCK) - 1) / Int(CK_BLOCK) * Int(CK_BLOCK) }

    subscript(row: Int, channel: Int) -> Float {
        get { base[row * stride + channel] }
        set { base[row * stride + channel] = newValue }
    }

    /// The channels of all rows, one row after another.
    var values: [Float] {
        (0..<count).flatMap { row in (0..<channels).map { self[row, $0] } }
    }

    var doubles: [Double] { values.map(Double.init) }

    /// Whether nothing was written past the last row.
    var isIntact: Bool {
        (count * stride..<count * stride + Self.guardFloats).allSatisfy { base[$0].bitPattern == Self.guardBits }
    }

    /// Whether column `channel` of every row still is what it was at first.
    func isUntouched(_ channel: Int) -> Bool {
        (0..<count).allSatisfy { self[$0, channel].bitPattern == Self.guardBits }
    }

    func map(_ transform: (Float) -> Float) -> Rows {
        for row in 0..<count {
            for channel in 0..<channels { self[row, channel] = transform(self[row, channel]) }
        }
        return self
    }
}
