import Converters
import Foundation
import KeyRules
import TensorCore

/// What a real converter script makes of a real state dict, from `fixtures/converters/NAME.facts`
/// (`scripts/make_converter_facts.py` describes the format and makes them).
struct ConverterFacts: Sendable {
    struct Row: Sendable {
        let source: TensorSignature
        let target: TensorSignature
    }

    let name: String
    let ruleFileName: String
    let model: String
    let rows: [Row]

    static let names = [
        "vgg11", "vgg13", "vgg16", "vgg19", "vgg11_bn", "vgg13_bn", "vgg16_bn", "vgg19_bn", "mobilenet_v2",
        "resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "resnext50_32x4d", "resnext101_32x8d",
        "wide_resnet50_2", "wide_resnet101_2",
    ]

    static let all: [ConverterFacts] = names.compactMap { try? ConverterFacts(named: $0) }

    static func named(_ name: String) throws -> ConverterFacts { try ConverterFacts(named: name) }

    private init(named name: String) throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("fixtures/converters")
        let text = try String(contentsOf: folder.appendingPathComponent("\(name).facts"), encoding: .utf8)
        var ruleFileName = ""
        var model = ""
        var rows: [Row] = []
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let words = line.split(separator: " ").map(String.init)
            switch words[0] {
            case "converter": ruleFileName = words[1]
            case "model": model = words[1]
            default:
                for field in words.dropFirst(2) {
                    let parts = field.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
                    guard let dtype = DType(rawValue: parts[1]) else { throw Malformed(line: String(line)) }
                    let shape = parts[2].split(separator: ",").compactMap { Int($0) }
                    func signature(_ module: String) -> TensorSignature {
                        TensorSignature(key: Key("\(module).\(parts[0])"), dtype: dtype, shape: shape)
                    }
                    rows.append(Row(source: signature(words[0]), target: signature(words[1])))
                }
            }
        }
        self.name = name
        self.ruleFileName = ruleFileName
        self.model = model
        self.rows = rows
    }

    struct Malformed: Error { let line: String }

    var sources: [TensorSignature] { rows.map(\.source) }
    var targets: [TensorSignature] { rows.map(\.target) }

    func ruleFile() throws -> RuleFile {
        let text = BundledRules.files.first { $0.name == ruleFileName }?.text ?? ""
        return try RuleFile.parse(text, name: ruleFileName)
    }

    /// The state dicts of all the models that the fixtures know: each equals what upstream's converter makes.
    static let models: [String: [TensorSignature]] = Dictionary(
        uniqueKeysWithValues: all.map { ($0.model, $0.targets) })

    /// What to choose backward, where the checkpoint cannot tell which spelling its sources had.
    var reverseSettings: [String: String] {
        switch name {
        case "mobilenet_v2": ["layout": "nested"]
        case "mobilenet_v2_published": ["layout": "flat"]
        default: [:]
        }
    }

    func request(_ tensors: [TensorSignature], _ direction: Direction = .forward) -> PlanRequest {
        PlanRequest(
            tensors: tensors, direction: direction, settings: direction == .reverse ? reverseSettings : [:],
            modelSignatures: { Self.models[$0] })
    }
}
