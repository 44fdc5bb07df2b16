import PythonSyntax

/// Configs with `with read_base():` and imported classes: mmengine's `Config._parse_lazy_import`.
struct NewStyle {
    typealias Reason = ConfigError.Reason

    struct Result {
        let values: DictionaryObject
        /// Names that imports bound, those of the bases too. The config leaves them out.
        let importedNames: Set<String>
    }

    let loader: ConfigLoader
    private var heap: Heap { loader.heap }

    init(loader: ConfigLoader) { self.loader = loader }

    func values(of file: Int, _ statements: [PythonStatement]) throws -> Result {
        let path = loader.files[file].path
        let globals = try heap.dictionary()
        try globals.set(.string("__file__"), .string(path), origin: nil)
        var rest = statements
        var importedNames: Set<String> = []
        for statement in statements {
            // mmengine takes one after `with read_base():` for a value.
            guard case .assign(let targets, _) = statement.form, case .name(ConfigKeys.base) = targets[0].form else {
                continue
            }
            throw ConfigError(
                .style("`_base_` in a new-style config: a base is imported inside `with read_base():`"),
                at: loader.position(Origin(file: file, offset: statement.offset)))
        }
        for (index, statement) in statements.enumerated() {
            guard case .with(let contexts, let body) = statement.form else { continue }
            guard StyleDetection.isReadBase(contexts) else {
                let failure = StyleDetection.Failure(offset: statement.offset)
                throw ConfigError(failure.reason, at: loader.position(Origin(file: file, offset: failure.offset)))
            }
            loader.chain.append(path)
            importedNames = try inherit(body, of: file, into: globals)
            loader.chain.removeLast()
            rest.remove(at: index)
            break
        }
        let evaluator = Evaluator(heap: heap, file: file, globals: globals)
        try loader.execute(rest, with: evaluator)
        loader.finished.append(path)
        try loader.dropNonData(from: globals)
        try loader.takeDeprecation(from: globals, of: file)
        let values = try heap.dictionary(isConfig: true)
        for entry in globals.entries {
            let copy = try loader.placed(entry.origin) { try heap.tree(entry.value, isConfig: true) }
            try values.set(entry.key, copy, origin: entry.origin)
        }
        return Result(values: values, importedNames: importedNames.union(evaluator.importedNames))
    }

    /// Reads all bases, then binds their names in the order of the imports.
    private func inherit(
        _ body: [PythonStatement], of file: Int, into globals: DictionaryObject
    ) throws -> Set<String> {
        var importedNames: Set<String> = []
        var modules: [String: DictionaryObject] = [:]
        var imports: [PythonImportFrom] = []
        for statement in body {
            let origin = Origin(file: file, offset: statement.offset)
            guard case .importNames(let names) = statement.form else {
                throw ConfigError(
                    .style("inside `with read_base():` stands only `from … import …`"), at: loader.position(origin))
            }
            let result = try read(names, from: origin)
            importedNames.formUnion(result.importedNames)
            modules[names.path] = result.values
            imports.append(names)
        }
        for names in imports {
            guard let values = modules[names.path] else { continue }
            for name in names.names {
                if name.name == "*" {
                    for entry in values.entries { try globals.set(entry.key, entry.value, origin: entry.origin) }
                    continue
                }
                guard let entry = try values.entry(.string(name.name)) else {
                    let nearest = values.keysLike(.string(name.name))
                    throw ConfigError(
                        .missingKey("'\(name.name)'", in: "the base '\(names.path)'", nearest: nearest),
                        at: loader.position(Origin(file: file, offset: name.offset)))
                }
                try globals.set(.string(name.alias ?? name.name), entry.value, origin: entry.origin)
            }
        }
        return importedNames
    }

    private func read(_ names: PythonImportFrom, from origin: Origin) throws -> Result {
        guard names.level > 0 else {
            throw ConfigError(
                .base(
                    "the base '\(names.path)' belongs to a package, and only files are read: name it relative to this file, as '.\(names.path)'"
                ), at: loader.position(origin))
        }
        guard let module = names.module else {
            throw ConfigError(
                .base("`from . import` names no file: write `from .file import name`"), at: loader.position(origin))
        }
        let up = String(repeating: "../", count: names.level - 1)
        let path = ConfigPath.join(
            up + module.split(separator: ".").joined(separator: "/") + ".py", beside: loader.files[origin.file].path)
        return try loader.inherit(path, from: origin) {
            let file = try loader.open(path)
            return try values(of: file, try loader.parse(file))
        }
    }
}
