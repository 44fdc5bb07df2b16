import ModelIndex
import YAML

extension SuiteFile {
    /// The models of a metafile, or of all that an index names.
    /// - Throws: `WorkbenchError.suite` for a file that cannot be read, or an index that is wrong.
    static func entries(
        ofMetafileAt path: String, checkpointRoot: String?, data: String?
    ) throws(WorkbenchError) -> [SuiteEntry] {
        let selection = MetafileSelection([path], root: nil)
        if let failure = selection.failures.first { throw .suite(place: path, reason: failure) }
        if let finding = selection.findings.first {
            throw .suite(place: "\(finding.file):\(finding.line):\(finding.column)", reason: finding.message)
        }
        var entries: [SuiteEntry] = []
        for file in selection.files {
            for model in file.metafile.models {
                let place = "\(file.metafile.path):\(model.node.mark.line)"
                guard let name = model.name else { throw .suite(place: place, reason: "a model has no Name") }
                var entry = Self.entry(name, model, file, place: place, checkpointRoot: checkpointRoot)
                if let data, entry.weights != .none {
                    entry.data = data
                    entry.accuracies = Self.accuracies(of: model)
                }
                entries.append(entry)
            }
        }
        return entries
    }

    private static func entry(
        _ name: String, _ model: Metafile.Item, _ file: MetafileSelection.File, place: String, checkpointRoot: String?
    ) -> SuiteEntry {
        var notes: [String] = []
        let source: ModelSource
        let config = model.present("Config")?.string
        if let path = file.root.config(of: model) {
            source = ModelSource(.config(path))
        } else if ModelIndex.entry(named: name) != nil {
            source = ModelSource(.name(name))
            notes.append("the config \(config ?? "") is not here: MMPreTrain's own is taken")
        } else {
            // Running says that it is not there.
            source = ModelSource(.config(file.root.path + "/" + (config ?? "\(name).py")))
        }
        var entry = SuiteEntry(name: name, place: place, model: source, isPublished: true)
        if let root = checkpointRoot, let url = model.present("Weights")?.string {
            let path = localPath(of: url, below: root)
            if MetafileRoot.kind(of: path) != nil {
                entry.weights = .checkpoint(path)
            } else {
                notes.append("\(path) is not there")
            }
        }
        entry.notes = notes
        return entry
    }

    /// The accuracies of the first of `Results` that has any.
    private static func accuracies(of model: Metafile.Item) -> [ExpectedAccuracy] {
        for result in model.present("Results")?.elements ?? [] where result.entries != nil {
            let metrics = Metafile.Item(node: result).item("Metrics")?.node.entries ?? []
            let found = metrics.compactMap { metric -> ExpectedAccuracy? in
                guard let name = metric.key.scalar?.text, let percent = metric.value.number else { return nil }
                return ExpectedAccuracy(name, percent: percent)
            }
            if !found.isEmpty { return found }
        }
        return []
    }

    /// Where the file of a URL is in a copy of the server: below `root` by the path of the URL, as MMPreTrain's
    /// `1-benchmark_valid.py` looks for it, or by its name alone.
    static func localPath(of url: String, below root: String) -> String {
        let path = url.split(separator: "/", omittingEmptySubsequences: true).dropFirst(url.contains("://") ? 2 : 0)
            .filter { $0 != ".." && $0 != "." }
        let whole = root + "/" + path.joined(separator: "/")
        guard MetafileRoot.kind(of: whole) == nil, let name = path.last else { return whole }
        let flat = root + "/" + name
        return MetafileRoot.kind(of: flat) == nil ? whole : flat
    }
}
