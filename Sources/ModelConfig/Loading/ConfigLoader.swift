import PythonSyntax

/// One reading of a config with all that it inherits from.
final class ConfigLoader {
    typealias Reason = ConfigError.Reason

    /// A file that was opened.
    struct File {
        /// The path as an error names it.
        let path: String
        let text: SourceText
    }

    let options: ModelConfig.Options
    let heap: Heap
    private(set) var files: [File] = []
    /// Paths of files whose bases are being read, the outermost first.
    var chain: [String] = []
    var finished: [String] = []
    var notes: [String] = []
    /// The first reason for which mmengine refuses what is read here without trouble.
    var refusal: String?
    private var sourceBytes = 0

    init(_ options: ModelConfig.Options) {
        self.options = options
        heap = Heap(limits: options.limits)
    }

    func load(_ path: String) throws(ConfigError) -> ModelConfig {
        do {
            let file = try open(path)
            let statements = try parse(file)
            let values: DictionaryObject
            switch try style(of: statements, in: file) {
            case .old: values = try OldStyle(loader: self).values(of: file, statements)
            case .imports, .inheritsNew:
                let result = try NewStyle(loader: self).values(of: file, statements)
                values = result.values
                try values.removeAll {
                    if case .string(let name) = $0.key { result.importedNames.contains(name) } else { false }
                }
            }
            try checkNames(values)
            let result =
                options.overrides.isEmpty
                ? values : try ConfigOverrides.applied(options.overrides, to: values, heap: heap)
            // Its text would be read as a config that inherits.
            if let entry = try result.entry(.string(ConfigKeys.base)) {
                throw ConfigError(
                    .base(
                        "`_base_` is set to a value: only a statement `_base_ = …`, of an old-style config, names bases"
                    ),
                    at: position(entry.origin))
            }
            return ModelConfig(
                path: path, values: try data(result), files: finished, notes: notes, refusal: refusal)
        } catch let error as ConfigError {
            throw error
        } catch let failure as ConfigMerge.Failure {
            throw ConfigError(failure.reason, at: position(failure.origin))
        } catch let reason as Reason {
            throw ConfigError(reason, at: nil)
        } catch {
            throw ConfigError(.file("\(path): \(error)"), at: nil)
        }
    }

    // MARK: Files

    /// Opens a file and replaces its templates.
    /// - Returns: an index into `files`.
    func open(_ path: String) throws -> Int {
        guard path.hasSuffix(".py") else {
            throw ConfigError(.file("\(path): a config is a Python file, whose name ends in .py"), at: nil)
        }
        guard files.count < options.limits.files else { throw Reason.limit("files", options.limits.files) }
        let contents: [UInt8]?
        do {
            contents = try options.files.contents(of: path, limit: PythonParser.maximumLength)
        } catch {
            throw ConfigError(.file("\(path): \(error)"), at: nil)
        }
        guard let contents else { throw ConfigError(.file("\(path): there is no such file"), at: nil) }
        files.append(File(path: path, text: SourceText(contents)))
        return files.count - 1
    }

    /// Replaces the templates of a file; those of new-style configs are left.
    func replaceTemplates(in file: Int) throws {
        var text = files[file].text
        let path = files[file].path
        let absolute = path.hasPrefix("/") ? path : options.files.currentFolder + "/" + path
        do throws(SourceText.Failure) {
            try text.replaceTemplates(path: ConfigPath.normalized(absolute), environment: options.environment)
        } catch {
            // The offset is in the text as it is with some of its templates replaced.
            files[file] = File(path: path, text: text)
            throw ConfigError(error.reason, at: position(Origin(file: file, offset: error.offset)))
        }
        files[file] = File(path: path, text: text)
    }

    func parse(_ file: Int) throws -> [PythonStatement] {
        let text = files[file].text.text
        sourceBytes += text.count
        guard sourceBytes <= options.limits.sourceBytes else {
            throw Reason.limit("bytes of source", options.limits.sourceBytes)
        }
        do throws(PythonSyntaxError) {
            return try PythonParser.statements(of: text)
        } catch {
            let place = position(Origin(file: file, offset: error.offset))
            if error.reason == .unknownCharacter(SourceText.mark) {
                throw ConfigError(
                    .template("a template of a base stands inside a string: write it without the quotes"), at: place)
            }
            throw ConfigError(.syntax(error.reason), at: place)
        }
    }

    func style(of statements: [PythonStatement], in file: Int) throws -> StyleDetection.Finding {
        do throws(StyleDetection.Failure) {
            return try StyleDetection.finding(statements)
        } catch {
            throw ConfigError(error.reason, at: position(Origin(file: file, offset: error.offset)))
        }
    }

    func position(_ origin: Origin?) -> SourcePosition? {
        guard let origin else { return nil }
        let (line, column) = files[origin.file].text.position(of: origin.offset)
        return SourcePosition(file: files[origin.file].path, line: line, column: column)
    }

    /// Does `body`, with `origin` as the place of what goes wrong without one.
    func placed<Result>(_ origin: Origin?, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let reason as Reason {
            throw ConfigError(reason, at: position(origin))
        }
    }

    // MARK: Steps

    /// Reads a base.
    /// - Parameters:
    ///   - path: of the base, as an error names it.
    ///   - origin: of the statement that names it.
    func inherit<Result>(_ path: String, from origin: Origin, _ read: () throws -> Result) throws -> Result {
        guard !chain.contains(path) else {
            throw ConfigError(.base("'\(path)' inherits from itself"), at: position(origin))
        }
        do {
            return try read()
        } catch var error as ConfigError {
            guard let place = position(origin) else { throw error }
            guard error.position != nil else {
                // What has no place of its own, such as a missing file, is put where it is named.
                guard case .file(let text) = error.reason else { throw error }
                throw ConfigError(.base("the base cannot be read: \(text)"), at: place)
            }
            error.inheritedAt.append(place)
            throw error
        }
    }

    /// Runs the statements of a file.
    func execute(_ statements: [PythonStatement], with evaluator: Evaluator) throws {
        do {
            try evaluator.execute(statements)
        } catch let reason as Reason {
            throw ConfigError(reason, at: position(Origin(file: evaluator.file, offset: evaluator.offset)))
        } catch let failure as ConfigMerge.Failure {
            throw ConfigError(failure.reason, at: position(failure.origin))
        }
    }

    /// Takes out what a file defines besides data: functions, modules and names that start with `__`.
    func dropNonData(from values: DictionaryObject) throws {
        try values.removeAll { entry in
            switch entry.value {
            case .function, .module: true
            default: if case .string(let name) = entry.key { name.hasPrefix("__") } else { false }
            }
        }
    }

    /// Makes a note of what a file says of its successor, which is not part of its values.
    func takeDeprecation(from values: DictionaryObject, of file: Int) throws {
        guard let value = try values.remove(.string(ConfigKeys.deprecation)) else { return }
        var note = "\(files[file].path) will be deprecated"
        if case .dictionary(let details) = value {
            if let expected = details["expected"] { note += "; use \(try ValueText.string(expected, in: heap))" }
            if let reference = details["reference"] { note += "; see \(try ValueText.string(reference, in: heap))" }
        }
        notes.append(note)
    }

    private func checkNames(_ values: DictionaryObject) throws {
        for entry in values.entries {
            guard case .string(let name) = entry.key, ConfigKeys.reserved.contains(name) else { continue }
            throw ConfigError(.reserved(name), at: position(entry.origin))
        }
    }

    // MARK: Data

    func data(_ dictionary: DictionaryObject, depth: Int = 0) throws -> ConfigDictionary {
        try heap.check(depth: depth)
        var entries: [ConfigDictionary.Entry] = []
        entries.reserveCapacity(dictionary.count)
        for entry in dictionary.entries {
            try heap.charge(elements: 1)
            let place = position(entry.origin)
            try placed(entry.origin) {
                entries.append(
                    .init(
                        key: try data(entry.key, at: place, depth: depth + 1),
                        value: try data(entry.value, at: place, depth: depth + 1), origin: place))
            }
        }
        return ConfigDictionary(distinct: entries)
    }

    private func data(_ value: Value, at place: SourcePosition?, depth: Int) throws -> ConfigValue {
        try heap.check(depth: depth)
        func elements(_ values: [Value]) throws -> [ConfigValue] {
            try heap.charge(elements: values.count)
            return try values.map { try data($0, at: place, depth: depth + 1) }
        }
        switch value {
        case .none: return .none
        case .bool(let flag): return .bool(flag)
        case .int(let value): return .int(value)
        case .float(let value): return .float(value)
        case .string(let text):
            // Names share their text; who prints the values writes it for each.
            try heap.charge(text: text.utf8.count)
            return .string(text)
        case .list(let list): return .list(try elements(list.elements))
        case .tuple(let tuple): return .tuple(try elements(tuple.elements))
        case .set(let set): return .set(try elements(set.elements))
        case .dictionary(let dictionary): return .dictionary(try data(dictionary, depth: depth))
        case .reference(let name):
            let text = name.text
            try heap.charge(text: text.utf8.count)
            return .string(text)
        case .iterable, .module, .function:
            throw ConfigError(.notData("\(value.typeName) is not data: write what it gives, as list(…)"), at: place)
        }
    }
}
