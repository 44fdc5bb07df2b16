import Converters
import Foundation
import KeyRules
import ModelZoo
import TensorCore
import TestSupport

/// What a real converter script makes of a real state dict, from `fixtures/converters/NAME.facts`
/// (`scripts/makers/make_converter_facts.py` describes the format and makes them).
struct ConverterFacts: Sendable {
    /// One target tensor and what it is made of.
    struct Entry: Sendable {
        /// The source tensors in their order; nil stands for zeros.
        let sources: [TensorSignature?]
        let target: TensorSignature
        /// What is done to the sources, in the notation of the rule language; nil for a plain rename.
        let operation: String?
        /// The sha256 of the target's bytes if every source holds the seeded weights of its key.
        let digest: String?
    }

    /// A rename: one source whose bytes are the target's.
    struct Row: Sendable {
        let source: TensorSignature
        let target: TensorSignature
    }

    let name: String
    let ruleFileName: String
    let model: String
    let settings: [String: String]
    let entries: [Entry]
    /// Source tensors of which nothing is made.
    let dropped: [TensorSignature]
    /// Tensors of the model that a constant makes, with its value.
    let made: [(tensor: TensorSignature, value: String)]
    /// Tensors of the model for which the source has nothing.
    let missing: [TensorSignature]

    /// The cases whose rule files are bundled: renames, each of them, which the tests below go through.
    static let names = [
        "vgg11", "vgg13", "vgg16", "vgg19", "vgg11_bn", "vgg13_bn", "vgg16_bn", "vgg19_bn", "mobilenet_v2",
        "resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "resnext50_32x4d", "resnext101_32x4d",
        "resnext101_32x8d", "wide_resnet50_2", "wide_resnet101_2",
    ]

    static let all: [ConverterFacts] = names.compactMap { try? ConverterFacts(named: $0) }

    /// The names of all committed fact files, in the order of the alphabet.
    static let committed: [String] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasSuffix(".facts") }.map { String($0.dropLast(6)) }.sorted()
    }()

    /// The fact files whose rule file is bundled, whatever operations they hold.
    static let bundled = committed.filter { name in
        (try? named(name)).map { ruleFileNames.contains($0.ruleFileName) } ?? false
    }

    /// Those whose rules read one checkpoint.
    static let single = bundled.filter { name in (try? named(name)).map { $0.inputs.isEmpty } ?? false }

    /// Those whose rules merge several.
    static let merging = bundled.filter { !single.contains($0) }

    static let ruleFileNames = Set(BundledRules.files.map(\.name))

    private static let folder = URL(fileURLWithPath: fixture("converters"))

    static func named(_ name: String) throws -> ConverterFacts { try ConverterFacts(named: name) }

    private init(named name: String) throws {
        let file = Self.folder.appendingPathComponent("\(name).facts")
        var reader = Reader()
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") where !line.hasPrefix("#") {
            try reader.read(line)
        }
        self.name = name
        ruleFileName = reader.ruleFileName
        model = reader.model
        settings = reader.settings
        entries = reader.entries
        dropped = reader.dropped + reader.siblings
        made = reader.made
        missing = reader.missing
    }

    struct Malformed: Error { let line: String }

    var rows: [Row] {
        entries.compactMap { entry in
            guard entry.operation == nil, case .some(.some(let source)) = entry.sources.first else { return nil }
            return Row(source: source, target: entry.target)
        }
    }

    /// Every source tensor once: those that are converted in the order of their first use, then the dropped ones; input by
    /// input.
    var allSources: [TensorSignature] {
        var seen: Set<Key> = []
        let tensors = (entries.flatMap(\.sources).compactMap { $0 } + dropped).filter { seen.insert($0.key).inserted }
        return inputs.isEmpty ? tensors : inputs.flatMap { input in tensors.filter { Self.input(of: $0.key) == input } }
    }

    /// The inputs that the sources' keys name, `base`, which carries the checkpoint, first.
    var inputs: [String] {
        let named = Set((entries.flatMap(\.sources).compactMap { $0 } + dropped).compactMap { Self.input(of: $0.key) })
        return named.sorted { $0 == "base" || $1 != "base" && $0 < $1 }
    }

    private static func input(of key: Key) -> String? {
        ["base", "delta", "lora"].first { key.text.hasPrefix("\($0):") }
    }

    /// The key of a source as a plan spells it: without the carrier's name.
    static func planned(_ key: Key) -> Key { key.text.hasPrefix("base:") ? Key(String(key.text.dropFirst(5))) : key }

    /// The state dict of the model.
    var modelTensors: [TensorSignature] { entries.map(\.target) + made.map(\.tensor) + missing }

    /// What a conversion writes: the state dict of the model without what the source has nothing for.
    var convertedTensors: [TensorSignature] { entries.map(\.target) + made.map(\.tensor) }

    var sources: [TensorSignature] { rows.map(\.source) }
    var targets: [TensorSignature] { rows.map(\.target) }

    func ruleFile() throws -> RuleFile {
        try Self.ruleFiles[ruleFileName]?.get() ?? RuleFile.parse("", name: ruleFileName)
    }

    /// Each read once, however many tests ask for it.
    private static let ruleFiles: [String: Result<RuleFile, RuleErrors>] = Dictionary(
        uniqueKeysWithValues: BundledRules.files.map { file in
            (file.name, Result { () throws(RuleErrors) in try RuleFile.parse(file.text, name: file.name) })
        })

    /// The state dicts of all the models that the fixtures know: each equals what upstream's converter makes.
    static let models: [String: [TensorSignature]] = Dictionary(
        uniqueKeysWithValues: all.map { ($0.model, $0.modelTensors) })

    /// What to choose backward, where the checkpoint cannot tell which spelling its sources had.
    var reverseSettings: [String: String] {
        switch name {
        case "mobilenet_v2": ["layout": "nested"]
        case "mobilenet_v2_published": ["layout": "flat"]
        case "densenet121": ["spelling": "joined"]
        case "densenet121_published": ["spelling": "dotted"]
        case "poolformer_s12_timm": ["spelling": "timm"]
        case "poolformer_s12_authors": ["spelling": "authors"]
        case "vit_b_16_torchvision": ["mlp": "numbered"]
        case "vit_b_16_published": ["mlp": "named"]
        case "dinov2_small_huggingface": ["spelling": "file", "prefix": ""]
        case "clip_base_p32_huggingface": ["prefix": ""]
        case "vit_tiny_huggingface_module": ["spelling": "module", "prefix": "vit."]
        case "swin_tiny_huggingface_module": ["spelling": "module", "prefix": "swin."]
        default: [:]
        }
    }

    func request(_ tensors: [TensorSignature], _ direction: Direction = .forward) -> PlanRequest {
        var request = PlanRequest(
            tensors: tensors, direction: direction, settings: direction == .reverse ? reverseSettings : [:],
            modelSignatures: { name, _ in Self.models[name] })
        guard let carrier = inputs.first, direction == .forward else { return request }
        func part(of input: String) -> [TensorSignature] {
            tensors.filter { Self.input(of: $0.key) == input }.map { tensor in
                TensorSignature(
                    key: Key(String(tensor.key.text.dropFirst(input.count + 1))), dtype: tensor.dtype,
                    shape: tensor.shape)
            }
        }
        request.carrier = carrier
        request.tensors = part(of: carrier)
        request.named = inputs.dropFirst().map { PlanRequest.NamedInput(name: $0, tensors: part(of: $0)) }
        return request
    }

    /// The same with the recorded settings and the models that are built in or, where the rules declare none or the
    /// network is of another size, with the recorded state dict.
    func modelRequest(_ tensors: [TensorSignature], _ direction: Direction = .forward) -> PlanRequest {
        var request = request(tensors, direction)
        request.settings.merge(settings) { _, recorded in recorded }
        if (try? ruleFile().models.isEmpty) ?? true || (try? ModelZoo.model(named: model)) == nil {
            request.model = PlanRequest.Model(name: model, tensors: modelTensors)
        } else {
            request.modelSignatures = BuiltInModels.signatures
        }
        return request
    }
}
