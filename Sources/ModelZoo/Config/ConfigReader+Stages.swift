import ModelConfig
import ModelGraph

/// Which `out_indices` a backbone of MMPreTrain counts from the end where they are below 0.
package enum NegativeIndices: Sendable {
    case refused
    /// It overwrites them where they are, which a tuple does not allow.
    case inLists
    case allowed
}

extension ConfigReader {
    /// Channels of the image that a backbone takes.
    package mutating func inputChannels() throws(ArgumentError) -> Int { try positive("in_channels", default: 3) }

    /// An integer above 0, and small enough that the product of two such is an integer too.
    package mutating func positive(_ key: String, default fallback: Int? = nil) throws(ArgumentError) -> Int {
        let value = try int(key, default: fallback)
        guard value > 0 else { throw error(key, "'\(key)' should be above 0, not \(value)") }
        guard value < 1 << 24 else { throw error(key, "'\(key)' is too large: \(value)") }
        return value
    }

    /// The stages whose outputs a backbone gives: an index or a list of them, of `count` stages.
    /// - Parameter negatives: whether −1 is the last stage.
    package mutating func outIndices(
        _ key: String = "out_indices", default fallback: [Int], count: Int, negatives: NegativeIndices = .refused
    ) throws(ArgumentError) -> Set<Int> {
        var indices = try self.indices(key, default: fallback, negatives: negatives)
        for (position, index) in indices.enumerated() {
            let counted = index < 0 && negatives != .refused ? index + count : index
            guard 0..<count ~= counted else {
                throw error(key, "'\(key)' has \(index), which is not one of the \(count) outputs")
            }
            indices[position] = counted
        }
        guard !indices.isEmpty else { throw error(key, "'\(key)' is empty") }
        return Set(indices)
    }

    /// An index or a list of them, as given.
    package mutating func indices(
        _ key: String, default fallback: [Int], negatives: NegativeIndices
    ) throws(ArgumentError) -> [Int] {
        if case .int(let one)? = value(key) { return [one] }
        let indices = try ints(key, default: fallback)
        if negatives == .inLists, case .tuple? = value(key), let negative = indices.first(where: { $0 < 0 }) {
            throw error(
                key, "'\(key)' is a tuple with \(negative), and MMPreTrain counts from the end of a list only")
        }
        return indices
    }

    /// A `norm_cfg` that a layer cannot do without.
    package mutating func requiredNorm(
        _ key: String = "norm_cfg", default fallback: NormLayer = .batchNorm(epsilon: 1e-5)
    ) throws(ArgumentError) -> NormLayer {
        if let norm = try norm(key, default: fallback) { return norm }
        throw error(key, "'\(key)' should be a dictionary, not None")
    }

    /// An `act_cfg` that a layer cannot do without.
    package mutating func requiredActivation(
        _ key: String = "act_cfg", default fallback: Activation
    ) throws(ArgumentError) -> Activation {
        if let activation = try activation(key, default: fallback) { return activation }
        throw error(key, "'\(key)' should be a dictionary, not None")
    }

    /// A `conv_cfg`: plain convolutions only.
    package mutating func plainConvolutions(_ key: String = "conv_cfg") throws(ArgumentError) {
        guard case .dictionary? = value(key) else { return try unsupported(key, unless: .none) }
        try dictionary(key) { reader throws(ArgumentError) in
            guard try ["Conv", "Conv2d"].contains(reader.typeName) else {
                throw reader.notBuiltIn("type", "the convolution '\(try reader.typeName)' is not built in")
            }
        }
    }
}

extension ConfigReader {
    /// The number of blocks of each stage.
    package mutating func stageDepths(
        _ key: String, default fallback: [Int]? = nil, count: Int? = nil
    ) throws(ArgumentError) -> [Int] {
        let depths = try ints(key, default: fallback, count: count)
        guard 1...16 ~= depths.count, depths.allSatisfy({ 0...1024 ~= $0 }) else {
            throw error(key, "'\(key)' should have 1 to 16 stages of up to 1024 blocks")
        }
        return depths
    }

    /// A number above 0 for each stage.
    package mutating func stageChannels(
        _ key: String, default fallback: [Int]? = nil, count: Int
    ) throws(ArgumentError) -> [Int] {
        let channels = try ints(key, default: fallback, count: count)
        guard channels.allSatisfy({ 1...(1 << 24) ~= $0 }) else { throw error(key, "'\(key)' should be above 0") }
        return channels
    }

    /// Channels of one layer per channel of another: at least 0, and small enough that their number is an integer.
    package mutating func ratio(_ key: String, default fallback: Double) throws(ArgumentError) -> Double {
        let ratio = try double(key, default: fallback)
        try requireRatios(key, [ratio])
        return ratio
    }

    /// A ratio for each of `count` stages; see `ratio`.
    package mutating func ratios(
        _ key: String, default fallback: [Double]? = nil, count: Int
    ) throws(ArgumentError) -> [Double] {
        let ratios = try doubles(key, default: fallback, count: count)
        try requireRatios(key, ratios)
        return ratios
    }

    private func requireRatios(_ key: String, _ ratios: [Double]) throws(ArgumentError) {
        for ratio in ratios where !(0..<1e4 ~= ratio) {
            throw error(key, "'\(key)' should be at least 0 and below 10000, not \(ratio)")
        }
    }
}
