import ByteIO
import Converters
import KeyRules
import Spelling
import Synchronization

/// The bundled rule files, and the code bases whose keys they know. Every one leads to MMPreTrain.
package enum RuleCatalogue {
    /// A bundled rule file, parsed when it is first asked for. `ConverterTests` has looked for its conflicts.
    private final class Entry: Sendable {
        let name: String
        let text: String
        private let parsed = Mutex<RuleSource?>(nil)

        init(name: String, text: String) {
            self.name = name
            self.text = text
        }

        /// - Throws: `RuleErrors`.
        func source() throws -> RuleSource {
            try parsed.withLock { known in
                if let known { return known }
                let source = try RuleSource(text: text, name: name, note: nil, findsConflicts: false)
                known = source
                return source
            }
        }
    }

    /// The bundled files, in alphabetical order.
    private static let entries = BundledRules.files.map(Entry.init)

    /// The file names, in alphabetical order.
    static var names: [String] { BundledRules.files.map(\.name) }

    /// The file's name where `name` is a bundled file's, with or without `.rules`; nil for another name.
    static func fileName(for name: String) -> String? { names.first { $0 == name || $0 == name + ".rules" } }

    private static func entry(named name: String) throws(WorkbenchError) -> Entry {
        let fileName = fileName(for: name)
        guard let entry = entries.first(where: { $0.name == fileName }) else { throw unknown(name) }
        return entry
    }

    /// The text of a bundled file, by its name with or without `.rules`.
    /// - Throws: `WorkbenchError.unknownRules`.
    package static func text(named name: String) throws(WorkbenchError) -> String { try entry(named: name).text }

    /// A bundled file, by its name with or without `.rules`.
    /// - Throws: `RuleErrors`, or `WorkbenchError.unknownRules`.
    static func source(named name: String) throws -> RuleSource { try entry(named: name).source() }

    static func unknown(_ name: String) -> WorkbenchError {
        .unknownRules(
            name, nearest: likelyNames(for: name, among: WorkbenchNames.rules), bundled: BundledRules.files.count)
    }

    /// All bundled files, in alphabetical order.
    /// - Throws: `RuleErrors`.
    static func all() throws -> [RuleSource] {
        try concurrentMap(entries.count) { index in Result { try entries[index].source() } }.map { try $0.get() }
    }

    /// The code base that the right sides of all bundled converters are of.
    static let hub = "mmpretrain"

    /// What users call a code base beside its own name, in lower case.
    private static let aliases = ["transformers": "huggingface", "hf": "huggingface", "mmcls": hub]

    /// The bundled rule files that lead from a code base to MMPreTrain, in alphabetical order.
    /// - Throws: `RuleErrors`.
    static func converters() throws -> [RuleSource] { try all().filter { !$0.file.codebases.isEmpty } }

    /// The names of all code bases, those of the large libraries first.
    static func codebases(_ converters: [RuleSource]) -> [String] {
        let names = Set(converters.flatMap { $0.file.codebases.map(\.name) })
        return [hub] + names.filter { !$0.contains("/") }.sorted() + names.filter { $0.contains("/") }.sorted()
    }

    /// Whether `convert --to` knows a name: that of a code base, or of a bundled rule file.
    package static func isGoal(_ name: String) -> Bool {
        fileName(for: name) != nil || (try? codebase(named: name, converters())) != nil
    }

    /// The code base that a user means.
    /// - Throws: `WorkbenchError.unknownCodebase`.
    static func codebase(named name: String, _ converters: [RuleSource]) throws(WorkbenchError) -> String {
        let known = codebases(converters)
        let wanted = aliases[name.lowercased()] ?? name.lowercased()
        if let exact = known.first(where: { $0.lowercased() == wanted }) { return exact }
        // Rule files stand for code bases as well.
        let near = likelyNames(for: name, among: known)
        throw .unknownCodebase(
            name, nearest: near.isEmpty ? likelyNames(for: name, among: WorkbenchNames.rules) : near, known: known)
    }
}
