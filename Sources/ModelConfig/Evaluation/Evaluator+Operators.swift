import PythonSyntax

extension Evaluator {
    func binary(_ left: Value, _ operation: PythonBinaryOperator, _ right: Value) throws -> Value {
        if case .bool(let left) = left, case .bool(let right) = right {
            switch operation {
            case .and: return .bool(left && right)
            case .or: return .bool(left || right)
            case .exclusiveOr: return .bool(left != right)
            default: break
            }
        }
        if let left = left.number, let right = right.number {
            switch try Arithmetic.result(left, operation, right) {
            case .int(let value): return .int(value)
            case .float(let value): return .float(value)
            }
        }
        switch (operation, left, right) {
        case (.add, .string(let left), .string(let right)):
            try heap.charge(text: left.utf8.count + right.utf8.count)
            return .string(left + right)
        case (.add, .list(let left), .list(let right)):
            return .list(try heap.list(try joined(left.elements, right.elements)))
        case (.add, .tuple(let left), .tuple(let right)):
            return .tuple(try heap.tuple(try joined(left.elements, right.elements)))
        case (.multiply, _, _):
            if let count = right.integer { return try repeated(left, count, by: right) }
            if let count = left.integer { return try repeated(right, count, by: left) }
        case (.remainder, .string(let text), _):
            return .string(try StringTemplate.percent(text, right, in: heap))
        case (.or, .set(let left), .set(let right)):
            return .set(try heap.set(try joined(left.elements, right.elements)))
        case (.and, .set(let left), .set(let right)):
            try heap.work(left.elements.count)
            return .set(try heap.set(try left.elements.filter { try right.contains($0) }))
        case (.subtract, .set(let left), .set(let right)):
            try heap.work(left.elements.count)
            return .set(try heap.set(try left.elements.filter { try !right.contains($0) }))
        case (.or, .dictionary(let left), .dictionary(let right)) where !left.isConfig && !right.isConfig:
            let result = try heap.dictionary()
            for entry in left.entries + right.entries {
                try heap.store(entry.value, forKey: entry.key, in: result, origin: entry.origin)
            }
            return .dictionary(result)
        default: break
        }
        throw Reason.type("'\(operation.rawValue)' does not take \(left.typeName) and \(right.typeName)")
    }

    private func joined(_ left: [Value], _ right: [Value]) throws -> [Value] {
        try heap.checkRoom(elements: left.count + right.count)
        return left + right
    }

    private func repeated(_ value: Value, _ count: Int, by factor: Value) throws -> Value {
        let count = max(count, 0)
        func product(_ size: Int) -> Int {
            let (product, overflow) = size.multipliedReportingOverflow(by: count)
            return overflow ? .max : product
        }
        switch value {
        case .string(let text):
            try heap.charge(text: product(text.utf8.count))
            return .string(String(repeating: text, count: count))
        case .list(let list): return .list(try heap.list(try repeated(list.elements, count, product)))
        case .tuple(let tuple): return .tuple(try heap.tuple(try repeated(tuple.elements, count, product)))
        default: throw Reason.type("'*' does not take \(value.typeName) and \(factor.typeName)")
        }
    }

    private func repeated(_ elements: [Value], _ count: Int, _ product: (Int) -> Int) throws -> [Value] {
        try heap.checkRoom(elements: product(elements.count))
        guard !elements.isEmpty else { return [] }
        var result: [Value] = []
        result.reserveCapacity(elements.count * count)
        for _ in 0..<count { result += elements }
        return result
    }

    /// `left op= right`: a list grows in its place, so that all its names see it.
    func inPlace(_ left: Value, _ operation: PythonBinaryOperator, _ right: Value) throws -> Value {
        switch (operation, left) {
        case (.add, .list(let list)):
            let more = try elements(of: right)
            try heap.charge(elements: more.count)
            list.elements += more
            return left
        case (.multiply, .list(let list)):
            if case .list(let product) = try binary(left, .multiply, right) { list.elements = product.elements }
            return left
        case (.or, .dictionary(let dictionary)):
            guard case .dictionary(let other) = right else { break }
            try update(dictionary, with: other.entries)
            return left
        case (.or, .set(let set)):
            guard case .set(let other) = right else { break }
            try heap.charge(elements: other.elements.count)
            for element in other.elements { try set.insert(element) }
            return left
        default: break
        }
        return try binary(left, operation, right)
    }
}
