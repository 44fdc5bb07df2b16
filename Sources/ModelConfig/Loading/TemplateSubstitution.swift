/// Puts values of the base where `{{_base_.a.b}}` stood: mmengine's `Config._substitute_base_vars`.
///
/// The copy that it makes shares nothing any more: each value of a config stands for itself.
struct TemplateSubstitution {
    typealias Reason = ConfigError.Reason

    let loader: ConfigLoader
    let file: Int
    let base: DictionaryObject
    private let templates: [String: SourceText.Template]

    init(loader: ConfigLoader, file: Int, base: DictionaryObject) {
        self.loader = loader
        self.file = file
        self.base = base
        templates = loader.files[file].text.templates
    }

    func substituted(_ dictionary: DictionaryObject, depth: Int = 0) throws -> DictionaryObject {
        let heap = loader.heap
        try heap.check(depth: depth)
        let copy = try heap.dictionary()
        for entry in dictionary.entries {
            if case .string(let key) = entry.key { try check(key, at: entry.origin) }
            let value = try loader.placed(entry.origin) {
                try substituted(entry.value, at: entry.origin, depth: depth + 1)
            }
            try heap.store(value, forKey: entry.key, in: copy, origin: entry.origin)
        }
        return copy
    }

    private func substituted(_ value: Value, at origin: Origin?, depth: Int) throws -> Value {
        let heap = loader.heap
        try heap.check(depth: depth)
        switch value {
        case .dictionary(let dictionary): return .dictionary(try substituted(dictionary, depth: depth))
        case .list(let list):
            return .list(try heap.list(try list.elements.map { try substituted($0, at: origin, depth: depth + 1) }))
        case .tuple(let tuple):
            return .tuple(try heap.tuple(try tuple.elements.map { try substituted($0, at: origin, depth: depth + 1) }))
        case .set(let set): return .set(try heap.set(set.elements))
        case .string(let text):
            if let template = templates[text] { return try self.value(of: template) }
            try check(text, at: origin)
            return value
        case .reference(let imported) where imported.name.first?.isLowercase == true:
            // A class stands for its name; a constant or a function has a value that is not known here.
            throw Reason.unsupported("'\(imported.text)'")
        default: return value
        }
    }

    private func value(of template: SourceText.Template) throws -> Value {
        let place = loader.position(Origin(file: file, offset: template.offset))
        var value = Value.dictionary(base)
        for (index, key) in template.path.enumerated() {
            let name = (["_base_"] + template.path.prefix(index)).joined(separator: ".")
            guard case .dictionary(let dictionary) = value else {
                throw ConfigError(.template("'\(name)' is \(value.typeName), which has no key '\(key)'"), at: place)
            }
            guard let next = dictionary[key] else {
                let nearest = dictionary.keysLike(.string(key))
                throw ConfigError(.missingKey("'\(key)'", in: "'\(name)'", nearest: nearest), at: place)
            }
            value = next
        }
        return value
    }

    /// A template that became part of another string would never be replaced.
    private func check(_ text: String, at origin: Origin?) throws {
        guard !templates.isEmpty, text.unicodeScalars.contains(SourceText.mark) else { return }
        throw ConfigError(
            .template(
                "a template of a base is a value by itself: it cannot be a key, or part of a string or an expression"),
            at: loader.position(origin))
    }
}
