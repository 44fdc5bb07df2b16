import CheckpointIO
import Spelling
import YAML

/// Reads a suite's own form: a list of entries, or a mapping with the list under `suite`.
struct SuiteReader {
    let path: String
    /// Where the paths of the suite start from; "" for the current folder.
    private let folder: String

    private static let keys = [
        "name", "model", "config", "num-classes", "checkpoint", "state-key", "strip-prefix", "rules", "original",
        "golden",
        "layers", "images", "data", "ann-file", "accuracy", "tolerance",
    ]
    /// More entries than any list of models has.
    private static let limit = 10_000

    init(path: String) {
        self.path = path
        folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    }

    func entries(of root: YAMLNode) throws(WorkbenchError) -> [SuiteEntry] {
        var list = root
        if let fields = root.entries {
            guard let field = fields.first, fields.count == 1, ["suite", "models", "entries"].contains(field.key.text)
            else {
                throw wrong(root, "needs a list of entries, or a mapping with one list under 'suite'")
            }
            list = field.value
        }
        guard let nodes = list.elements else { throw wrong(list, "needs a list of entries, found \(list.kindName)") }
        guard nodes.count <= Self.limit else { throw wrong(list, "has more than \(Self.limit) entries") }
        var entries: [SuiteEntry] = []
        var copies: [String: Int] = [:]
        for node in nodes {
            var entry = try self.entry(node)
            copies[entry.name, default: 0] += 1
            if let copy = copies[entry.name], copy > 1 { entry.name += " (\(copy))" }
            entries.append(entry)
        }
        return entries
    }

    private func entry(_ node: YAMLNode) throws(WorkbenchError) -> SuiteEntry {
        guard let fields = node.entries else { throw wrong(node, "an entry is a mapping, found \(node.kindName)") }
        var values: [String: YAMLNode] = [:]
        for field in fields {
            let key = field.key.text.replacing("_", with: "-")
            guard Self.keys.contains(key) else {
                let nearest = nearestNames(to: key, among: Self.keys, limit: 1)
                throw wrong(
                    field.key,
                    "an entry has no '\(field.key.text)'; "
                        + (nearest.first.map { "did you mean '\($0)'?" }
                            ?? "it has \(Self.keys.joined(separator: ", "))"))
            }
            guard values.updateValue(field.value, forKey: key) == nil else {
                throw wrong(field.key, "'\(key)' is there twice")
            }
        }
        let fieldsRead = EntryFields(reader: self, node: node, values: values)
        return try fieldsRead.entry()
    }

    fileprivate func wrong(_ node: YAMLNode, _ reason: String) -> WorkbenchError {
        .suite(place: "\(path):\(node.mark.line):\(node.mark.column)", reason: reason)
    }

    /// The path of a file that the suite names.
    fileprivate func located(_ path: String) -> String { path.hasPrefix("/") ? path : folder + path }
}

/// The values of one entry.
private struct EntryFields {
    let reader: SuiteReader
    let node: YAMLNode
    let values: [String: YAMLNode]

    func entry() throws(WorkbenchError) -> SuiteEntry {
        let source = try source()
        var entry = SuiteEntry(
            name: try text("name") ?? source.title, place: "\(reader.path):\(node.mark.line)", model: source)
        entry.weights = try weights()
        entry.selection = StateDictSelection(
            stateKey: try text("state-key"), prefix: try text("strip-prefix").map { WrapperPrefix($0) })
        entry.golden = try path("golden")
        entry.comparesLayers = try flag("layers")
        entry.images = try paths("images")
        entry.annotationFile = try path("ann-file")
        entry.accuracies = try accuracies()
        entry.data = try path("data")
        if entry.data == nil, !entry.accuracies.isEmpty, entry.images.count == 1 {
            entry.data = entry.images[0]
            entry.imagesAreData = true
        }
        try setTolerances(of: &entry)
        if entry.weights == .none {
            for key in ["golden", "accuracy", "state-key", "strip-prefix"] where values[key] != nil {
                throw wrong(key, "needs 'checkpoint', or 'original' and 'rules'")
            }
        }
        if entry.accuracies.isEmpty {
            if values["accuracy"] != nil { throw wrong("accuracy", "names none") }
            for key in ["data", "ann-file"] where values[key] != nil { throw wrong(key, "needs 'accuracy'") }
        }
        if !entry.accuracies.isEmpty, entry.data == nil {
            throw wrong("accuracy", "needs 'data', the folder of labelled images, or one under 'images'")
        }
        if entry.golden == nil {
            if values["layers"] != nil { throw wrong("layers", "needs 'golden'") }
            if values["images"] != nil, entry.accuracies.isEmpty {
                throw wrong("images", "needs 'golden' or 'accuracy'")
            }
        }
        return entry
    }

    private func source() throws(WorkbenchError) -> ModelSource {
        let classes = try values["num-classes"].map { (node) throws(WorkbenchError) -> Int in
            guard let count = node.int, count > 0 else {
                throw wrong("num-classes", "needs a whole number of at least 1, found \(node.kindName)")
            }
            return count
        }
        switch (try text("model"), try path("config")) {
        case (let name?, nil): return ModelSource(.name(name), classes: classes)
        case (nil, let path?): return ModelSource(.config(path), classes: classes)
        case (nil, nil): throw reader.wrong(node, "an entry needs 'model', a name, or 'config', a path")
        case (_?, _?): throw wrong("config", "'model' and 'config' exclude each other")
        }
    }

    private func weights() throws(WorkbenchError) -> SuiteEntry.Weights {
        switch (try path("checkpoint"), try path("original"), try text("rules")) {
        case (nil, nil, nil): return .none
        case (let path?, nil, nil): return .checkpoint(path)
        case (nil, let original?, let rules?):
            // A bundled file goes by its name, one of the suite's by its path.
            return .converted(original: original, rules: rules.hasSuffix(".rules") ? bundledOrLocated(rules) : rules)
        case (_?, _, _): throw wrong("checkpoint", "excludes 'original' and 'rules'")
        case (nil, nil, _?): throw wrong("rules", "needs 'original', the checkpoint to convert")
        case (nil, _?, nil):
            throw wrong("original", "needs 'rules'; a checkpoint that needs no conversion is 'checkpoint'")
        }
    }

    private func bundledOrLocated(_ rules: String) -> String {
        let path = reader.located(rules)
        return MetafileRoot.kind(of: path) == nil ? rules : path.contains("/") ? path : "./" + path
    }

    private func accuracies() throws(WorkbenchError) -> [ExpectedAccuracy] {
        guard let node = values["accuracy"] else { return [] }
        guard let fields = node.entries else { return [try accuracy("top1", node)] }
        var accuracies: [ExpectedAccuracy] = []
        for field in fields { accuracies.append(try accuracy(field.key.text, field.value)) }
        return accuracies
    }

    private func accuracy(_ name: String, _ node: YAMLNode) throws(WorkbenchError) -> ExpectedAccuracy {
        guard let percent = node.number, percent.isFinite, (0...100).contains(percent) else {
            throw reader.wrong(
                node, "an accuracy is a percentage of 0 to 100, found \(node.scalar?.text ?? node.kindName)")
        }
        guard let accuracy = ExpectedAccuracy(name, percent: percent) else {
            throw reader.wrong(node, "there is no accuracy '\(name)'; there are top1, top5 and the like")
        }
        return accuracy
    }

    /// A number is of the one thing that is judged by numbers; a mapping says of which.
    private func setTolerances(of entry: inout SuiteEntry) throws(WorkbenchError) {
        guard let node = values["tolerance"] else { return }
        if let fields = node.entries {
            for field in fields {
                switch field.key.text {
                case "output": entry.tolerance = try magnitude(field.value)
                case "accuracy": entry.accuracyTolerance = try magnitude(field.value)
                default: throw reader.wrong(field.key, "a tolerance is of 'output' or of 'accuracy'")
                }
            }
            return
        }
        switch (entry.golden != nil, !entry.accuracies.isEmpty) {
        case (true, false): entry.tolerance = try magnitude(node)
        case (false, true): entry.accuracyTolerance = try magnitude(node)
        case (true, true):
            throw reader.wrong(node, "say of which: tolerance: {output: X, accuracy: Y}")
        case (false, false): throw reader.wrong(node, "needs 'golden' or 'accuracy'")
        }
    }

    private func magnitude(_ node: YAMLNode) throws(WorkbenchError) -> Double {
        guard let number = node.number, number.isFinite, number >= 0 else {
            throw reader.wrong(node, "needs a number of at least 0, found \(node.scalar?.text ?? node.kindName)")
        }
        return number
    }

    private func flag(_ key: String) throws(WorkbenchError) -> Bool {
        guard let node = values[key] else { return false }
        guard case .bool(let value)? = node.value else {
            throw wrong(key, "needs true or false, found \(node.kindName)")
        }
        return value
    }

    private func text(_ key: String) throws(WorkbenchError) -> String? {
        guard let node = values[key] else { return nil }
        guard let text = node.scalar?.text, !text.isEmpty, !node.isNull else {
            throw wrong(key, "needs a text, found \(node.kindName)")
        }
        return text
    }

    private func path(_ key: String) throws(WorkbenchError) -> String? { try text(key).map(reader.located) }

    private func paths(_ key: String) throws(WorkbenchError) -> [String] {
        guard let elements = values[key]?.elements else { return try path(key).map { [$0] } ?? [] }
        var paths: [String] = []
        for element in elements {
            guard let text = element.string, !text.isEmpty else {
                throw reader.wrong(element, "\(key): needs paths, found \(element.kindName)")
            }
            paths.append(reader.located(text))
        }
        return paths
    }

    private func wrong(_ key: String, _ reason: String) -> WorkbenchError {
        reader.wrong(values[key] ?? node, "\(key): \(reason)")
    }
}

extension ModelSource {
    /// What a suite calls the entry that has no name.
    fileprivate var title: String {
        switch origin {
        case .name(let name): return name
        case .config(let path), .program(let path, _):
            let file = path.split(separator: "/").last.map(String.init) ?? path
            for suffix in [".py", ".pt2"] where file.hasSuffix(suffix) { return String(file.dropLast(suffix.count)) }
            return file
        }
    }
}

extension YAMLNode {
    /// The text of a key.
    fileprivate var text: String { scalar?.text ?? "" }

    /// An integer or a number with a point.
    var number: Double? {
        switch value {
        case .int(let number)?: Double(number)
        case .float(let number)?: number
        default: nil
        }
    }
}
