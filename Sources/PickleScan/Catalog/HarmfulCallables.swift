import Pickle

/// Classes and functions of Python's libraries that pass what they are given on to something harmful, each with the calls
/// that lead there.
///
/// The table is derived from the libraries' sources: see `scripts/makers/make_scan_catalogue.py`.
enum HarmfulCallables {
    /// A class or function of the table.
    struct Entry: Equatable {
        /// One of `kinds`.
        let kind: UInt8
        /// What it calls on the way to harm, or its name in the module that defines it: `module.name`.
        let next: String
        /// Whether another module defines it, so that `next` is only its other name.
        let isAlias: Bool
    }

    /// What the letters of the table mean.
    static let kinds: [UInt8: String] = [
        UInt8(ascii: "p"): "runs a program", UInt8(ascii: "x"): "runs code that it is given",
        UInt8(ascii: "i"): "imports a module that it is told", UInt8(ascii: "u"): "loads a pickle",
        UInt8(ascii: "c"): "calls native code", UInt8(ascii: "n"): "talks to the network",
        UInt8(ascii: "w"): "writes or deletes files", UInt8(ascii: "t"): "reaches into the interpreter",
    ]

    /// The judgement on a global of the table; nil for others.
    static func judgement(module: String, name: String) -> GlobalCatalog.Judgement? {
        guard let entry = entry(module, name), let (reason, isConstructor) = reason(entry) else { return nil }
        return GlobalCatalog.Judgement(
            verdict: .dangerous, reason: reason, scrutiny: isConstructor ? .constructor : .none)
    }

    /// The defining module's name for `name`, if another module defines it.
    static func target(ofModule module: String, name: String) -> String? {
        guard let entry = entry(module, name), entry.isAlias else { return nil }
        return entry.next
    }

    // MARK: Chains

    /// Calls that a reason names; longer chains are cut in the middle.
    private static let maximumChain = 5

    private static func reason(_ first: Entry) -> (text: String, isConstructor: Bool)? {
        guard let kind = kinds[first.kind] else { return nil }
        var chain: [String] = []
        var isConstructor: Bool?
        var entry: Entry? = first
        while let current = entry, chain.count < 32, !chain.contains(current.next) {
            if !current.isAlias, !current.next.isEmpty {
                isConstructor = isConstructor ?? isConstructorCall(current.next)
                chain.append(current.next)
            }
            entry = self.entry(dotted: current.next)
        }
        if chain.count > maximumChain { chain.replaceSubrange(2..<chain.count - 2, with: ["…"]) }
        let way = chain.isEmpty ? "" : ", by way of " + chain.joined(separator: " → ")
        return (kind + way, isConstructor ?? false)
    }

    private static func isConstructorCall(_ next: String) -> Bool {
        [".__init__", ".__post_init__"].contains { next.utf8.suffix($0.utf8.count).elementsEqual($0.utf8) }
    }

    // MARK: Table

    static func entry(_ module: String, _ name: String) -> Entry? {
        guard let names = table[module] else { return nil }
        return entry(name, in: names, of: module)
    }

    private static func entry(dotted: String) -> Entry? {
        var end = dotted.utf8.endIndex
        while let dot = dotted.utf8[..<end].lastIndex(of: UInt8(ascii: ".")) {
            let name = String(dotted[dotted.utf8.index(after: dot)...])
            if let entry = entry(String(dotted[..<dot]), name) { return entry }
            end = dot
        }
        return nil
    }

    /// A word is a kind, the next step with `@` for an alias, `=` and the names that take it: see the script.
    private static func entry(_ name: String, in words: Substring, of module: String) -> Entry? {
        for word in words.utf8.split(separator: UInt8(ascii: " ")) {
            guard let equals = word.firstIndex(of: UInt8(ascii: "=")), let kind = word.first else { continue }
            let names = word[word.index(after: equals)...].split(separator: UInt8(ascii: ","))
            guard names.contains(where: { $0.elementsEqual(name.utf8) }) else { continue }
            var next = word[..<equals].dropFirst()
            let isAlias = next.first == UInt8(ascii: "@")
            if isAlias { next = next.dropFirst() }
            let text = String(Substring(next))
            return Entry(
                kind: kind, next: next.first == UInt8(ascii: ".") ? module + text : text, isAlias: isAlias)
        }
        return nil
    }

    /// The modules of the table, each with its words.
    private static let table: [String: Substring] = {
        var table: [String: Substring] = [:]
        for line in derived.utf8.split(separator: UInt8(ascii: "\n")) {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
            table[String(Substring(line[..<colon]))] = Substring(line[line.index(after: colon)...])
        }
        return table
    }()
}
