import PythonSyntax

/// Python's comparisons of values.
struct Comparison {
    let heap: Heap

    func result(_ left: Value, _ comparison: PythonComparison.Operator, _ right: Value) throws -> Bool {
        switch comparison {
        case .equal: try isEqual(left, right)
        case .notEqual: try !isEqual(left, right)
        case .less: try isLess(left, right, orEqual: false)
        case .lessOrEqual: try isLess(left, right, orEqual: true)
        case .greater: try isLess(right, left, orEqual: false)
        case .greaterOrEqual: try isLess(right, left, orEqual: true)
        case .isIn: try contains(right, left)
        case .isNotIn: try !contains(right, left)
        case .isSame: try isSame(left, right)
        case .isNotSame: try !isSame(left, right)
        }
    }

    func isEqual(_ left: Value, _ right: Value, depth: Int = 0) throws -> Bool {
        try heap.check(depth: depth)
        try heap.step()
        if let left = left.number, let right = right.number { return Arithmetic.isEqual(left, right) }
        switch (left, right) {
        case (.none, .none): return true
        case (.string(let left), .string(let right)):
            return try isSame(left, right)
        case (.list(let left), .list(let right)):
            return try areEqual(left.elements, right.elements, depth: depth)
        case (.tuple(let left), .tuple(let right)):
            return try areEqual(left.elements, right.elements, depth: depth)
        case (.set(let left), .set(let right)):
            guard left.elements.count == right.elements.count else { return false }
            try heap.work(left.elements.count)
            return try left.elements.allSatisfy { try right.contains($0) }
        case (.dictionary(let left), .dictionary(let right)):
            guard left.count == right.count else { return false }
            return try left.entries.allSatisfy { entry in
                guard let other = try right.entry(entry.key) else { return false }
                return try isEqual(entry.value, other.value, depth: depth + 1)
            }
        default: return try isSame(left, right)
        }
    }

    private func areEqual(_ left: [Value], _ right: [Value], depth: Int) throws -> Bool {
        guard left.count == right.count else { return false }
        for (left, right) in zip(left, right) where try !isEqual(left, right, depth: depth + 1) { return false }
        return true
    }

    func isLess(_ left: Value, _ right: Value, orEqual: Bool, depth: Int = 0) throws -> Bool {
        try heap.check(depth: depth)
        try heap.step()
        if let left = left.number, let right = right.number {
            return Arithmetic.isLess(left, right) || (orEqual && Arithmetic.isEqual(left, right))
        }
        switch (left, right) {
        case (.string(let left), .string(let right)):
            try heap.work(min(left.utf8.count, right.utf8.count))
            let (left, right) = (left.unicodeScalars, right.unicodeScalars)
            return orEqual ? !right.lexicographicallyPrecedes(left) : left.lexicographicallyPrecedes(right)
        case (.list(let left), .list(let right)):
            return try isLess(left.elements, right.elements, orEqual: orEqual, depth: depth)
        case (.tuple(let left), .tuple(let right)):
            return try isLess(left.elements, right.elements, orEqual: orEqual, depth: depth)
        default:
            throw ConfigError.Reason.type("\(left.typeName) and \(right.typeName) have no order")
        }
    }

    private func isLess(_ left: [Value], _ right: [Value], orEqual: Bool, depth: Int) throws -> Bool {
        for (left, right) in zip(left, right) where try !isEqual(left, right, depth: depth + 1) {
            return try isLess(left, right, orEqual: orEqual, depth: depth + 1)
        }
        return orEqual ? left.count <= right.count : left.count < right.count
    }

    func contains(_ container: Value, _ element: Value) throws -> Bool {
        switch container {
        case .string(let text):
            guard case .string(let part) = element else {
                throw ConfigError.Reason.type("'in' of a str needs a str, found \(element.typeName)")
            }
            try StringSearch.charge(part, in: text, to: heap)
            return StringSearch.firstIndex(of: Array(part.utf8), in: Array(text.utf8)) != nil
        case .list(let list): return try list.elements.contains { try isEqual($0, element) }
        case .tuple(let tuple): return try tuple.elements.contains { try isEqual($0, element) }
        case .iterable(let values, _): return try values.elements.contains { try isEqual($0, element) }
        case .set(let set): return try set.contains(element)
        case .dictionary(let dictionary): return try dictionary.index(of: element) != nil
        default: throw ConfigError.Reason.type("\(container.typeName) contains nothing")
        }
    }

    private func isSame(_ left: Value, _ right: Value) throws -> Bool {
        switch (left, right) {
        case (.none, .none): return true
        case (.bool(let left), .bool(let right)): return left == right
        case (.int(let left), .int(let right)): return left == right
        case (.float(let left), .float(let right)): return left == right
        case (.string(let left), .string(let right)): return try isSame(left, right)
        case (.list(let left), .list(let right)): return left === right
        case (.tuple(let left), .tuple(let right)): return left === right
        case (.set(let left), .set(let right)): return left === right
        case (.dictionary(let left), .dictionary(let right)): return left === right
        case (.reference(let left), .reference(let right)):
            try heap.work(left.path.utf8.count)
            return left == right
        case (.module(let left), .module(let right)): return left == right
        case (.function(let left), .function(let right)): return left == right
        default: return false
        }
    }

    private func isSame(_ left: String, _ right: String) throws -> Bool {
        guard left.utf8.count == right.utf8.count else { return false }
        try heap.work(left.utf8.count)
        return ScalarText(left) == ScalarText(right)
    }
}

enum StringSearch {
    /// Counts the work of a search: each place of the text may look like the part for long.
    static func charge(_ part: String, in text: String, to heap: Heap) throws {
        let (product, overflow) = text.utf8.count.multipliedReportingOverflow(by: part.utf8.count)
        try heap.work(overflow ? .max : text.utf8.count + product / 256)
    }

    /// Where `part` first begins at or after `start`.
    static func firstIndex(of part: [UInt8], in text: [UInt8], from start: Int = 0) -> Int? {
        guard !part.isEmpty else { return start }
        guard text.count >= part.count, start <= text.count - part.count else { return nil }
        return (start...(text.count - part.count)).first { index in
            text[index] == part[0] && text[index..<(index + part.count)].elementsEqual(part)
        }
    }
}
