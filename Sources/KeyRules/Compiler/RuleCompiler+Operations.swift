import TensorOperations

extension RuleCompiler {
    /// Sources or targets of one line.
    private static let sideLimit = 256

    /// The operations of a rule under given parameter values; nil, reported, if they cannot be read.
    mutating func operations(_ draft: Draft, _ binding: Binding) -> [TensorOperation]? {
        var operations: [TensorOperation] = []
        for pattern in draft.operations {
            let text = side(pattern, [], binding).leadingLiteral.string
            do throws(OperationError) {
                operations.append(try TensorOperation(words: text.split(separator: " ").map(String.init)))
            } catch {
                report(pattern.location, .syntax("\(error)"))
                return nil
            }
        }
        return operations
    }

    /// The capture that a `stack` or `unstack` counts.
    static func memberCapture(_ operations: [TensorOperation]) -> String? {
        for operation in operations {
            switch operation {
            case .stack(_, let capture, _), .unstack(_, let capture): return capture
            default: continue
            }
        }
        return nil
    }

    private static func isStack(_ operation: TensorOperation) -> Bool {
        if case .stack = operation { true } else { false }
    }

    /// Where the operations of a rule begin; without any, where its line does.
    private func place(of draft: Draft) -> RuleLocation {
        draft.operations.first?.location ?? set.lines[draft.line].start
    }

    /// What must hold of the sides whatever the operations are.
    mutating func checkSides(_ sources: [SidePattern], _ draft: Draft) -> Bool {
        for count in [draft.sources.count, draft.targets.count] where count > Self.sideLimit {
            report(set.lines[draft.line].start, .tooMany("tensors on one side", count: count, limit: Self.sideLimit))
            return false
        }
        for use in draft.operations.flatMap(\.captures) {
            report(use.location, .syntax("operations have no captures"))
            return false
        }
        let sides = sources + draft.targets
        let paths = Set(sides.flatMap(\.captures).filter { $0.domain == .path }.map(\.name))
        for side in sides {
            if let ambiguity = side.ambiguity(paths: paths) {
                report(side.location, .syntax(ambiguity))
                return false
            }
        }
        return true
    }

    /// Every side has every capture; what a `stack` counts stands on the left only, an `unstack` on the right.
    mutating func checkCaptures(
        _ sources: [SidePattern], _ draft: Draft, _ operations: [TensorOperation]
    ) -> Bool {
        guard draft.dropReason == nil else { return true }
        let member = Self.memberCapture(operations)
        let isStack = operations.contains(where: Self.isStack)
        if let member {
            let hasZeros = draft.sources.contains { if case .zeros = $0 { true } else { false } }
            guard !hasZeros, draft.zeroResults.isEmpty else {
                report(place(of: draft), .syntax("'zeros' is not a member of a 'stack' or 'unstack'"))
                return false
            }
            let holder = isStack ? sources : draft.targets
            guard holder.allSatisfy({ $0.captures.contains { $0.name == member } }) else {
                let side = isStack ? "left" : "right"
                report(place(of: draft), .syntax("there is no capture '\(member)' on the \(side)"))
                return false
            }
        }
        func names(_ side: SidePattern, holdsMember: Bool) -> Set<String> {
            var names = Set(side.captures.map(\.name))
            if holdsMember, let member { names.remove(member) }
            return names
        }
        let sides =
            sources.map { names($0, holdsMember: isStack) } + draft.targets.map { names($0, holdsMember: !isStack) }
        let all = sides.reduce(into: Set()) { $0.formUnion($1) }
        for pattern in sources + draft.targets {
            for use in pattern.captures
            where sides.contains(where: { !$0.contains(use.name) }) && all.contains(use.name) {
                report(use.location, .oneSidedCapture(use.name))
                return false
            }
        }
        return true
    }

    /// Puts operations, operands and the way back together; nil, reported, if the numbers of tensors do not fit.
    mutating func computation(
        _ draft: Draft, _ operations: [TensorOperation], _ captures: [BoundRule.Capture]
    ) -> BoundRule.Computation? {
        var computation = BoundRule.Computation()
        guard draft.dropReason == nil else {
            computation.obstacle = "what it drops does not come back"
            return computation
        }
        if draft.conditions.contains(where: { $0.reverse == nil }) {
            computation.obstacle = "its 'has' condition names no '~' key to look for"
        }
        computation.operands = []
        var position = 0
        for source in draft.sources {
            if case .input(let name, _) = source { computation.obstacle = "it reads the input '\(name)'" }
            guard case .zeros = source else {
                computation.operands.append(.source(position))
                position += 1
                continue
            }
            computation.operands.append(.zeros)
        }
        let joins = operations.contains { if case .concat = $0 { true } else { false } }
        if computation.operands.contains(.zeros), !joins {
            report(set.lines[draft.line].start, .syntax("'zeros' is a part of what 'concat' makes"))
            return nil
        }
        guard let results = results(draft, operations) else { return nil }
        computation.results = results
        if let member = Self.memberCapture(operations) {
            guard let members = members(member, draft, captures) else { return nil }
            computation.members = members
        }
        let isStack = operations.contains(where: Self.isStack)
        let count: TensorPipeline.Count =
            isStack
            ? .members(capture: Self.memberCapture(operations) ?? "", of: computation.operands.count)
            : .exactly(computation.operands.count)
        do throws(OperationError) {
            let pipeline = try TensorPipeline(operations, sources: count, targets: results.count)
            guard !pipeline.operations.isEmpty else { return computation }
            computation.forward = pipeline
            do throws(IrreversibleOperation) {
                computation.reverse = try pipeline.reversed()
            } catch {
                computation.obstacle = computation.obstacle ?? error.description
            }
        } catch {
            report(place(of: draft), .syntax("\(error)"))
            return nil
        }
        return computation
    }

    /// The targets by position, with zeros where the line has them; nil, reported, if it may not.
    private mutating func results(
        _ draft: Draft, _ operations: [TensorOperation]
    ) -> [TensorComputation.Operand]? {
        let splits = operations.contains { if case .split = $0 { true } else { false } }
        guard draft.zeroResults.isEmpty || splits && !draft.targets.isEmpty else {
            report(set.lines[draft.line].start, .syntax("'zeros' on the right is a part that 'split' makes"))
            return nil
        }
        var targets = draft.targets.indices.makeIterator()
        return (0..<draft.targets.count + draft.zeroResults.count).map { position in
            draft.zeroResults.contains(position) ? .zeros : targets.next().map { .source($0) } ?? .zeros
        }
    }

    private mutating func members(
        _ name: String, _ draft: Draft, _ captures: [BoundRule.Capture]
    ) -> MemberList? {
        guard let index = captures.firstIndex(where: { $0.name == name }) else { return nil }
        if case .integer(let range) = captures[index].domain {
            return MemberList(capture: index, order: .numbers(from: range.lowerBound, through: range.upperBound))
        }
        let patterns = draft.sources.compactMap(\.side) + draft.targets
        let uses = patterns.flatMap(\.captures).filter { $0.name == name }
        let words = uses.first { !$0.words.isEmpty }?.words ?? []
        guard case .words(let known) = captures[index].domain, Set(words) == known else {
            report(
                uses.first?.location ?? place(of: draft),
                .syntax("the members of '{\(name)}' are numbers or listed words: {\(name):a|b}"))
            return nil
        }
        return MemberList(capture: index, order: .words(words))
    }
}
