import TensorCore

extension TreeNode {
    /// The tree with neighbours folded into one where they are numbered and equal: the same names, dtypes and shapes
    /// below them, in the same order.
    func folded() -> TreeNode {
        var folder = TreeFolder()
        return folder.fold(self).node
    }
}

/// Gives equal subtrees equal numbers.
private struct TreeFolder {
    private struct Form: Hashable {
        var dtype: DType?
        var shape: [Int]?
        var children: [Key]
        var childForms: [Int]
        var childCounts: [Int]
    }

    private var numbers: [Form: Int] = [:]

    mutating func fold(_ node: TreeNode) -> (node: TreeNode, form: Int) {
        var children: [(node: TreeNode, form: Int)] = []
        for child in node.children {
            let next = fold(child)
            if let last = children.last, last.form == next.form, last.node.isNumbered, next.node.isNumbered {
                let count = (last.node.fold?.count ?? 1) + 1
                children[children.count - 1].node = TreeNode(
                    name: last.node.name, entry: last.node.entry, children: last.node.children,
                    fold: (next.node.name, count))
            } else {
                children.append(next)
            }
        }
        var form = Form(
            children: children.map { Key($0.node.name) }, childForms: children.map(\.form),
            childCounts: children.map { $0.node.fold?.count ?? 1 })
        if case .tensor(let tensor) = node.entry {
            form.dtype = tensor.dtype
            form.shape = tensor.shape
        }
        let number = numbers[form] ?? numbers.count
        numbers[form] = number
        return (TreeNode(name: node.name, entry: node.entry, children: children.map(\.node)), number)
    }
}

extension TreeNode {
    fileprivate var isNumbered: Bool { !name.isEmpty && name.utf8.allSatisfy { (48...57).contains($0) } }
}
