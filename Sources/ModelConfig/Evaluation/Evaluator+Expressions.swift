import PythonSyntax

extension Evaluator {
    func evaluate(_ expression: PythonExpression) throws -> Value {
        offset = expression.offset
        try heap.step()
        switch expression.form {
        case .none: return .none
        case .bool(let flag): return .bool(flag)
        case .int(let value): return .int(value)
        case .float(let value): return .float(value)
        case .string(let text): return try heap.string(text)
        case .formatted(let parts): return try heap.string(try formatted(parts))
        case .name(let name): return try value(ofName: name)
        case .list(let parts): return .list(try heap.list(try displayed(parts)))
        case .tuple(let parts): return .tuple(try heap.tuple(try displayed(parts)))
        case .set(let parts): return .set(try heap.set(try displayed(parts)))
        case .dictionary(let items): return .dictionary(try dictionary(items))
        case .call(let function, let arguments): return try call(function, arguments, at: expression.offset)
        case .subscripted(let value, let key): return try subscripted(value, key, at: expression.offset)
        case .attribute(let value, let name):
            let value = try evaluate(value)
            offset = expression.offset
            return try attribute(name, of: value)
        case .unary(let operation, let value): return try unary(operation, value, at: expression.offset)
        case .binary(let left, let operation, let right):
            let (left, right) = (try evaluate(left), try evaluate(right))
            offset = expression.offset
            return try binary(left, operation, right)
        case .comparison(let first, let comparisons):
            return .bool(try compare(first, comparisons, at: expression.offset))
        case .and(let parts): return try first(of: parts) { !$0.isTrue }
        case .or(let parts): return try first(of: parts) { $0.isTrue }
        case .conditional(let value, let test, let otherwise):
            return try evaluate(try evaluate(test).isTrue ? value : otherwise)
        case .comprehension(let comprehension): return try evaluate(comprehension)
        case .starred, .slice: throw Reason.unsupported("this expression here")
        }
    }

    private func first(of parts: [PythonExpression], where ends: (Value) -> Bool) throws -> Value {
        var value = Value.none
        for part in parts {
            value = try evaluate(part)
            if ends(value) { break }
        }
        return value
    }

    /// The parts of a display or the positional arguments of a call, `*values` in their place.
    func displayed(_ parts: [PythonExpression]) throws -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(parts.count)
        for part in parts {
            guard case .starred(let value) = part.form else {
                values.append(try evaluate(part))
                continue
            }
            let more = try elements(of: try evaluate(value))
            try heap.charge(elements: more.count)
            values += more
        }
        return values
    }

    private func dictionary(_ items: [PythonDictionaryItem]) throws -> DictionaryObject {
        let result = try heap.dictionary()
        for item in items {
            guard let keyExpression = item.key else {
                let value = try evaluate(item.value)
                guard case .dictionary(let other) = value else {
                    throw Reason.type("'**' needs a dict, not \(value.typeName)")
                }
                for entry in other.entries {
                    try heap.store(entry.value, forKey: entry.key, in: result, origin: entry.origin)
                }
                continue
            }
            let key = try evaluate(keyExpression)
            let value = try evaluate(item.value)
            offset = keyExpression.offset
            try heap.store(value, forKey: key, in: result, origin: origin(offset))
        }
        return result
    }

    private func subscripted(_ value: PythonExpression, _ key: PythonExpression, at start: Int) throws -> Value {
        let value = try evaluate(value)
        let subscripts = Subscripts(heap: heap)
        if case .slice(let lower, let upper, let step) = key.form {
            let bounds = (try lower.map(evaluate), try upper.map(evaluate), try step.map(evaluate))
            offset = start
            return try subscripts.slice(value, bounds.0, bounds.1, bounds.2)
        }
        let key = try evaluate(key)
        offset = start
        return try subscripts.element(key, of: value)
    }

    func attribute(_ name: String, of value: Value) throws -> Value {
        switch value {
        case .dictionary(let dictionary) where dictionary.isConfig:
            if let value = dictionary[name] { return value }
            throw Reason.missingKey("'\(name)'", in: "the base's dict", nearest: dictionary.keysLike(.string(name)))
        case .dictionary:
            throw Reason.attribute(name, of: "a dict of this file, whose keys are written ['\(name)'],", nearest: [])
        case .module(let module):
            guard let value = StandardModule.attribute(name, of: module) else {
                throw Reason.unsupported("'\(module).\(name)'")
            }
            return value
        case .reference(let imported):
            try heap.charge(text: imported.path.utf8.count + name.utf8.count)
            return .reference(imported.attribute(name))
        default: throw Reason.attribute(name, of: value.typeName, nearest: [])
        }
    }

    private func unary(_ operation: PythonUnaryOperator, _ operand: PythonExpression, at start: Int) throws -> Value {
        let value = try evaluate(operand)
        offset = start
        if operation == .not { return .bool(!value.isTrue) }
        guard let number = value.number else {
            throw Reason.type("'\(operation.rawValue)' needs a number, not \(value.typeName)")
        }
        switch (operation, number) {
        case (.plus, .int(let value)): return .int(value)
        case (.plus, .float(let value)): return .float(value)
        case (.minus, .float(let value)): return .float(-value)
        case (.minus, .int(let value)):
            let (result, overflow) = Int(0).subtractingReportingOverflow(value)
            guard !overflow else { throw Arithmetic.tooLarge }
            return .int(result)
        case (.complement, .int(let value)): return .int(~value)
        default: throw Reason.type("'\(operation.rawValue)' needs an int, not a float")
        }
    }

    private func compare(_ first: PythonExpression, _ comparisons: [PythonComparison], at start: Int) throws -> Bool {
        var left = try evaluate(first)
        for comparison in comparisons {
            let right = try evaluate(comparison.value)
            offset = start
            guard try Comparison(heap: heap).result(left, comparison.comparison, right) else { return false }
            left = right
        }
        return true
    }

    private func formatted(_ parts: [PythonFormattedPart]) throws -> String {
        var text = ""
        for part in parts {
            switch part {
            case .text(let piece): text += piece
            case .field(let expression, let conversion, let specification):
                var value = try evaluate(expression)
                let specification = try formatted(specification)
                offset = expression.offset
                if let conversion {
                    value = .string(try StringTemplate.converted(value, String(conversion), in: heap))
                }
                text += try StringFormat(specification).text(value, in: heap)
            }
        }
        return text
    }

    // MARK: Comprehensions

    private func evaluate(_ comprehension: PythonComprehension) throws -> Value {
        scopes.append([:])
        defer { scopes.removeLast() }
        switch comprehension.kind {
        case .list:
            let list = try heap.list([])
            try run(comprehension.clauses[...]) {
                try self.heap.charge(elements: 1)
                list.elements.append(try self.evaluate(comprehension.element))
            }
            return .list(list)
        case .generator:
            var values: [Value] = []
            try run(comprehension.clauses[...]) {
                try self.heap.charge(elements: 1)
                values.append(try self.evaluate(comprehension.element))
            }
            return .iterable(try heap.tuple(values), type: "generator")
        case .set:
            let set = try heap.set()
            try run(comprehension.clauses[...]) {
                try self.heap.charge(elements: 1)
                try set.insert(try self.evaluate(comprehension.element))
            }
            return .set(set)
        case .dictionary:
            let dictionary = try heap.dictionary()
            try run(comprehension.clauses[...]) {
                let key = try self.evaluate(comprehension.element)
                let value = try comprehension.value.map(self.evaluate) ?? .none
                let origin = self.origin(comprehension.element.offset)
                try self.heap.store(value, forKey: key, in: dictionary, origin: origin)
            }
            return .dictionary(dictionary)
        }
    }

    private func run(_ clauses: ArraySlice<PythonComprehension.Clause>, _ body: () throws -> Void) throws {
        guard let clause = clauses.first else { return try body() }
        let iterable = try evaluate(clause.iterable)
        offset = clause.iterable.offset
        for element in try elements(of: iterable) {
            try heap.step()
            try assignLocal(clause.target, element)
            guard try clause.conditions.allSatisfy({ try evaluate($0).isTrue }) else { continue }
            try run(clauses.dropFirst(), body)
        }
    }

    private func assignLocal(_ target: PythonExpression, _ value: Value) throws {
        switch target.form {
        case .name(let name): scopes[scopes.count - 1][name] = value
        case .tuple(let targets), .list(let targets):
            for (target, value) in zip(targets, try unpacked(value, into: targets.count, at: target.offset)) {
                try assignLocal(target, value)
            }
        default: throw Reason.unsupported("this target of a comprehension")
        }
    }

    /// The elements of a value that is assigned to several targets.
    func unpacked(_ value: Value, into count: Int, at offset: Int) throws -> [Value] {
        let values = try elements(of: value)
        self.offset = offset
        guard values.count == count else {
            throw Reason.value("\(values.count) values for \(count) targets")
        }
        return values
    }
}
