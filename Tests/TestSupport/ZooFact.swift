import Foundation

/// A line of `fixtures/zoo/facts.jsonl`: what MMPreTrain's own model of a config is and costs.
/// `scripts/makers/make_zoo_facts.py --help` states the format.
public struct ZooFact: Decodable, Sendable {
    /// Below MMPreTrain's `configs`.
    public let config: String
    /// In the registry; empty where the config has none and goes by the stem of its file.
    public let names: [String]
    public let backbone: String
    /// The side of the image of its test pipeline.
    public let size: Int
    /// Of the image.
    public let channels: Int
    /// Why upstream can't build it.
    public let error: String?
    /// Of the state dict.
    public let entries: Int
    public let elements: Int
    /// Of lines `key dtype shape parameter|buffer`.
    public let state: String
    /// By prefix.
    public let stages: [String: Stage]
    public let modules: Modules
    /// Shapes by `backbone`, `neck`, `head` and "".
    public let outputs: [String: [[Int]]]
    public let parameters: Int
    public let frozen: [String]?
    public let shared: [[String]]?
    public let cost: Cost
    /// Nil where `size` is 224, or where 224 is refused.
    public let cost224: Cost?
    /// Whether 224 is refused.
    public let refuses224: Bool
    /// Side → whether it is taken; for the smallest model of each backbone only.
    public let sizes: [Int: Bool]

    /// `[entries, digest of "key dtype shape", modules, digest of "path shape" sorted by path]`.
    public struct Stage: Decodable, Sendable, Equatable {
        public let entries: Int
        public let state: String
        public let modules: Int
        public let shapes: String

        public init(from decoder: any Decoder) throws {
            var row = try decoder.unkeyedContainer()
            entries = try row.decode(Int.self)
            state = try row.decode(String.self)
            modules = try row.decode(Int.self)
            shapes = try row.decode(String.self)
        }
    }

    /// `[count, digest of "path shape" in the order of last calls]`.
    public struct Modules: Decodable, Sendable, Equatable {
        public let count: Int
        public let shapes: String

        public init(from decoder: any Decoder) throws {
            var row = try decoder.unkeyedContainer()
            count = try row.decode(Int.self)
            shapes = try row.decode(String.self)
        }
    }

    /// Of backbone and neck, by mmengine's rules; `explicit` with attention as its two products.
    public struct Cost: Decodable, Sendable, Equatable {
        public let flops: Double
        public let activations: Double
        public let explicitFlops: Double
        public let explicitActivations: Double

        public init(from decoder: any Decoder) throws {
            var row = try decoder.unkeyedContainer()
            flops = try row.decode(Double.self)
            activations = try row.decode(Double.self)
            explicitFlops = try row.decode(Double.self)
            explicitActivations = try row.decode(Double.self)
        }
    }

    private enum CodingKeys: CodingKey {
        case config, names, backbone, size, channels, error, entries, elements, state, stages, modules, outputs
        case parameters, frozen, shared, cost, cost224, sizes
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        config = try values.decode(String.self, forKey: .config)
        names = try values.decode([String].self, forKey: .names)
        backbone = try values.decode(String.self, forKey: .backbone)
        size = try values.decode(Int.self, forKey: .size)
        channels = try values.decode(Int.self, forKey: .channels)
        error = try values.decodeIfPresent(String.self, forKey: .error)
        entries = try values.decode(Int.self, forKey: .entries)
        elements = try values.decode(Int.self, forKey: .elements)
        state = try values.decode(String.self, forKey: .state)
        stages = try values.decode([String: Stage].self, forKey: .stages)
        modules = try values.decode(Modules.self, forKey: .modules)
        outputs = try values.decode([String: [[Int]]].self, forKey: .outputs)
        parameters = try values.decode(Int.self, forKey: .parameters)
        frozen = try values.decodeIfPresent([String].self, forKey: .frozen)
        shared = try values.decodeIfPresent([[String]].self, forKey: .shared)
        cost = try values.decode(Cost.self, forKey: .cost)
        cost224 = try? values.decode(Cost.self, forKey: .cost224)
        refuses224 = (try? values.decode(String.self, forKey: .cost224)) != nil
        let sizes = try values.decodeIfPresent([String: String?].self, forKey: .sizes) ?? [:]
        self.sizes = Dictionary(uniqueKeysWithValues: sizes.map { (Int($0.key) ?? 0, $0.value == nil) })
    }

    // MARK: The lines that are digested

    /// The prefix of a path or key that the digests go by: `backbone.layer1`, `backbone.stages.2`, `head.fc`.
    public static func prefix(of path: String) -> String {
        let parts = path.split(separator: ".", omittingEmptySubsequences: false)
        let isStage = parts.count > 2 && parts[2].allSatisfy(\.isASCIIDigit) && parts[1].last?.isASCIIDigit == false
        return path.isEmpty ? "(model)" : parts.prefix(isStage ? 3 : 2).joined(separator: ".")
    }

    /// Extents joined by "x", "-" for a scalar.
    public static func text(ofShape shape: [Int]) -> String {
        shape.isEmpty ? "-" : shape.map(String.init).joined(separator: "x")
    }

    /// The first 16 digits of the SHA-256 over lines that end in a line feed.
    public static func digest(ofLines lines: some Sequence<String>) -> String {
        String(TestSupport.digest(of: lines.flatMap { Array($0.utf8) + [0x0A] }).prefix(16))
    }
}

extension ZooFact {
    /// Every line of the file.
    public static func all() throws -> [ZooFact] {
        let decoder = JSONDecoder()
        return try String(contentsOfFile: fixture("zoo/facts.jsonl"), encoding: .utf8).split(separator: "\n").map {
            try decoder.decode(ZooFact.self, from: Data($0.utf8))
        }
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}
