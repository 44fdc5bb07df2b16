import ModelGraph

extension ResNet {
    static let models = plain + recipes + pretrainings + cifar + variants

    /// The ImageNet baselines.
    private static let plain = Depth.allCases.map { depth in
        model("resnet\(depth.rawValue)_8xb32_in1k", aliases: ["resnet\(depth.rawValue)"], ResNet(depth))
    }

    /// ResNet-50 trained otherwise, or on other data.
    private static let recipes =
        [
            "resnet50_8xb32-fp16_in1k", "resnet50_8xb32-fp16-dynamic_in1k", "resnet50_8xb32-coslr_in1k",
            "resnet50_8xb32-coslr-preciseBN_in1k", "resnet50_8xb32-lbs_in1k", "resnet50_8xb32-cutmix_in1k",
            "resnet50_8xb32-mixup_in1k", "resnet50_32xb64-warmup_in1k", "resnet50_32xb64-warmup-coslr_in1k",
            "resnet50_32xb64-warmup-lbs_in1k", "resnet50_8xb256-rsb-a1-600e_in1k", "resnet50_8xb256-rsb-a2-300e_in1k",
            "resnet50_8xb256-rsb-a3-100e_in1k",
        ].map { model($0, ResNet(.resNet50)) } + [
            model("resnet50_8xb128_coslr-90e_in21k", classes: 21843, ResNet(.resNet50)),
            model("resnet50_8xb8_cub", classes: 200, ResNet(.resNet50)),
        ]

    /// ResNet-50 classifiers on self-supervised pre-training.
    private static let pretrainings = [
        "resnet50_barlowtwins-pre_8xb32-linear-coslr-100e_in1k", "resnet50_byol-pre_8xb512-linear-coslr-90e_in1k",
        "resnet50_densecl-pre_8xb32-linear-steplr-100e_in1k", "resnet50_mocov2-pre_8xb32-linear-steplr-100e_in1k",
        "resnet50_mocov3-100e-pre_8xb128-linear-coslr-90e_in1k",
        "resnet50_mocov3-300e-pre_8xb128-linear-coslr-90e_in1k",
        "resnet50_mocov3-800e-pre_8xb128-linear-coslr-90e_in1k",
        "resnet50_simclr-200e-pre_8xb512-linear-coslr-90e_in1k",
        "resnet50_simclr-800e-pre_8xb512-linear-coslr-90e_in1k",
        "resnet50_simsiam-100e-pre_8xb512-linear-coslr-90e_in1k",
        "resnet50_simsiam-200e-pre_8xb512-linear-coslr-90e_in1k", "resnet50_spark-pre_300e_in1k",
        "resnet50_swav-pre_8xb32-linear-coslr-100e_in1k",
    ].map { model($0, ResNet(.resNet50)) }

    private static let cifar =
        Depth.allCases.map { depth in
            model("resnet\(depth.rawValue)_8xb16_cifar10", classes: 10, ResNet(depth, .cifar))
        } + [
            model("resnet50_8xb16-mixup_cifar10", classes: 10, ResNet(.resNet50, .cifar)),
            model("resnet50_8xb16_cifar100", classes: 100, ResNet(.resNet50, .cifar)),
        ]

    private static let variants = [
        model("resnetv1c50_8xb32_in1k", aliases: ["resnetv1c50"], ResNet(.resNet50, .v1c)),
        model("resnetv1c101_8xb32_in1k", aliases: ["resnetv1c101"], ResNet(.resNet101, .v1c)),
        model("resnetv1c152_8xb32_in1k", aliases: ["resnetv1c152"], ResNet(.resNet152, .v1c)),
        model("resnetv1d50_8xb32_in1k", aliases: ["resnetv1d50"], ResNet(.resNet50, .v1d)),
        model("resnetv1d101_8xb32_in1k", aliases: ["resnetv1d101"], ResNet(.resNet101, .v1d)),
        model("resnetv1d152_8xb32_in1k", aliases: ["resnetv1d152"], ResNet(.resNet152, .v1d)),
        model("wide-resnet50_3rdparty_8xb32_in1k", aliases: ["wide_resnet50_2", "wide-resnet50_8xb32_in1k"], wide50),
        model("wide-resnet50_3rdparty-timm_8xb32_in1k", aliases: ["wide-resnet50_timm_8xb32_in1k"], wide50),
        model(
            "wide-resnet101_3rdparty_8xb32_in1k", aliases: ["wide_resnet101_2", "wide-resnet101_8xb32_in1k"],
            ResNet(.resNet101, baseChannels: 128, expansion: 2)),
        model("resnext50-32x4d_8xb32_in1k", aliases: ["resnext50_32x4d"], ResNet(.resNet50, groups: 32)),
        model("resnext101-32x4d_8xb32_in1k", aliases: ["resnext101_32x4d"], ResNet(.resNet101, groups: 32)),
        model(
            "resnext101-32x8d_8xb32_in1k", aliases: ["resnext101_32x8d"],
            ResNet(.resNet101, groups: 32, widthPerGroup: 8)),
        model("resnext152-32x4d_8xb32_in1k", aliases: ["resnext152_32x4d"], ResNet(.resNet152, groups: 32)),
        model("seresnet50_8xb32_in1k", aliases: ["seresnet50"], ResNet(.resNet50, squeezeRatio: 16)),
        model("seresnet101_8xb32_in1k", aliases: ["seresnet101"], ResNet(.resNet101, squeezeRatio: 16)),
        model(
            "seresnext50-32x4d_8xb32_in1k", aliases: ["seresnext50_32x4d"],
            ResNet(.resNet50, groups: 32, squeezeRatio: 16)),
        model(
            "seresnext101-32x4d_8xb32_in1k", aliases: ["seresnext101_32x4d"],
            ResNet(.resNet101, groups: 32, squeezeRatio: 16)),
    ]

    private static let wide50 = ResNet(.resNet50, baseChannels: 128, expansion: 2)

    private static func model(
        _ name: String, aliases: [String] = [], classes: Int = 1000, _ backbone: ResNet
    ) -> ModelDefinition {
        ModelDefinition(name, aliases: aliases, classes: classes) { classes in
            ImageClassifier(
                backbone: backbone, neck: GlobalAveragePooling(),
                head: LinearClsHead(classes: classes, channels: backbone.outputChannels))
        }
    }
}
