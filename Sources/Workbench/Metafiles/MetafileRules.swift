import Spelling
import YAML

/// What can be said of one metafile without its configs.
struct MetafileRules {
    let metafile: Metafile
    let root: MetafileRoot
    private let isImported: Bool?
    private var list: MetafileFindings

    var findings: [MetafileFinding] { list.list }

    init(_ file: MetafileSelection.File) {
        metafile = file.metafile
        root = file.root
        isImported = file.isImported
        list = MetafileFindings(file: file.metafile.path)
    }

    mutating func check() {
        guard let node = metafile.root, node.entries != nil else {
            list.add(
                .structure, .error, metafile.root,
                "the file is \(metafile.root?.kindName ?? "empty"); a metafile is a mapping with Collections and Models"
            )
            return
        }
        checkIndex()
        checkStructure(node)
        checkCollections()
        let names = Set(metafile.models.compactMap { $0["Name"]?.scalar?.text })
        let collections = Set(metafile.collections.compactMap { $0["Name"]?.scalar?.text })
        for model in metafile.models {
            checkModel(model)
            checkReaders(model, collections: collections)
            checkDownstream(model, names)
        }
    }

    private mutating func checkIndex() {
        switch isImported {
        case true: break
        case false: list.add(.modelIndex, .error, nil, "\(MetafileRoot.indexName) does not import the metafile")
        case nil:
            list.add(
                .modelIndex, .warning, nil, "no folder above has a \(MetafileRoot.indexName) that imports the metafile")
        }
    }

    // MARK: The form of the file

    private mutating func checkStructure(_ node: YAMLNode) {
        checkKeys(node, model: nil)
        for key in ["Collections", "Models"] {
            guard let value = Metafile.Item(node: node).present(key) else {
                // Upstream says nothing of a file without a collection.
                list.add(.structure, .error, node, "the file has no \(key)")
                continue
            }
            guard let elements = value.elements else {
                list.add(.structure, .error, value, "\(key) is a list, found \(value.kindName)")
                continue
            }
            for element in elements where element.entries == nil {
                list.add(.structure, .error, element, "an element of \(key) is a mapping, found \(element.kindName)")
            }
        }
        for item in metafile.collections + metafile.models {
            let model = item.name
            checkKeys(item.node, model: model)
            for key in ["Metadata", "Paper", "Code", "Converted From"] {
                guard let value = item.present(key) else { continue }
                if value.entries != nil {
                    checkKeys(value, model: model)
                } else if key == "Metadata" || key == "Converted From" {
                    list.add(.structure, .error, value, model: model, "\(key) is a mapping, found \(value.kindName)")
                }
            }
        }
        checkSpellings()
    }

    /// A key that is written twice counts once only, without a word.
    private mutating func checkKeys(_ node: YAMLNode, model: String?) {
        var seen: Set<String> = []
        for entry in node.entries ?? [] where !entry.isMerged {
            guard let key = entry.key.scalar?.text else { continue }
            if !seen.insert(key).inserted {
                list.add(
                    .structure, .error, entry.key, model: model, "the key '\(key)' is written twice; the last counts")
            }
        }
    }

    private static let modelKeys = [
        "Name", "Metadata", "In Collection", "Results", "Weights", "Config", "Converted From", "Downstream", "Paper",
        "Code", "README", "Image", "Training Log",
    ]
    private static let metadataKeys = [
        "FLOPs", "Parameters", "Training Data", "Epochs", "Batch Size", "Training Techniques", "Training Resources",
        "Architecture",
    ]

    /// Readers keep keys that they do not know, so that a misspelt one is lost without a word.
    private mutating func checkSpellings() {
        for item in metafile.collections + metafile.models {
            checkSpellings(item.node, known: Self.modelKeys, model: item.name)
            if let metadata = item.present("Metadata") {
                checkSpellings(metadata, known: Self.metadataKeys, model: item.name)
            }
        }
    }

    private mutating func checkSpellings(_ node: YAMLNode, known: [String], model: String?) {
        for entry in node.entries ?? [] {
            guard let key = entry.key.scalar?.text else { continue }
            let folded = key.lowercased().filter { $0 != "_" && $0 != " " }
            guard !known.contains(where: { $0.lowercased().filter { $0 != " " } == folded }),
                let nearest = nearestNames(to: key, among: known, limit: 1).first, key.utf8.count >= 4
            else { continue }
            list.add(.unknownKey, .warning, entry.key, model: model, "the key '\(key)' is unknown; is it '\(nearest)'?")
        }
    }

    // MARK: Upstream's rules

    private mutating func checkCollections() {
        guard let collection = metafile.collections.first else { return }
        if metafile.collections.count > 1 {
            list.add(
                .collection, .error, metafile.collections[1].node,
                "the file has \(metafile.collections.count) collections; a metafile has one")
        }
        if collection.present("Name") == nil {
            list.add(.collection, .error, collection.node, "the collection has no Name")
        }
        if let readme = collection.present("README") {
            let path = readme.scalar?.text ?? ""
            let lead = metafile.path.lastIndex(of: "/").map { String(metafile.path[...$0]) } ?? ""
            if root.file(path) == nil {
                list.add(.collection, .error, readme, "the README '\(path)' does not exist below \(root.path)")
            } else if MetafileRoot.kind(of: lead + path) == nil {
                list.add(
                    .modelindex, .warning, readme,
                    "modelindex looks for the README '\(path)' from the metafile's own folder, where it is not; MMPreTrain's own "
                        + "checker needs it from the root, as it is")
            }
        } else {
            list.add(.collection, .error, collection.node, "the collection has no README")
        }
        guard let paper = collection.present("Paper"), paper.entries != nil else {
            list.add(
                .collection, .error, collection["Paper"] ?? collection.node,
                "the collection has no Paper with Title and URL")
            return
        }
        if paper["Title"] == nil { list.add(.collection, .error, paper, "the collection's Paper has no Title") }
    }

    private mutating func checkModel(_ model: Metafile.Item) {
        guard let nameNode = model.present("Name"), let name = nameNode.scalar?.text else {
            list.add(.name, .error, model.node, "a model has no Name")
            return
        }
        for message in Self.namingFaults(name) { list.add(.name, .warning, nameNode, model: name, message) }
        if name.hasSuffix(".py") {
            list.add(.name, .error, nameNode, model: name, "a model's name does not end with .py")
        }
        if let metadata = model.present("Metadata") {
            let item = Metafile.Item(node: metadata)
            let missing = ["FLOPs", "Parameters"].filter { item.present($0) == nil }
            if metadata.entries != nil, !missing.isEmpty {
                list.add(
                    .flopsParameters, .error, metadata, model: name,
                    "Metadata has no \(missing.joined(separator: " and no ")); `metafile fill` counts what is built in")
            }
        } else {
            list.add(.metadata, .error, nameNode, model: name, "the model has no Metadata")
        }
        checkFirstResult(model, name)
        checkConfig(model, name, nameNode)
        if model.present("In Collection") == nil {
            list.add(.inCollection, .error, nameNode, model: name, "the model has no 'In Collection'")
        }
        if let converted = model.present("Converted From"), !name.contains("3rdparty") {
            list.add(
                .convertedFrom, .warning, converted, model: name,
                "the weights are converted from elsewhere, and the model's name does not contain '3rdparty'")
        }
        if let weights = model.present("Weights"), let url = weights.scalar?.text, url.hasSuffix(".pth") {
            let file = url.lastIndex(of: "/").map { String(url[url.index(after: $0)...]) } ?? url
            if !file.hasPrefix(name) {
                list.add(
                    .checkpointName, .warning, weights, model: name,
                    "the checkpoint '\(file)' does not begin with the model's name")
            }
        }
    }

    private mutating func checkFirstResult(_ model: Metafile.Item, _ name: String) {
        guard let results = model.present("Results") else { return }
        guard let first = (results.elements ?? [results]).first else {
            list.add(.result, .error, results, model: name, "Results is an empty list; leave it out, or let it be null")
            return
        }
        guard first.entries != nil else {
            list.add(.structure, .error, first, model: name, "a result is a mapping, found \(first.kindName)")
            return
        }
        let dataset = Metafile.Item(node: first)["Dataset"]
        let text = dataset?.entries == nil ? dataset : dataset.map { Metafile.Item(node: $0)["Name"] ?? $0 }
        if text?.string == nil {
            list.add(
                .result, .error, dataset ?? first, model: name,
                "the Dataset of a result is a string, found \(text?.kindName ?? "none"); what a model was trained on is its "
                    + "Metadata's 'Training Data'")
        }
    }

    private mutating func checkConfig(_ model: Metafile.Item, _ name: String, _ nameNode: YAMLNode) {
        guard let node = model.present("Config") else {
            list.add(.config, .error, nameNode, model: name, "the model has no Config")
            return
        }
        guard let text = node.string else {
            list.add(.mim, .error, node, model: name, "Config is a path, found \(node.kindName)")
            return
        }
        for path in Self.paths(text) where root.file(path) == nil {
            list.add(
                .config, .error, node, model: name,
                MetafileRoot.isInside(path)
                    ? "the config '\(path)' does not exist below \(root.path)"
                    : "the config '\(path)' leads out of \(root.path)")
        }
    }

    /// mim takes several, with commas between them.
    static func paths(_ text: String) -> [String] {
        text.split(separator: ",").map { String($0.drop { $0 == " " }) }.map { path in
            String(path.reversed().drop { $0 == " " }.reversed())
        }
    }

    private mutating func checkDownstream(_ model: Metafile.Item, _ names: Set<String>) {
        guard let downstream = model.present("Downstream") else { return }
        for node in downstream.elements ?? [downstream] {
            let target = node.scalar?.text ?? ""
            if !names.contains(target) {
                let hint = nearestNames(to: target, among: names, limit: 1).first.map { "; is it '\($0)'?" } ?? ""
                list.add(
                    .downstream, .error, node, model: model.name,
                    "the downstream model '\(target)' is not in this file\(hint)")
            }
        }
    }

    /// The first names in their order, in quotation marks, and how many more there are: each model may name all others.
    static func listed(_ names: [String], between separator: String) -> String {
        let most = 4
        let rest = names.count > most ? " and \(names.count - most) more" : ""
        return names.sorted().prefix(most).map { "'\($0)'" }.joined(separator: separator) + rest
    }

    // MARK: What modelindex and mim need

    private mutating func checkReaders(_ model: Metafile.Item, collections: Set<String>) {
        let name = model.name
        if let empty = model["Name"], empty.scalar?.text == "" {
            list.add(.modelindex, .error, empty, "Name must not be empty")
        }
        if let collection = model.present("In Collection"), let text = collection.scalar?.text,
            !collections.contains(text)
        {
            let names = Self.listed(Array(collections), between: ", ")
            list.add(
                .inCollection, .error, collection, model: name,
                "the collection '\(text)' is not described in this file"
                    + (collections.isEmpty ? "" : ", which has \(names)"))
        }
        if let results = model.present("Results") {
            for result in results.elements ?? [results] where result.entries != nil { checkResult(result, name) }
        }
        if let weights = model.present("Weights"), weights.string == nil {
            list.add(.mim, .error, weights, model: name, "Weights is an address, found \(weights.kindName)")
        }
        if let metadata = model.item("Metadata") {
            for key in ["FLOPs", "Parameters"] {
                guard let value = metadata.present(key), value.int.map({ $0 <= 0 }) ?? true else { continue }
                list.add(
                    .mim, .error, value, model: name,
                    "\(key) is a positive integer, found '\(value.scalar?.text ?? value.kindName)'"
                        + (value.string == nil ? "" : ", which is a string"))
            }
        }
        if let weights = model.present("Weights"), let url = weights.string { checkURL(url, weights, name) }
    }

    private mutating func checkResult(_ result: YAMLNode, _ name: String?) {
        let item = Metafile.Item(node: result)
        for key in ["Task", "Dataset", "Metrics"] {
            guard let value = item.present(key) else {
                list.add(.modelindex, .error, result, model: name, "a result has no \(key)")
                continue
            }
            let isRight = key == "Metrics" ? value.scalar == nil : value.string != nil || value.entries != nil
            // The first result's Dataset has a rule of upstream's own.
            if !isRight, key != "Dataset" {
                list.add(
                    .modelindex, .error, value, model: name,
                    "\(key) of a result is \(key == "Metrics" ? "a mapping" : "a string"), found \(value.kindName)")
            }
            guard key == "Metrics" else { continue }
            for fault in Self.metricFaults(value) {
                list.add(.metrics, fault.severity, fault.node, model: name, fault.message)
            }
        }
    }

    /// A published checkpoint's name ends with the first 8 digits of its SHA-256, which loading checks.
    private mutating func checkURL(_ url: String, _ node: YAMLNode, _ name: String?) {
        for url in Self.paths(url) {
            let stem = url.hasSuffix(".pth") ? url.dropLast(4).utf8.suffix(9) : url.utf8.suffix(0)
            let isHashed =
                stem.count == 9 && (stem.first == UInt8(ascii: "-") || stem.first == UInt8(ascii: "_"))
                && stem.dropFirst().allSatisfy {
                    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                        || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
                }
            guard !isHashed else { continue }
            list.add(
                .weightsURL, .warning, node, model: name,
                "'\(url)' does not end with '-', 8 digits of the file's SHA-256 and '.pth', as `publish` names it")
        }
    }
}
