/// Turns the tree of an expression into the steps of a machine.
struct ExpressionCompiler {
    private(set) var steps: [RegularExpression.Step] = []
    let isCaseInsensitive: Bool

    init(isCaseInsensitive: Bool) { self.isCaseInsensitive = isCaseInsensitive }

    /// Whether more steps would be too many: then the rest of the tree is left out.
    private var isFull: Bool { steps.count > RegularExpression.maximumSteps }

    mutating func emit(_ step: RegularExpression.Step) { steps.append(step) }

    mutating func add(_ node: ExpressionNode) {
        guard !isFull else { return }
        switch node {
        case .empty: break
        case .scalar(let scalar):
            if isCaseInsensitive, let other = scalar.otherCase {
                emit(.set(ScalarSet(ranges: [scalar...scalar, other...other])))
            } else {
                emit(.scalar(scalar))
            }
        case .any: emit(.any)
        case .set(var set):
            set.ignoresCase = isCaseInsensitive
            emit(.set(set))
        case .assertion(let assertion): emit(.assertion(assertion))
        case .group(let number, let inner):
            emit(.save(2 * number))
            add(inner)
            emit(.save(2 * number + 1))
        case .sequence(let items): for item in items { add(item) }
        case .alternatives(let branches): add(alternatives: branches[...])
        case .repeated(let inner, let minimum, let maximum): add(inner, minimum, maximum)
        }
    }

    private mutating func add(alternatives: ArraySlice<ExpressionNode>) {
        guard let first = alternatives.first else { return }
        guard alternatives.count > 1 else { return add(first) }
        let split = steps.count
        emit(.split(0, 0))
        add(first)
        let jump = steps.count
        emit(.jump(0))
        steps[split] = .split(split + 1, steps.count)
        add(alternatives: alternatives.dropFirst())
        steps[jump] = .jump(steps.count)
    }

    private mutating func add(_ inner: ExpressionNode, _ minimum: Int, _ maximum: Int?) {
        guard maximum != 0 else { return }
        for _ in 0..<minimum {
            guard !isFull else { return }
            let before = steps.count
            add(inner)
            // Such as `a{0}`: to repeat nothing is nothing, and takes long where counts are nested.
            if steps.count == before { return }
        }
        guard let maximum else {
            let split = steps.count
            emit(.split(0, 0))
            add(inner)
            emit(.jump(split))
            steps[split] = .split(split + 1, steps.count)
            return
        }
        var splits: [Int] = []
        for _ in minimum..<maximum {
            guard !isFull else { return }
            splits.append(steps.count)
            emit(.split(0, 0))
            add(inner)
        }
        for split in splits { steps[split] = .split(split + 1, steps.count) }
    }
}
