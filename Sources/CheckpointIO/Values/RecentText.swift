import Pickle

/// The text that was last asked for: where many objects name one and the same, it is made once.
struct RecentText {
    private var recent: (node: PickleNodeID, text: String)?

    mutating func text(_ value: PickleValue, in graph: PickleGraph) -> String? {
        guard case .node(let node) = value else { return nil }
        if let recent, recent.node == node { return recent.text }
        guard let text = graph.text(value) else { return nil }
        recent = (node, text)
        return text
    }
}
