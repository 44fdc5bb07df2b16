import ByteIO
import JSON
import YAML

/// Fills in what a metafile lacks and can be known. Only the lines concerned change.
package enum MetafileFill {
    package struct Options: Sendable {
        /// A metafile.
        package var path: String
        /// As `MetafileCheck.Options.root`.
        package var root: String?
        /// Whether figures that are stated and wrong are replaced, too.
        package var recounts: Bool
        /// Whether fused attention counts as its two products.
        package var countsFusedAttention: Bool
        /// What `Converted From` becomes.
        package var origin: Origin?
        /// Whether the file is written.
        package var writes: Bool

        package init(
            path: String, root: String? = nil, recounts: Bool = false, countsFusedAttention: Bool = true,
            origin: Origin? = nil, writes: Bool = false
        ) {
            self.path = path
            self.root = root
            self.recounts = recounts
            self.countsFusedAttention = countsFusedAttention
            self.origin = origin
            self.writes = writes
        }
    }

    /// Where the weights of a model come from.
    package struct Origin: Sendable {
        /// The model's name in the metafile, or its config's name; nil: each whose name contains `3rdparty`.
        package var model: String?
        /// The addresses of the original weights, and of the code that they are for.
        package var weights, code: String?

        package init(model: String? = nil, weights: String? = nil, code: String? = nil) {
            self.model = model
            self.weights = weights
            self.code = code
        }
    }

    package struct Report: Sendable {
        package let path: String
        package let before, after: [UInt8]
        /// What was filled in, by model: `FLOPs`, `Parameters` …
        package let filled: [(model: String, fields: [String])]
        /// What could not be, a sentence each.
        package let notes: [String]

        package var diff: String { UnifiedDiff.text(from: before, to: after, name: path) }
        package var json: JSONValue {
            [
                "file": .string(path), "changed": .bool(before != after),
                "filled": .array(filled.map { ["model": .string($0.model), "fields": .strings($0.fields)] }),
                "notes": .strings(notes),
            ]
        }
    }

    /// - Throws: `IOError`, `YAMLError`; `WorkbenchError.metafile` for what is not a metafile, or a model that it lacks.
    package static func run(_ options: Options) throws -> Report {
        let metafile = try Metafile(path: options.path)
        guard metafile.root?.entries != nil, !metafile.models.isEmpty else {
            throw WorkbenchError.metafile(path: options.path, reason: "it has no Models")
        }
        let relatives = metafile.models.compactMap { $0["Config"]?.string }
        let root =
            options.root.map { MetafileRoot(path: MetafileRoot.absolute($0)) }
            ?? MetafileRoot(above: options.path, naming: relatives)
        var filler = MetafileFiller(metafile, root, options)
        try filler.fill()
        let after = filler.editor.result
        if options.writes, after != metafile.text {
            try AtomicFile.write(after, to: options.path)
        }
        return Report(
            path: options.path, before: metafile.text, after: after, filled: filler.filled, notes: filler.notes)
    }
}

/// One pass over the models of a metafile.
private struct MetafileFiller {
    let metafile: Metafile
    let root: MetafileRoot
    let options: MetafileFill.Options
    var editor: YAMLEditor
    var filled: [(model: String, fields: [String])] = []
    var notes: [String] = []
    private let figures: [String: ConfigFigures]

    /// MMPreTrain's order of a model's keys. Source: `fill_metafile.py`.
    private static let keys = [
        "Name", "Metadata", "In Collection", "Results", "Weights", "Config", "Converted From", "Downstream",
    ]

    init(_ metafile: Metafile, _ root: MetafileRoot, _ options: MetafileFill.Options) {
        self.metafile = metafile
        self.root = root
        self.options = options
        editor = YAMLEditor(metafile.text)
        // Configs are loaded for the models that lack something only.
        let wanted = metafile.models.filter { options.recounts || !Self.missing($0).isEmpty }
        let paths = Array(Set(wanted.compactMap { root.config(of: $0) })).sorted()
        let loaded = concurrentMap(paths.count) { ConfigFigures(path: paths[$0]) }
        figures = Dictionary(uniqueKeysWithValues: zip(paths, loaded))
    }

    private static func missing(_ model: Metafile.Item) -> [String] {
        let metadata = model.item("Metadata")
        return ["FLOPs", "Parameters"].filter { metadata?.present($0) == nil }
    }

    mutating func fill() throws {
        for model in metafile.models {
            let name = model.name ?? "the model at line \(model.node.mark.line)"
            var fields: [String] = []
            fillFigures(model, name, &fields)
            if model.present("In Collection") == nil, metafile.collections.count == 1,
                let collection = metafile.collections[0].name
            {
                set("In Collection", to: .scalar(YAMLScalar.source(of: collection)), in: model, name, &fields)
            }
            if !fields.isEmpty { filled.append((name, fields)) }
        }
        if let origin = options.origin { try fill(origin) }
    }

    private mutating func fillFigures(_ model: Metafile.Item, _ name: String, _ fields: inout [String]) {
        let missing = Self.missing(model)
        guard options.recounts || !missing.isEmpty else { return }
        let missingText = "\(name): \((missing.isEmpty ? ["FLOPs"] : missing).joined(separator: " and "))"
        guard let path = root.config(of: model), let figure = figures[path] else {
            if !missing.isEmpty {
                notes.append(
                    "\(missingText) cannot be counted: the config '\(model["Config"]?.string ?? "")' is not there")
            }
            return
        }
        let counted: CountedModel
        switch figure.outcome {
        case .counted(let model), .failed(_, let model?): counted = model
        case .notBuiltIn(let reason), .failed(let reason, nil):
            if !missing.isEmpty { notes.append("\(missingText) cannot be counted: \(reason)") }
            return
        }
        let flops = counted.flops(countingAttention: options.countsFusedAttention)
        let values = [("FLOPs", flops), ("Parameters", counted.parameters)].filter { key, value in
            if missing.contains(key) { return true }
            let stated = model.item("Metadata")?[key]?.int
            return options.recounts && stated != value && !(key == "FLOPs" && counted.flops.contains(stated ?? -1))
        }
        guard !values.isEmpty else { return }
        if let metadata = model.item("Metadata") {
            for (key, value) in values {
                let before = key == "FLOPs" ? [] : ["FLOPs"]
                // A new key comes last, but Parameters after FLOPs.
                let last = metadata.node.entries?.last { !$0.isMerged }?.key.scalar.map { [$0.text] } ?? []
                if editor.set(
                    spelling(of: key, in: metadata), to: .scalar("\(value)"), in: metadata.node, after: last + before)
                {
                    fields.append(key)
                } else {
                    notes.append("\(name): \(key) cannot be set without a change of more: \(value)")
                }
            }
        } else {
            let mapping = values.map { (key: $0.0, value: YAMLEditor.Value.scalar("\($0.1)")) }
            var set: [String] = []
            self.set("Metadata", to: .mapping(mapping), in: model, name, &set)
            if !set.isEmpty { fields += values.map(\.0) }
        }
    }

    /// A key as the mapping spells it.
    private func spelling(of key: String, in item: Metafile.Item) -> String {
        item.node.entries?.last { $0.key.scalar?.text.lowercased() == key.lowercased() }?.key.scalar?.text ?? key
    }

    private mutating func set(
        _ key: String, to value: YAMLEditor.Value, in model: Metafile.Item, _ name: String, _ fields: inout [String]
    ) {
        let before = Array(Self.keys.prefix { $0 != key })
        if editor.set(spelling(of: key, in: model), to: value, in: model.node, after: before) {
            fields.append(key)
        } else {
            notes.append("\(name): \(key) cannot be set without a change of more")
        }
    }

    private mutating func fill(_ origin: MetafileFill.Origin) throws {
        let wanted = metafile.models.filter { model in
            guard let name = model.name else { return false }
            guard let wanted = origin.model else { return name.contains("3rdparty") }
            let stem = model["Config"]?.string?.split(separator: "/").last
            return name == wanted || stem.map { $0 == wanted + ".py" } ?? false
        }
        guard !wanted.isEmpty else {
            throw WorkbenchError.metafile(
                path: metafile.path,
                reason: origin.model.map { "it has no model '\($0)'" } ?? "no model's name contains '3rdparty'")
        }
        let values = [("Weights", origin.weights), ("Code", origin.code)].compactMap { key, url in
            url.map { (key: key, value: YAMLEditor.Value.scalar(YAMLScalar.source(of: $0))) }
        }
        for model in wanted {
            let name = model.name ?? ""
            var fields: [String] = []
            if let converted = model.item("Converted From") {
                for (key, value) in values where converted.present(key) == nil {
                    if editor.set(key, to: value, in: converted.node, after: key == "Code" ? ["Weights"] : []) {
                        fields.append("Converted From.\(key)")
                    } else {
                        notes.append("\(name): Converted From.\(key) cannot be set without a change of more")
                    }
                }
            } else {
                set("Converted From", to: .mapping(values), in: model, name, &fields)
            }
            if !fields.isEmpty { filled.append((name, fields)) }
        }
    }
}
