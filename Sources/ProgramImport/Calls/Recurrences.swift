import ModelGraph
import TensorCore

/// Recurrent layers, step by step.
extension ATenCalls {
    static let recurrences: [String: Body] = {
        var table: [String: Body] = [:]
        let kinds: [(String, RecurrentCell.Kind)] = [
            ("lstm.input", .lstm), ("gru.input", .gru), ("rnn_tanh.input", .plain(.tanh)),
            ("rnn_relu.input", .plain(.relu)),
        ]
        for (name, kind) in kinds { table[name] = { call in try call.recurrence(kind) } }
        let cells: [(String, RecurrentCell.Kind)] = [
            ("lstm_cell.default", .lstm), ("gru_cell.default", .gru), ("rnn_tanh_cell.default", .plain(.tanh)),
            ("rnn_relu_cell.default", .plain(.relu)),
        ]
        for (name, kind) in cells { table[name] = { call in try call.singleStep(kind) } }
        // One layer in one direction, as decompositions write an LSTM.
        table["mkldnn_rnn_layer.default"] = { call in
            guard try call.int("mode") == 2, !call.bool("bidirectional", default: false),
                try call.int("num_layers", default: 1) == 1
            else { throw CallError("it is not one layer of an LSTM") }
            let cell = RecurrentCell(
                kind: .lstm, input: try call.tensor("weight0"), hidden: try call.tensor("weight1"),
                biases: (try call.tensor("weight2"), try call.tensor("weight3")))
            let (hidden, memory) = (try call.tensor("hx_"), try call.tensor("cx_"))
            let run = try call.run(
                cell, on: try call.tensor("input"), from: call.reshaped(hidden, Array(hidden.shape.suffix(2))),
                call.reshaped(memory, Array(memory.shape.suffix(2))), isReversed: call.bool("reverse", default: false))
            return [
                .tensor(run.output), .tensor(try call.reshaped(run.hidden, hidden.shape)),
                .tensor(try call.reshaped(run.memory, memory.shape)), .unavailable("a workspace"),
            ]
        }
        return table
    }()
}

/// The weights of one layer in one direction.
private struct RecurrentCell {
    enum Kind {
        case plain(Activation)
        case lstm, gru

        /// Rows of the weights for each unit: the gates.
        var gates: Int {
            switch self {
            case .plain: 1
            case .lstm: 4
            case .gru: 3
            }
        }
    }

    let kind: Kind
    /// `[gates · units, inputs]` and `[gates · units, units]`.
    let input, hidden: ProgramTensor
    let biases: (input: ProgramTensor, hidden: ProgramTensor)?
    /// `[states, units]`: what an LSTM shows of its units, where it has fewer states than units.
    var projection: ProgramTensor?

    /// Rows of the weights for each gate.
    var units: Int { hidden.shape[0] / kind.gates }

    /// - Parameter states: the extent of the hidden state.
    /// - Throws: `CallError` for weights that do not fit it.
    func check(states: Int) throws {
        guard hidden.shape.count == 2, hidden.shape[0] % kind.gates == 0, hidden.shape[1] == states,
            projection.map({ $0.shape == [states, units] }) ?? (units == states)
        else { throw CallError("its weights have the shape \(hidden.shape) for a state of \(states)") }
    }
}

extension Call {
    /// `torch.lstm`, `torch.gru` and the like: the output, and the last states of all layers and directions.
    fileprivate func recurrence(_ kind: RecurrentCell.Kind) throws -> [ProgramValue] {
        let (weights, layers) = (try tensors("params"), try int("num_layers"))
        guard 1...1 << 10 ~= layers else { throw CallError("it has \(layers) layers") }
        let hasBiases = bool("has_biases", default: true)
        let directions = bool("bidirectional", default: false) ? 2 : 1
        let isBatchFirst = bool("batch_first", default: false)
        // An LSTM whose states are projections of its units has a weight for that, too.
        let isProjected =
            if case .lstm = kind { weights.count == layers * directions * (hasBiases ? 5 : 3) } else { false }
        let perCell = (hasBiases ? 4 : 2) + (isProjected ? 1 : 0)
        guard weights.count == layers * directions * perCell else {
            throw CallError("it has \(weights.count) weights for \(layers) layers")
        }
        guard try !bool("train", default: false) || number("dropout", default: 0) == 0 else {
            throw CallError("it draws random numbers")
        }
        var x = try tensor("input")
        guard x.shape.count == 3 else { throw CallError("its input has the shape \(x.shape)") }
        if isBatchFirst { x = try permuted(x, [1, 0, 2]) }
        let states: [ProgramTensor]
        if case .lstm = kind {
            states = try tensors("hx")
            guard states.count == 2 else { throw CallError("it has \(states.count) states, not two") }
        } else {
            states = [try tensor("hx")]
        }
        var finals: [[ProgramTensor]] = [[], []]
        for layer in 0..<layers {
            var outputs: [ProgramTensor] = []
            for direction in 0..<directions {
                let position = layer * directions + direction
                let own = Array(weights[position * perCell..<(position + 1) * perCell])
                let cell = RecurrentCell(
                    kind: kind, input: own[0], hidden: own[1], biases: hasBiases ? (own[2], own[3]) : nil,
                    projection: isProjected ? own.last : nil)
                let first = try states.map { try selected($0, 0, position) }
                let run = try run(
                    cell, on: x, from: first[0], first.count > 1 ? first[1] : first[0], isReversed: direction == 1)
                outputs.append(run.output)
                finals[0].append(try reshaped(run.hidden, [1] + run.hidden.shape))
                finals[1].append(try reshaped(run.memory, [1] + run.memory.shape))
            }
            x = try joined(outputs, 2)
        }
        if isBatchFirst { x = try permuted(x, [1, 0, 2]) }
        return [.tensor(x)] + (try finals[..<states.count].map { .tensor(try joined($0, 0)) })
    }

    /// `torch.lstm_cell` and the like.
    fileprivate func singleStep(_ kind: RecurrentCell.Kind) throws -> [ProgramValue] {
        let biases = (try optionalTensor("b_ih"), try optionalTensor("b_hh"))
        let cell = RecurrentCell(
            kind: kind, input: try tensor("w_ih"), hidden: try tensor("w_hh"),
            biases: biases.0.flatMap { own in biases.1.map { (own, $0) } })
        let isLSTM = if case .lstm = kind { true } else { false }
        let states = try isLSTM ? tensors("hx") : [tensor("hx")]
        guard states.count == (isLSTM ? 2 : 1), states.allSatisfy({ $0.shape.count == 2 }) else {
            throw CallError("it has \(states.count) states of \(states.first?.shape ?? [])")
        }
        try cell.check(states: states[0].shape[1])
        let gates = try linear(tensor("input"), cell.input, cell.biases?.input)
        let next = try next(cell, gates, states[0], states[states.count - 1])
        return isLSTM ? [.tensor(next.hidden), .tensor(next.memory)] : [.tensor(next.hidden)]
    }

    /// One layer in one direction.
    /// - Parameters:
    ///   - sequence: `[steps, N, inputs]`.
    ///   - hidden, memory: `[N, units]`; only an LSTM has the second.
    /// - Returns: `[steps, N, units]`, and the last states.
    fileprivate func run(
        _ cell: RecurrentCell, on sequence: ProgramTensor, from hidden: ProgramTensor, _ memory: ProgramTensor,
        isReversed: Bool
    ) throws -> (output: ProgramTensor, hidden: ProgramTensor, memory: ProgramTensor) {
        guard sequence.shape.count == 3, hidden.shape.count == 2 else {
            throw CallError("its input has the shape \(sequence.shape), its state \(hidden.shape)")
        }
        try cell.check(states: hidden.shape[1])
        let steps = sequence.shape[0]
        try tracer.spend(parts: multipliedSaturated(steps, 64))
        let projected = try linear(sequence, cell.input, cell.biases?.input)
        var (hidden, memory) = (hidden, memory)
        var outputs = [ProgramTensor?](repeating: nil, count: steps)
        for step in isReversed ? Array((0..<steps).reversed()) : Array(0..<steps) {
            let gates = try selected(projected, 0, step)
            (hidden, memory) = try next(cell, gates, hidden, memory)
            outputs[step] = try reshaped(hidden, [1] + hidden.shape)
        }
        return (try joined(outputs.compactMap { $0 }, 0), hidden, memory)
    }

    /// One step, as the documentation of `torch.nn.LSTM`, `GRU` and `RNN` has it.
    /// - Parameter projected: the input's part of the gates, `[N, gates · units]`.
    private func next(
        _ cell: RecurrentCell, _ projected: ProgramTensor, _ hidden: ProgramTensor, _ memory: ProgramTensor
    ) throws -> (hidden: ProgramTensor, memory: ProgramTensor) {
        let recurrent = try linear(hidden, cell.hidden, cell.biases?.hidden)
        let units = cell.units
        func part(_ tensor: ProgramTensor, _ gate: Int) throws -> Value {
            try scope.applying(
                .slice(axis: 1, start: gate * units, count: units, step: 1), to: value(tensor))
        }
        switch cell.kind {
        case .plain(let activation):
            let sum = try combined(.tensor(projected), .tensor(recurrent), .add)
            let next = tracer.tensor(try scope.activate(activation, value(sum)))
            return (next, next)
        case .lstm:
            let sum = try combined(.tensor(projected), .tensor(recurrent), .add)
            let input = try scope.activate(.sigmoid, part(sum, 0))
            let forget = try scope.activate(.sigmoid, part(sum, 1))
            let update = try scope.activate(.tanh, part(sum, 2))
            let output = try scope.activate(.sigmoid, part(sum, 3))
            let kept = try scope.multiply(forget, by: value(memory))
            let next = try scope.add(kept, scope.multiply(input, by: update))
            let shown = tracer.tensor(try scope.multiply(output, by: scope.activate(.tanh, next)))
            return (try cell.projection.map { try linear(shown, $0, nil) } ?? shown, tracer.tensor(next))
        case .gru:
            let reset = try scope.activate(.sigmoid, scope.add(part(projected, 0), part(recurrent, 0)))
            let update = try scope.activate(.sigmoid, scope.add(part(projected, 1), part(recurrent, 1)))
            let recalled = try scope.multiply(reset, by: part(recurrent, 2))
            let new = try scope.activate(.tanh, scope.add(part(projected, 2), recalled))
            // (1 − z) · n + z · h
            let change = try scope.multiply(update, by: scope.subtract(value(hidden), new))
            let next = tracer.tensor(try scope.add(new, change))
            return (next, next)
        }
    }
}
