import CheckpointIO
import KeyRules
import TensorCore

/// Two checkpoints compared value by value.
package struct ValueComparison: Sendable {
    package struct Options: Sendable {
        package var left: String
        package var right: String
        /// Which tensors of the two are looked at.
        package var selection: StateDictSelection
        /// Rules that give the left side's tensors the names, and the form, of the right side's.
        package var rules: String?
        /// Whether the rules are followed backward.
        package var direction: Direction
        /// Parameter → value, for the rules.
        package var settings: [String: String]
        /// What the result of the rules is checked against, in place of the model that they declare.
        package var model: ModelSource?
        /// Keys to leave out, on both sides.
        package var ignored: [Glob]
        /// The largest |a − b| that is not a finding.
        package var tolerance: Double

        package init(
            left: String, right: String, selection: StateDictSelection = StateDictSelection(), rules: String? = nil,
            direction: Direction = .forward, settings: [String: String] = [:], model: ModelSource? = nil,
            ignored: [Glob] = [], tolerance: Double = 0
        ) {
            self.left = left
            self.right = right
            self.selection = selection
            self.rules = rules
            self.direction = direction
            self.settings = settings
            self.model = model
            self.ignored = ignored
            self.tolerance = tolerance
        }
    }

    /// A key that both sides have.
    package struct Pair: Sendable {
        package let key: Key
        package let left: TensorSignature
        package let right: TensorSignature
        package let outcome: Outcome
    }

    /// How the two tensors of a key compare.
    package enum Outcome: Sendable, Equatable {
        /// The same numbers in the same type, bit for bit.
        case identical(nonFinite: Int)
        /// Numbers that differ, or of which the types do.
        case compared(Figures)
        /// Elements that are not real numbers: other bytes.
        case otherBytes
        case otherShape
        /// Tensors that have no elements of their own on at least one side, such as those on the device `meta`.
        case withoutElements
    }

    /// The figures of two tensors a and b.
    package struct Figures: Sendable, Equatable {
        /// Elements that differ, and all.
        package let changed, count: Int
        /// The largest |a − b|, and the indices of the first element that has it.
        package let max: Double
        package let place: [Int]
        /// The root of the mean (a − b)²; ‖a − b‖ / ‖a‖; a · b / (‖a‖ ‖b‖). Nil where a norm is 0.
        package let rms: Double
        package let relative, cosine: Double?
        /// NaN and infinities of either side, and pairs of which one is not finite and that differ.
        package let nonFiniteLeft, nonFiniteRight, nonFiniteChanges: Int
        /// Σ(a − b)² and Σa², from which the figures of several tensors are made.
        let squaredDifference, squaredLeft: Double
    }

    package let options: Options
    /// Tensors that both sides have, in the order of the left one.
    package let pairs: [Pair]
    /// Tensors whose key only one side has.
    package let onlyLeft, onlyRight: [TensorSignature]
    /// What loading either file in Python would do besides.
    package let warnings: [String]
    /// What was done to find the tensors, one sentence each.
    package let notes: [String]

    /// Reads and compares.
    /// - Parameter progress: called with the bytes compared so far and all, from time to time.
    /// - Throws: `CheckpointError`, `RuleErrors`, `ModelZooError`, `WorkbenchError`, or what is wrong with a config.
    package static func run(
        _ options: Options, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws -> ValueComparison {
        let left = try ComparedSide.converted(options)
        let right = try ComparedSide(options.right, options.selection)
        let (lefts, rights) = (left.tensors(ignoring: options.ignored), right.tensors(ignoring: options.ignored))
        // Positions in place of tensors: of ten thousand, each copy of all takes megabytes.
        var positions: [Key: Int] = [:]
        for (index, tensor) in rights.enumerated() where positions[tensor.key] == nil { positions[tensor.key] = index }
        let both = lefts.indices.compactMap { index in positions[lefts[index].key].map { (left: index, right: $0) } }
        var notes = left.notes + right.notes
        if both.isEmpty, !lefts.isEmpty, !rights.isEmpty {
            notes.append(
                "the two have no key in common; --rules NAME compares them under the names of \(options.right)")
        }
        let outcomes = try PairReading(lefts, rights, both).outcomes(progress)
        let known = Set(lefts.map(\.key))
        return ValueComparison(
            options: options,
            pairs: zip(both, outcomes).map { pair, outcome in
                Pair(
                    key: lefts[pair.left].key, left: lefts[pair.left].signature, right: rights[pair.right].signature,
                    outcome: outcome)
            },
            onlyLeft: lefts.filter { positions[$0.key] == nil }.map(\.signature),
            onlyRight: rights.filter { !known.contains($0.key) }.map(\.signature),
            warnings: left.warnings + right.warnings, notes: notes)
    }

    /// Whether nothing differs by more than the tolerance.
    package var isWithinTolerance: Bool {
        onlyLeft.isEmpty && onlyRight.isEmpty && pairs.allSatisfy { !isFinding($0.outcome) }
    }

    /// Whether two tensors differ by more than the tolerance.
    package func isFinding(_ outcome: Outcome) -> Bool {
        switch outcome {
        case .identical, .withoutElements: false
        case .otherBytes, .otherShape: true
        case .compared(let figures): figures.max > options.tolerance || figures.nonFiniteChanges > 0
        }
    }
}

extension ComparedTensor {
    var signature: TensorSignature { TensorSignature(key: key, dtype: dtype, shape: shape) }
}

/// The tensors of one side.
private struct ComparedSide {
    let tensors: [ComparedTensor]
    let warnings: [String]
    let notes: [String]

    init(_ path: String, _ selection: StateDictSelection) throws {
        let checkpoint = try Checkpoint.open(path)
        let selected = try selection.stateDict(of: checkpoint)
        tensors = selected.stateDict.tensors.flatMap(Self.whole)
        warnings = checkpoint.safetyWarning.map { [$0] } ?? []
        notes = selected.notes + TrainingParts(of: selected.stateDict).notes + selected.stateDict.shardNotes
    }

    func tensors(ignoring patterns: [Glob]) -> [ComparedTensor] {
        patterns.isEmpty ? tensors : tensors.filter { tensor in !patterns.contains { $0.matches(tensor.key) } }
    }

    private init(tensors: [ComparedTensor], warnings: [String], notes: [String]) {
        self.tensors = tensors
        self.warnings = warnings
        self.notes = notes
    }

    /// The left side, under the names that the rules give it.
    static func converted(_ options: ValueComparison.Options) throws -> ComparedSide {
        guard let rules = options.rules else { return try ComparedSide(options.left, options.selection) }
        var conversion = ConversionOptions(inputs: [ConversionOptions.Input(path: options.left)])
        conversion.direction = options.direction
        conversion.settings = options.settings
        conversion.selection = options.selection
        conversion.model = options.model.map(ModelReference.model)
        let planned = try Conversion(conversion, rules: rules)
        guard planned.plan.isExecutable else {
            let errors = FindingList(planned.plan.errors).lines.map { $0.dropFirst("error: ".count) }
            throw WorkbenchError.rulesDoNotFit(file: options.left, reasons: errors.map(String.init))
        }
        return ComparedSide(
            tensors: try planned.tensorEntries.compactMap { entry in
                switch entry.source {
                case .stored(let tensor): ComparedTensor(entry.key, tensor)
                case .computed(let tensor): ComparedTensor(entry.key, tensor)
                case .value: nil
                }
            }, warnings: planned.checkpoints.compactMap(\.safetyWarning),
            notes: (planned.rules.note.map { [$0] } ?? []) + planned.notes)
    }

    /// A tensor, or what one that is made of others consists of.
    private static func whole(_ tensor: NamedTensor) -> [ComparedTensor] {
        let components = tensor.tensor.form == .strided ? [] : tensor.components
        return components.isEmpty ? [ComparedTensor(tensor.key, tensor.tensor)] : components.flatMap(whole)
    }
}
