/// Judges the outputs of oracle and plan against a golden's and each other.
struct OutputJudge {
    let recorded: RecordedTensor
    let oracle: [Double]
    let plan: [Double]
    let floor: NoiseFloor
    let options: Verifier.Options
    /// What `recorded` is the output of.
    let truth: Truth
    /// The largest difference between the judged output and the golden's that passes.
    let tolerance: Double

    private(set) var output: Deviation?
    private(set) var golden: Deviation?
    private(set) var engine: Deviation?
    private(set) var hasNonFiniteResult = false
    var findings: [VerificationFinding] = []

    /// - Parameters:
    ///   - floor: as measured. Where two double-precision results are compared it shrinks by 2⁻²⁹, for rounding errors
    ///     are proportional to the unit roundoff.
    ///   - goldenFloor: that of what computed the golden, where it was measured: both round.
    ///   - float32Error: that of a float32 run of what computed the golden: the plan may be off as much. Of the oracle
    ///     nothing more is allowed.
    init(
        recorded: RecordedTensor, oracle: [Double], plan: [Double], floor: NoiseFloor, goldenFloor: NoiseFloor? = nil,
        float32Error: NoiseFloor? = nil, options: Verifier.Options, truth: Truth = .golden
    ) {
        let isDouble = options.precision == .float64 && recorded.dtype == .float64
        self.recorded = recorded
        self.oracle = oracle
        self.plan = plan
        self.options = options
        self.truth = truth
        let own = floor.atLeast(unit: 0x1p-24, of: RecordedTensor(shape: [oracle.count], scalars: oracle))
        let bothFloors = goldenFloor.map { own.adding($0) } ?? own
        let exactFloor = isDouble ? bothFloors.scaled(by: 0x1p-29) : bothFloors
        func widened(_ floor: NoiseFloor) -> NoiseFloor { float32Error.map { floor.adding($0) } ?? floor }
        float32Floor = widened(own)
        self.floor = options.precision == .float32 ? widened(exactFloor) : exactFloor
        limit = Limit(self.floor, recorded: recorded, tolerance: options.tolerance)
        goldenLimit = Limit(exactFloor, recorded: recorded, tolerance: options.tolerance)
        tolerance = limit.max
    }

    private let float32Floor: NoiseFloor
    private let limit: Limit
    private let goldenLimit: Limit
    /// The largest difference between the oracle's output and the golden's that passes.
    var goldenTolerance: Double { goldenLimit.max }
    private var judged: [Double] { options.precision == .float32 ? plan : oracle }

    mutating func judge() {
        let numbers = [
            ("the \(truth)'s output", recorded.scalars), ("the output of the float64 run", oracle),
            ("the output of the float32 run", plan),
        ].map { ($0, NonFinite(in: $1)) }
        hasNonFiniteResult = numbers.dropFirst().contains { $1 != nil }
        findings += numbers.compactMap { name, elements in elements.map { .nonFinite(of: name, $0) } }
        guard findings.isEmpty else { return }

        output = Deviation(of: judged, from: recorded.scalars, negligible: floor.max)
        golden = Deviation(of: recorded.scalars, from: oracle, negligible: floor.max)
        engine = Deviation(of: plan, from: oracle, negligible: float32Floor.max)
        require(output, limit, .output(options.precision))
        guard options.tolerance == nil else { return }
        require(golden, goldenLimit, .golden)
        require(engine, Limit(float32Floor, recorded: nil, tolerance: nil), .engine)
    }

    /// Whether the `k` best classes of the judged output are the golden's.
    func agrees(best k: Int) -> Bool? {
        guard output != nil, let classes = recorded.shape.last, classes > 0 else { return nil }
        return Ranking.agree(judged, recorded.scalars, classes: classes, best: k, tie: 2 * tolerance)
    }

    private mutating func require(
        _ deviation: Deviation?, _ limit: Limit, _ comparison: VerificationFinding.Comparison
    ) {
        guard let deviation, !limit.admits(deviation) else { return }
        findings.append(.differs(comparison, deviation, noiseFloor: limit.floor, tolerance: limit.max))
    }
}

/// How large a deviation may be.
struct Limit {
    let floor: NoiseFloor
    let max: Double
    let rms: Double

    /// - Parameters:
    ///   - recorded: the golden's side of the comparison, whose type may round more than float32 does.
    ///   - tolerance: the largest absolute error, in place of what the floor gives.
    init(_ floor: NoiseFloor, recorded: RecordedTensor?, tolerance: Double?) {
        self.floor = floor
        if let tolerance {
            (max, rms) = (tolerance, .infinity)
        } else {
            let rounding = NoiseFloor(max: 0, rms: 0)
            let storage = recorded.map { rounding.atLeast(unit: $0.dtype.unitRoundoff, of: $0) } ?? rounding
            max = NoiseFloor.allowance * floor.max + storage.max
            rms = NoiseFloor.allowance * floor.rms + storage.rms
        }
    }

    func admits(_ deviation: Deviation) -> Bool { deviation.max <= max && deviation.rms <= rms }
}
