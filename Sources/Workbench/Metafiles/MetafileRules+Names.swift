import ModelIndex
import YAML

extension MetafileRules {
    /// How a name differs from MMPreTrain's convention `{algorithm}_{model}_{pre-training}_{training}_{data}`.
    ///
    /// The parts in the middle may be missing. Source: `check_model_name` in MMPreTrain's `check_metafile.py`.
    static func namingFaults(_ name: String) -> [String] {
        let fields = name.split(separator: "_", omittingEmptySubsequences: false).map(String.init)
        guard fields.count >= 3 else { return ["too few fields between '_': \(fields.count), where 3 to 5 are usual"] }
        guard fields.count <= 5 else { return ["too many fields between '_': \(fields.count), where 3 to 5 are usual"] }
        let training = fields[fields.count - 2]
        let pretraining: String? =
            fields.count == 5 ? fields[2] : fields.count == 4 && fields[1].hasSuffix("-pre") ? fields[1] : nil
        var faults: [String] = []
        if let pretraining, !pretraining.hasSuffix("-pre") {
            faults.append("'\(pretraining)' is in the place of the pre-training, which must end with '-pre'")
        }
        if !training.contains("3rdparty"), !beginsWithBatch(training) {
            faults.append(
                "'\(training)' is in the place of the training: '3rdparty', or devices and batch size as in '8xb32'")
        }
        return faults
    }

    /// `\d+xb\d+`
    private static func beginsWithBatch(_ field: String) -> Bool {
        let devices = field.prefix(while: \.isNumber)
        let rest = field.dropFirst(devices.count)
        return !devices.isEmpty && rest.hasPrefix("xb") && (rest.dropFirst(2).first?.isNumber ?? false)
    }
}

/// What is known of all the files together: names that occur twice, and datasets spelled in several ways.
struct MetafileNames {
    fileprivate struct Mention {
        let file: String
        let node: YAMLNode
        let model: String?
        let text: String
    }

    private var models: [Mention] = []
    private var datasets: [Mention] = []

    mutating func enter(_ file: MetafileSelection.File) {
        let path = file.metafile.path
        for model in file.metafile.models {
            if let name = model["Name"], let text = name.scalar?.text {
                models.append(Mention(file: path, node: name, model: text, text: text))
            }
            guard let results = model.present("Results") else { continue }
            for result in results.elements ?? [results] {
                guard let dataset = Metafile.Item(node: result)["Dataset"], let text = dataset.string else { continue }
                datasets.append(Mention(file: path, node: dataset, model: model.name, text: text))
            }
        }
    }

    var findings: [MetafileFinding] { duplicates + spellings }

    /// MMPreTrain looks models up by their names in lower case.
    private var duplicates: [MetafileFinding] {
        var first: [String: Mention] = [:]
        return models.compactMap { mention in
            guard let earlier = first[mention.text.lowercased()] else {
                first[mention.text.lowercased()] = mention
                return nil
            }
            return mention.finding(
                .duplicate, .error,
                "the name '\(mention.text)' is already that of a model at \(earlier.file):\(earlier.node.mark.line)")
        }
    }

    /// Whoever searches by dataset finds one of the spellings only.
    private var spellings: [MetafileFinding] {
        var counts: [String: [String: Int]] = [:]
        func count(_ name: String) { counts[Self.folded(name), default: [:]][name, default: 0] += 1 }
        for mention in datasets { count(mention.text) }
        for name in Self.published where counts[Self.folded(name)] != nil { count(name) }
        return datasets.compactMap { mention in
            guard let spellings = counts[Self.folded(mention.text)], spellings.count > 1 else { return nil }
            let others = MetafileRules.listed(spellings.keys.filter { $0 != mention.text }, between: " and ")
            return mention.finding(
                .datasetName, .warning,
                "the dataset '\(mention.text)' is elsewhere spelled \(others)")
        }
    }

    /// The datasets of MMPreTrain's own metafiles.
    private static let published: Set<String> = Set(
        ModelIndex.names.flatMap { ModelIndex.entry(named: $0)?.facts?.results.map(\.dataset) ?? [] })

    /// The letters and digits in lower case.
    static func folded(_ name: String) -> String {
        String(name.lowercased().filter { $0.isLetter || $0.isNumber })
    }
}

extension MetafileNames.Mention {
    fileprivate func finding(
        _ rule: MetafileFinding.Rule, _ severity: MetafileFinding.Severity, _ message: String
    ) -> MetafileFinding {
        MetafileFinding(
            file: file, line: node.mark.line, column: node.mark.column, model: model, rule: rule, severity: severity,
            message: message)
    }
}
