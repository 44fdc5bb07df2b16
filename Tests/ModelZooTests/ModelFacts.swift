import FoundationEssentials
import ModelGraph
import ModelZoo
import TestSupport

/// What `scripts/makers/make_model_facts.py` wrote down about one of MMPreTrain's models.
struct ModelFacts: Decodable, Sendable, CustomStringConvertible {
    struct Listing: Decodable, Equatable, Sendable {
        /// Lines.
        let count: Int
        let sha256: String
    }

    struct StateDict: Decodable, Sendable {
        let count: Int
        let sha256: String
        /// The elements of all entries.
        let elements: Int
    }

    struct Complexity: Decodable, Equatable, Sendable {
        let flops: Int
        let activations: Int
    }

    let name: String
    /// MMPreTrain's types of backbone, neck and head.
    let types: [String]
    let logits: Int
    let stateDict: StateDict
    /// Input shape, e.g. `1x3x224x224` → the modules that run.
    let modules: [String: Listing]
    let parameters: Int
    /// Height and width of the image for which `whole` and `features` hold.
    let extent: Int
    let whole: Complexity
    let features: Complexity

    var description: String { name }

    /// Whether the backbone has a neck after it.
    var hasNeck: Bool { types.count == 3 }

    enum CodingKeys: String, CodingKey {
        case name, types, logits, modules, parameters, extent, whole, features
        case stateDict = "state_dict"
    }

    /// The models that have a name in MMPreTrain.
    static func named() throws -> [ModelFacts] { try all().filter { !$0.name.contains("(") } }

    /// All of them; a name in call syntax, as `VGG(depth=13)`, is a class with hyper-parameters of its own.
    static func all() throws -> [ModelFacts] {
        struct File: Decodable { let models: [ModelFacts] }
        return try fixture("models/facts.json", as: File.self).models
    }
}

/// A file in `fixtures/models`.
enum Fixture {
    static func data(_ file: String) throws -> Data {
        try Data(contentsOf: URL(filePath: fixture("models/" + file)))
    }

    static func lines(_ file: String) throws -> [String] {
        String(decoding: try data(file), as: UTF8.self).split(separator: "\n").map(String.init)
    }
}

extension ModelFacts.Listing {
    /// The count and digest of lines, each ended by a line feed.
    init(_ lines: [String]) {
        self.init(count: lines.count, sha256: digest(of: Array(lines.map { $0 + "\n" }.joined().utf8)))
    }
}

/// The extents that `ZooFact.text(ofShape:)` spells.
func shape(_ text: String) -> [Int] { text.split(separator: "x").compactMap { Int($0) } }

extension ParameterSpec {
    /// As a line of the state dict's listing.
    var line: String { "\(key) \(dtype) \(ZooFact.text(ofShape: shape))" }
}

extension Graph {
    /// As the listing of modules: path, output shape and settings.
    var moduleLines: [String] {
        let counts = Dictionary(nodes.map { ($0.module, 1) }, uniquingKeysWith: +)
        let calls = Dictionary(modules.map { ($0.path, 1) }, uniquingKeysWith: +)
        return modules.filter { calls[$0.path] == 1 && $0.kind != .unchanged }.map { module in
            let node = nodes[module.value.node]
            let isLeaf = node.module == module.path && counts[module.path] == 1
            let path = module.path.isEmpty ? "(model)" : module.path
            return "\(path) \(ZooFact.text(ofShape: node.shape))" + (isLeaf ? settings(of: node) : "")
        }
    }

    private func settings(of node: Node) -> String {
        switch node.operation {
        case .conv2d(let operation):
            " conv stride=\(operation.geometry.stride.text) padding=\(operation.geometry.padding.text)"
                + " dilation=\(operation.geometry.dilation.text) groups=\(operation.geometry.groups)"
                + " bias=\(node.weights.count > 1 ? "yes" : "no")"
        case .batchNorm(let operation): " norm eps=\(operation.epsilon)"
        case .maxPool2d(let geometry): " max_pool \(geometry.text)"
        case .averagePool2d(let operation):
            " average_pool \(operation.geometry.text) count_pad=\(operation.countIncludePad ? "yes" : "no")"
        case .adaptiveAveragePool2d(let operation): " adaptive_average_pool output=\(operation.output.text)"
        case .linear: " linear bias=\(node.weights.count > 1 ? "yes" : "no")"
        case .activation(let activation): " \(activation.functionName)"
        default: ""
        }
    }
}

extension Extent2d {
    fileprivate var text: String { "\(height),\(width)" }
}

extension Pool2dGeometry {
    fileprivate var text: String {
        "kernel=\(kernel.text) stride=\(stride.text) padding=\(padding.text) ceil=\(ceilMode ? "yes" : "no")"
    }
}
