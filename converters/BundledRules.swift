/// The rule files that are part of the program.
public enum BundledRules {
    /// File name → text, in alphabetical order.
    public static let files: [(name: String, text: String)] = [
        ("mobilenet_v2.rules", text(PackageResources.mobilenet_v2_rules)),
        ("resnet_torchvision.rules", text(PackageResources.resnet_torchvision_rules)),
        ("vgg.rules", text(PackageResources.vgg_rules)),
    ]

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
