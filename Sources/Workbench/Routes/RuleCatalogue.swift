import ByteIO
import Converters
import KeyRules
import Spelling

/// The bundled rule files, and the code bases whose keys they know. Every one leads to MMPreTrain.
package enum RuleCatalogue {
    /// The code base that the right sides of all bundled converters are of.
    static let hub = "mmpretrain"

    /// What users call a code base beside its own name, in lower case.
    private static let aliases = ["transformers": "huggingface", "hf": "huggingface", "mmcls": hub]

    /// The bundled rule files that lead from a code base to MMPreTrain, in alphabetical order.
    /// - Throws: `RuleErrors`.
    static func converters() throws -> [RuleSource] {
        let files = BundledRules.files.filter { $0.text.contains("\ncodebase ") }
        return try concurrentMap(files.count) { index in
            Result { try RuleSource(text: files[index].text, name: files[index].name, note: nil) }
        }.map { try $0.get() }
    }

    /// The names of all code bases, those of the large libraries first.
    static func codebases(_ converters: [RuleSource]) -> [String] {
        let names = Set(converters.flatMap { $0.file.codebases.map(\.name) })
        return [hub] + names.filter { !$0.contains("/") }.sorted() + names.filter { $0.contains("/") }.sorted()
    }

    /// The code base that a user means.
    /// - Throws: `WorkbenchError.unknownCodebase`.
    static func codebase(named name: String, _ converters: [RuleSource]) throws(WorkbenchError) -> String {
        let known = codebases(converters)
        let wanted = aliases[name.lowercased()] ?? name.lowercased()
        if let exact = known.first(where: { $0.lowercased() == wanted }) { return exact }
        throw .unknownCodebase(name, nearest: likelyNames(for: name, among: known), known: known)
    }
}

/// Names that contain a word, then those that it may be a misspelling of.
func likelyNames(for word: String, among names: [String], limit: Int = 5) -> [String] {
    let wanted = word.lowercased()
    let containing = wanted.utf8.count < 2 ? [] : names.filter { $0.lowercased().contains(wanted) }
    let near = nearestNames(to: word, among: names).filter { !containing.contains($0) }
    return Array((containing + near).prefix(limit))
}
