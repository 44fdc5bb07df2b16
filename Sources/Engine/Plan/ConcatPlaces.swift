import CKernels
import ModelGraph

/// Which maps are written directly to their place in a concatenation of channels, so that no copy puts them together.
///
/// Concatenations that begin with the same parts share one buffer, as in a dense block, where each layer reads the channels
/// of all layers before it.
struct ConcatPlaces {
    /// Channels from `first` on of the buffer of the concatenation `whole`.
    struct Place: Equatable {
        /// The node of the concatenation.
        let whole: Int
        let first: Int
    }

    /// The place of each part, by the part's node.
    private(set) var parts: [Int: Place] = [:]
    /// The node whose buffer each concatenation is in, by the concatenation's node.
    private(set) var wholes: [Int: Int] = [:]
    /// Nodes of the parts whose kernels write them in place; the other parts are copied there.
    private(set) var direct: Set<Int> = []

    init(_ graph: PlanGraph, _ units: [PlanUnit]) {
        let writers = Set(units.lazy.filter(\.writesRowsApart).map(\.output.node))
        // Backwards: of those that begin with the same parts, the longest comes first.
        for node in graph.order.reversed() where graph.constants[node] == nil {
            guard case .concat(let concat) = graph.nodes[node].operation, concat.axis == 1,
                graph.nodes[node].shape.count == 4
            else { continue }
            let inputs = graph.nodes[node].inputs
            let channels = inputs.map { graph[$0].shape[1] }
            let firsts = channels.indices.map { channels[..<$0].reduce(0, +) }
            if let whole = parts[inputs[0].node]?.whole {
                let isPrefix = zip(inputs, firsts).allSatisfy { parts[$0.node] == Place(whole: whole, first: $1) }
                if isPrefix { wholes[node] = whole }
                continue
            }
            let fitting = inputs.indices.filter { index in
                writers.contains(inputs[index].node) && firsts[index] % Int(CK_BLOCK) == 0
                    && channels[index] % Int(CK_BLOCK) == 0
            }
            guard !fitting.isEmpty, Set(inputs).count == inputs.count,
                inputs.allSatisfy({ parts[$0.node] == nil })
            else { continue }
            for (input, first) in zip(inputs, firsts) { parts[input.node] = Place(whole: node, first: first) }
            direct.formUnion(fitting.map { inputs[$0].node })
            wholes[node] = node
        }
    }
}

extension PlanUnit {
    /// Whether the kernel writes rows of whole blocks that may be further apart than they are long.
    fileprivate var writesRowsApart: Bool {
        switch self {
        case .strips, .gated: return true
        case .perceptron: return false
        case .step(let step):
            if case .conv2d = step.operation { return true }
            return false
        }
    }
}

extension PlanBuilder {
    /// The value's place in a concatenation; nil if it has none or its kernel cannot write it there.
    mutating func partOfConcatenation(_ value: Value) -> ValueView? {
        guard let place = places.parts[value.node], places.direct.contains(value.node) else { return nil }
        placed.insert(value.node)
        return part(place, channels: shape(of: value)[1])
    }

    /// The value of a concatenation whose parts are side by side in one buffer; nil for one that must copy them together.
    mutating func concatenation(_ step: FusedStep) -> ValueView? {
        guard let whole = places.wholes[step.output.node] else { return nil }
        for input in step.inputs where !placed.contains(input.node) {
            guard let place = places.parts[input.node] else { return nil }
            appendCopy(of: strided(view(of: input)), to: part(place, channels: shape(of: input)[1]))
            placed.insert(input.node)
        }
        return part(ConcatPlaces.Place(whole: whole, first: 0), channels: step.shape[1])
    }

    private mutating func part(_ place: ConcatPlaces.Place, channels: Int) -> ValueView {
        var view = wholes[place.whole] ?? allocate(graph.nodes[place.whole].shape, order: [0, 2, 3, 1])
        wholes[place.whole] = view
        view.offset += place.first
        view.shape[1] = channels
        return view
    }
}
