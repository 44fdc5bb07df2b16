/// By how much a low-rank update counts: a number, or the alpha that a tensor has, over a divisor.
package struct LowRankScale: Sendable, Hashable {
    package enum Divisor: Sendable, Hashable {
        case none
        /// The rank that the tensors have.
        case rank
        /// Its square root, as rank-stabilised LoRA divides.
        case rootOfRank
    }

    /// The number; where there is an alpha, what it is multiplied by.
    package var factor: Double
    /// Whether a tensor of one element says alpha.
    package var takesAlpha = false
    package var divisor = Divisor.none

    private init(factor: Double, takesAlpha: Bool = false, divisor: Divisor = .none) {
        self.factor = factor
        self.takesAlpha = takesAlpha
        self.divisor = divisor
    }

    /// As a rule file spells it: `2`, `0.5`, `16/8`, `16/rank`, `16/sqrt(rank)`, `alpha`, `alpha/rank`,
    /// `0.8*alpha/rank`.
    /// - Returns: nil for other texts. The factor may be infinite.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2 else { return nil }
        let factors = parts[0].split(separator: "*", omittingEmptySubsequences: false)
        switch (factors.count, factors.last) {
        case (1, "alpha"): self.init(factor: 1, takesAlpha: true)
        case (2, "alpha"):
            guard let factor = Double(factors[0]) else { return nil }
            self.init(factor: factor, takesAlpha: true)
        case (1, let number?):
            guard let factor = Double(number) else { return nil }
            self.init(factor: factor)
        default: return nil
        }
        guard parts.count == 2 else { return }
        switch parts[1] {
        case "rank": divisor = .rank
        case "sqrt(rank)": divisor = .rootOfRank
        case let number:
            guard let value = Double(number) else { return nil }
            factor /= value
        }
    }

    /// - Parameter alpha: what the tensor says; ignored unless one is taken.
    /// - Returns: 0 where the rank divides and is 0: there is no update.
    package func value(rank: Int, alpha: Double) -> Double {
        let scale = takesAlpha ? factor * alpha : factor
        switch divisor {
        case .none: return scale
        case .rank: return rank == 0 ? 0 : scale / Double(rank)
        case .rootOfRank: return rank == 0 ? 0 : scale / Double(rank).squareRoot()
        }
    }
}

extension LowRankScale: CustomStringConvertible {
    /// As a rule file spells it.
    package var description: String {
        let number = TensorOperation.text(factor)
        let scale = takesAlpha ? (factor == 1 ? "alpha" : "\(number)*alpha") : number
        switch divisor {
        case .none: return scale
        case .rank: return scale + "/rank"
        case .rootOfRank: return scale + "/sqrt(rank)"
        }
    }
}
