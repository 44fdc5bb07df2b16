import ByteIO
import ModelConfig
import ModelGraph
import ModelZoo
import PythonSyntax
import TensorCore

/// What a config says of its model, and what that costs.
struct ConfigFigures: Sendable {
    enum Outcome: Sendable {
        case counted(CountedModel)
        /// Part of the model is of a class that is not built in.
        case notBuiltIn(String)
        /// The config cannot be loaded, or its model cannot be built; `model` is what it describes all the same, where what
        /// is wrong lies beside it.
        case failed(String, model: CountedModel?)
    }

    let outcome: Outcome
    /// `model.backbone.type` without its module, and its `arch`, as far as they can be read.
    let backboneType: String?
    let arch: String?

    /// The model, also of a config that cannot be loaded because of what lies beside its model.
    var counted: CountedModel? {
        switch outcome {
        case .counted(let model): model
        case .failed(_, let model): model
        case .notBuiltIn: nil
        }
    }

    /// The configs of metafiles by the path of the file; none for a path that leads to no file, or names several.
    /// - Parameter progress: called with the number of configs that are done, and how many there are.
    static func table(
        of files: [MetafileSelection.File], progress: (_ done: Int, _ total: Int) -> Void
    ) -> [String: ConfigFigures] {
        var paths: [String] = []
        var seen: Set<String> = []
        for file in files {
            for model in file.metafile.models {
                if let path = file.root.config(of: model), seen.insert(path).inserted { paths.append(path) }
            }
        }
        var table: [String: ConfigFigures] = [:]
        // In parts, so that somebody who waits sees them go by.
        let part = 16
        for start in stride(from: 0, to: paths.count, by: part) {
            let some = paths[start..<min(start + part, paths.count)]
            let figures = concurrentMap(some.count) { ConfigFigures(path: some[some.startIndex + $0]) }
            for (path, figure) in zip(some, figures) { table[path] = figure }
            progress(start + some.count, paths.count)
        }
        return table
    }

    init(path: String) {
        var model: ConfigDictionary?
        do {
            let config = try ModelConfig.load(path, .process())
            model = config.model
            let counted = try CountedModel(ModelDefinition(config))
            outcome = config.refusal.map { .failed("mmengine refuses it: \($0)", model: counted) } ?? .counted(counted)
        } catch let error as ArgumentError {
            switch error.problem {
            case .notBuiltIn: outcome = .notBuiltIn("\(error)")
            case .invalid: outcome = .failed("\(error)", model: nil)
            }
        } catch {
            var options = ModelConfig.Options.process()
            options.files = ModelStatements(path: path)
            let config = model == nil ? try? ModelConfig.load(path, options) : nil
            model = model ?? config?.model
            let definition = config.flatMap { try? ModelDefinition($0) }
            outcome = .failed("\(error)", model: definition.flatMap { try? CountedModel($0) })
        }
        var backbone: ConfigDictionary?
        if case .dictionary(let arguments)? = model?["backbone"] { backbone = arguments }
        backboneType = backbone?.text("type").map { $0.split(separator: ".").last.map(String.init) ?? $0 }
        arch = backbone?.text("arch")
    }
}

extension ModelConfig {
    fileprivate var model: ConfigDictionary? {
        if case .dictionary(let model)? = values["model"] { model } else { nil }
    }
}

extension ConfigDictionary {
    fileprivate func text(_ key: String) -> String? { if case .string(let text)? = self[key] { text } else { nil } }
}

extension MetafileRoot {
    /// The path of a model's config; nil where that is not a file, or several.
    func config(of model: Metafile.Item) -> String? { model.present("Config")?.string.flatMap(file) }
}

/// The files of a disk, of one of which only the statements count that set `_base_` and `model`.
private struct ModelStatements: ConfigFiles {
    let path: String

    func contents(of path: String, limit: Int) throws -> [UInt8]? {
        guard let text = try DiskFiles().contents(of: path, limit: limit) else { return nil }
        guard path == self.path else { return text }
        let statements = try PythonParser.statements(of: text)
        var kept: [UInt8] = []
        for (index, statement) in statements.enumerated() {
            guard case .assign(let targets, _) = statement.form, case .name(let name)? = targets.first?.form,
                ["_base_", "model"].contains(name)
            else { continue }
            let end = index + 1 < statements.count ? statements[index + 1].offset : text.count
            kept += text[statement.offset..<end]
        }
        return kept
    }

    var currentFolder: String { DiskFiles().currentFolder }
}

/// A model with what one run of it costs, at the size that it is tested at.
struct CountedModel: Sendable {
    let definition: ModelDefinition
    /// The parameters of the whole model.
    let parameters: Int
    /// Multiply-adds of backbone and neck: with the products inside of fused attention first, then without them. Both are
    /// what `get_flops.py` gives, under PyTorch 1 and 2.
    let flops: [Int]
    let size: Extent2d

    /// - Throws: `GraphError` for a model whose parts do not fit together, or that refuses its own size.
    init(_ definition: ModelDefinition) throws {
        self.definition = definition
        size = definition.inputSize
        parameters = try definition.allParameters.filter { $0.role == .parameter }.reduce(0) { $0 + $1.count }
        flops = try Self.flops(of: definition, at: size)
    }

    static func flops(of definition: ModelDefinition, at size: Extent2d) throws(GraphError) -> [Int] {
        let graph = try definition.featureGraph(height: size.height, width: size.width)
        let fused = graph.cost(countingAttention: true).total.flops
        let products = graph.cost(countingAttention: false).total.flops
        return fused == products ? [fused] : [fused, products]
    }

    /// The FLOPs with the products inside fused attention, or without them.
    func flops(countingAttention countsProducts: Bool) -> Int { flops[countsProducts ? 0 : flops.count - 1] }

    /// The same in the form that the model is deployed in; nil where there is no other form.
    var deployed: CountedModel? {
        guard let form = try? definition.deployForm() else { return nil }
        return try? CountedModel(form)
    }

    /// `224 × 224`
    var sizeText: String { "\(size.height) × \(size.width)" }

    /// Whether each of two figures is the other one's, to a hundredth; also in thousands for millions, as the tables of
    /// papers have them.
    func isExchanged(flops first: Int, parameters second: Int) -> Bool {
        func isNear(_ figure: Double, _ other: Int) -> Bool { abs(figure - Double(other)) <= 0.01 * Double(other) }
        return [1.0, 1000].contains { unit in
            isNear(Double(first) / unit, parameters) && flops.contains { isNear(Double(second) * unit, $0) }
        }
    }
}
