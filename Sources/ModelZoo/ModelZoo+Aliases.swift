extension ModelZoo {
    /// Short names and torchvision's, in lower case → names of MMPreTrain.
    static let aliases: [String: String] = {
        var aliases = [
            "mobilenet_v2": "mobilenet-v2_8xb32_in1k", "mobilenetv2": "mobilenet-v2_8xb32_in1k",
            "wide_resnet50_2": "wide-resnet50_3rdparty_8xb32_in1k",
            "wide-resnet50_8xb32_in1k": "wide-resnet50_3rdparty_8xb32_in1k",
            "wide-resnet50_timm_8xb32_in1k": "wide-resnet50_3rdparty-timm_8xb32_in1k",
            "wide_resnet101_2": "wide-resnet101_3rdparty_8xb32_in1k",
            "wide-resnet101_8xb32_in1k": "wide-resnet101_3rdparty_8xb32_in1k",
            "repvgg-d2se": "repvgg-D2se_3rdparty_in1k", "repvgg-d2se_8xb32_in1k": "repvgg-D2se_3rdparty_in1k",
        ]
        for depth in [11, 13, 16, 19] {
            aliases["vgg\(depth)"] = "vgg\(depth)_8xb32_in1k"
            aliases["vgg\(depth)bn"] = "vgg\(depth)bn_8xb32_in1k"
            aliases["vgg\(depth)_bn"] = "vgg\(depth)bn_8xb32_in1k"
        }
        for depth in [18, 34, 50, 101, 152] {
            aliases["resnet\(depth)"] = "resnet\(depth)_8xb32_in1k"
            guard depth >= 50 else { continue }
            for version in ["c", "d"] {
                aliases["resnetv1\(version)\(depth)"] = "resnetv1\(version)\(depth)_8xb32_in1k"
            }
        }
        for name in ["resnext50_32x4d", "resnext101_32x4d", "resnext101_32x8d", "resnext152_32x4d"]
            + ["seresnext50_32x4d", "seresnext101_32x4d"]
        {
            let family = name.prefix { $0 != "_" }
            aliases[name] = "\(family)-\(name.dropFirst(family.count + 1))_8xb32_in1k"
        }
        for name in ["seresnet50", "seresnet101", "mobileone-s0", "mobileone-s1", "mobileone-s2", "mobileone-s3"]
            + ["mobileone-s4"]
            + ["a0", "a1", "a2", "b0", "b1", "b1g2", "b1g4", "b2", "b2g4", "b3", "b3g4"].map({ "repvgg-" + $0 })
        {
            aliases[name] = "\(name)_8xb32_in1k"
        }
        return aliases
    }()
}
