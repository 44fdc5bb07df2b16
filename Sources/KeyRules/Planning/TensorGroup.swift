import TensorCore
import TensorOperations

/// The tensors that a line takes together, and what it makes of them.
struct TensorGroup {
    let rule: Int
    /// The captures; that of a `stack` or `unstack` is unknown.
    let values: [KeyText?]
    /// One per side of the line; for a `stack`, one per member.
    var members: [(side: Int, text: KeyText?, tensor: Int)] = []

    /// Why no tensor can be made.
    struct Misfit: Error {
        let reason: String
        /// Some of the line's tensors are missing or are taken by another line.
        let isIncomplete: Bool

        init(_ reason: String, isIncomplete: Bool = false) {
            self.reason = reason
            self.isIncomplete = isIncomplete
        }
    }

    /// What the line makes of the tensors, in the request's direction.
    /// - Throws: `Misfit`.
    func entries(_ planner: Planner) throws(Misfit) -> [ConversionPlan.Entry] {
        let rule = planner.set.rules[rule]
        let direction = planner.request.direction
        guard let pipeline = rule.pipeline(direction) else { throw Misfit("the line does not run this way") }
        let read = try sources(planner, rule, pipeline)
        let computation = try computation(planner, rule, pipeline, read)
        let targets = try targets(rule, pipeline, count: computation.results.count, direction)
        let names = read.map { planner.name(of: $0) }
        var entries: [ConversionPlan.Entry] = []
        for (position, (key, result)) in targets.enumerated() {
            entries.append(
                ConversionPlan.Entry(
                    target: key, sources: names, tensors: read, rule: rule.location,
                    captures: (rule.captures, values), computation: computation, result: result,
                    checksZeros: position == 0 && !computation.zeroResults.isEmpty,
                    dtype: computation.results[result].dtype, shape: computation.results[result].shape))
        }
        return entries
    }

    /// The tensors that are read, in the order of the line's sides or members.
    private func sources(
        _ planner: Planner, _ rule: BoundRule, _ pipeline: TensorPipeline
    ) throws(Misfit) -> [Int] {
        if case .members = pipeline.sources, let list = rule.computation.members {
            return try stacked(planner, rule, list)
        }
        var tensors: [Int] = []
        for (side, source) in rule.inputSides(planner.request.direction).enumerated() {
            guard let member = members.first(where: { $0.side == side }) else {
                let name = source.side.key(planner.firstMember(rule, values))?.string ?? source.side.text
                throw Misfit("the line needs '\(name)' too, which another line takes", isIncomplete: true)
            }
            tensors.append(member.tensor)
        }
        return tensors
    }

    /// The members of a `stack`, in their order and without gap; of each the tensors in the order of the line's sides.
    private func stacked(
        _ planner: Planner, _ rule: BoundRule, _ list: MemberList
    ) throws(Misfit) -> [Int] {
        let sides = rule.inputSides(planner.request.direction)
        var tensors: [KeyText: [Int: Int]] = [:]
        for member in members { if let text = member.text { tensors[text, default: [:]][member.side] = member.tensor } }
        var result: [Int] = []
        for index in 0..<(list.count.map { min($0, tensors.count + 1) } ?? tensors.count) {
            for (position, side) in sides.enumerated() {
                guard let text = list.text(at: index), let tensor = tensors[text]?[position] else {
                    var values = values
                    values[list.capture] = list.text(at: index)
                    let name = side.side.key(values)?.string ?? ""
                    throw Misfit("the members have a gap: there is no '\(name)'", isIncomplete: true)
                }
                result.append(tensor)
            }
        }
        return result
    }

    private func computation(
        _ planner: Planner, _ rule: BoundRule, _ pipeline: TensorPipeline, _ read: [Int]
    ) throws(Misfit) -> TensorComputation {
        func type(_ position: Int) -> TensorType {
            let tensor = planner.tensors[read[position]]
            return TensorType(tensor.dtype, tensor.shape)
        }
        let (before, after) = rule.computation.ends(planner.request.direction)
        let written = before.contains(.zeros) ? before : read.indices.map { .source($0) }
        let operands = written.map { operand in
            if case .source(let position) = operand { (operand, type(position)) } else { (operand, TensorType?.none) }
        }
        let zeros = after.indices.filter { after[$0] == .zeros }
        do throws(OperationError) {
            let pipeline = pipeline.sparingIntegers(operands.map(\.1))
            return try TensorComputation(pipeline, operands: operands, zeroResults: zeros)
        } catch {
            throw Misfit("\(error)")
        }
    }

    /// The keys that are made, each with the result that it is.
    private func targets(
        _ rule: BoundRule, _ pipeline: TensorPipeline, count: Int, _ direction: Direction
    ) throws(Misfit) -> [(Key, Int)] {
        let sides = direction == .forward ? rule.targets : rule.sources.map(\.side)
        if case .members(_, let size) = pipeline.targets, let list = rule.computation.members {
            if let expected = list.count, expected != count / size {
                let operation = pipeline.operations.map(\.description).joined(separator: "; ")
                throw Misfit(OperationError.members(operation, extent: count / size, count: expected).description)
            }
            var result: [(Key, Int)] = []
            for index in 0..<count {
                var values = values
                values[list.capture] = list.text(at: index / size)
                guard let text = sides[index % size].key(values) else {
                    throw Misfit("there is no member \(index / size)")
                }
                result.append((Key(text.string), index))
            }
            return result
        }
        let results = rule.computation.ends(direction).after
        return try zip(sides, results.indices.filter { results[$0] != .zeros }).map { side, result throws(Misfit) in
            guard let text = side.key(values) else { throw Misfit("'\(side.text)' cannot be spelled") }
            return (Key(text.string), result)
        }
    }
}

/// The groups of a checkpoint under one combination of parameter values, by their first tensor.
struct TensorGroups {
    private struct Identity: Hashable {
        let rule: Int
        let values: [KeyText?]
    }

    private var groups: [TensorGroup] = []
    private var beginnings: [Int: Int] = [:]

    init(_ planner: Planner, _ census: Planner.Census, _ combination: Int) {
        guard planner.set.rules.contains(where: { !$0.isRename }) else { return }
        var positions: [Identity: Int] = [:]
        for tensor in planner.tensors.indices {
            guard let (index, side, captured) = census.taking(of: tensor, in: combination) else { continue }
            let rule = planner.set.rules[index]
            guard !rule.isRename, !rule.targets.isEmpty else { continue }
            var values = captured
            var text: KeyText?
            if let capture = rule.computation.members?.capture {
                text = values[capture]
                values[capture] = nil
            }
            let identity = Identity(rule: index, values: values)
            let position = positions[identity, default: groups.count]
            if position == groups.count {
                positions[identity] = position
                beginnings[tensor] = position
                groups.append(TensorGroup(rule: index, values: values))
            }
            groups[position].members.append((side, text, tensor))
        }
    }

    /// The group of which `tensor` is the first.
    func beginning(at tensor: Int) -> TensorGroup? { beginnings[tensor].map { groups[$0] } }
}
