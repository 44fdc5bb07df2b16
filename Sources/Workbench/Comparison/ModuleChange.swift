import TensorCore

/// What changed in one module: the pairs of tensors under it, the most changed first.
struct ModuleChange {
    let path: String
    var pairs: [ValueComparison.Pair] = []

    /// The parts of a key by which tensors are grouped: `backbone.layer1`.
    private static let depth = 2

    /// ‖a − b‖ / ‖a‖ over all pairs of floating-point numbers, which counters would outweigh; nil where a is 0 throughout.
    var relative: Double? {
        let figures = pairs.filter(\.isFloatingPoint).compactMap(\.figures)
        let norm = figures.reduce(0) { $0 + $1.squaredLeft }
        return norm == 0 ? nil : (figures.reduce(0) { $0 + $1.squaredDifference } / norm).squareRoot()
    }

    var max: Double { pairs.compactMap(\.figures).reduce(0) { Swift.max($0, $1.max) } }

    /// The modules with changes, the most changed first.
    static func all(_ pairs: [ValueComparison.Pair]) -> [ModuleChange] {
        var modules: [ModuleChange] = []
        var positions: [String: Int] = [:]
        for pair in pairs where pair.isChanged {
            let path = pair.key.text.split(separator: ".", omittingEmptySubsequences: false).dropLast().prefix(depth)
                .joined(separator: ".")
            let position = positions[path] ?? modules.count
            if position == modules.count {
                positions[path] = position
                modules.append(ModuleChange(path: path))
            }
            modules[position].pairs.append(pair)
        }
        for index in modules.indices { modules[index].pairs.sort { $0.rank > $1.rank } }
        return modules.sorted { left, right in
            (left.pairs.first?.rank.level ?? 0, left.relative ?? .infinity, left.max)
                > (right.pairs.first?.rank.level ?? 0, right.relative ?? .infinity, right.max)
        }
    }
}

extension ValueComparison.Pair {
    var figures: ValueComparison.Figures? { if case .compared(let figures) = outcome { figures } else { nil } }

    fileprivate var isFloatingPoint: Bool { !left.dtype.isInteger && left.dtype != .bool }

    /// Whether there is anything to say of it.
    var isChanged: Bool {
        switch outcome {
        case .identical(let nonFinite): nonFinite > 0
        case .compared, .otherBytes, .otherShape: true
        case .withoutElements: false
        }
    }

    /// How much a pair changed, for sorting: what is not comparable first, then what is not finite on one side only, and
    /// integers, which are mostly counters, last.
    fileprivate var rank: Rank {
        switch outcome {
        case .otherShape: Rank(level: 5, relative: 0, max: 0)
        case .otherBytes: Rank(level: 4, relative: 0, max: 0)
        case .compared(let figures):
            Rank(
                level: figures.nonFiniteChanges > 0 ? 3 : isFloatingPoint ? 2 : 1,
                relative: figures.relative ?? .infinity, max: figures.max)
        case .identical, .withoutElements: Rank(level: 0, relative: 0, max: 0)
        }
    }

    fileprivate struct Rank: Comparable {
        let level: Int
        let relative, max: Double

        static func < (left: Rank, right: Rank) -> Bool {
            (left.level, left.relative, left.max) < (right.level, right.relative, right.max)
        }
    }
}
