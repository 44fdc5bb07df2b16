import ModelConfig
import ModelGraph

/// MMPreTrain's `ImageClassifier`: backbone → neck → head.
///
/// Its modules have the paths `backbone`, `neck` and `head`; the path of the whole is "".
package struct ImageClassifier: Sendable {
    package var backbone: any Architecture
    /// One after the other.
    package var necks: [any Architecture]
    /// Whether the config has a list of necks, which then have the paths `neck.0`, `neck.1` …
    private let hasNeckSequence: Bool
    /// nil for a model that gives features.
    package var head: (any Architecture)?
    /// Why MMPreTrain 1.2 does not build the model, in a clause; nil where it does.
    package let upstreamRefusal: String?

    /// Decodes a config's `model`.
    /// - Throws: `ArgumentError` for a model that is not an image classifier, or that is not built in.
    package init(_ model: ConfigDictionary) throws(ArgumentError) {
        var reader = ConfigReader(model, path: "model")
        guard try reader.typeName == "ImageClassifier" else {
            throw reader.notBuiltIn("type", "'\(try reader.typeName)' is not built in: only ImageClassifier is")
        }
        reader.ignore("data_preprocessor", "train_cfg", "init_cfg", "pretrained")
        guard let backbone = try reader.stage("backbone", among: Registry.backbones) else {
            throw ArgumentError("model", "has no 'backbone'")
        }
        self.backbone = backbone
        necks = try reader.stages("neck", among: Registry.necks)
        hasNeckSequence =
            switch reader.value("neck") {
            case .list, .tuple: !necks.isEmpty
            default: false
            }
        head = try reader.stage("head", among: Registry.heads)
        let parts = [backbone] + necks + (head.map { [$0] } ?? [])
        upstreamRefusal = reader.unknownAugmentation ?? parts.lazy.compactMap(\.upstreamRefusal).first
        try reader.finish()
    }

    /// Declares the parameters of every stage, in `state_dict()` order.
    package func stage(in scope: Scope) throws(GraphError) -> any Stage {
        var stages = [try backbone.stage(in: scope("backbone"))]
        var neckStages: [any Stage] = []
        for (index, neck) in necks.enumerated() {
            neckStages.append(try neck.stage(in: hasNeckSequence ? scope("neck")(index) : scope("neck")))
        }
        stages += hasNeckSequence ? [StageSequence(scope: scope("neck"), stages: neckStages)] : neckStages
        if let head { stages.append(try head.stage(in: scope("head"))) }
        return Chain(scope: scope, stages: stages, givesTuple: head == nil)
    }
}

/// `torch.nn.Sequential` of stages.
private struct StageSequence: Stage {
    let scope: Scope
    let stages: [any Stage]

    func features(_ input: Features) throws(GraphError) -> Features {
        var features = input
        for stage in stages { features = try stage.features(features) }
        scope.output(features.values)
        return features
    }
}

/// Backbone, neck and head, one after the other.
private struct Chain: Stage {
    let scope: Scope
    let stages: [any Stage]
    /// Whether the model gives features, a tuple even where it is of one.
    let givesTuple: Bool

    func features(_ input: Features) throws(GraphError) -> Features {
        var features = input
        for (index, stage) in stages.enumerated() {
            if stage is any Module, features.last.count > 1 {
                let isHead = index == stages.count - 1 && !givesTuple
                throw .configuration(
                    module: isHead ? "head" : "neck", "takes one tensor, and the backbone gives \(features.last.count)")
            }
            features = try stage.features(features)
        }
        if givesTuple || features.values.count > 1 {
            scope.output(features.values)
        } else {
            scope.output(features.value)
        }
        return features
    }
}

extension ConfigReader {
    /// One class, or none.
    mutating func stage(
        _ key: String, among types: [any Architecture.Type]
    ) throws(ArgumentError) -> (any Architecture)? {
        switch value(key) {
        case .list, .tuple: throw notBuiltIn(key, "a list of classes as '\(key)' is not built in")
        default: return try stages(key, among: types).first
        }
    }

    /// One class, a list of them, or none.
    mutating func stages(
        _ key: String, among types: [any Architecture.Type]
    ) throws(ArgumentError) -> [any Architecture] {
        switch value(key) {
        case nil, .some(.none): return []
        case .dictionary(let dictionary):
            return [try Registry.architecture(reader(of: dictionary, key), among: types, key)]
        case .list(let values), .tuple(let values):
            var stages: [any Architecture] = []
            for (index, value) in values.enumerated() {
                guard case .dictionary(let dictionary) = value else { throw mismatch(key, "a dictionary", value) }
                stages.append(
                    try Registry.architecture(reader(of: dictionary, key, index: index), among: types, key))
            }
            return stages
        case .some(let other): throw mismatch(key, "a dictionary", other)
        }
    }
}

extension ConfigReader {
    /// What the training mixes images with has no part in the model, but a class that MMPreTrain 1.2 lacks fails.
    fileprivate var unknownAugmentation: String? {
        mutating get {
            guard case .dictionary(let training)? = value("train_cfg"), let augments = training["augments"] else {
                return nil
            }
            var steps = [augments]
            if case .list(let several) = augments { steps = several }
            for case .dictionary(let step) in steps {
                guard case .string(let type)? = step["type"], !["Mixup", "CutMix", "ResizeMix"].contains(type) else {
                    continue
                }
                return "'train_cfg' has a '\(type)', which is not among Mixup, CutMix, and ResizeMix"
            }
            return nil
        }
    }
}
