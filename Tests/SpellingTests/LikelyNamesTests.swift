import Spelling
import Testing

@Suite struct LikelyNamesTests {
    private let names = [
        "clip", "clip_huggingface", "convnext", "convnext_timm", "convnext_v2_timm", "davit_timm", "densenet",
        "efficientnet", "efficientnet_timm", "efficientnetv2", "resnet_cd_timm", "resnet_huggingface",
        "resnet_torchvision", "seresnet_timm", "swin_timm", "swin_v2_timm", "swin_v2_torchvision", "twins",
        "vit_huggingface", "vit_timm", "vit_torchvision", "wide-resnet50_8xb32_in1k", "resnet50_8xb32_in1k",
    ]

    @Test(
        "typos that people make lead to what they mean",
        arguments: [
            (
                "resnet",
                ["resnet_cd_timm", "resnet_huggingface", "resnet_torchvision", "resnet50_8xb32_in1k", "seresnet_timm"]
            ),
            ("vit_tim", ["vit_timm", "davit_timm"]), ("swinv", ["swin_v2_timm", "swin_v2_torchvision"]),
            ("swin v2", ["swin_v2_timm", "swin_v2_torchvision"]), ("convnextv2", ["convnext_v2_timm"]),
            ("resnt50", ["resnet50_8xb32_in1k", "wide-resnet50_8xb32_in1k"]),
            ("ResNet-50", ["resnet50_8xb32_in1k", "wide-resnet50_8xb32_in1k"]),
            ("efficentnet", ["efficientnet", "efficientnet_timm", "efficientnetv2"]), ("densnet", ["densenet"]),
            ("vit_hf", ["vit_huggingface"]), ("resnet_tv", ["resnet_torchvision"]),
            ("torchvison", ["resnet_torchvision", "swin_v2_torchvision", "vit_torchvision"]),
            ("clip_timm", ["clip", "clip_huggingface"]), ("vitt", ["vit_timm", "vit_torchvision"]),
            ("zebra", []), ("", []),
        ])
    func typos(word: String, likely: [String]) {
        let found = likelyNames(for: word, among: names)
        #expect(Array(found.prefix(likely.count)) == likely, "\(found)")
        if likely.isEmpty { #expect(found.isEmpty) }
    }

    @Test("a limit is kept")
    func limit() {
        #expect(likelyNames(for: "timm", among: names, limit: 2) == ["convnext_timm", "convnext_v2_timm"])
    }
}
