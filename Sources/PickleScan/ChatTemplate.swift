/// A template of Jinja that writes a conversation. Older programs render it without a sandbox, so that from any value it
/// gets to Python's modules by names that Python reserves: `''.__class__.__mro__`.
struct ChatTemplate {
    private let text: [UInt8]

    init(_ text: String) { self.text = Array(text.utf8) }

    /// What else it does than write; nil for nothing. Names count wherever they stand.
    var judgement: (Verdict, reason: String)? {
        for word in text.split(whereSeparator: { !$0.isWord }) where word.contains(0x5F) {
            let name = String(decoding: word, as: UTF8.self)
            guard Self.reserved.contains(name) else { continue }
            return (.dangerous, "has a chat template that reaches into the interpreter by \(name)")
        }
        for index in text.indices {
            if let sign = sign(at: index) { return (.review, "has a chat template that \(sign)") }
        }
        return nil
    }

    private static let reserved: Set<String> = [
        "__class__", "__mro__", "__base__", "__bases__", "__subclasses__", "__globals__", "__builtins__", "__import__",
        "__init__", "__new__", "__call__", "__dict__", "__getattribute__", "__getattr__", "__getitem__", "__code__",
        "__closure__", "__func__", "__self__", "__module__", "__reduce__", "__reduce_ex__", "__loader__", "__spec__",
        "__wrapped__", "__init_subclass__", "__subclasshook__", "__enter__", "__exit__", "_TemplateReference__context",
        "f_globals", "f_locals", "f_builtins", "f_back", "gi_frame", "gi_code", "cr_frame", "ag_frame", "tb_frame",
        "func_globals", "func_code",
    ]

    /// What at `index` no plain template has: another template, an attribute by its text, underscores that are put
    /// together.
    private func sign(at index: Int) -> String? {
        let rest = text[(index + 1)...]
        switch text[index] {
        case UInt8(ascii: "{"):
            let word = rest.dropFirst().drop { $0 == 0x20 || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
                .prefix { $0.isWord }
            let isStatement = rest.first == UInt8(ascii: "%")
            return isStatement && Self.loaders.contains { word.elementsEqual($0.utf8) } ? "takes in another one" : nil
        case UInt8(ascii: "|"):
            let word = rest.drop { $0 == 0x20 || $0 == 0x0A }.prefix { $0.isWord }
            return word.elementsEqual("attr".utf8) ? "takes attributes by texts" : nil
        case UInt8(ascii: "\\"):
            let escape = rest.prefix(5).map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
            let isUnderscore = Self.escapes.contains { escape.starts(with: $0.utf8) }
            return isUnderscore ? "spells underscores by escapes" : nil
        case UInt8(ascii: "'"), UInt8(ascii: "\""):
            let count = rest.prefix(3).prefix { $0 == 0x5F }.count
            let isQuoted = (1...2).contains(count) && rest.dropFirst(count).first == text[index]
            return isQuoted ? "puts names together of underscores" : nil
        default: return nil
        }
    }

    private static let loaders = ["include", "import", "from", "extends"]
    private static let escapes = ["x5f", "u005f", "137"]
}
