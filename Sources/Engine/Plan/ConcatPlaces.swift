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
    /// Maps whose channels lie anywhere in the rows of a buffer, by node.
    private(set) var lists: [Int: ChannelList] = [:]
    /// The channels of the buffers that `lists` are in, by the node of the first concatenation in them.
    private(set) var widths: [Int: Int] = [:]

    /// Where each channel of a map lies in the rows of the buffer of `whole`.
    struct ChannelList: Equatable {
        let whole: Int
        var channels: [Int32]
    }

    init(_ graph: PlanGraph, _ units: [PlanUnit]) {
        let writers = Set(units.lazy.filter(\.writesRowsApart).map(\.output.node))
        findLists(graph, writers)
        // Backwards: of those that begin with the same parts, the longest comes first.
        for node in graph.order.reversed() where graph.constants[node] == nil {
            guard case .concat(let concat) = graph.nodes[node].operation, concat.axis == 1,
                graph.nodes[node].shape.count == 4, lists[node] == nil
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

    /// A concatenation that is shuffled, as in ShuffleNetV2: each kernel adds its channels to the rows of one buffer, and
    /// the channels that only pass by stay where they are. The products that read them look up where each lies.
    private mutating func findLists(_ graph: PlanGraph, _ writers: Set<Int>) {
        let readers = graph.readers
        for node in graph.order where graph.constants[node] == nil && graph.nodes[node].shape.count == 4 {
            let inputs = graph.nodes[node].inputs
            switch graph.nodes[node].operation {
            case .gather(let gather) where gather.axis == 1:
                guard let list = lists[inputs[0].node] else { continue }
                lists[node] = list.chosen(gather.index.elements.map { Int($0) })
            case .slice(let slice) where slice.axis == 1 && slice.step == 1:
                guard let list = lists[inputs[0].node] else { continue }
                lists[node] = list.chosen(slice.start..<slice.start + slice.count)
            case .concat(let concat) where concat.axis == 1:
                let isShuffled = readers[node].allSatisfy { reader in
                    guard case .gather(let gather) = graph.nodes[reader].operation else { return false }
                    return gather.axis == 1
                }
                let added = inputs.filter { lists[$0.node] == nil }
                let known = Set(inputs.compactMap { lists[$0.node]?.whole })
                guard isShuffled, !graph.kept.contains(Value(node: node)), known.count <= 1,
                    Set(added).count == added.count,
                    added.allSatisfy({ writers.contains($0.node) && parts[$0.node] == nil })
                else { continue }
                let whole = known.first ?? node
                var width = widths[whole] ?? 0
                let sum = added.reduce(width) { $0 + ValueView.padded(graph[$1].shape[1]) }
                // The channels that nothing reads any more remain.
                guard sum <= 16 * graph.nodes[node].shape[1] else { continue }
                var list = ChannelList(whole: whole, channels: [])
                for input in inputs {
                    if let own = lists[input.node] {
                        list.channels += own.channels
                        continue
                    }
                    let channels = graph[input].shape[1]
                    parts[input.node] = Place(whole: whole, first: width)
                    direct.insert(input.node)
                    list.channels += Int32(width)..<Int32(width + channels)
                    width += ValueView.padded(channels)
                }
                lists[node] = list
                widths[whole] = width
            default: continue
            }
        }
    }
}

extension ConcatPlaces.ChannelList {
    /// The channels at these positions.
    fileprivate func chosen(_ positions: some Sequence<Int>) -> Self {
        Self(whole: whole, channels: positions.map { channels[$0] })
    }
}

extension PlanUnit {
    /// Whether the kernel writes rows of whole blocks that may be further apart than they are long.
    fileprivate var writesRowsApart: Bool {
        switch self {
        case .strips, .gated: return true
        case .perceptron, .scattered: return false
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
        var view = whole(place.whole)
        view.offset += place.first
        view.shape[1] = channels
        return view
    }

    private mutating func whole(_ node: Int) -> ValueView {
        if let view = wholes[node] { return view }
        var shape = graph.nodes[node].shape
        shape[1] = places.widths[node] ?? shape[1]
        let view = allocate(shape, order: [0, 2, 3, 1])
        wholes[node] = view
        return view
    }

    /// Defines the step's value as channels of a buffer; false if `places` has no list for it.
    mutating func defineList(_ step: FusedStep) -> Bool {
        guard let list = places.lists[step.output.node] else { return false }
        if case .concat = step.operation {
            for input in step.inputs where places.lists[input.node] == nil && !placed.contains(input.node) {
                guard let place = places.parts[input.node] else { return false }
                appendCopy(of: strided(view(of: input)), to: part(place, channels: shape(of: input)[1]))
                placed.insert(input.node)
            }
        }
        let whole = whole(list.whole)
        guard let rows = whole.rows(of: 1) else { return false }
        define(step.output, ListedRows(rows: rows, channels: RowTable(list.channels)))
        return true
    }
}
