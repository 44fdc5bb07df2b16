import ModelGraph

extension Call {
    /// `torch.einsum`: operands are multiplied from left to right, and what no later one has is summed.
    func einsum(_ equation: String, _ tensors: [ProgramTensor]) throws -> ProgramTensor {
        let sum = try EinsteinSum(equation, ranks: tensors.map(\.shape.count))
        let operands = try zip(tensors, sum.operands).map { try withDistinctLabels($0, $1) }
        guard var (left, labels) = operands.first else { throw CallError("it has no operands") }
        for (position, (right, own)) in operands.enumerated().dropFirst() {
            let later = Set(sum.operands[(position + 1)...].joined()).union(sum.output)
            (left, labels) = try product(left, labels, right, own, kept: later)
        }
        left = try summed(left, &labels, kept: Set(sum.output))
        return try permuted(left, from: labels, to: sum.output)
    }

    /// The operand with one axis for a label that stands twice: the diagonal of both, as the last axis.
    private func withDistinctLabels(_ tensor: ProgramTensor, _ labels: [Int]) throws -> (ProgramTensor, [Int]) {
        var (tensor, labels) = (tensor, labels)
        while let first = labels.indices.first(where: { labels[($0 + 1)...].contains(labels[$0]) }),
            let second = labels.lastIndex(of: labels[first])
        {
            guard tensor.shape[first] == tensor.shape[second] else { throw CallError("extents of one label differ") }
            tensor = try diagonal(of: tensor, rows: first, columns: second)
            labels = labels.indices.filter { $0 != first && $0 != second }.map { labels[$0] } + [labels[first]]
        }
        return (tensor, labels)
    }

    /// One axis a label: those that both have and nothing else has are summed.
    private func product(
        _ left: ProgramTensor, _ leftLabels: [Int], _ right: ProgramTensor, _ rightLabels: [Int], kept: Set<Int>
    ) throws -> (ProgramTensor, [Int]) {
        var (a, b) = (leftLabels, rightLabels)
        let left = try summed(left, &a, kept: kept.union(b))
        let right = try summed(right, &b, kept: kept.union(a))
        let extents = Dictionary(Array(zip(a, left.shape)) + Array(zip(b, right.shape))) { max($0, $1) }
        func size(_ labels: [Int]) -> Int { labels.reduce(1) { multipliedSaturated($0, extents[$1] ?? 1) } }
        let batch = a.filter { b.contains($0) && kept.contains($0) }
        let inner = a.filter { b.contains($0) && !kept.contains($0) }
        let rows = a.filter { !b.contains($0) }
        let columns = b.filter { !a.contains($0) }
        let leading = batch.map { extents[$0] ?? 1 }
        let x = try reshaped(permuted(left, from: a, to: batch + rows + inner), leading + [size(rows), size(inner)])
        let y = try reshaped(
            permuted(right, from: b, to: batch + columns + inner), leading + [size(columns), size(inner)])
        let rank = y.shape.count
        let axes = Array(0..<rank - 2) + [rank - 1, rank - 2]
        let output = try product(x, y.viewed(.permute(axes), axes.map { y.shape[$0] }))
        let labels = batch + rows + columns
        return (try reshaped(output, labels.map { extents[$0] ?? 1 }), labels)
    }

    private func reshaped(_ tensor: ProgramTensor, _ shape: [Int]) throws -> ProgramTensor {
        guard shape.reduce(1, multipliedSaturated) == tensor.shape.reduce(1, *) else {
            throw CallError("extents of one label differ, or one of them is 1")
        }
        return tensor.shape == shape ? tensor : tensor.viewed(.reshape(shape), shape)
    }

    private func permuted(_ tensor: ProgramTensor, from: [Int], to labels: [Int]) throws -> ProgramTensor {
        let axes = labels.compactMap { from.firstIndex(of: $0) }
        guard axes.count == from.count, labels.count == from.count, Set(from).count == from.count else {
            throw CallError("a label stands twice in an operand, or in the output only")
        }
        return axes == Array(from.indices) ? tensor : tensor.viewed(.permute(axes), axes.map { tensor.shape[$0] })
    }

    private func summed(_ tensor: ProgramTensor, _ labels: inout [Int], kept: Set<Int>) throws -> ProgramTensor {
        let axes = labels.indices.filter { !kept.contains(labels[$0]) }
        guard !axes.isEmpty else { return tensor }
        let sum = tracer.tensor(try scope.record(.reduce(.init(.sum, axes: axes)), value(tensor)))
        let shape = labels.indices.filter { !axes.contains($0) }.map { tensor.shape[$0] }
        labels = labels.filter { kept.contains($0) }
        return sum.viewed(.reshape(shape), shape)
    }
}

/// An equation such as `bhid,bhjd->bhij`, its letters as numbers. `...` stands for the leading axes that have none.
private struct EinsteinSum {
    private(set) var operands: [[Int]] = []
    private(set) var output: [Int] = []

    init(_ equation: String, ranks: [Int]) throws {
        let sides = equation.filter { $0 != " " }.replacing("->", with: ">").split(
            separator: ">", omittingEmptySubsequences: false)
        let parts = sides[0].split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == ranks.count, sides.count <= 2, equation.utf8.count < 256 else {
            throw CallError("the equation '\(equation)' is not of \(ranks.count) operands")
        }
        var longest = 0
        for (part, rank) in zip(parts, ranks) {
            let letters = part.filter { $0 != "." }.count
            guard rank >= letters, part.contains("...") || rank == letters else {
                throw CallError("'\(part)' does not name the \(rank) axes of its operand")
            }
            longest = max(longest, rank - letters)
        }
        operands = zip(parts, ranks).map { part, rank in
            Self.labels(part, dots: rank - part.filter { $0 != "." }.count, of: longest)
        }
        guard zip(operands, ranks).allSatisfy({ $0.count == $1 }) else {
            throw CallError("the equation '\(equation)' has dots that are not '...'")
        }
        if sides.count == 2 {
            output = Self.labels(sides[1], dots: sides[1].contains("...") ? longest : 0, of: longest)
        } else {
            let all = operands.joined()
            output = Set(all).filter { label in label < 0 || all.count { $0 == label } == 1 }.sorted()
        }
    }

    /// Negative numbers for the axes of `...`, from the last one.
    private static func labels(_ part: Substring, dots: Int, of longest: Int) -> [Int] {
        var labels: [Int] = []
        var rest = part
        while let letter = rest.first {
            if rest.hasPrefix("...") {
                labels += (0..<dots).map { $0 - dots }
                rest = rest.dropFirst(3)
            } else {
                labels.append(Int(letter.unicodeScalars.first?.value ?? 0))
                rest = rest.dropFirst()
            }
        }
        return labels
    }
}
