import ModelZoo
import TensorCore
import YAML

/// Holds what a metafile says of its models against what their configs give.
struct FigureCheck {
    private let metafile: Metafile
    private let root: MetafileRoot
    private let figures: [String: ConfigFigures]
    /// The counted models, once for each config, under the name of the first model that has it.
    private let builds: [(config: String, name: String, counted: CountedModel)]
    /// The same by the name of each model, in lower case.
    private let owners: [String: (name: String, counted: CountedModel)]
    private var list: MetafileFindings
    private(set) var unchecked: [MetafileCheck.UncheckedModel] = []

    var findings: [MetafileFinding] { list.list }

    init(_ file: MetafileSelection.File, _ figures: [String: ConfigFigures]) {
        metafile = file.metafile
        root = file.root
        self.figures = figures
        var builds: [(config: String, name: String, counted: CountedModel)] = []
        var owners: [String: (name: String, counted: CountedModel)] = [:]
        var seen: Set<String> = []
        for model in file.metafile.models {
            guard let name = model.name, let config = file.root.config(of: model),
                let counted = figures[config]?.counted
            else { continue }
            if seen.insert(config).inserted { builds.append((config, name, counted)) }
            if owners[name.lowercased()] == nil { owners[name.lowercased()] = (name, counted) }
        }
        self.builds = builds
        self.owners = owners
        list = MetafileFindings(file: file.metafile.path)
    }

    mutating func run() {
        for model in metafile.models {
            guard let figure = figures(of: model), let name = model.name else { continue }
            switch figure.outcome {
            case .counted(let counted): compare(model, name, counted)
            case .notBuiltIn(let reason):
                unchecked.append(.init(file: metafile.path, model: name, reason: reason))
            case .failed(let reason, let counted):
                list.add(.configLoad, .error, model["Config"], model: name, "the config cannot be built: \(reason)")
                if let counted { compare(model, name, counted) }
            }
            checkFit(model, name, figure)
            checkOwner(model, name)
        }
        checkCode()
    }

    private func figures(of model: Metafile.Item) -> ConfigFigures? { root.config(of: model).flatMap { figures[$0] } }

    private func counted(_ model: Metafile.Item) -> CountedModel? {
        figures(of: model)?.counted
    }

    // MARK: FLOPs and parameters

    private mutating func compare(_ model: Metafile.Item, _ name: String, _ counted: CountedModel) {
        guard let metadata = model.item("Metadata") else { return }
        let (flops, parameters) = (metadata["FLOPs"], metadata["Parameters"])
        let stated = (flops: flops?.int, parameters: parameters?.int)
        let wrongFLOPs = stated.flops.map { !counted.flops.contains($0) } ?? false
        let wrongParameters = stated.parameters.map { $0 != counted.parameters } ?? false
        guard wrongFLOPs || wrongParameters else { return }
        let deployed = counted.deployed
        if let first = stated.flops, let second = stated.parameters,
            [counted, deployed].contains(where: { $0?.isExchanged(flops: first, parameters: second) ?? false })
        {
            list.add(
                .recount, .error, flops, model: name,
                "FLOPs and Parameters are exchanged: \(groupedText(first)) and \(groupedText(second)) are stated, the config "
                    + "gives \(groupedText(counted.flops[0])) and \(groupedText(counted.parameters))")
            return
        }
        if wrongFLOPs, let stated = stated.flops {
            let isDeployed = deployed?.flops.contains { Self.isAlmost(stated, $0) } ?? false
            let hint = isDeployed ? "" : origin(ofFLOPs: stated, of: model, counted)
            report(
                "FLOPs", flops, model: name, stated: stated, counted: counted.flops, place: " at \(counted.sizeText)",
                isDeployed: isDeployed, hint: hint)
        }
        if wrongParameters, let stated = stated.parameters {
            let hint = origin(ofParameters: stated, of: model)
            report(
                "Parameters", parameters, model: name, stated: stated, counted: [counted.parameters], place: "",
                isDeployed: deployed.map { Self.isAlmost(stated, $0.parameters) } ?? false, hint: hint)
        }
    }

    private mutating func report(
        _ field: String, _ node: YAMLNode?, model: String, stated: Int, counted: [Int], place: String, isDeployed: Bool,
        hint: String
    ) {
        let nearest = counted.min { abs(Double($0) - Double(stated)) < abs(Double($1) - Double(stated)) } ?? 0
        let difference = (Double(stated) - Double(nearest)) / Double(max(nearest, 1))
        let figures = "\(field): \(groupedText(stated)) is stated, the config gives \(groupedText(nearest))\(place)"
        if isDeployed {
            list.add(.recount, .warning, node, model: model, "\(figures); the stated figure is the deploy form's")
        } else {
            let isWrong = abs(difference) > Self.roundingShare
            let percent = (difference < 0 ? "" : "+") + shortText(difference * 100)
            list.add(
                .recount, isWrong ? .error : .warning, node, model: model,
                "\(figures) (\(percent) %)\(isWrong ? hint : "")")
        }
    }

    /// What a figure may differ by that somebody rounded, or that another version of the counter gave.
    private static let roundingShare = 0.01

    /// Where a wrong figure may come from: another model of the file, or another size of image.
    private func origin(ofFLOPs stated: Int, of model: Metafile.Item, _ counted: CountedModel) -> String {
        // Counters differ by a few percent: what is not far from right has no other origin.
        guard counted.flops.allSatisfy({ !Self.isNear(stated, $0, share: 0.1) }) else { return "" }
        if counted.size != .square(224), let flops = try? CountedModel.flops(of: counted.definition, at: .square(224)),
            flops.contains(where: { Self.isNear(stated, $0, share: 0.02) })
        {
            return "; the stated figure is that at 224 × 224"
        }
        return origin(of: model) { $0.flops.contains { Self.isNear(stated, $0, share: 0.02) } }
    }

    private func origin(ofParameters stated: Int, of model: Metafile.Item) -> String {
        origin(of: model) { Self.isAlmost(stated, $0.parameters) }
    }

    private func origin(of model: Metafile.Item, where fits: (CountedModel) -> Bool) -> String {
        let own = root.config(of: model)
        let other = builds.first { $0.config != own && fits($0.counted) }
        return other.map { "; the stated figure is that of \($0.name)" } ?? ""
    }

    private static func isAlmost(_ figure: Int, _ other: Int) -> Bool { isNear(figure, other, share: 0.001) }

    private static func isNear(_ figure: Int, _ other: Int, share: Double) -> Bool {
        abs(Double(figure) - Double(other)) <= share * Double(other)
    }

    // MARK: The weights

    /// Weights of a model of one size and a config of another: the name and `arch` differ, and so do the parameters.
    private mutating func checkFit(_ model: Metafile.Item, _ name: String, _ figure: ConfigFigures) {
        guard let weights = model.present("Weights"), let arch = figure.arch, let size = ModelSize(arch: arch),
            let named = ModelSize(name: name), named != size, let config = model["Config"],
            let stated = model.item("Metadata")?["Parameters"]?.int
        else { return }
        let counts: [Int]
        if let counted = figure.counted {
            counts = [counted.parameters]
        } else {
            // What another model of the file says that has the size of the config.
            counts = metafile.models.compactMap { other in
                guard let name = other.name, ModelSize(name: name) == size else { return nil }
                return other.item("Metadata")?["Parameters"]?.int
            }
        }
        guard !counts.isEmpty, counts.allSatisfy({ abs(Double($0) - Double(stated)) > 0.05 * Double($0) }) else {
            return
        }
        let file = weights.string.map { $0.split(separator: "/").last.map(String.init) ?? $0 } ?? ""
        list.add(
            .weightsFit, .error, config, model: name,
            "the weights '\(file)' cannot fit the config, whose arch is '\(arch)': they are of a \(named) model with "
                + "\(groupedText(stated)) parameters, and the config's has \(counts.count == 1 ? "" : "about ")"
                + groupedText(counts[0]))
    }

    /// Weights that are named after another model of the file fit the config of that one.
    private mutating func checkOwner(_ model: Metafile.Item, _ name: String) {
        guard let weights = model.present("Weights"), let address = weights.string, let own = counted(model) else {
            return
        }
        let file = address.split(separator: "/").last.map(String.init) ?? address
        let folded = file.lowercased()
        guard !folded.hasPrefix(name.lowercased() + "_") else { return }
        // The longest name that '_' follows; longer ones than this are not looked for.
        var owner: (name: String, counted: CountedModel)?
        for end in folded.prefix(256).indices.reversed() where folded[end] == "_" {
            owner = owners[String(folded[..<end])]
            if owner != nil { break }
        }
        guard let owner, owner.counted.parameters != own.parameters else { return }
        list.add(
            .weightsFit, .error, weights, model: name,
            "the weights '\(file)' cannot fit the config: they are of \(owner.name), whose model has "
                + "\(groupedText(owner.counted.parameters)) parameters, and the config's has "
                + groupedText(own.parameters))
    }

    // MARK: The code

    /// The backbone's file that `Code.URL` names must have to do with the models.
    private mutating func checkCode() {
        for collection in metafile.collections {
            guard let node = collection.item("Code")?["URL"], let url = node.string,
                let tail = url.split(separator: "/backbones/", maxSplits: 1).dropFirst().first
            else { continue }
            let file = tail.prefix { $0 != "#" && $0 != "?" && $0 != "/" }
            guard file.hasSuffix(".py") else { continue }
            let stem = MetafileNames.folded(String(file.dropLast(3)))
            let types = metafile.models.compactMap { figures(of: $0)?.backboneType }
            let names =
                types + [collection.name ?? "", metafile.path] + metafile.models.compactMap { $0["Config"]?.string }
            guard !types.isEmpty, !stem.isEmpty,
                !names.contains(where: { MetafileNames.folded($0).contains(stem) })
            else { continue }
            let backbones = Set(types).sorted().joined(separator: ", ")
            list.add(.codeURL, .warning, node, "Code.URL names \(file), and the models' backbone is \(backbones)")
        }
    }
}

/// The word for a size in the name of a model.
enum ModelSize: String, CaseIterable, CustomStringConvertible {
    case nano, tiny, small, medium, base, large, xlarge, huge, giant

    var description: String { rawValue }

    /// By the last word of a backbone's `arch`: `base`, `deit-small`, `b`.
    init?(arch: String) {
        let word = arch.split { $0 == "-" || $0 == "_" }.last.map { $0.lowercased() } ?? ""
        let letters: [String: ModelSize] = [
            "n": .nano, "t": .tiny, "s": .small, "m": .medium, "b": .base, "l": .large, "xl": .xlarge, "h": .huge,
            "g": .giant,
        ]
        guard let size = ModelSize(rawValue: word) ?? letters[word] else { return nil }
        self = size
    }

    /// By the only such word of a model's name; nil where there are several or none.
    init?(name: String) {
        let sizes = name.lowercased().split { $0 == "-" || $0 == "_" }.compactMap { ModelSize(rawValue: String($0)) }
        guard let first = sizes.first, sizes.allSatisfy({ $0 == first }) else { return nil }
        self = first
    }
}
