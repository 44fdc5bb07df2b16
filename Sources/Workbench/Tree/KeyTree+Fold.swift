import TensorCore

extension KeyTree {
    /// Folds neighbours into one where they are numbered and equal: the same names, dtypes and shapes below them.
    /// Numbered siblings are taken in the order of their numbers: shards scatter them.
    mutating func fold() {
        var numbers: [Form: Int] = [:]
        var forms = [Int](repeating: 0, count: nodes.count)
        // Children lie after their parents: from the end on, those of a node are done before it.
        for index in nodes.indices.reversed() {
            sortNumbered(below: index)
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
        let sorted = children(of: node).sorted { left, right in
            names[nodes[left].name].lexicographicallyPrecedes(names[nodes[right].name])
        }
        for child in sorted {
            form.children.append(names[nodes[child].name])
            form.childForms.append(forms[child])
            form.childCounts.append(folds[child]?.count ?? 1)
        }
        return form
    }

    /// Gives the places of numbered children to them in the order of their numbers.
    private mutating func sortNumbered(below parent: Int) {
        var all = Array(children(of: parent))
        let places = all.indices.filter { isNumbered(all[$0]) }
        let numbered = places.map { all[$0] }
        let sorted = numbered.sorted(by: precedes)
        guard numbered != sorted else { return }
        for (place, node) in zip(places, sorted) { all[place] = node }
        nodes[parent].firstChild = Int32(all[0])
        nodes[parent].lastChild = Int32(all[all.count - 1])
        for (index, node) in all.enumerated() {
            nodes[node].nextSibling = index + 1 < all.count ? Int32(all[index + 1]) : -1
        }
    }

    /// By their numbers, which may have more digits than an `Int`; equal ones in the order of the file.
    private func precedes(_ left: Int, _ right: Int) -> Bool {
        let zero = UInt8(ascii: "0")
        let (first, second) = (
            names[nodes[left].name].drop { $0 == zero }, names[nodes[right].name].drop { $0 == zero }
        )
        if first.count != second.count { return first.count < second.count }
        if first.elementsEqual(second) { return left < right }
        return first.lexicographicallyPrecedes(second)
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
                    sizes[last].byteCount = sizes[last].byteCount.addingSaturated(sizes[next].byteCount)
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
