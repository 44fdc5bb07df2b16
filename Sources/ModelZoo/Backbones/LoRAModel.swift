import ModelConfig
import ModelGraph

/// Another backbone, `module`, some of whose linear layers have a low-rank product beside them (Hu et al. 2021,
/// arXiv:2106.09685).
///
/// Source: `mmpretrain/models/peft/lora.py` of MMPreTrain 1.2. The state dict has the low-rank layers only, not the frozen
/// rest. A target names layers by a regular expression or by the end of their path; of several that fit the first counts.
package struct LoRAModel: Architecture {
    package static let typeNames = ["LoRAModel"]

    private struct Target: Sendable {
        var name: String
        var pattern: ModulePattern
        var adapter: LowRankAdapter
    }

    private let module: any Architecture
    package var imageSize: Extent2d? { module.imageSize }
    private let targets: [Target]
    /// LoRAModel loads the weights of its module when it is built.
    package let upstreamRefusal: String?

    package init(_ config: inout ConfigReader) throws(ArgumentError) {
        config.ignore("drop_rate")
        guard let module = try config.stage("module", among: Registry.backbones), !(module is LoRAModel) else {
            throw config.error("module", "'module' should be another backbone")
        }
        self.module = module
        upstreamRefusal =
            config.namesNoCheckpoint("module") ? "'init_cfg' of the LoRAModel's module names no checkpoint" : nil
        let alpha = try config.double("alpha", default: 1)
        let rank = try config.int("rank", default: 0)
        targets = try config.dictionaryList("targets") { config throws(ArgumentError) in
            config.ignore("drop_rate")
            guard case .string(let name) = config.value("type") else {
                throw config.error("type", "a target needs a 'type', a regular expression or the end of a path")
            }
            let adapter = LowRankAdapter(
                rank: try config.positive("rank", default: rank),
                scale: try config.double("alpha", default: alpha) / Double(try config.int("rank", default: rank)))
            do throws(ModulePattern.Problem) {
                return Target(name: name, pattern: try ModulePattern(name), adapter: adapter)
            } catch {
                throw config.error(
                    "type", "'\(name)' is not a regular expression: at \(error.offset), \(error.reason)")
            }
        }
        guard !targets.isEmpty else {
            throw config.error("targets", "the length of target layers should not be 0")
        }
    }

    package func stage(in scope: Scope) throws(GraphError) -> any Stage {
        let place = scope("module")
        let adapters = LowRankAdapters(place) { [targets] path in
            targets.first { $0.pattern.matches(path) || path.hasSuffix($0.name) }?.adapter
        }
        let stage = try module.stage(in: place.with(adapters))
        guard adapters.count > 0 else {
            throw .configuration(module: scope.path, "no linear layer is one of the targets")
        }
        return Layers(scope: scope, stage: stage)
    }

    private struct Layers: Stage {
        let scope: Scope
        let stage: any Stage

        func features(_ input: Features) throws(GraphError) -> Features {
            let features = try stage.features(input)
            scope.output(features.values)
            return features
        }
    }
}

extension ConfigReader {
    /// Whether a module's `init_cfg` asks for pre-trained weights and does not say which.
    fileprivate mutating func namesNoCheckpoint(_ key: String) -> Bool {
        guard case .dictionary(let module)? = value(key), case .dictionary(let start)? = module["init_cfg"] else {
            return false
        }
        return start["type"] == .string("Pretrained") && start["checkpoint"] == .string("")
    }
}
