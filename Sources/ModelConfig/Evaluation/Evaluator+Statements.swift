import PythonSyntax

extension Evaluator {
    func execute(_ statements: [PythonStatement]) throws {
        for statement in statements { try execute(statement) }
    }

    private func execute(_ statement: PythonStatement) throws {
        offset = statement.offset
        try heap.step()
        switch statement.form {
        case .expression(let expression):
            // A string that stands alone is a comment.
            if case .string = expression.form { return }
            _ = try evaluate(expression)
        case .assign(let targets, let value):
            // `_base_ = …` was followed before anything is executed.
            if case .name(ConfigKeys.base) = targets[0].form { return }
            let value = try evaluate(value)
            for target in targets { try assign(value, to: target) }
        case .annotatedAssign(let target, let value):
            if let value { try assign(try evaluate(value), to: target) }
        case .augmentedAssign(let target, let operation, let value): try assign(target, operation, value)
        case .delete(let targets): for target in targets { try delete(target) }
        case .pass: return
        case .importModules(let imports): for module in imports { try bind(module) }
        case .importNames(let imports): try bind(imports)
        case .with:
            throw Reason.style("only one `with read_base():` is read, and only at the top level of a new-style config")
        case .conditional(let test, let body, let otherwise):
            try execute(try evaluate(test).isTrue ? body : otherwise)
        case .loop(let target, let iterable, let body, let otherwise):
            let values = try evaluate(iterable)
            offset = iterable.offset
            for value in try elements(of: values) {
                try heap.step()
                try assign(value, to: target)
                try execute(body)
            }
            try execute(otherwise)
        }
    }

    // MARK: Assignment

    func assign(_ value: Value, to target: PythonExpression) throws {
        switch target.form {
        case .name(let name): try bind(name, value, at: target.offset)
        case .subscripted(let container, let key):
            let container = try evaluate(container)
            let key = try evaluateIndex(key)
            offset = target.offset
            try store(value, at: key, in: container, origin: origin(target.offset))
        case .attribute(let container, let name):
            let container = try evaluate(container)
            offset = target.offset
            try store(value, named: name, in: container, origin: origin(target.offset))
        case .tuple(let targets), .list(let targets):
            for (target, value) in zip(targets, try unpacked(value, into: targets.count, at: target.offset)) {
                try assign(value, to: target)
            }
        default: throw Reason.unsupported("an assignment to this")
        }
    }

    private func assign(_ target: PythonExpression, _ operation: PythonBinaryOperator, _ operand: PythonExpression)
        throws
    {
        switch target.form {
        case .name(let name):
            let left = try value(ofName: name)
            let right = try evaluate(operand)
            offset = target.offset
            try bind(name, try inPlace(left, operation, right), at: target.offset)
        case .subscripted(let container, let key):
            let container = try evaluate(container)
            let key = try evaluateIndex(key)
            offset = target.offset
            let left = try Subscripts(heap: heap).element(key, of: container)
            let right = try evaluate(operand)
            offset = target.offset
            try store(try inPlace(left, operation, right), at: key, in: container, origin: origin(target.offset))
        case .attribute(let container, let name):
            let container = try evaluate(container)
            offset = target.offset
            let left = try attribute(name, of: container)
            let right = try evaluate(operand)
            offset = target.offset
            try store(try inPlace(left, operation, right), named: name, in: container, origin: origin(target.offset))
        default: throw Reason.unsupported("an assignment to this")
        }
    }

    private func evaluateIndex(_ key: PythonExpression) throws -> Value {
        if case .slice = key.form { throw Reason.unsupported("an assignment to a slice") }
        return try evaluate(key)
    }

    private func store(_ value: Value, at key: Value, in container: Value, origin: Origin) throws {
        switch container {
        case .dictionary(let dictionary): try heap.store(value, forKey: key, in: dictionary, origin: origin)
        case .list(let list):
            let index = try Subscripts.index(key, for: container)
            list.elements[try Subscripts.position(index, of: list.elements.count)] = value
        default: throw Reason.type("elements of \(container.typeName) cannot be assigned")
        }
    }

    private func store(_ value: Value, named name: String, in container: Value, origin: Origin) throws {
        guard case .dictionary(let dictionary) = container, dictionary.isConfig else {
            if case .dictionary = container {
                throw Reason.attribute(
                    name, of: "a dict of this file, whose keys are written ['\(name)'],", nearest: [])
            }
            throw Reason.type("attributes of \(container.typeName) cannot be assigned")
        }
        guard !ConfigKeys.attributes.contains(name) else {
            throw Reason.type("'\(name)' is a method of dicts: write ['\(name)']")
        }
        try heap.store(value, forKey: .string(name), in: dictionary, origin: origin)
    }

    private func delete(_ target: PythonExpression) throws {
        switch target.form {
        case .name(let name):
            _ = try value(ofName: name)
            try heap.work(globals.count)
            try globals.remove(.string(name))
        case .subscripted(let container, let key):
            let container = try evaluate(container)
            let key = try evaluateIndex(key)
            offset = target.offset
            switch container {
            case .dictionary(let dictionary):
                try heap.work(dictionary.count)
                guard try dictionary.remove(key) != nil else {
                    throw try Subscripts.missing(key, in: dictionary, named: "the dict", heap)
                }
            case .list(let list):
                try heap.work(list.elements.count)
                let index = try Subscripts.index(key, for: container)
                list.elements.remove(at: try Subscripts.position(index, of: list.elements.count))
            default: throw Reason.type("elements of \(container.typeName) cannot be deleted")
            }
        case .attribute(let container, let name):
            let container = try evaluate(container)
            offset = target.offset
            _ = try attribute(name, of: container)
            if case .dictionary(let dictionary) = container {
                try heap.work(dictionary.count)
                try dictionary.remove(.string(name))
            }
        default: throw Reason.unsupported("a deletion of this")
        }
    }
}
