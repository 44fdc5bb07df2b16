import Pickle

/// What the text of a YAML file has Python import: `_target_` of Hydra, which NeMo's configs have, `target` of latent
/// diffusion's configs, `class_path` of Lightning's, `loader_module` of MLflow's, and PyYAML's tags for Python.
///
/// The text is searched, not parsed: a key or a name that is spelled in another way than these programs write it is for
/// review.
///
/// Sources: `hydra/_internal/instantiate/_instantiate2.py` of Hydra 1.3, `yaml/constructor.py` of PyYAML 6.
struct NamedTargets {
    struct Finding: Equatable {
        let verdict: Verdict
        let offset: Int
        let reason: String
    }

    private(set) var findings: [Finding] = []

    private let text: [UInt8]
    private static let maximumFindings = 100
    private static let longestName = 1 << 10

    init(_ text: [UInt8]) {
        // PyYAML reads UTF-16, too.
        let isWide = text.starts(with: [0xFF, 0xFE]) || text.starts(with: [0xFE, 0xFF])
        self.text = isWide ? text.filter { $0 != 0 } : text
        findTargets()
        findLoaders()
        findTags()
        findSpellings()
    }

    // MARK: Judgement

    /// The verdict on what is imported and called, with a clause on the name; nil for what is harmless.
    static func judgement(ofCalled path: String) -> (Verdict, reason: String)? {
        let (module, name) = split(path)
        let judgement = GlobalCatalog.judgement(of: PickleGlobal(module: module, name: name))
        switch judgement.scrutiny {
        // Constructors are called here.
        case .instance:
            guard let harm = HarmfulCallables.judgement(module: module, name: name) else { return nil }
            return (harm.verdict, harm.reason)
        case .attribute, .item, .itemGetter, .nestedPickle, .rebuild, .reconstruction, .union:
            return (.dangerous, "does what its arguments say")
        case .uncalled: return (.review, judgement.reason)
        default:
            guard judgement.verdict != .clean else { return nil }
            return (judgement.verdict, judgement.reason)
        }
    }

    /// The module, and the name in it.
    private static func split(_ path: String) -> (module: String, name: String) {
        guard let dot = path.utf8.lastIndex(of: UInt8(ascii: ".")) else { return ("builtins", path) }
        return (String(path[..<dot]), String(path[path.utf8.index(after: dot)...]))
    }

    /// The packages whose classes their own configs name.
    private static let libraries = [
        "nemo.collections.", "nemo.core.", "torch.nn.", "torch.optim.", "torchmetrics.", "torchvision.transforms.",
        "torchaudio.transforms.", "lightning.pytorch.callbacks.", "lightning.pytorch.loggers.",
        "pytorch_lightning.callbacks.", "pytorch_lightning.loggers.",
    ]

    /// Whether it is a class of a library whose configs name their own.
    static func isOfLibrary(_ path: String) -> Bool {
        let steps = GlobalCatalog.steps(of: path)
        return libraries.contains { path.utf8.starts(with: $0.utf8) }
            && steps.last?.utf8.first.map { (0x41...0x5A).contains($0) } ?? false
            && !steps.contains(where: GlobalCatalog.gateways.contains)
    }

    /// Whether a name by itself tells harm: `target` may be anything, `test.csv`.
    private static func isHarmful(_ path: String) -> Bool {
        let (module, name) = split(path)
        let root = module.utf8.split(separator: UInt8(ascii: ".")).first.map { String(Substring($0)) } ?? ""
        return path.utf8.contains(UInt8(ascii: "."))
            && (GlobalCatalog.gateways.contains(root) || HarmfulCallables.judgement(module: module, name: name) != nil)
    }

    // MARK: Keys

    private mutating func findTargets() {
        for word in ["target", "class_path"] { findTargets(Array(word.utf8)) }
    }

    /// Values of keys that are `word`, or `_target_`.
    private mutating func findTargets(_ word: [UInt8]) {
        for start in occurrences(of: word) where !isComment(start) {
            let end = start + word.count
            let isHydra = byte(start - 1) == UInt8(ascii: "_") && byte(end) == UInt8(ascii: "_")
            let (first, last) = isHydra ? (start - 1, end + 1) : (start, end)
            guard !isName(byte(first - 1)), !isName(byte(last)) else { continue }
            switch value(after: last) {
            case .path(let path):
                guard let (verdict, reason) = Self.judgement(ofCalled: path) else { continue }
                let isReported = isHydra ? !Self.isOfLibrary(path) : Self.isHarmful(path)
                guard isReported else { continue }
                add(verdict, first, "names \(path), which Hydra and programs like it import and call: it \(reason)")
            case .other where isHydra:
                add(.review, first, "has a _target_, which Hydra imports and calls, that is not a plain name")
            case .notKey where isHydra:
                add(.review, first, "speaks of _target_, by which Hydra imports and calls")
            case .other, .notKey: break
            }
        }
    }

    /// The module that MLflow imports to load a model, and the Python file that it runs.
    ///
    /// Source: `load_model` in `mlflow/pyfunc/__init__.py` and `_validate_and_get_model_code_path` of MLflow.
    private mutating func findLoaders() {
        for key in ["loader_module", "model_code_path"] {
            for start in occurrences(of: Array(key.utf8)) where !isComment(start) {
                let end = start + key.utf8.count
                guard !isName(byte(start - 1)), !isName(byte(end)) else { continue }
                switch value(after: end) {
                case .notKey: continue
                case .path("null"), .path("mlflow"): continue
                case .path(let path):
                    if key == "loader_module", path.utf8.starts(with: "mlflow.".utf8),
                        !GlobalCatalog.steps(of: path).contains(where: GlobalCatalog.gateways.contains)
                    {
                        continue
                    }
                    let judgement = Self.judgement(ofCalled: path + "._load_pyfunc")
                    let (verdict, reason) = judgement ?? (.review, reason: "is code")
                    add(verdict, start, "names \(path), which MLflow imports: it \(reason)")
                case .other: add(.review, start, "names what MLflow imports or runs")
                }
            }
        }
    }

    private enum Value {
        case path(String)
        case other
        case notKey
    }

    /// The value of the key that ends at `end`.
    private func value(after end: Int) -> Value {
        var index = end
        if let quote = byte(index), isQuote(quote) { index += 1 }
        while byte(index) == 0x20 { index += 1 }
        guard byte(index) == UInt8(ascii: ":") else { return .notKey }
        index += 1
        while let next = byte(index), next == 0x20 || next == 0x0A || next == 0x0D || next == 0x09 { index += 1 }
        let quote = byte(index).flatMap { isQuote($0) ? $0 : nil }
        if quote != nil { index += 1 }
        let start = index
        while let next = byte(index), next.isWord || next == UInt8(ascii: "."), index - start < Self.longestName {
            index += 1
        }
        guard index > start else { return .other }
        let path = String(decoding: text[start..<index], as: UTF8.self)
        if quote != nil { return byte(index) == quote ? .path(path) : .other }
        while byte(index) == 0x20 || byte(index) == 0x09 { index += 1 }
        guard let next = byte(index) else { return .path(path) }
        return "\n\r,}#".utf8.contains(next) ? .path(path) : .other
    }

    // MARK: Tags

    private static let tags = ["object/apply:", "object/new:", "object:", "name:", "module:"]

    private mutating func findTags() {
        let word = Array("python/".utf8)
        for start in occurrences(of: word) where !isComment(start) {
            let rest = text[(start + word.count)...]
            guard let tag = Self.tags.first(where: { rest.starts(with: $0.utf8) }) else { continue }
            let name = rest.dropFirst(tag.utf8.count).prefix { $0.isWord || $0 == UInt8(ascii: ".") }
                .prefix(Self.longestName)
            let path = String(decoding: name, as: UTF8.self)
            // A module is imported.
            let called = tag == "module:" ? path + "._" : path
            guard let (verdict, reason) = Self.judgement(ofCalled: called) else { continue }
            add(verdict, start, "names \(path) for PyYAML, which imports it: it \(reason)")
        }
    }

    // MARK: Spellings

    /// Escapes that are letters, those of tags (`!!pytho%6E/…`), a handle for tags, and keys of their own line that go on in the next.
    private mutating func findSpellings() {
        if let start = occurrences(of: [UInt8(ascii: "\\")]).first(where: isLetter) {
            add(.review, start, "spells letters by escapes")
        }
        for start in occurrences(of: [UInt8(ascii: "%")]) where isEscapeInTag(start) {
            add(.review, start, "spells a tag by escapes")
        }
        for start in occurrences(of: Array("%TAG".utf8)) where start == 0 || byte(start - 1) == 0x0A {
            add(.review, start, "gives tags another name")
        }
        for start in occurrences(of: [UInt8(ascii: "\\"), 0x0A]) {
            let key = line(to: start).drop { $0 == 0x20 || $0 == UInt8(ascii: "-") }
            if key.first == UInt8(ascii: "?") { add(.review, start, "has a key that goes on in the next line") }
        }
    }

    /// Whether the escape that begins at `start` is a letter, an underscore or a point.
    private func isLetter(_ start: Int) -> Bool {
        let digits =
            switch byte(start + 1) {
            case UInt8(ascii: "x"): 2
            case UInt8(ascii: "u"): 4
            case UInt8(ascii: "U"): 8
            default: 0
            }
        let first = start + 2
        guard digits > 0, first + digits <= text.count,
            let code = UInt32(String(decoding: text[first..<first + digits], as: UTF8.self), radix: 16),
            let letter = UInt8(exactly: code)
        else { return false }
        return letter == UInt8(ascii: ".") || letter > 0x39 && letter.isWord
    }

    /// Whether a byte in hexadecimal digits begins at `start`, in a word that begins with an exclamation mark.
    private func isEscapeInTag(_ start: Int) -> Bool {
        guard start + 3 <= text.count,
            UInt8(String(decoding: text[start + 1..<start + 3], as: UTF8.self), radix: 16) != nil
        else { return false }
        let line = line(to: start)
        let word = line.lastIndex { $0 == 0x20 || $0 == 0x09 }.map { line[($0 + 1)...] } ?? line
        return word.contains(UInt8(ascii: "!"))
    }

    // MARK: Text

    private mutating func add(_ verdict: Verdict, _ offset: Int, _ reason: String) {
        let finding = Finding(verdict: verdict, offset: offset, reason: reason)
        guard findings.count < Self.maximumFindings || verdict == .dangerous else { return }
        findings.append(finding)
    }

    private func occurrences(of word: [UInt8]) -> [Int] {
        var found: [Int] = []
        var index = 0
        while let next = text[index...].firstIndex(of: word[0]) {
            index = next + 1
            if text[next...].starts(with: word) { found.append(next) }
        }
        return found
    }

    /// What precedes `offset` in its line, as far as is looked at.
    private func line(to offset: Int) -> ArraySlice<UInt8> {
        let near = text[max(offset - Self.longestName, 0)..<offset]
        return near.lastIndex(of: 0x0A).map { near[($0 + 1)...] } ?? near
    }

    private func isComment(_ offset: Int) -> Bool {
        line(to: offset).first(where: { $0 != 0x20 }) == UInt8(ascii: "#")
    }

    private func byte(_ index: Int) -> UInt8? { text.indices.contains(index) ? text[index] : nil }

    private func isQuote(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") }

    /// Whether a name goes on there.
    private func isName(_ byte: UInt8?) -> Bool { byte.map { $0.isWord || $0 == UInt8(ascii: ".") } ?? false }
}
