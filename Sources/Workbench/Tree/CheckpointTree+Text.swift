import CheckpointIO
import CommandLineKit
import TensorCore

extension CheckpointTree {
    /// The tree as MMPreTrain's `ckpt_tree.py` prints it, without its line wrapping at the width of the terminal; in
    /// UTF-8.
    package func text(_ palette: Palette) -> [UInt8] {
        var text = TreeText(of: self, palette)
        text.append(top)
        if !values.isEmpty { text.append("\n") }
        for item in values where !item.isModuleVersion {
            text.append("\(palette(.blue, item.key.printable)): \(item.text.printable)\n")
        }
        let versionCount = values.count(where: \.isModuleVersion)
        if versionCount > 0 {
            text.append(palette(.dim, "_metadata: the versions of \(countText(versionCount, "module"))") + "\n")
        }
        return text.output
    }
}

/// The lines of a tree, top down.
private struct TreeText {
    private(set) var output: [UInt8] = []
    private let tree: CheckpointTree
    private let palette: Palette
    /// What stands before the branches of the node under way.
    private var lead: [UInt8] = []
    /// The key of the node under way with a dot after it, where full names are wanted.
    private var prefix: [UInt8] = []
    private var number = 0

    init(of tree: CheckpointTree, _ palette: Palette) {
        self.tree = tree
        self.palette = palette
        output.reserveCapacity(32 * tree.tree.nodes.count)
    }

    mutating func append(_ text: String) { output.append(contentsOf: text.utf8) }

    mutating func append(_ top: Int) { append(top, .top, depth: tree.options.depth) }

    /// How a node hangs on the one above it.
    private enum Branch {
        case top, middle, last

        /// What stands before the node's name.
        var text: StaticString {
            switch self {
            case .top: ""
            case .middle: "├─ "
            case .last: "└─ "
            }
        }

        /// What stands before all that hangs on the node.
        var lead: StaticString {
            switch self {
            case .top: ""
            case .middle: "│  "
            case .last: "   "
            }
        }
    }

    private mutating func append(_ node: Int, _ branch: Branch, depth: Int?) {
        appendLine(of: node, branch)
        var child = Int(tree.tree.nodes[node].firstChild)
        guard depth != 0, child >= 0 else { return }
        let (prefixCount, leadCount) = (prefix.count, lead.count)
        extendPrefix(by: node)
        lead.append(branch.lead)
        while child >= 0 {
            let next = Int(tree.tree.nodes[child].nextSibling)
            append(child, next < 0 ? .last : .middle, depth: depth.map { $0 - 1 })
            child = next
        }
        lead.removeLast(lead.count - leadCount)
        if prefix.count > prefixCount { prefix.removeLast(prefix.count - prefixCount) }
    }

    private mutating func appendLine(of node: Int, _ branch: Branch) {
        let isModule = !tree.tree.hasEntry(node)
        let isComponent = tree.tree.isComponent(node)
        appendNumber(isNumbered: !isModule && !isComponent)
        if !lead.isEmpty { output.append(contentsOf: lead) }
        output.append(branch.text)
        if !prefix.isEmpty { output.append(contentsOf: prefix) }
        appendName(of: node, isModule ? .blue : isComponent ? .dim : .green)
        if isModule {
            if tree.options.showsSizes { appendSize(of: node) }
        } else if tree.options.showsDetails, let tensor = tree.tree.entry(of: node)?.tensor {
            appendDetails(of: tensor, tree.facts[node])
        }
        if let twin = tree.twins.isEmpty ? nil : tree.twins[node] {
            append(" " + palette(.dim, "= \(twin.text.printable)"))
        }
        output.append(UInt8(ascii: "\n"))
    }

    /// Tensors and values are numbered; modules and components are not.
    private mutating func appendNumber(isNumbered: Bool) {
        guard let width = tree.numberWidth else { return }
        guard isNumbered else {
            return output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: width + 2))
        }
        let digits = String(number)
        let padding = String(repeating: " ", count: max(width - digits.count, 0))
        append(palette(.red, "(\(digits)\(padding))"))
        number += 1
    }

    private mutating func appendName(of node: Int, _ style: Palette.Style) {
        let fold = tree.tree.folds.isEmpty ? nil : tree.tree.folds[node]
        guard palette.isColored || fold != nil else { return appendName(of: node) }
        append(palette(style, name(of: node) + (fold.map { " ×\($0.count)" } ?? "")))
    }

    private mutating func appendName(of node: Int) {
        let range = tree.tree.nodes[node].name
        let isPlain = tree.tree.names.withUnsafeBytes { names in
            let name = UnsafeRawBufferPointer(rebasing: names[range])
            guard name.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else { return false }
            output.append(contentsOf: name)
            return true
        }
        if !isPlain { append(tree.tree.name(of: node).printable) }
    }

    /// `0…3` for folded siblings.
    private func name(of node: Int) -> String {
        let name = tree.tree.name(of: node).printable
        return tree.tree.folds[node].map { "\(name)…\(tree.tree.name(of: $0.last).printable)" } ?? name
    }

    private mutating func extendPrefix(by node: Int) {
        guard tree.options.showsFullNames else { return }
        let name = name(of: node)
        if !name.isEmpty { prefix.append(contentsOf: (name + ".").utf8) }
    }

    private mutating func appendSize(of node: Int) {
        let measured = tree.tree.sizes[node]
        let size = "\(byteText(measured.byteCount)) in \(countText(measured.tensorCount, "tensor"))"
        append((tree.tree.nodes[node].name.isEmpty ? "" : " ") + palette(.dim, size))
    }

    private mutating func appendDetails(of tensor: LazyTensor, _ facts: TensorFacts?) {
        let options = tree.options
        if options.showsShapes { append(" " + pythonTuple(tensor.shape)) }
        if options.showsDTypes {
            append(" " + tensor.dtype.rawValue)
            if tensor.form != .strided { append(" " + tensor.form.rawValue) }
        }
        if options.showsSizes { append(" " + byteText(tensor.byteCount)) }
        if let statistics = facts?.statistics { append(" " + statistics.text) }
        if let digest = facts?.digest { append(" " + digest) }
        if let unread = facts?.unread { append(" (\(unread))") }
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ text: StaticString) {
        append(contentsOf: UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}

extension TensorStatistics {
    /// `min -1.25 max 3 mean 0.0125 std 0.5`, and the counts of what is not finite.
    var text: String {
        let parts = [("min", minimum), ("max", maximum), ("mean", mean), ("std", standardDeviation)]
        var text = parts.compactMap { name, value in value.map { "\(name) \(shortText($0))" } }
        if nanCount > 0 { text.append("nan \(nanCount)") }
        if infinityCount > 0 { text.append("inf \(infinityCount)") }
        return text.joined(separator: " ")
    }
}
