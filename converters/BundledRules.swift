/// The rule files that are part of the program.
public enum BundledRules {
    /// File name → text, in alphabetical order.
    public static let files: [(name: String, text: String)] = [
        ("clip.rules", text(PackageResources.clip_rules)),
        ("convnext.rules", text(PackageResources.convnext_rules)),
        ("davit.rules", text(PackageResources.davit_rules)),
        ("deit3.rules", text(PackageResources.deit3_rules)),
        ("edgenext.rules", text(PackageResources.edgenext_rules)),
        ("efficientnet.rules", text(PackageResources.efficientnet_rules)),
        ("efficientnetv2.rules", text(PackageResources.efficientnetv2_rules)),
        ("eva.rules", text(PackageResources.eva_rules)),
        ("eva02.rules", text(PackageResources.eva02_rules)),
        ("hornet.rules", text(PackageResources.hornet_rules)),
        ("levit.rules", text(PackageResources.levit_rules)),
        ("mixmim.rules", text(PackageResources.mixmim_rules)),
        ("mlpmixer.rules", text(PackageResources.mlpmixer_rules)),
        ("mlpmixer_google.rules", text(PackageResources.mlpmixer_google_rules)),
        ("mobilenet_v2.rules", text(PackageResources.mobilenet_v2_rules)),
        ("openai_clip.rules", text(PackageResources.openai_clip_rules)),
        ("pvig.rules", text(PackageResources.pvig_rules)),
        ("replknet.rules", text(PackageResources.replknet_rules)),
        ("repvgg.rules", text(PackageResources.repvgg_rules)),
        ("resnet_torchvision.rules", text(PackageResources.resnet_torchvision_rules)),
        ("revvit.rules", text(PackageResources.revvit_rules)),
        ("shufflenetv2.rules", text(PackageResources.shufflenetv2_rules)),
        ("tinyvit.rules", text(PackageResources.tinyvit_rules)),
        ("twins.rules", text(PackageResources.twins_rules)),
        ("van.rules", text(PackageResources.van_rules)),
        ("vgg.rules", text(PackageResources.vgg_rules)),
        ("vig.rules", text(PackageResources.vig_rules)),
        ("vit_google.rules", text(PackageResources.vit_google_rules)),
    ]

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
