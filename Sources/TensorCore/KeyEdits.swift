/// Edits of the keys of a state dict, for what takes no rule file: some are left out, others renamed.
///
/// `keeps` and `drops` see the keys as they are; the renames follow in their order, each on what the one before it made;
/// the prefixes come last.
package struct KeyEdits: Sendable, Hashable {
    /// Keys that match none of these are left out; empty keeps all.
    package var keeps: [Glob] = []
    /// Keys that match one of these are left out.
    package var drops: [Glob] = []
    package var renames: [Substitution] = []
    /// Put before every key: see `prefix(_:)`.
    package var prefix: String?

    package init() {}

    package var isEmpty: Bool { keeps.isEmpty && drops.isEmpty && renames.isEmpty && prefix == nil }

    /// What becomes of one key.
    package struct Outcome: Sendable, Equatable {
        package let source: Key
        /// Nil for a key that is left out.
        package let target: Key?
        /// The options that took part, as they are written: `--rename s/a/b/`, `--drop 'fc.*'`.
        package let edits: [String]
    }

    /// `backbone` as `backbone.`; what ends in a separator stays as it is.
    package static func prefix(_ text: String) -> String {
        guard let last = text.unicodeScalars.last, last.properties.isAlphabetic || ("0"..."9").contains(last) else {
            return text
        }
        return text + "."
    }

    /// The keys in their order with what becomes of them. Nothing is left to chance: a glob or an expression that no key
    /// matches is an error, and so are two keys that become one.
    package func outcomes(of keys: [Key]) throws(KeyEditError) -> [Outcome] {
        try checkGlobs(keys)
        var isUsed = [Bool](repeating: false, count: renames.count)
        var sources: [Key: Key] = [:]
        sources.reserveCapacity(keys.count)
        var outcomes: [Outcome] = []
        outcomes.reserveCapacity(keys.count)
        for key in keys {
            if let reason = omission(of: key) {
                outcomes.append(Outcome(source: key, target: nil, edits: [reason]))
                continue
            }
            var text = key.text
            var edits: [String] = []
            for (index, rename) in renames.enumerated() {
                guard text.unicodeScalars.count <= Substitution.maximumKeyLength else { throw .tooLong(key) }
                guard let changed = rename.apply(to: text) else { continue }
                isUsed[index] = true
                text = changed
                edits.append("--rename \(Self.quoted(rename.text))")
            }
            guard !text.isEmpty || key.text.isEmpty else { throw .empty(key, edit: edits.last ?? "") }
            if let prefix {
                text = Self.prefix(prefix) + text
                edits.append("--add-prefix \(Self.quoted(prefix))")
            }
            let target = Key(text)
            if let other = sources.updateValue(key, forKey: target) { throw .collision(other, key, target: target) }
            outcomes.append(Outcome(source: key, target: target, edits: edits))
        }
        guard !sources.isEmpty else { throw .nothingLeft(count: keys.count) }
        if let index = isUsed.firstIndex(of: false) {
            throw .unusedRename(renames[index].text, example: outcomes.first { $0.target != nil }?.source)
        }
        return outcomes
    }

    /// The option that leaves a key out, if one does.
    private func omission(of key: Key) -> String? {
        if let drop = drops.first(where: { $0.matches(key) }) { return "--drop \(Self.quoted(drop.pattern))" }
        guard !keeps.isEmpty, !keeps.contains(where: { $0.matches(key) }) else { return nil }
        return keeps.map { "--keep \(Self.quoted($0.pattern))" }.joined(separator: " ")
    }

    private func checkGlobs(_ keys: [Key]) throws(KeyEditError) {
        for (name, globs) in [("keep", keeps), ("drop", drops)] {
            for glob in globs where !keys.contains(where: { glob.matches($0) }) {
                throw .unusedGlob(option: name, glob.pattern, example: keys.first)
            }
        }
    }

    /// The text as a shell takes it.
    private static func quoted(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
    }
}

/// Why keys cannot be edited as asked.
package enum KeyEditError: Error, Equatable, Sendable, CustomStringConvertible {
    case unusedGlob(option: String, String, example: Key?)
    case unusedRename(String, example: Key?)
    case collision(Key, Key, target: Key)
    case empty(Key, edit: String)
    case tooLong(Key)
    case nothingLeft(count: Int)

    package var description: String {
        switch self {
        case .unusedGlob(let option, let pattern, let example):
            "--\(option) '\(pattern)' matches no key" + Self.first(example)
        case .unusedRename(let text, let example): "--rename '\(text)' matches no key" + Self.first(example)
        case .collision(let first, let second, let target): "'\(first)' and '\(second)' both become '\(target)'"
        case .empty(let key, let edit): "nothing is left of the key '\(key)' after \(edit)"
        case .tooLong(let key):
            "the key '\(key.text.prefix(40))…' has more than \(Substitution.maximumKeyLength) characters: "
                + "--rename takes none so long"
        case .nothingLeft(let count): "no key is left of \(count)"
        }
    }

    private static func first(_ example: Key?) -> String { example.map { "; the first is '\($0)'" } ?? "" }
}
