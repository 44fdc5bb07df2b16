/// The positions of a golden's sampled elements in a layer.
enum SamplePositions {
    /// `count` positions below `size`: splitmix64(fnv1a64(utf8(path)) + i) mod size.
    static func positions(in path: String, count: Int, size: Int) -> [Int] {
        let start = fnv1a64(path)
        return (0..<count).map { Int(splitmix64(start &+ UInt64($0)) % UInt64(size)) }
    }
}

/// The 64-bit FNV-1a hash of the text's UTF-8.
func fnv1a64(_ text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
}

/// The output of the SplitMix64 generator in this state (Steele, Lea, Flood 2014).
func splitmix64(_ state: UInt64) -> UInt64 {
    var z = state &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
}
