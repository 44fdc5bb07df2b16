import CheckpointIO
import TensorCore

/// `ckpt-tree --html`: the tree that `CheckpointTree` prints, with sizes, figures and histograms of the values.
package struct TreePage: Sendable {
    private let checkpoint: Checkpoint
    private let tree: CheckpointTree
    private let notes: [String]

    /// Reads the values of every tensor that is shown.
    /// - Parameters:
    ///   - options: which part; how deep and what of each tensor does not matter.
    ///   - readsValues: whether the tensors have elements, as those of a model have not.
    ///   - progress: called with the bytes of the tensors that have been read and of all, from time to time.
    /// - Throws: as `CheckpointTree`.
    package init(
        of checkpoint: Checkpoint, _ options: TreeOptions, readsValues: Bool = true,
        progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws {
        var options = options
        options.depth = nil
        options.folds = false
        options.showsStatistics = readsValues
        options.makesHistograms = readsValues
        options.showsValues = true
        options.marksTies = true
        self.checkpoint = checkpoint
        tree = try CheckpointTree(of: checkpoint, options, progress: progress)
        notes = checkpoint.notes
    }

    /// - Throws: `IOError`, or `WorkbenchError` for a path that is the checkpoint's own.
    package func write(to path: String) throws { try page.write(to: path, keeping: [checkpoint.path]) }

    var page: HTMLPage {
        let entries = tree.shownEntries
        let tensors = entries.filter { !$0.isComponent && !$0.isTied }.compactMap(\.tensor)
        var bytes: [DType: Int] = [:]
        for tensor in tensors {
            bytes[tensor.dtype] = bytes[tensor.dtype, default: 0].addingSaturated(tensor.byteCount)
        }
        let total = tensors.reduce(0) { $0.addingSaturated($1.byteCount) }
        let elements = tensors.reduce(0) { $0.addingSaturated($1.shape.productSaturated) }
        var body = HTMLPage.sums([
            (groupedText(tensors.count), tensors.count == 1 ? "tensor" : "tensors"), (groupedText(elements), "numbers"),
            (byteText(total), "in all"),
        ])
        body +=
            PartsBar(
                label: "Bytes by element type",
                parts: bytes.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }.map {
                    ($0.key.rawValue, Double($0.value), byteText($0.value))
                }
            ).html
        let broken = entries.filter(\.isBroken)
        body += HTMLPage.list(
            "NaN or infinity",
            broken.prefix(20).map { "\($0.key): \($0.nonFiniteCounts)" }
                + (broken.count > 20 ? ["and \(countText(broken.count - 20, "more tensor"))"] : []), className: "bad")
        let view = view(of: entries)
        body += view.html
        body += HTMLPage.list("Notes", notes)
        let values = tree.values.filter { !$0.isModuleVersion }
        body += HTMLPage.list(
            "Values that are not tensors",
            values.prefix(200).map { "\($0.key): \($0.text)" }
                + (values.count > 200 ? ["and \(groupedText(values.count - 200)) more"] : []))
        return HTMLPage(
            title: checkpoint.path, leads: [checkpoint.format.rawValue], body: body, data: [(view.id, view.json)],
            scripts: [TreeView.script])
    }

    private func view(of entries: [CheckpointTree.ShownEntry]) -> TreeView {
        let hasValues = tree.options.showsStatistics
        var columns = [
            TreeView.Column(title: "Size", kind: .bytes), TreeView.Column(title: "Shape", kind: .word),
            TreeView.Column(title: "Type", kind: .word),
        ]
        if hasValues {
            columns.append(.init(title: "Values", kind: .histogram))
            for name in ["Least", "Largest", "Mean", "Deviation"] { columns.append(.init(title: name, kind: .number)) }
            columns.append(.init(title: "Not finite", kind: .text))
        }
        if tree.options.showsDigests { columns.append(.init(title: "SHA-256", kind: .text)) }
        return TreeView(
            id: "tensors", title: "Tensors", noun: "tensor", columns: columns,
            rows: entries.map { entry in
                var cells: [TreeView.Cell] = []
                if let tensor = entry.tensor {
                    cells = [
                        .bytes(entry.isComponent || entry.isTied ? 0 : tensor.byteCount),
                        .text(pythonTuple(tensor.shape)), .text(tensor.dtype.rawValue + (entry.isTied ? ", tied" : "")),
                    ]
                } else {
                    cells = [.bytes(0), .text(""), .text("value")]
                }
                if hasValues {
                    let statistics = entry.facts?.statistics
                    cells.append(entry.facts?.histogram.map { .histogram($0) } ?? .none)
                    let figures = [
                        statistics?.minimum, statistics?.maximum, statistics?.mean, statistics?.standardDeviation,
                    ]
                    cells += figures.map { $0.map { .number($0) } ?? .text("") }
                    cells.append(.text(entry.isBroken ? entry.nonFiniteCounts : entry.facts?.unread ?? ""))
                }
                if tree.options.showsDigests { cells.append(.text(entry.facts?.digest ?? "")) }
                return TreeView.Row(key: entry.key, cells: cells, isBad: entry.isBroken)
            })
    }
}

extension CheckpointTree {
    /// What stands at a complete key.
    struct ShownEntry {
        let key: String
        /// nil for a value that is not a tensor.
        let tensor: LazyTensor?
        /// Whether it is a part of the tensor above.
        let isComponent: Bool
        /// Whether an entry before it has the same elements, which count once.
        let isTied: Bool
        let facts: TensorFacts?

        var isBroken: Bool { (facts?.statistics).map { $0.nanCount + $0.infinityCount > 0 } ?? false }

        var nonFiniteCounts: String {
            (facts?.statistics).map { nonFiniteText(nan: $0.nanCount, infinite: $0.infinityCount) } ?? ""
        }
    }

    /// What the tree shows, in order.
    var shownEntries: [ShownEntry] {
        var shown: [ShownEntry] = []
        var open = [top]
        while let node = open.popLast() {
            let position = Int(tree.nodes[node].entry)
            if position >= 0, let entry = tree.entries[position].entry {
                shown.append(
                    ShownEntry(
                        key: tree.entries[position].key.text, tensor: entry.tensor,
                        isComponent: tree.isComponent(node), isTied: twins[node] != nil, facts: facts[node]))
            }
            open += tree.children(of: node).reversed()
        }
        return shown
    }
}
