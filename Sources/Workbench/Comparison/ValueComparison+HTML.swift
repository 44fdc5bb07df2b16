import TensorCore

extension ValueComparison {
    /// - Throws: `IOError`, or `WorkbenchError` for a path that is one of the checkpoints.
    package func writeHTML(to path: String) throws {
        try html.write(to: path, keeping: [options.left, options.right])
    }

    /// The report as a page: every pair in a tree of modules, with a bar for how much it changed.
    var html: HTMLPage {
        var body = HTMLPage.sums(counts.map { (groupedText($0.count), $0.words) })
        body += changesBar
        let view = TreeView(
            id: "tensors", title: "Tensors", noun: "tensor",
            columns: [
                .init(title: "Relative", kind: .magnitude), .init(title: "Outcome", kind: .word),
                .init(title: "Max", kind: .number), .init(title: "RMS", kind: .number),
                .init(title: "Cosine", kind: .text), .init(title: "Changed", kind: .text),
                .init(title: "Shape", kind: .word), .init(title: "Type", kind: .word),
            ],
            rows: pairs.map(row) + onlyLeft.map { row($0, "only in the first") }
                + onlyRight.map { row($0, "only in the second") })
        body += view.html + HTMLPage.list("Notes", notes)
        let tolerance =
            options.tolerance == 0
            ? "Any difference is a finding." : "A difference above \(shortText(options.tolerance)) is a finding."
        return HTMLPage(
            title: "\(options.left) against \(options.right)",
            verdict: (isWithinTolerance ? "no finding" : "they differ", isWithinTolerance),
            leads: [options.rules.map { "The first under the rules \($0). \(tolerance)" } ?? tolerance], body: body,
            data: [(view.id, view.json)], scripts: [TreeView.script])
    }

    /// The tensors by outcome.
    private var changesBar: String {
        PartsBar(
            label: "Tensors by outcome",
            parts: counts.map { ($0.words, Double($0.count), groupedText($0.count)) }
        ).html
    }

    private func row(_ pair: Pair) -> TreeView.Row {
        let shape =
            pair.left.shape == pair.right.shape
            ? pythonTuple(pair.left.shape) : "\(pythonTuple(pair.left.shape)) → \(pythonTuple(pair.right.shape))"
        let type =
            pair.left.dtype == pair.right.dtype ? "\(pair.left.dtype)" : "\(pair.left.dtype) → \(pair.right.dtype)"
        var cells: [TreeView.Cell]
        switch pair.outcome {
        case .compared(let figures):
            let relative: TreeView.Cell =
                figures.nonFiniteChanges > 0
                ? .number(.infinity) : .number(figures.relative ?? (figures.max > 0 ? .infinity : 0))
            var outcome = figures.changed == 0 ? "equal" : "changed"
            if figures.nonFiniteLeft + figures.nonFiniteRight > 0 { outcome += ", NaN or infinite" }
            cells = [
                relative, .text(outcome), .number(figures.max), .number(figures.rms),
                .text(figures.cosine.map { $0 == 1 ? "1" : fixedText($0, decimals: 9) } ?? ""),
                .text("\(groupedText(figures.changed)) of \(groupedText(figures.count))"),
            ]
        case .identical(let nonFinite):
            cells =
                [.number(0), .text(nonFinite > 0 ? "identical, NaN or infinite" : "identical")]
                + [TreeView.Cell](repeating: .text(""), count: 4)
        case .otherBytes, .otherShape, .withoutElements:
            let words =
                switch pair.outcome {
                case .otherBytes: "other bytes"
                case .otherShape: "another shape"
                default: "no elements"
                }
            cells = [.text(""), .text(words)] + [TreeView.Cell](repeating: .text(""), count: 4)
        }
        return TreeView.Row(
            key: pair.key.text, cells: cells + [.text(shape), .text(type)], isBad: isFinding(pair.outcome))
    }

    private func row(_ tensor: TensorSignature, _ outcome: String) -> TreeView.Row {
        TreeView.Row(
            key: tensor.key.text,
            cells: [.text(""), .text(outcome)] + [TreeView.Cell](repeating: .text(""), count: 4)
                + [.text(pythonTuple(tensor.shape)), .text("\(tensor.dtype)")], isBad: true)
    }
}
