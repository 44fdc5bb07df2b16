import Spelling

/// The classes that are built in, one line each.
package enum Registry {
    package static let backbones: [any Architecture.Type] = [
        VGG.self,
        ResNet.self,
        MobileNetV2.self,
        RepVGG.self,
        MobileOne.self,
        VisionTransformer.self,
        DeiT3.self,
        ViTEVA02.self,
        T2TViT.self,
        RevVisionTransformer.self,
        BEiTViT.self,
        ConvNeXt.self,
        Twins.self,
        PoolFormer.self,
        RIFormer.self,
        VAN.self,
        MlpMixer.self,
        SwinTransformer.self,
        MobileNetV3.self,
        ConvMixer.self,
        ShuffleNetV1.self,
        TinyViT.self,
        LeViT.self,
        EfficientFormer.self,
        HRNet.self,
        RegNet.self,
        Res2Net.self,
        CSPNet.self,
        DenseNet.self,
        InceptionV3.self,
        SwinTransformerV2.self,
        DaViT.self,
        HiViT.self,
        MixMIMTransformer.self,
        XCiT.self,
        MViT.self,
        Vig.self,
        Conformer.self,
        ViTSAM.self,
        LoRAModel.self,
        EfficientNet.self,
        EfficientNetV2.self,
        ShuffleNetV2.self,
        RepLKNet.self,
        HorNet.self,
        EdgeNeXt.self,
        MobileViT.self,
        RepMLPNet.self,
        LeNet5.self,
        AlexNet.self,
        TNT.self,
    ]

    package static let necks: [any Architecture.Type] = [
        GlobalAveragePooling.self,
        GeneralizedMeanPooling.self,
        ClsBatchNormNeck.self,
        HRFuseScales.self,
        LinearNeck.self,
    ]

    package static let heads: [any Architecture.Type] = [
        ClsHead.self,
        LinearClsHead.self,
        StackedLinearClsHead.self,
        EfficientFormerClsHead.self,
        LeViTClsHead.self,
        CSRAClsHead.self,
        VisionTransformerClsHead.self,
        VigClsHead.self,
        ConformerHead.self,
        ArcFaceClsHead.self,
    ]

    /// Decodes one class of a config, which must know all of its arguments.
    static func architecture(
        _ config: ConfigReader, among types: [any Architecture.Type], _ kind: String
    ) throws(ArgumentError) -> any Architecture {
        let name = try config.typeName
        guard let type = types.first(where: { $0.typeNames.contains(name) }) else {
            let near = nearestNames(to: name, among: types.flatMap { $0.typeNames }, limit: 1)
            throw config.notBuiltIn("type", "the \(kind) '\(name)' is not built in" + suggestion(of: near))
        }
        var reader = config
        let architecture = try type.init(&reader)
        try reader.finish()
        return architecture
    }
}
