import TensorCore

/// A rule file drafted from the keys and shapes of a checkpoint and of a model.
///
/// It is a guess: layers are paired by shape, order and name, and what is not sure is marked. The text parses.
package struct RuleSuggestion: Sendable {
    package let text: String
    /// Tensors of the checkpoint that a line takes.
    package let mapped: Int
    /// How many of them have pairs that names, numbers and shapes do not decide.
    package let unsure: Int
    package let unmappedSources: [Key]
    package let unmappedTargets: [Key]

    /// Folding that other lines contradict is taken back this often.
    private static let attempts = 8
    private static let listed = 40

    /// - Parameters:
    ///   - sources: the tensors of the checkpoint, in file order.
    ///   - model: the model that they are to become.
    ///   - name: what the file is called in its title.
    package init(sources: [TensorSignature], model: PlanRequest.Model, name: String) {
        let spellable = sources.filter { KeyTemplate.isSpellable($0.key) }
        let targets = (model.tensors ?? []).filter { KeyTemplate.isSpellable($0.key) }
        let alignment = TensorAlignment(spellable, targets)
        let pairs = alignment.pairs.map { pair in
            TemplateLine.Pair(
                source: KeyTemplate(pair.source), target: KeyTemplate(pair.target), operation: pair.operation,
                isUnsure: pair.isUnsure, order: pair.sources[0])
        }
        let taken = Set(alignment.pairs.flatMap(\.sources).map { spellable[$0].key })
        let made = Set(alignment.pairs.flatMap(\.targets).map { targets[$0].key })
        mapped = taken.count
        unsure = alignment.pairs.reduce(0) { $0 + ($1.isUnsure ? $1.sources.count : 0) }
        unmappedSources = sources.map(\.key).filter { !taken.contains($0) }
        unmappedTargets = (model.tensors ?? []).map(\.key).filter { !made.contains($0) }

        var lines = TemplateLine.folded(pairs)
        var draft = Draft(lines, name: name, model: model)
        for _ in 0..<Self.attempts {
            let wrong = draft.wrongLines()
            guard !wrong.isEmpty else { break }
            lines = lines.indices.flatMap { wrong.contains($0) ? lines[$0].parts : [lines[$0]] }
            draft = Draft(lines, name: name, model: model)
        }
        text =
            draft.text + Self.comment("no target was found for", unmappedSources)
            + Self.comment("nothing becomes", unmappedTargets)
    }

    private static func comment(_ what: String, _ keys: [Key]) -> String {
        guard !keys.isEmpty else { return "" }
        let more = keys.count > listed ? "#   … and \(keys.count - listed) more\n" : ""
        return "\n# \(what) \(keys.count) keys:\n" + keys.prefix(listed).map { "#   \(inOneLine($0))\n" }.joined()
            + more
    }

    /// The key; with escapes where it has ends of lines or other controls.
    private static func inOneLine(_ key: Key) -> String {
        let controls: [Unicode.GeneralCategory] = [.control, .lineSeparator, .paragraphSeparator]
        let scalars = key.text.unicodeScalars
        guard scalars.contains(where: { controls.contains($0.properties.generalCategory) }) else { return key.text }
        return scalars.map { $0.escaped(asASCII: true) }.joined()
    }
}

/// The text of a rule file and where its lines stand in it.
private struct Draft {
    let text: String
    /// Line of the text → position of the rule on it.
    private let places: [Int: Int]
    /// Position of a rule → how many pairs it maps.
    private let sizes: [Int]

    /// Names the model, unless it is another checkpoint's state dict: rules declare models that are built in.
    init(_ lines: [TemplateLine], name: String, model: PlanRequest.Model) {
        var names: [TemplateLine.Declaration: String] = [:]
        var declarations: [String] = []
        let rules = lines.map { line in
            line.text { declaration in
                if let name = names[declaration] { return name }
                let name = (declaration.isRuns ? "runs" : "table") + "\(names.count + 1)"
                names[declaration] = name
                declarations.append("\(declaration.isRuns ? "runs" : "table") \(name) \(declaration.text)")
                return name
            }
        }
        var output = ["rules \(name): drafted by convert --suggest for \(model.name)"]
        output.append("# Layers are paired by shape, order and name: look at every line before you trust it.")
        if !model.isOfResult { output += ["", "model \(model.name)"] }
        output += [""] + declarations + (declarations.isEmpty ? [] : [""])
        var places: [Int: Int] = [:]
        for (position, rule) in rules.enumerated() {
            let pairs = lines[position].pairs
            let unsure = pairs.count(where: \.isUnsure)
            output.append(unsure == 0 ? rule : "\(rule)  # unsure: \(unsure) of \(pairs.count) keys")
            places[output.count] = position
        }
        self.places = places
        sizes = lines.map(\.pairs.count)
        text = output.joined(separator: "\n") + "\n"
    }

    /// The positions of the rules that cannot stand beside the others: of those that contradict each other, the one that
    /// maps most.
    func wrongLines() -> Set<Int> {
        do {
            _ = try RuleFile.parse(text, name: "draft")
            return []
        } catch {
            var wrong: Set<Int> = []
            for error in error.errors {
                var lines = [error.location.line]
                if case .targetsMeet(let other, _, _, _) = error.reason { lines.append(other.line) }
                if case .unreachable(let others) = error.reason { lines += others.map(\.line) }
                if let largest = lines.compactMap({ places[$0] }).max(by: { sizes[$0] < sizes[$1] }) {
                    wrong.insert(largest)
                }
            }
            return wrong
        }
    }
}
