import PythonSyntax

/// Configs with `_base_ = …`: mmengine's `Config._file2dict`, in its order of steps.
struct OldStyle {
    typealias Reason = ConfigError.Reason

    let loader: ConfigLoader
    private var heap: Heap { loader.heap }

    init(loader: ConfigLoader) { self.loader = loader }

    /// - Parameters:
    ///   - file: an index into the loader's files.
    ///   - original: the statements of its text with the templates in it.
    func values(of file: Int, _ original: [PythonStatement]) throws -> DictionaryObject {
        try loader.replaceTemplates(in: file)
        let statements = loader.files[file].text.isReplaced ? try loader.parse(file) : original
        loader.chain.append(loader.files[file].path)
        let base = try bases(of: statements, in: file)
        loader.chain.removeLast()

        let globals = try heap.dictionary()
        try globals.set(.string(ConfigKeys.base), .dictionary(base), origin: nil)
        let evaluator = Evaluator(heap: heap, file: file, globals: globals)
        try loader.execute(statements, with: evaluator)
        loader.finished.append(loader.files[file].path)
        do {
            try globals.remove(.string(ConfigKeys.base))
            try loader.dropNonData(from: globals)
            try globals.removeAll { entry in
                guard case .reference = entry.value, case .string(let name) = entry.key else { return false }
                return evaluator.importedNames.contains(name)
            }
            try loader.takeDeprecation(from: globals, of: file)
            let child = try TemplateSubstitution(loader: loader, file: file, base: base).substituted(globals)
            let merged = try ConfigMerge(heap: heap).merged(child, over: base)
            try merged.removeAll { if case .string(let name) = $0.key { name.hasPrefix("__") } else { false } }
            return merged
        } catch let failure as ConfigMerge.Failure {
            var error = ConfigError(failure.reason, at: loader.position(failure.origin))
            if let place = loader.position(failure.base) { error.inheritedAt.append(place) }
            throw error
        }
    }

    // MARK: Bases

    private func bases(of statements: [PythonStatement], in file: Int) throws -> DictionaryObject {
        let result = try heap.dictionary(isConfig: true)
        for base in try baseNames(in: statements, of: file) {
            let origin = Origin(file: file, offset: base.offset)
            let values = try read(base.name, from: origin, beside: loader.files[file].path)
            let repeated = try values.entries.filter { try result.index(of: $0.key) != nil }
            guard repeated.isEmpty else {
                let first = try result.entry(repeated[0].key)?.origin
                let names = try repeated.map { try ValueText.string($0.key, in: heap) }.sorted()
                let places = [loader.position(first), loader.position(repeated[0].origin)].compactMap { $0 }
                throw ConfigError(
                    .inheritance(
                        "two bases set \(names.map { "'\($0)'" }.joined(separator: ", ")): '\(try ValueText.string(repeated[0].key, in: heap))' at \(places.map(\.description).joined(separator: " and "))"
                    ), at: loader.position(origin))
            }
            let copy = try heap.tree(values, isConfig: true)
            for entry in copy.entries {
                try heap.store(entry.value, forKey: entry.key, in: result, origin: entry.origin)
            }
        }
        return result
    }

    /// The `_base_` of a file, evaluated by itself: it cannot name what the file defines.
    private func baseNames(in statements: [PythonStatement], of file: Int) throws -> [(name: String, offset: Int)] {
        var expression: PythonExpression?
        for statement in statements where expression == nil {
            if case .assign(let targets, let value) = statement.form, case .name(ConfigKeys.base) = targets[0].form {
                expression = value
            }
        }
        guard let expression else { return [] }
        let evaluator = Evaluator(heap: heap, file: file, globals: try heap.dictionary())
        let value: Value
        do {
            value = try evaluator.evaluate(expression)
        } catch let reason as Reason {
            throw ConfigError(reason, at: loader.position(Origin(file: file, offset: evaluator.offset)))
        }
        var names = [value]
        if case .list(let list) = value { names = list.elements }
        var offsets = names.map { _ in expression.offset }
        if case .list(let parts) = expression.form, parts.count == names.count { offsets = parts.map(\.offset) }
        return try zip(names, offsets).map { name, offset in
            guard case .string(let text) = name else {
                throw ConfigError(
                    .base("`_base_` is a string or a list of strings, found \(name.typeName)"),
                    at: loader.position(Origin(file: file, offset: offset)))
            }
            return (text, offset)
        }
    }

    private func read(_ name: String, from origin: Origin, beside file: String) throws -> DictionaryObject {
        guard name.utf8.firstRange(of: "::".utf8) == nil else {
            let package = name.prefix { $0 != ":" }
            throw ConfigError(
                .base(
                    "the base '\(name)' belongs to the package '\(package)', and only files are read: copy its configs here and name them by path"
                ), at: loader.position(origin))
        }
        let path = ConfigPath.join(name, beside: file)
        return try loader.inherit(path, from: origin) {
            let file = try loader.open(path)
            let statements = try loader.parse(file)
            switch try loader.style(of: statements, in: file) {
            case .old: break
            case .inheritsNew(let offset):
                throw ConfigError(
                    .style("a new-style config cannot be the `_base_` of another: the two styles do not mix"),
                    at: loader.position(Origin(file: file, offset: offset)))
            case .imports:
                // mmengine takes it for a new-style config. Such names are not part of a config, and no reason to fail.
                loader.refusal =
                    loader.refusal
                    ?? "its base \(path) imports from a package, which makes that a config of the new style, and this "
                    + "one is of the old"
            }
            return try values(of: file, statements)
        }
    }
}
