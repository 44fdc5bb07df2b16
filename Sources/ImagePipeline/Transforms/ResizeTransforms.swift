/// Brings one edge to a length, and the other in proportion.
struct ResizeEdge {
    enum Edge: String, CaseIterable {
        case short, long, width, height
    }

    let scale: Int
    let edge: Edge
    let method: ResizeMethod

    init(_ entry: EntryArguments) throws(PipelineError) {
        try entry.check(only: ["scale", "edge", "backend", "interpolation"])
        guard let scale = try entry.integer("scale", atLeast: 1) else { throw entry.refused("it needs 'scale'") }
        self.scale = scale
        let name = try entry.string("edge", default: "short")
        guard let edge = Edge(rawValue: name) else {
            throw entry.refused("edge", "'\(name)' is not one of 'short', 'long', 'width' and 'height'")
        }
        self.edge = edge
        method = try entry.resizeMethod()
    }

    /// The other edge is truncated: 500 × 375 with the short edge 256 is 341 × 256.
    func size(width: Int, height: Int) -> (width: Int, height: Int) {
        let isWidth =
            switch edge {
            case .short: width < height
            case .long: width > height
            case .width: true
            case .height: false
            }
        // Python divides integers as exactly as doubles allow; products this small are exact.
        func other(_ numerator: Int, _ denominator: Int) -> Int { Int(Double(scale * numerator) / Double(denominator)) }
        return isWidth ? (scale, other(height, width)) : (other(width, height), scale)
    }
}

/// Brings an image to a size, or to a multiple of its own.
struct ResizeTransform {
    private enum Target {
        case size(width: Int, height: Int)
        /// The largest size of the same proportions whose longer edge is at most `long` and whose shorter `short`.
        case within(long: Int, short: Int)
        case factors(x: Double, y: Double)
    }

    private let target: Target
    let method: ResizeMethod

    init(_ entry: EntryArguments) throws(PipelineError) {
        try entry.check(
            only: ["scale", "scale_factor", "keep_ratio", "clip_object_border", "backend", "interpolation"])
        method = try entry.resizeMethod()
        let keepsRatio = try entry.bool("keep_ratio", default: false)
        _ = try entry.bool("clip_object_border", default: true)
        if let size = try entry.size("scale") {
            target =
                keepsRatio
                ? .within(long: max(size.width, size.height), short: min(size.width, size.height))
                : .size(width: size.width, height: size.height)
            return
        }
        guard !keepsRatio else {
            throw entry.refused("keep_ratio", "is supported with 'scale', which is missing; leave it out")
        }
        switch entry.value("scale_factor") {
        case .float(let factor)? where factor > 0 && factor.isFinite: target = .factors(x: factor, y: factor)
        case .tuple(let values)? where values.count == 2:
            guard let factors = try entry.numbers("scale_factor"), factors.allSatisfy({ $0 > 0 && $0.isFinite }) else {
                throw entry.refused("scale_factor", "needs numbers above 0")
            }
            target = .factors(x: factors[0], y: factors[1])
        case nil: throw entry.refused("it needs 'scale' or 'scale_factor'")
        case let other?:
            throw entry.refused(
                "scale_factor", "needs a float above 0 or a tuple of two, found \(EntryArguments.text(other))")
        }
    }

    func size(width: Int, height: Int) -> (width: Int, height: Int) {
        let x: Double
        let y: Double
        switch target {
        case .size(let width, let height): return (width, height)
        case .within(let long, let short):
            x = min(Double(long) / Double(max(height, width)), Double(short) / Double(min(height, width)))
            y = x
        case .factors(let horizontal, let vertical): (x, y) = (horizontal, vertical)
        }
        func side(_ length: Int, _ factor: Double) -> Int {
            Int(min(Double(length) * factor + 0.5, Double(EntryArguments.sizeLimit) + 1))
        }
        return (side(width, x), side(height, y))
    }
}
