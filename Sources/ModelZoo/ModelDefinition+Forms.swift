import ModelConfig
import ModelGraph
import ModelIndex

extension ModelDefinition {
    /// The model of an entry in MMPreTrain's index.
    /// - Throws: `ModelZooError.notBuiltIn` for a model that is not an image classifier, or one of a class that is not
    ///   built in.
    init(_ entry: ModelIndex.Entry) throws(ModelZooError) {
        guard let model = entry.model else {
            throw .notBuiltIn(entry.name, reason: "it is a \(entry.typeName), and only image classifiers are built in")
        }
        do {
            try self.init(entry.name, model: model)
        } catch {
            throw .notBuiltIn(entry.name, reason: "\(error)")
        }
        dataPreprocessor = entry.dataPreprocessor
        testPipeline = entry.testPipeline
        facts = entry.facts
    }

    /// The same model with another `model` dictionary.
    private func with(_ model: ConfigDictionary, name: String? = nil) throws(ArgumentError) -> ModelDefinition {
        var definition = try ModelDefinition(name ?? self.name, model: model)
        definition.dataPreprocessor = dataPreprocessor
        definition.testPipeline = testPipeline
        definition.facts = facts
        definition.configNotes = configNotes
        return definition
    }

    // MARK: The number of classes, and of the image's channels

    /// The number of classes that the logits score; nil for a model without logits.
    package var classes: Int? {
        for part in ["head", "backbone"] {
            if case .int(let classes)? = model.arguments(of: part)?["num_classes"], classes > 0 { return classes }
        }
        return nil
    }

    /// Channels of the image.
    package var inputChannels: Int {
        let backbone = model.arguments(of: "backbone")
        // `in_chans` is HiViT's word; MlpMixer has the number in its `patch_cfg`.
        let given = [
            backbone?.arguments(of: "patch_cfg")?["in_channels"], backbone?["in_channels"], backbone?["in_chans"],
        ]
        for case .int(let channels)? in given { return channels }
        return type(of: architecture.backbone).inputChannels
    }

    /// The same model for another number of classes or of the image's channels; nil leaves it as it is.
    /// - Throws: `ModelZooError.notAdaptable` for a model without logits.
    package func adapting(classes: Int? = nil, inputChannels: Int? = nil) throws(ModelZooError) -> ModelDefinition {
        var model = model
        if let classes {
            guard let part = ["head", "backbone"].first(where: { model.arguments(of: $0)?["num_classes"] != nil })
            else {
                throw .notAdaptable(name, reason: "it has no layer that scores classes")
            }
            model.set("num_classes", to: classes, in: part)
        }
        if let inputChannels { model.set("in_channels", to: inputChannels, in: "backbone") }
        do {
            return try with(model)
        } catch {
            throw .notAdaptable(name, reason: "\(error)")
        }
    }

    /// The same model for images of `side` × `side`.
    /// - Throws: `ModelZooError.notAdaptable` for a model that is not built for one size.
    package func adapting(imageSize side: Int) throws(ModelZooError) -> ModelDefinition {
        var model = model
        model.set("img_size", to: side, in: "backbone")
        do {
            return try with(model)
        } catch {
            throw .notAdaptable(name, reason: "\(error)")
        }
    }

    // MARK: The deploy form

    private var deployArgument: String? {
        Registry.backbones.first { $0.typeNames.contains(backboneType) }?.deployArgument
    }

    /// Whether the branches of training are folded into single layers.
    package var isDeployForm: Bool {
        guard let argument = deployArgument else { return false }
        return model.arguments(of: "backbone")?[argument] == .bool(true)
    }

    /// The name of the form that the model is deployed in, where its branches fold into other layers; nil where they
    /// do not, and for that form itself.
    package var deployName: String? {
        guard deployArgument != nil, !isDeployForm else { return nil }
        let family = name.prefix { $0 != "_" }
        // RepVGG has one such config, `repvgg-A0_deploy_in1k`, and the others of the family are named after it.
        if backboneType == "RepVGG" { return "\(family)_deploy_in1k" }
        let folded = deployModel
        let published = ModelIndex.entries(matching: "\(family)*").first { $0.model == folded }
        return published?.name ?? "\(family)_deploy\(name.dropFirst(family.count))"
    }

    private var deployModel: ConfigDictionary {
        var model = model
        if let argument = deployArgument { model.set(argument, to: true, in: "backbone") }
        if case .dictionary(let head)? = model["head"], case .string(let type)? = head["type"],
            let argument = Registry.heads.first(where: { $0.typeNames.contains(type) })?.deployArgument
        {
            model.set(argument, to: true, in: "head")
        }
        return model
    }

    /// The form that the model is deployed in; nil where there is no other form.
    package func deployForm() throws(ModelZooError) -> ModelDefinition? {
        guard let deployName else { return nil }
        do {
            return try with(deployModel, name: deployName)
        } catch {
            throw .notBuiltIn(deployName, reason: "\(error)")
        }
    }

    // MARK: The image

    /// The size of image that the model is tested at: what the test pipeline gives, what the hyper-parameters state, or
    /// 224 × 224 as upstream assumes.
    package var inputSize: Extent2d {
        if let testPipeline {
            if let size = testPipeline.compactMap(outputSize).last { return size }
            // Datasets that hold arrays in place of files, CIFAR and MNIST, have images of 32 × 32.
            let loads = testPipeline.contains { $0.typeName == "LoadImageFromFile" }
            if !loads { return .square(32) }
        }
        return architecture.backbone.imageSize ?? .square(224)
    }
}

/// The size of image that a transform gives; nil where it keeps what comes.
private func outputSize(of transform: ConfigValue) -> Extent2d? {
    guard case .dictionary(let arguments) = transform else { return nil }
    let key: String
    switch transform.typeName {
    case "CenterCrop", "EfficientNetCenterCrop": key = "crop_size"
    case "Resize", "ResizeEdge": key = "scale"
    default: return nil
    }
    switch arguments[key] {
    case .int(let side): return .square(side)
    case .list(let sides), .tuple(let sides):
        guard sides.count == 2, case .int(let first) = sides[0], case .int(let second) = sides[1] else { return nil }
        // Crops are (height, width), scales (width, height).
        return key == "scale" ? Extent2d(height: second, width: first) : Extent2d(height: first, width: second)
    default: return nil
    }
}

extension ConfigValue {
    /// The `type` of a dictionary without its scope.
    fileprivate var typeName: String? {
        guard case .dictionary(let arguments) = self, case .string(let name)? = arguments["type"] else { return nil }
        return name.split(separator: ".").last.map(String.init)
    }
}

extension ConfigDictionary {
    /// The arguments of the class that `part` describes; of a `LoRAModel` those of the network inside.
    fileprivate func arguments(of part: String) -> ConfigDictionary? {
        guard let value = self[part], case .dictionary(let arguments) = value else { return nil }
        return value.typeName == "LoRAModel" ? arguments.arguments(of: "module") : arguments
    }

    /// Sets an argument of the class that `part` describes.
    fileprivate mutating func set(_ key: String, to value: Int, in part: String) {
        set(key, to: ConfigValue.int(value), in: part)
    }

    fileprivate mutating func set(_ key: String, to value: Bool, in part: String) {
        set(key, to: ConfigValue.bool(value), in: part)
    }

    private mutating func set(_ key: String, to value: ConfigValue, in part: String) {
        guard let described = self[part], case .dictionary(var arguments) = described else { return }
        if described.typeName == "LoRAModel" {
            arguments.set(key, to: value, in: "module")
        } else {
            arguments[.string(key), origin: nil] = value
        }
        self[.string(part), origin: entry(part)?.origin] = .dictionary(arguments)
    }
}
