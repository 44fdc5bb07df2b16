/// A line of `fixtures/zoo/facts.jsonl`: what MMPreTrain's own model of a config is and costs.
/// `scripts/makers/make_zoo_facts.py --help` states the format.
package struct ZooFact: Decodable, Sendable {
    /// Below MMPreTrain's `configs`.
    package let config: String
    /// In the registry; empty where the config has none and goes by the stem of its file.
    package let names: [String]
    package let backbone: String
    /// The side of the image of its test pipeline.
    package let size: Int
    /// Of the image.
    package let channels: Int
    /// Why upstream can't build it.
    package let error: String?
    /// Of the state dict.
    package let entries: Int
    package let elements: Int
    /// Of lines `key dtype shape parameter|buffer`.
    package let state: String
    /// By prefix.
    package let stages: [String: Stage]
    package let modules: Modules
    /// Shapes by `backbone`, `neck`, `head` and "".
    package let outputs: [String: [[Int]]]
    package let parameters: Int
    package let frozen: [String]?
    package let shared: [[String]]?
    package let cost: Cost
    /// Nil where `size` is 224, or where 224 is refused.
    package let cost224: Cost?
    /// Whether 224 is refused.
    package let refuses224: Bool
    /// Side → whether it is taken; for the smallest model of each backbone only.
    package let sizes: [Int: Bool]

    /// `[entries, digest of "key dtype shape", modules, digest of "path shape" sorted by path]`.
    package struct Stage: Decodable, Sendable, Equatable {
        package let entries: Int
        package let state: String
        package let modules: Int
        package let shapes: String

        package init(from decoder: any Decoder) throws {
            var row = try decoder.unkeyedContainer()
            entries = try row.decode(Int.self)
            state = try row.decode(String.self)
            modules = try row.decode(Int.self)
            shapes = try row.decode(String.self)
        }
    }

    /// `[count, digest of "path shape" in the order of last calls]`.
    package struct Modules: Decodable, Sendable, Equatable {
        package let count: Int
        package let shapes: String

        package init(from decoder: any Decoder) throws {
            var row = try decoder.unkeyedContainer()
            count = try row.decode(Int.self)
            shapes = try row.decode(String.self)
        }
    }

    /// Of backbone and neck, by mmengine's rules; `explicit` with attention as its two products.
    package struct Cost: Decodable, Sendable, Equatable {
        package let flops: Double
        package let activations: Double
        package let explicitFlops: Double
        package let explicitActivations: Double

        package init(from decoder: any Decoder) throws {
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

    package init(from decoder: any Decoder) throws {
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
    package static func prefix(of path: String) -> String {
        let parts = path.split(separator: ".", omittingEmptySubsequences: false)
        let isStage = parts.count > 2 && parts[2].allSatisfy(\.isASCIIDigit) && parts[1].last?.isASCIIDigit == false
        return path.isEmpty ? "(model)" : parts.prefix(isStage ? 3 : 2).joined(separator: ".")
    }

    /// Extents joined by "x", "-" for a scalar.
    package static func text(ofShape shape: [Int]) -> String {
        shape.isEmpty ? "-" : shape.map(String.init).joined(separator: "x")
    }

    /// The first 16 digits of the SHA-256 over lines that end in a line feed.
    package static func digest(ofLines lines: some Sequence<String>) -> String {
        String(TestSupport.digest(of: lines.flatMap { Array($0.utf8) + [0x0A] }).prefix(16))
    }
}

extension ZooFact {
    /// Every line of the file.
    package static func all() throws -> [ZooFact] { try fixture("zoo/facts.jsonl", asLinesOf: ZooFact.self) }

    /// The line of the config that has a model of this name in the registry.
    package static func named(_ name: String) throws -> ZooFact {
        guard let fact = try all().first(where: { $0.names.contains(name) }) else { throw Unknown(name: name) }
        return fact
    }

    /// No config has a model of this name.
    package struct Unknown: Error { let name: String }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}
