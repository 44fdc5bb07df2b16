import ByteIO
import ModelZoo
import YAML

/// A new metafile for models that have configs, and the stub of its README: what configs tell is filled in, the rest
/// is null.
package enum MetafileDraft {
    package struct Options: Sendable {
        /// Configs of one collection, one at least.
        package var configs: [String]
        /// The metafile that is written. It must not exist yet.
        package var output: String
        /// As `MetafileCheck.Options.root`.
        package var root: String?
        /// The collection's name; nil: that of the configs' folder.
        package var collection: String?
        /// Where the weights come from, for every model.
        package var origin: MetafileFill.Origin?
        package var countsFusedAttention: Bool

        package init(
            configs: [String], output: String, root: String? = nil, collection: String? = nil,
            origin: MetafileFill.Origin? = nil, countsFusedAttention: Bool = true
        ) {
            self.configs = configs
            self.output = output
            self.root = root
            self.collection = collection
            self.origin = origin
            self.countsFusedAttention = countsFusedAttention
        }
    }

    package struct Report: Sendable {
        /// The files that were written.
        package let files: [String]
        package let modelCount: Int
        /// What could not be known, a sentence each.
        package let notes: [String]
    }

    struct Model {
        let name: String
        /// Relative to the root.
        let config: String
        var flops: Int?
        var parameters: Int?
    }

    /// - Throws: `IOError`; `WorkbenchError.metafile` where the file is there already, or a config is not below the root.
    package static func run(_ options: Options) throws -> Report {
        guard MetafileRoot.kind(of: options.output) == nil else {
            throw WorkbenchError.metafile(path: options.output, reason: "it exists; `metafile fill` adds to it")
        }
        let root = options.root.map { MetafileRoot(path: MetafileRoot.absolute($0)) } ?? root(of: options)
        var notes: [String] = []
        let figures = concurrentMap(options.configs.count) { ConfigFigures(path: options.configs[$0]) }
        var models: [Model] = []
        for (path, figure) in zip(options.configs, figures) {
            let relative = try relative(path, to: root)
            let stem =
                relative.split(separator: "/").last.map { String($0.dropLast($0.hasSuffix(".py") ? 3 : 0)) } ?? ""
            var model = Model(name: name(stem, isConverted: options.origin != nil), config: relative)
            switch figure.outcome {
            case .counted(let counted):
                model.flops = counted.flops(countingAttention: options.countsFusedAttention)
                model.parameters = counted.parameters
            case .notBuiltIn(let reason):
                notes.append("\(model.name): FLOPs and Parameters cannot be counted: \(reason)")
            case .failed(let reason, _):
                throw WorkbenchError.metafile(path: path, reason: "the config cannot be built: \(reason)")
            }
            models.append(model)
        }
        // In upstream's order: the trained ones first, small before large.
        models.sort { $0.rank < $1.rank }
        let folder = models[0].config.split(separator: "/").dropLast()
        let collection = options.collection ?? folder.last.map(String.init) ?? "Models"
        let outputFolder = options.output.lastIndex(of: "/").map { String(options.output[...$0]) } ?? ""
        let readme = outputFolder + "README.md"
        let readmePath = try? relative(readme, to: root)
        let texts = MetafileDraftText(
            collection: collection, readmePath: readmePath ?? "README.md", models: models, origin: options.origin)
        var files: [(path: String, text: String)] = [(options.output, texts.metafile)]
        if MetafileRoot.kind(of: readme) == nil {
            files.append((readme, texts.readme))
        } else {
            notes.append("\(readme) is there already and stays as it is")
        }
        if let readmePath, readmePath.contains("/") {
            notes.append(
                "README is '\(readmePath)', from the root, as MMPreTrain's own checker needs it; `metafile check` warns that "
                    + "modelindex looks for it beside the metafile, as in every metafile of MMPreTrain")
        }
        let outputs = try files.map { file in
            let output = try AtomicFile(path: file.path)
            try output.write(Array(file.text.utf8))
            return output
        }
        for output in outputs { try output.commit() }
        return Report(files: files.map(\.path), modelCount: models.count, notes: notes)
    }

    /// The folder with a `model-index.yml`, or the one that has the configs' `configs`, or the configs' own.
    private static func root(of options: Options) -> MetafileRoot {
        let path = MetafileRoot.absolute(options.configs[0])
        let folders = MetafileRoot.folders(above: path)
        if let root = folders.first(where: { MetafileRoot(path: $0).file(MetafileRoot.indexName) != nil }) {
            return MetafileRoot(path: root)
        }
        let configs = folders.last { $0.hasSuffix("/configs") }
        return MetafileRoot(path: configs.map { String($0.dropLast("/configs".count)) } ?? folders.first ?? "/")
    }

    private static func relative(_ path: String, to root: MetafileRoot) throws -> String {
        let absolute = MetafileRoot.absolute(path)
        let lead = root.path == "/" ? "/" : root.path + "/"
        guard absolute.hasPrefix(lead) else {
            throw WorkbenchError.metafile(
                path: path, reason: "it is not below \(root.path), which paths in metafiles start from")
        }
        return String(absolute.dropFirst(lead.count))
    }

    /// A config's name, where converted weights have `3rdparty` for the training.
    private static func name(_ stem: String, isConverted: Bool) -> String {
        guard isConverted, !stem.contains("3rdparty") else { return stem }
        var fields = stem.split(separator: "_").map(String.init)
        guard fields.count > 1 else { return stem + "_3rdparty" }
        if fields.count == 2 { fields.insert("3rdparty", at: 1) } else { fields[fields.count - 2] = "3rdparty" }
        return fields.joined(separator: "_")
    }
}

extension MetafileDraft.Model {
    /// Source: `order_models` in MMPreTrain's `fill_metafile.py`.
    fileprivate var rank: (Int, Int, Int, Int) {
        (name.contains("3rdparty") ? 1 : 0, parameters ?? 0, flops ?? 0, name.utf8.count)
    }
}
