import TensorCore

extension KeyTree {
    /// Folds neighbours into one where they are numbered and equal: the same names, dtypes and shapes below them,
    /// in the same order.
    mutating func fold() {
        var numbers: [Form: Int] = [:]
        var forms = [Int](repeating: 0, count: nodes.count)
        // Children lie behind their parents: from the end on, those of a node are done before it.
        for index in nodes.indices.reversed() {
            foldChildren(of: index, forms)
            let form = form(of: index, forms)
            forms[index] = numbers[form] ?? numbers.count
            numbers[form] = forms[index]
        }
    }

    /// What two nodes must have in common to be equal, but for their names. Equal forms have equal numbers.
    private struct Form: Hashable {
        var dtype: DType?
        var shape: [Int]?
        var children: [ArraySlice<UInt8>] = []
        var childForms: [Int] = []
        var childCounts: [Int] = []
    }

    private func form(of node: Int, _ forms: [Int]) -> Form {
        var form = Form()
        if let tensor = entry(of: node)?.tensor {
            form.dtype = tensor.dtype
            form.shape = tensor.shape
        }
        for child in children(of: node) {
            form.children.append(names[nodes[child].name])
            form.childForms.append(forms[child])
            form.childCounts.append(folds[child]?.count ?? 1)
        }
        return form
    }

    private mutating func foldChildren(of parent: Int, _ forms: [Int]) {
        var last = Int(nodes[parent].firstChild)
        while last >= 0 {
            let next = Int(nodes[last].nextSibling)
            guard next >= 0 else { break }
            if forms[last] == forms[next], isNumbered(last), isNumbered(next) {
                folds[last] = Fold(last: next, count: (folds[last]?.count ?? 1) + 1)
                if !sizes.isEmpty {
                    sizes[last].tensorCount += sizes[next].tensorCount
                    sizes[last].byteCount += sizes[next].byteCount
                }
                nodes[last].nextSibling = nodes[next].nextSibling
                if nodes[parent].lastChild == next { nodes[parent].lastChild = Int32(last) }
            } else {
                last = next
            }
        }
    }

    private func isNumbered(_ node: Int) -> Bool {
        let name = names[nodes[node].name]
        return !name.isEmpty && name.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
