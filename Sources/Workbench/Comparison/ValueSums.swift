import TensorCore

/// What the elements of two tensors a and b are like, pair by pair.
///
/// Pairs in which a number is not finite are counted and take no part in the sums. The parts of a tensor may be summed
/// by several threads; appended in their order they give the same figures.
struct ValueSums: Sendable {
    /// Pairs, and those of them whose numbers differ (a NaN is equal to a NaN, an infinity to one of its sign).
    private(set) var count = 0
    private(set) var changed = 0
    /// The largest |a − b| of a finite pair and the position of the first such pair; nil where none differs.
    private(set) var largest: (difference: Double, position: Int)?
    /// Σ (a − b)², Σ a², Σ b², Σ a b
    private(set) var squaredDifference = 0.0, squaredLeft = 0.0, squaredRight = 0.0, product = 0.0
    private(set) var finiteCount = 0
    /// NaN and infinities of either side.
    private(set) var nonFinite = (left: 0, right: 0)
    /// Pairs that differ and of which one number at least is not finite.
    private(set) var nonFiniteChanges = 0

    init() {}

    /// - Parameters:
    ///   - first: the position of the first pair in its tensor.
    init(_ left: UnsafeBufferPointer<Double>, _ right: UnsafeBufferPointer<Double>, first: Int) {
        count = left.count
        guard let a = left.baseAddress, let b = right.baseAddress else { return }
        // Eight pairs at a time while all of them are finite.
        var (difference, lefts, rights, products) = (
            SIMD8<Double>(), SIMD8<Double>(), SIMD8<Double>(), SIMD8<Double>()
        )
        var most = SIMD8<Double>()
        var differing = SIMD8<Int64>()
        var index = 0
        while index + 8 <= count {
            let x = UnsafeRawPointer(a + index).loadUnaligned(as: SIMD8<Double>.self)
            let y = UnsafeRawPointer(b + index).loadUnaligned(as: SIMD8<Double>.self)
            let d = x - y
            // x − x is 0, but NaN where x is not finite.
            if any((x - x) + (y - y) .!= 0) {
                for offset in index..<index + 8 { add(a[offset], b[offset], at: first + offset) }
            } else {
                difference += d * d
                lefts += x * x
                rights += y * y
                products += x * y
                differing.replace(with: differing &+ 1, where: d .!= 0)
                let magnitude = d.replacing(with: -d, where: d .< 0)
                if any(magnitude .> most) {
                    most.replace(with: magnitude, where: magnitude .> most)
                    for lane in 0..<8 { note(magnitude[lane], at: first + index + lane) }
                }
                finiteCount += 8
            }
            index += 8
        }
        squaredDifference += difference.sum()
        squaredLeft += lefts.sum()
        squaredRight += rights.sum()
        product += products.sum()
        changed += Int(differing.wrappedSum())
        while index < count {
            add(a[index], b[index], at: first + index)
            index += 1
        }
    }

    private mutating func add(_ left: Double, _ right: Double, at position: Int) {
        if !left.isFinite { nonFinite.left += 1 }
        if !right.isFinite { nonFinite.right += 1 }
        guard left.isFinite, right.isFinite else {
            if left != right, !(left.isNaN && right.isNaN) {
                changed += 1
                nonFiniteChanges += 1
            }
            return
        }
        finiteCount += 1
        let difference = left - right
        squaredDifference += difference * difference
        squaredLeft += left * left
        squaredRight += right * right
        product += left * right
        if difference != 0 { changed += 1 }
        note(difference.magnitude, at: position)
    }

    /// Adds the pairs of 64-bit integers that differ and are one number in float64.
    /// - Parameter first: the position of the first pair in its tensor.
    mutating func addLost(
        _ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer, _ dtype: DType, first: Int
    ) {
        switch dtype {
        case .int64: addLost(left, right, Int64.self, first: first)
        case .uint64: addLost(left, right, UInt64.self, first: first)
        default: break
        }
    }

    private mutating func addLost<Number: FixedWidthInteger & BitwiseCopyable>(
        _ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer, _ type: Number.Type, first: Int
    ) {
        for index in 0..<left.count / 8 {
            let a = Number(littleEndian: left.loadUnaligned(fromByteOffset: 8 * index, as: type))
            let b = Number(littleEndian: right.loadUnaligned(fromByteOffset: 8 * index, as: type))
            guard a != b, Double(a) == Double(b) else { continue }
            let difference = Double(a > b ? a - b : b - a)
            changed += 1
            squaredDifference += difference * difference
            note(difference, at: first + index)
        }
    }

    private mutating func note(_ difference: Double, at position: Int) {
        if difference > largest?.difference ?? 0 { largest = (difference, position) }
    }

    /// Appends the pairs that follow.
    mutating func append(_ next: ValueSums) {
        count += next.count
        changed += next.changed
        if let other = next.largest { note(other.difference, at: other.position) }
        squaredDifference += next.squaredDifference
        squaredLeft += next.squaredLeft
        squaredRight += next.squaredRight
        product += next.product
        finiteCount += next.finiteCount
        nonFinite.left += next.nonFinite.left
        nonFinite.right += next.nonFinite.right
        nonFiniteChanges += next.nonFiniteChanges
    }

    /// The largest |a − b|.
    var max: Double { largest?.difference ?? 0 }
    /// The root of the mean (a − b)².
    var rms: Double { finiteCount == 0 ? 0 : (squaredDifference / Double(finiteCount)).squareRoot() }
    /// ‖a − b‖ / ‖a‖; nil where a is 0 throughout.
    var relative: Double? { squaredLeft == 0 ? nil : (squaredDifference / squaredLeft).squareRoot() }
    /// a · b / (‖a‖ ‖b‖); nil where either is 0 throughout.
    var cosine: Double? {
        let norms = squaredLeft.squareRoot() * squaredRight.squareRoot()
        return norms == 0 ? nil : Swift.min(1, Swift.max(-1, product / norms))
    }
}
